use super::*;
use crate::domain::document::{DocumentType, Number};
use crate::ids::{AccountId, AliasId, PersonId};
use chrono::NaiveDate;
use proptest::prelude::*;

const NUMBER: &str = "110101199003071233";
const OLD_NUMBER: &str = "110101900307123";
/// Sequence 997: 15 digits, and its upgrade.
const AMBIGUOUS_15: &str = "110101900307997";

fn number(raw: &str) -> Number {
    Number::new(raw, None)
}

fn alias(raw: &str, name: &str) -> Alias {
    Alias { number: number(raw), name: name.to_owned(), granted: None }
}

fn person(aliases: &[(&str, &str)]) -> Person {
    Person { id: PersonId::generate(), aliases: aliases.iter().map(|(raw, name)| alias(raw, name)).collect() }
}

fn account(label: &str, raw: &str, name: &str) -> Account {
    Account {
        id: AccountId::generate(),
        label: label.to_owned(),
        number: number(raw),
        name: name.to_owned(),
        state: AccountState::Free,
    }
}

fn facts(raw: &str, name: &str) -> Facts {
    Facts {
        claim: Claim::Portal(Identity {
            name: Some(name.to_owned()),
            number: Some(raw.to_owned()),
            document: DocumentClaim::Type(DocumentType::ResidentId),
            level: Some(2),
            user_type: UserType::Personal,
        }),
        minimum_level: 1,
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        known: None,
        holders: Vec::new(),
        rivals: Vec::new(),
        accounts: Vec::new(),
    }
}

fn vouched(facts: &mut Facts) -> &mut Identity {
    match &mut facts.claim {
        Claim::Portal(identity) => identity,
        Claim::Account(_) => unreachable!("these facts are about what a portal vouches for"),
    }
}

fn labels(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.label.as_str()).collect()
}

/// L1-L4 and L6: (portal number, portal name, account number, account name) to (outcome, rule).
#[test]
fn a_free_account_is_judged_by_number_and_name() {
    use Outcome::{Linked, NeedsProof, NoAccount};
    let upgraded = number(AMBIGUOUS_15).canonical().to_owned();
    for (portal_number, portal_name, account_number, account_name, outcome, rule) in [
        (NUMBER, "测试", NUMBER, "测试", Linked, "L1"),
        (NUMBER, "测试", " 110101 19900307１２３３", " 测试 ", Linked, "L1"),
        (NUMBER, "测试", OLD_NUMBER, "测试", Linked, "L1-15"),
        (OLD_NUMBER, "测试", NUMBER, "测试", Linked, "L1-15"),
        (NUMBER, "阿依·买", NUMBER, "阿依•买", Linked, "L1-fold"),
        (NUMBER, "阿依·买", OLD_NUMBER, "阿依买", Linked, "L1-15-fold"),
        (&upgraded, "测试", AMBIGUOUS_15, "测试", NeedsProof, "L2"),
        (&upgraded, "测试", AMBIGUOUS_15, "别人", NeedsProof, "L2"),
        (&upgraded, "测试", AMBIGUOUS_15, "测?", NeedsProof, "L2"),
        (&upgraded, "测试", &upgraded, "测试", Linked, "L1"),
        (AMBIGUOUS_15, "测试", AMBIGUOUS_15, "测试", Linked, "L1"),
        (AMBIGUOUS_15, "测试", &upgraded, "测试", NeedsProof, "L2"),
        (NUMBER, "测试", NUMBER, "测?", NeedsProof, "L3"),
        (NUMBER, "测试", OLD_NUMBER, "□试", NeedsProof, "L3"),
        (NUMBER, "测试", NUMBER, "测验", NeedsProof, "L4"),
        (NUMBER, "测试", NUMBER, "", NeedsProof, "L4"),
        (NUMBER, "测试", "110101199003071250", "测试", NoAccount, "none"),
        (NUMBER, "测试", "110101********1233", "测试", NoAccount, "none"),
        (NUMBER, "测试", "1.10101E+17", "测试", NoAccount, "none"),
        (NUMBER, "测试", "110101199003071000", "测试", NoAccount, "none"),
        (NUMBER, "测试", "", "测试", NoAccount, "none"),
    ] {
        let mut facts = facts(portal_number, portal_name);
        facts.accounts.push(account("reissue:1", account_number, account_name));
        let decision = decide(&facts);
        assert_eq!((decision.outcome, decision.rule.as_str()), (outcome, rule), "{account_number:?} {account_name:?}");
        assert_eq!(decision.who, Who::New);
        let (linked, proof) = (usize::from(outcome == Linked), usize::from(outcome == NeedsProof));
        assert_eq!((decision.accounts.len(), decision.proof.len(), decision.review.len()), (linked, proof, 0));
    }
}

