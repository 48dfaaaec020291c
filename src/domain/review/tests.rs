use super::*;

#[test]
fn the_best_of_a_persons_names_counts() {
    for (account, names, best) in [
        ("测试", &["别人", "测试"][..], NameMatch::Same),
        ("阿依•买", &["阿依·买"], NameMatch::Folded),
        ("测?", &["别人", "测试"], NameMatch::Unclear),
        ("测?", &["别人"], NameMatch::Different),
        ("测试", &[], NameMatch::Different),
    ] {
        assert_eq!(NameMatch::best(account, names.iter().copied()), best, "{account}");
    }
}

#[test]
fn ten_grounds_of_a_sort_are_kept_each_once_and_none_is_printed() {
    let mut grounds = Grounds::default();
    let password = |at: usize| Basis::Password { number: format!("37010219750820331X{at}"), name: NameMatch::Same };
    for at in 0..10 {
        assert!(grounds.add(password(at)));
    }
    assert!(grounds.add(password(3)) && !grounds.add(password(10)));
    let said = String::new;
    assert!(grounds.add(Basis::Words {
        old_number: said(),
        old_name: said(),
        exam: said(),
        year: said(),
        note: said()
    }));
    assert_eq!(grounds.bases.len(), 11);
    assert!(!format!("{grounds:?}").contains("3701"));
}
