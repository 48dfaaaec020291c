use super::*;
use proptest::prelude::*;

#[test]
fn names_relate_as_linking_says() {
    use Relation::{Different, Folded, Same, Unclear};
    for (a, b, expected) in [
        ("测试", "测试", Same),
        (" 测试 ", "测试", Same),
        ("测 试", "测试", Folded),
        ("测\u{3000}试", "测试", Folded),
        ("测\u{200b}试", "测试", Folded),
        ("葛\u{e0100}", "葛", Folded),
        ("阿依古丽·买买提", "阿依古丽•买买提", Folded),
        ("阿依古丽·买买提", "阿依古丽买买提", Folded),
        ("阿依古丽.买买提", "阿依古丽．买买提", Folded),
        ("ＡＮＮ Li", "ann li", Folded),
        ("José", "JOSÉ", Folded),
        ("张\u{e81e}", "张\u{9fb4}", Folded),
        ("测试", "测验", Different),
        ("测试", "测试一", Different),
        ("張三", "张三", Different),
        ("", "", Different),
        ("·", "·", Different),
        ("", "测试", Different),
        ("张?", "张三", Unclear),
        ("张？", "张三丰", Unclear),
        ("张?", "张?", Unclear),
        ("张\u{e000}", "张\u{e000}", Unclear),
        ("张\u{fffd}三", "张小三", Unclear),
        ("□三", "张三", Unclear),
        ("???", "张三", Unclear),
        ("?", "张三", Unclear),
        ("阿依古丽?买买提", "阿依古丽·买买提", Unclear),
        ("阿依古丽?买买提", "阿依古丽买买提", Different),
        ("阿依??买买提", "阿依古丽·买买提", Unclear),
        ("张?", "张", Different),
        ("张?", "李四", Different),
        ("张?三", "张三", Different),
        ("?三", "张?", Unclear),
        ("张?", "李?", Different),
        ("?", "", Different),
        ("?", "·", Different),
    ] {
        assert_eq!((relation(a, b), relation(b, a)), (expected, expected), "{a:?} {b:?}");
    }
}

#[test]
fn compatibility_characters_are_not_merged() {
    assert_eq!(relation("\u{f9dd}", "\u{5229}"), Relation::Different, "NFKC would make 利 of U+F9DD");
    assert_eq!(relation("⼀", "一"), Relation::Different);
}

#[test]
fn masking_shows_the_ends_at_most() {
    for (name, masked) in
        [("张三", "张*"), ("欧阳小明", "欧**明"), ("张", "*"), ("", ""), ("阿依古丽·买买提", "阿******提")]
    {
        assert_eq!(mask(name), masked);
    }
}

#[test]
fn a_hostile_run_of_placeholders_is_compared_in_bounded_time() {
    let pattern = "?张".repeat(300);
    assert_eq!(relation(&pattern, &"张".repeat(600)), Relation::Unclear);
}

proptest! {
    #[test]
    fn the_relation_is_symmetric(a in "[张三·?A ]{0,6}", b in "[张三·?a ]{0,6}") {
        prop_assert_eq!(relation(&a, &b), relation(&b, &a));
    }

    #[test]
    fn a_name_with_a_placeholder_is_never_same_nor_folded(a in "[张三·A]{0,3}[?*□〓]{1,2}[张三·A]{0,3}", b in "[张三·?A]{0,6}") {
        prop_assert!(matches!(relation(&a, &b), Relation::Unclear | Relation::Different));
    }

    #[test]
    fn replacing_characters_by_a_placeholder_leaves_the_name_at_least_unclear(
        name in "[张三丰李四]{2,6}", from in 0usize..6, length in 1usize..3,
    ) {
        let mut characters: Vec<char> = name.chars().collect();
        let from = from % characters.len();
        let to = (from + length).min(characters.len());
        characters.splice(from..to, ['?']);
        prop_assert_eq!(relation(&characters.iter().collect::<String>(), &name), Relation::Unclear);
    }

    #[test]
    fn names_without_placeholders_are_folded_exactly_when_their_keys_are_equal(a in "[张三·•.A a]{0,5}", b in "[张三·•.A a]{0,5}") {
        let related = matches!(relation(&a, &b), Relation::Same | Relation::Folded);
        prop_assert_eq!(related, fold_key(&a) == fold_key(&b) && !fold_key(&a).is_empty());
    }
}