#[test]
fn what_it_took_to_match_is_evidence() {
    let mut facts = facts(NUMBER, "阿依·买");
    facts.accounts.push(account("mailing:7", OLD_NUMBER, "阿依•买"));
    let evidence = &decide(&facts).accounts[0].evidence;
    assert_eq!(evidence.transformations, [Transformation::Upgrade15To18, Transformation::NameFolded]);
    assert_eq!((evidence.account_name.as_str(), evidence.alias_name.as_str()), ("阿依•买", "阿依·买"));
    assert!(!format!("{evidence:?}").contains("阿依"), "no personal data in logs");
}

#[test]
fn an_account_of_another_person_is_for_a_reviewer_whatever_its_name() {
    for name in ["测试", "测?", "别人"] {
        let mut facts = facts(NUMBER, "测试");
        let mut taken = account("reissue:1", NUMBER, name);
        taken.state = AccountState::Linked { person: PersonId::generate(), rule: Rule::L1, changed: false };
        facts.accounts = vec![taken];
        let decision = decide(&facts);
        assert_eq!((decision.outcome, decision.rule), (Outcome::NeedsReview, Rule::L5));
        assert_eq!(labels(&decision.review), ["reissue:1"]);
        assert!(decision.proof.is_empty(), "never offered for proof");
    }
}

#[test]
fn an_account_under_another_number_is_not_mentioned_even_if_it_is_taken() {
    let mut facts = facts(NUMBER, "测试");
    let mut taken = account("reissue:1", "110101199003071250", "测试");
    taken.state = AccountState::Linked { person: PersonId::generate(), rule: Rule::L1, changed: false };
    facts.accounts = vec![taken];
    assert_eq!(decide(&facts).outcome, Outcome::NoAccount);
}

#[test]
fn a_linked_account_of_this_person_counts_with_the_rule_of_its_link() {
    let own = person(&[(NUMBER, "测试")]);
    let mut facts = facts(NUMBER, "测试");
    let mut linked = account("reissue:1", "999", "旧名");
    linked.state = AccountState::Linked { person: own.id, rule: Rule::L4, changed: false };
    facts.accounts = vec![linked];
    facts.known = Some((own, number(NUMBER)));
    let decision = decide(&facts);
    assert_eq!((decision.outcome, decision.rule), (Outcome::Linked, Rule::L4));
    assert!(decision.accounts[0].linked_before);
}

#[test]
fn an_undone_or_frozen_pair_is_never_linked_again_by_the_rules() {
    for name in ["测试", "别人"] {
        let own = person(&[(NUMBER, "测试")]);
        let mut facts = facts(NUMBER, "测试");
        let mut barred = account("reissue:1", NUMBER, name);
        barred.state = AccountState::Barred { person: own.id };
        facts.accounts = vec![barred];
        facts.known = Some((own, number(NUMBER)));
        let decision = decide(&facts);
        assert_eq!((decision.outcome, decision.rule), (Outcome::NeedsReview, Rule::L5));
        assert!(decision.proof.is_empty() && decision.accounts.is_empty());
    }
}

/// Other facts about an account that number and name alone would link, to (list, rule, whether it was linked before).
#[test]
fn an_account_that_fits_is_linked_only_where_nothing_speaks_against_it() {
    use AccountState::{Barred, Free, Linked};
    let (own, other) = (person(&[(NUMBER, "测试")]), PersonId::generate());
    let me = own.id;
    let mine = |rule, changed| Linked { person: me, rule, changed };
    let foreign = || Linked { person: other, rule: Rule::L1, changed: false };
    let none: &[(&str, &str)] = &[];
    for (row, state, rivals, expected) in [
        ((NUMBER, "测试"), Free, none, ("accounts", "L1", false)),
        // A rival: beyond doubt, or not.
        ((NUMBER, "测试"), Free, &[(NUMBER, "测试")], ("review", "L5", false)),
        ((OLD_NUMBER, "测试"), Free, &[(NUMBER, "测 试")], ("review", "L5", false)),
        ((NUMBER, "测试"), Free, &[(NUMBER, "别人")], ("accounts", "L1", false)),
        ((NUMBER, "测试"), Free, &[(NUMBER, "测?")], ("accounts", "L1", false)),
        ((NUMBER, "测试"), Free, &[("110101199003071250", "测试")], ("accounts", "L1", false)),
        ((NUMBER, "别人"), Free, &[(NUMBER, "别人")], ("review", "L5", false)),
        ((NUMBER, "别人"), Free, &[(NUMBER, "又一人")], ("proof", "L4", false)),
        ((NUMBER, "测?"), Free, &[(NUMBER, "测验")], ("proof", "L3", false)),
        // Linked to this person: kept whatever else fits, unless the row changed and fits no longer.
        ((NUMBER, "测试"), mine(Rule::L1, false), &[(NUMBER, "测试")], ("accounts", "L1", true)),
        (("999", "旧名"), mine(Rule::L4, false), none, ("accounts", "L4", true)),
        ((NUMBER, "测 试"), mine(Rule::L4, true), none, ("accounts", "L4", true)),
        ((OLD_NUMBER, "测试"), mine(Rule::L1, true), none, ("accounts", "L1", true)),
        ((NUMBER, "别人"), mine(Rule::L1, true), none, ("review", "L5", false)),
        ((NUMBER, "测?"), mine(Rule::L1, true), none, ("review", "L5", false)),
        (("110101199003071250", "测试"), mine(Rule::L1, true), none, ("review", "L5", false)),
        (("1.10101E+17", "测试"), mine(Rule::L1, true), none, ("review", "L5", false)),
        // Linked to another person, or undone for this one: never for proof.
        ((NUMBER, "测试"), foreign(), none, ("review", "L5", false)),
        ((NUMBER, "别人"), foreign(), none, ("review", "L5", false)),
        ((NUMBER, "测试"), Barred { person: me }, none, ("review", "L5", false)),
        ((OLD_NUMBER, "测?"), Barred { person: me }, none, ("review", "L5", false)),
        (("110101199003071250", "测试"), Barred { person: me }, none, ("", "", false)),
        (("110101199003071250", "测试"), foreign(), none, ("", "", false)),
    ] {
        let mut facts = facts(NUMBER, "测试");
        let case = format!("{row:?} {state:?} beside {rivals:?}");
        facts.rivals = rivals.iter().map(|(raw, name)| alias(raw, name)).collect();
        facts.accounts = vec![Account { state, ..account("reissue:1", row.0, row.1) }];
        facts.known = Some((own.clone(), number(NUMBER)));
        let decision = decide(&facts);
        let lists = [("accounts", &decision.accounts), ("proof", &decision.proof), ("review", &decision.review)];
        let mut found = lists.into_iter().flat_map(|(list, findings)| {
            findings.iter().map(move |finding| (list, finding.rule.as_str(), finding.linked_before))
        });
        assert_eq!(found.next().unwrap_or(("", "", false)), expected, "{case}");
        assert_eq!(found.next(), None, "{case}");
    }
}

#[test]
fn a_link_rests_on_a_granted_pair_only_where_the_portals_own_word_is_not_enough() {
    let mut own = person(&[(NUMBER, "测试"), (NUMBER, "旧名")]);
    let granted = AliasId::generate();
    own.aliases[1].granted = Some(granted);
    let mut facts = facts(NUMBER, "测试");
    facts.accounts = vec![account("reissue:1", NUMBER, "测试"), account("reissue:2", OLD_NUMBER, "旧名")];
    facts.accounts.push(account("reissue:3", NUMBER, "旧?"));
    facts.known = Some((own, number(NUMBER)));
    let decision = decide(&facts);
    let via: Vec<_> = decision.accounts.iter().map(|finding| (finding.label.as_str(), finding.via)).collect();
    assert_eq!(via, [("reissue:1", None), ("reissue:2", Some(granted))]);
    assert_eq!(decision.accounts[1].evidence.alias_name, "旧名");
    assert_eq!(labels(&decision.proof), ["reissue:3"], "it fits the granted pair as unclearly as any");
}

/// Rule 2, where a reviewer granted the number and the portal never vouched for it: the stricter reading of LINKING.md.
#[test]
fn an_unknown_subject_joins_only_under_a_number_that_the_portal_vouched_for() {
    for (aliases, joins) in [
        (&[(NUMBER, "测试", false)][..], true),
        (&[(NUMBER, "测试", true)], false),
        (&[(NUMBER, "旧名", false), (NUMBER, "测试", true)], true),
        (&[("E12345678", "测试", false), (NUMBER, "测试", true)], false),
        (&[(NUMBER, "旧名", false), (OLD_NUMBER, "测 试", true)], true),
        (&[(NUMBER, "旧名", false), ("E12345678", "测试", true)], false),
    ] {
        let pairs: Vec<_> = aliases.iter().map(|(raw, name, _)| (*raw, *name)).collect();
        let mut holder = person(&pairs);
        for (alias, (.., granted)) in holder.aliases.iter_mut().zip(aliases) {
            alias.granted = granted.then(AliasId::generate);
        }
        let expected = if joins { Who::Joins(holder.id) } else { Who::Undecided };
        let mut facts = facts(NUMBER, "测试");
        facts.holders = vec![holder];
        assert_eq!(decide(&facts).who, expected, "{aliases:?}");
    }
}

#[test]
fn the_answer_names_the_leftmost_rule_of_the_first_list_that_is_not_empty() {
    let mut facts = facts(NUMBER, "阿依·买");
    let mut taken = account("mailing:9", NUMBER, "阿依·买");
    taken.state = AccountState::Linked { person: PersonId::generate(), rule: Rule::L1, changed: false };
    facts.accounts = vec![
        account("reissue:1", NUMBER, "别人"),
        account("reissue:2", OLD_NUMBER, "阿依•买"),
        account("mailing:3", NUMBER, "阿依•买"),
        account("mailing:4", NUMBER, "阿?买"),
        taken,
    ];
    let decision = decide(&facts);
    assert_eq!((decision.outcome, decision.rule.as_str()), (Outcome::Linked, "L1-fold"));
    assert_eq!(labels(&decision.accounts), ["reissue:2", "mailing:3"]);
    assert_eq!(labels(&decision.proof), ["reissue:1", "mailing:4"]);
    assert_eq!(labels(&decision.review), ["mailing:9"]);
}

#[test]
fn a_known_subject_signs_in_as_before_and_a_changed_name_brings_accounts_of_that_name() {
    let own = person(&[(NUMBER, "旧名")]);
    let id = own.id;
    let mut facts = facts(NUMBER, "新名");
    facts.accounts = vec![account("reissue:1", NUMBER, "旧名"), account("reissue:2", NUMBER, "新名")];
    facts.known = Some((own, number(OLD_NUMBER)));
    let decision = decide(&facts);
    assert_eq!((decision.who, decision.outcome), (Who::Known(id), Outcome::Linked));
    assert_eq!(labels(&decision.accounts), ["reissue:1", "reissue:2"]);
}

#[test]
fn a_changed_number_is_the_whole_decision() {
    let own = person(&[(NUMBER, "测试")]);
    let mut facts = facts("110101199003071268", "测试");
    let digit = crate::domain::document::check_digit("110101199003071268").unwrap();
    vouched(&mut facts).number = Some(format!("11010119900307126{digit}"));
    facts.accounts = vec![account("reissue:1", NUMBER, "测试")];
    facts.known = Some((own, number(NUMBER)));
    let decision = decide(&facts);
    assert_eq!((decision.who, decision.outcome, decision.rule), (Who::Undecided, Outcome::NeedsReview, Rule::R1));
    assert!(decision.accounts.is_empty() && decision.proof.is_empty() && decision.review.is_empty());
}

#[test]
fn an_unknown_subject_joins_the_person_of_that_number_and_name() {
    for (held_number, held_name) in [(NUMBER, "测试"), (OLD_NUMBER, "测 试")] {
        let holder = person(&[(held_number, held_name)]);
        let mut facts = facts(NUMBER, "测试");
        let mut linked = account("reissue:1", NUMBER, "测试");
        linked.state = AccountState::Linked { person: holder.id, rule: Rule::L1, changed: false };
        facts.accounts = vec![linked];
        let id = holder.id;
        facts.holders = vec![holder];
        let decision = decide(&facts);
        assert_eq!((decision.who, decision.outcome, decision.rule), (Who::Joins(id), Outcome::Linked, Rule::L1));
    }
}

#[test]
fn an_unknown_subject_of_another_name_or_of_several_holders_waits_for_a_reviewer() {
    let upgraded = number(AMBIGUOUS_15).canonical().to_owned();
    for (portal_number, holders) in [
        (NUMBER, vec![person(&[(NUMBER, "别人")])]),
        (NUMBER, vec![person(&[(NUMBER, "测?")])]),
        (NUMBER, vec![person(&[(NUMBER, "测试")]), person(&[(NUMBER, "测试")])]),
        (upgraded.as_str(), vec![person(&[(AMBIGUOUS_15, "测试")])]),
    ] {
        let mut facts = facts(portal_number, "测试");
        facts.accounts = vec![account("reissue:1", portal_number, "测试")];
        facts.holders = holders;
        let decision = decide(&facts);
        assert_eq!((decision.who, decision.outcome, decision.rule), (Who::Undecided, Outcome::NeedsReview, Rule::R2));
        assert!(decision.accounts.is_empty());
    }
}

#[test]
fn identities_that_are_not_accepted_create_nothing() {
    type Change = fn(&mut Identity);
    let cases: [(Change, Refusal); 14] = [
        (|i| i.user_type = UserType::Corporate, Refusal::Corporate),
        (|i| i.user_type = UserType::Unmapped, Refusal::UserTypeUnknown),
        (|i| i.level = Some(0), Refusal::LevelTooLow),
        (|i| i.level = None, Refusal::LevelUnknown),
        (|i| i.number = None, Refusal::NumberMissing),
        (|i| i.number = Some(" ".into()), Refusal::NumberMissing),
        (|i| i.number = Some("110101********1233".into()), Refusal::NumberInvalid),
        (|i| i.number = Some("110101199003071234".into()), Refusal::NumberInvalid),
        (|i| i.number = Some("11010119900307123".into()), Refusal::NumberInvalid),
        (|i| i.document = DocumentClaim::Unmapped, Refusal::DocumentTypeUnknown),
        (|i| i.name = None, Refusal::NameMissing),
        (|i| i.name = Some("  ".into()), Refusal::NameMissing),
        (|i| i.name = Some("\u{200b}".into()), Refusal::NameMissing),
        (|i| i.name = Some("·".into()), Refusal::NameMissing),
    ];
    for (at, (change, refusal)) in cases.into_iter().enumerate() {
        let mut facts = facts(NUMBER, "测试");
        facts.accounts = vec![account("reissue:1", NUMBER, "测试")];
        change(vouched(&mut facts));
        let decision = decide(&facts);
        assert_eq!((decision.who, decision.outcome), (Who::Refused(refusal), Outcome::Refused), "case {at}");
        assert!(decision.accounts.is_empty() && decision.proof.is_empty() && decision.review.is_empty());
    }
}

#[test]
fn a_passport_matches_untyped_rows_of_its_number_but_none_of_resident_shape() {
    let mut facts = facts("E12345678", "ANN LI");
    vouched(&mut facts).document = DocumentClaim::Type(DocumentType::Passport);
    facts.accounts = vec![account("reissue:1", "e12345678", "Ann Li"), account("reissue:2", NUMBER, "ANN LI")];
    assert_eq!(labels(&decide(&facts).accounts), ["reissue:1"]);
}

#[test]
fn certificates_are_shown_only_where_number_and_name_fit_one_alias_and_nobody_elses() {
    let upgraded = number(AMBIGUOUS_15).canonical().to_owned();
    let own = [alias(NUMBER, "测试"), alias("E12345678", "TEST"), alias(&upgraded, "测试")];
    for (raw, name, expected) in [
        (NUMBER, "测试", Belongs::Yes),
        (OLD_NUMBER, "测 试", Belongs::Yes),
        ("E12345678", "test", Belongs::Yes),
        (NUMBER, "TEST", Belongs::Unclear),
        (NUMBER, "测?", Belongs::Unclear),
        (AMBIGUOUS_15, "测试", Belongs::Unclear),
        ("110101199003071250", "测试", Belongs::No),
        ("110101********1233", "测试", Belongs::No),
    ] {
        assert_eq!(belongs(&number(raw), name, &own, &[]), expected, "{raw} {name}");
    }
    let rival = [alias(NUMBER, "测试")];
    assert_eq!(belongs(&number(NUMBER), "测试", &own, &rival), Belongs::Unclear);
    let namesake_without_fit = [alias(NUMBER, "别人")];
    assert_eq!(belongs(&number(NUMBER), "测试", &own, &namesake_without_fit), Belongs::Yes);
}

#[test]
fn rule_words_are_those_of_the_contract_in_its_order() {
    let words = ["L1", "L1-15", "L1-fold", "L1-15-fold", "L2", "L3", "L4", "L5", "R1", "R2", "refused", "none"];
    let rules: Vec<Rule> = words.iter().map(|word| Rule::from_word(word).unwrap()).collect();
    assert!(rules.is_sorted());
    assert_eq!(rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(), words);
    assert_eq!(Rule::from_word("L7"), None);
}

fn any_number() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(NUMBER.to_owned()),
        Just(OLD_NUMBER.to_owned()),
        Just(AMBIGUOUS_15.to_owned()),
        Just(number(AMBIGUOUS_15).canonical().to_owned()),
        Just("110101********1233".to_owned()),
        "[0-9]{14}[0-9xX]{0,4}",
    ]
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![Just("阿依·买".to_owned()), "[阿依·•买?□ 张]{0,5}"]
}

proptest! {
    /// The invariant: the rules link nothing unless number and name agree beyond doubt and the account is free.
    #[test]
    fn no_link_is_ever_made_without_the_same_number_and_a_fitting_name(
        portal in (any_number(), any_name()), rows in prop::collection::vec((any_number(), any_name(), 0u8..4), 0..8),
    ) {
        let mut facts = facts(&portal.0, &portal.1);
        for (at, (raw, name, state)) in rows.iter().enumerate() {
            let mut row = account(&format!("reissue:{at}"), raw, name);
            if *state == 0 {
                row.state = AccountState::Linked { person: PersonId::generate(), rule: Rule::L1, changed: false };
            }
            facts.accounts.push(row);
        }
        let decision = decide(&facts);
        for finding in &decision.accounts {
            let row = facts.accounts.iter().find(|row| row.id == finding.account).unwrap();
            prop_assert_eq!(&row.state, &AccountState::Free);
            let vouched = number(&portal.0);
            prop_assert_eq!(row.number.canonical(), vouched.canonical());
            let relation = row.number.relation(&vouched);
            prop_assert_ne!(relation, document::Relation::Same(Upgrade::From15Ambiguous));
            prop_assert_eq!(name::fold_key(&row.name), name::fold_key(&portal.1));
            prop_assert!(!name::has_placeholder(&row.name));
        }
        let found = decision.accounts.len() + decision.proof.len() + decision.review.len();
        prop_assert!(found <= facts.accounts.len(), "an account stands in one list at most");
    }
}
