use super::super::{AccountState, Claim, List, Person, decide};
use super::*;
use crate::domain::document::Number;
use crate::ids::AccountId;
use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;

const NUMBER: &str = "110101199003071233";
const OF_15: &str = "110101900307123";
const OTHER: &str = "110101199003071250";
/// Sequence 997: its upgrade leaves the century open.
const AMBIGUOUS_15: &str = "110101900307997";

fn account(label: &str, number: &str, name: &str) -> Account {
    Account {
        id: AccountId::generate(),
        label: label.to_owned(),
        number: Number::new(number, None),
        name: name.to_owned(),
        state: AccountState::Free,
    }
}

fn alias(number: &str, name: &str) -> Alias {
    Alias { number: Number::new(number, None), name: name.to_owned(), granted: None }
}

/// The first account is the one that was opened; `person` bears its number and name, unless it was registered and has shown nothing.
fn facts(accounts: Vec<Account>, person: Option<PersonId>) -> Facts {
    let own = &accounts[0];
    let aliases = if own.is_registered() { vec![] } else { vec![alias(NUMBER, &own.name)] };
    Facts {
        claim: Claim::Account(Opened { account: own.id, shared_systems: vec!["reissue".into(), "mailing".into()] }),
        minimum_level: 0,
        today: NaiveDate::default(),
        known: person.map(|id| (Person { id, aliases }, own.number.clone())),
        holders: Vec::new(),
        rivals: Vec::new(),
        accounts,
    }
}

fn rules(list: &[Finding]) -> Vec<(&str, &str)> {
    list.iter().map(|finding| (finding.label.as_str(), finding.rule.as_str())).collect()
}

fn linked(person: PersonId, rule: Rule) -> AccountState {
    AccountState::Linked { person, rule, changed: false }
}

#[test]
fn an_account_opens_to_its_own_person_a_new_one_or_nobody() {
    let (me, other) = (PersonId::generate(), PersonId::generate());
    for (label, state, person, who, rule) in [
        ("reissue:1", AccountState::Free, None, Who::New, "A1"),
        ("registered:1", AccountState::Free, None, Who::New, "A4"),
        ("reissue:1", AccountState::Free, Some(me), Who::Known(me), "A1"),
        ("reissue:1", linked(me, Rule::A1), Some(me), Who::Known(me), "A1"),
        ("reissue:1", AccountState::Linked { person: me, rule: Rule::A1, changed: true }, Some(me), Who::New, "A1"),
        ("reissue:1", AccountState::Barred { person: me }, Some(me), Who::New, "A1"),
        ("reissue:1", linked(me, Rule::L1), Some(me), Who::New, "A1"),
        ("reissue:1", AccountState::Opened { by: other }, Some(me), Who::New, "A1"),
        ("reissue:1", linked(other, Rule::L1), Some(me), Who::Shut, "A8"),
        ("reissue:1", linked(other, Rule::L1), None, Who::Shut, "A8"),
        ("registered:1", linked(other, Rule::L4), None, Who::Shut, "A8"),
    ] {
        let case = format!("{label} {state:?} {person:?}");
        let own = Account { state, ..account(label, NUMBER, "测试") };
        let decision = decide(&facts(vec![own], person));
        assert_eq!((decision.who, decision.rule.as_str()), (who, rule), "{case}");
        assert_eq!(decision.accounts.len(), usize::from(who != Who::Shut), "{case}");
    }
}

/// The other account, and in which list it lands by which rule.
#[test]
fn beside_the_opened_account_only_its_equals_are_joined_and_the_others_need_a_proof() {
    let me = PersonId::generate();
    let other = PersonId::generate();
    for (label, number, name, state, expected) in [
        ("mailing:7", NUMBER, "测试", AccountState::Free, Some((None, "A2"))),
        ("mailing:7", OF_15, "测 试", AccountState::Free, Some((None, "A2"))),
        ("mailing:7", NUMBER, "测试", linked(me, Rule::A2), Some((None, "A2"))),
        ("exam:7", NUMBER, "测试", AccountState::Free, Some((Some(List::Proof), "L1"))),
        ("mailing:7", NUMBER, "测?", AccountState::Free, Some((Some(List::Proof), "L3"))),
        ("mailing:7", NUMBER, "别人", AccountState::Free, Some((Some(List::Proof), "L4"))),
        ("registered:7", NUMBER, "测试", AccountState::Free, Some((Some(List::Proof), "L1"))),
        ("exam:7", NUMBER, "别人", linked(me, Rule::L4), Some((None, "L4"))),
        ("mailing:7", OTHER, "测试", AccountState::Free, None),
        ("mailing:7", NUMBER, "测试", linked(other, Rule::L1), None),
        ("exam:7", NUMBER, "别人", linked(other, Rule::L4), None),
        ("mailing:7", NUMBER, "测试", AccountState::Opened { by: other }, None),
        ("exam:7", NUMBER, "测试", AccountState::Opened { by: other }, Some((Some(List::Proof), "L1"))),
        ("mailing:7", NUMBER, "测试", AccountState::Barred { person: me }, None),
        ("exam:7", NUMBER, "测试", AccountState::Barred { person: me }, None),
    ] {
        let case = format!("{label} {number} {name} {state:?}");
        let own = Account { state: linked(me, Rule::A1), ..account("reissue:1", NUMBER, "测试") };
        let beside = Account { state, ..account(label, number, name) };
        let decision = decide(&facts(vec![own, beside], Some(me)));
        let joined = rules(&decision.accounts)[1..].first().map(|(_, rule)| (None, *rule));
        let proof = rules(&decision.proof).first().map(|(_, rule)| (Some(List::Proof), *rule));
        assert_eq!(joined.or(proof), expected, "{case}");
        assert!(decision.review.is_empty(), "a password asks no reviewer: {case}");
    }
}

#[test]
fn an_upgrade_of_uncertain_century_makes_no_two_accounts_one() {
    let me = PersonId::generate();
    let upgraded = Number::new(AMBIGUOUS_15, None).canonical().to_owned();
    let own = Account { state: linked(me, Rule::A1), ..account("reissue:1", &upgraded, "测试") };
    let mut facts = facts(vec![own, account("mailing:7", AMBIGUOUS_15, "测试")], Some(me));
    facts.known.as_mut().unwrap().0.aliases = vec![alias(&upgraded, "测试")];
    assert_eq!(rules(&decide(&facts).proof), [("mailing:7", "L2")]);
}

#[test]
fn under_a_number_that_a_portal_vouched_for_nothing_is_said_of_other_accounts() {
    let me = PersonId::generate();
    for (rival, offered) in [((NUMBER, "别人"), 0), ((NUMBER, "测试"), 0), ((OF_15, "乙"), 0), ((OTHER, "测试"), 1)]
    {
        let own = Account { state: linked(me, Rule::A1), ..account("reissue:1", NUMBER, "测试") };
        let mut facts = facts(vec![own, account("exam:7", NUMBER, "旧名")], Some(me));
        facts.rivals = vec![alias(rival.0, rival.1)];
        let decision = decide(&facts);
        assert_eq!((decision.accounts.len(), decision.proof.len()), (1, offered), "{rival:?}");
    }
}

#[test]
fn whoever_registered_and_has_shown_nothing_is_offered_nothing() {
    let me = PersonId::generate();
    let own = Account { state: linked(me, Rule::A4), ..account("registered:1", NUMBER, "测试") };
    let decision = decide(&facts(vec![own, account("reissue:7", NUMBER, "测试")], Some(me)));
    assert_eq!((rules(&decision.accounts), decision.proof.len()), (vec![("registered:1", "A4")], 0));
}

fn any_account() -> impl Strategy<Value = Account> {
    let labels = select(vec!["reissue:2", "mailing:3", "exam:4", "registered:5"]);
    let numbers = select(vec![NUMBER, OF_15, OTHER, AMBIGUOUS_15, "1.10101E+17"]);
    (labels, numbers, select(vec!["测试", "测 试", "测?", "别人"]))
        .prop_map(|(label, number, name)| account(label, number, name))
}

proptest! {
    /// Whatever stands around it: what another person has is in no list, and nothing is joined that does not count as the same account.
    #[test]
    fn a_password_reaches_its_own_account_and_its_equals(
        others in prop::collection::vec((any_account(), 0..4u8), 0..5),
        is_registered in any::<bool>(),
    ) {
        let (me, other) = (PersonId::generate(), PersonId::generate());
        let label = if is_registered { "registered:1" } else { "reissue:1" };
        let own = Account { state: linked(me, Rule::A1), ..account(label, NUMBER, "测试") };
        let mut accounts = vec![own];
        for (account, state) in others {
            let state = match state {
                0 => AccountState::Free,
                1 => linked(other, Rule::L1),
                2 => AccountState::Opened { by: other },
                _ => AccountState::Barred { person: me },
            };
            accounts.push(Account { state, ..account });
        }
        let facts = facts(accounts.clone(), Some(me));
        let decision = decide(&facts);
        prop_assert_eq!(decision.who, Who::Known(me));
        for finding in &decision.accounts {
            let found = accounts.iter().find(|account| account.id == finding.account).unwrap();
            let is_own = found.id == accounts[0].id;
            prop_assert!(is_own || is_same_account(found, &accounts[0], &["reissue".into(), "mailing".into()]));
            prop_assert!(is_own || found.state == AccountState::Free);
        }
        for finding in &decision.proof {
            let found = accounts.iter().find(|account| account.id == finding.account).unwrap();
            let is_free = matches!(found.state, AccountState::Free | AccountState::Opened { .. });
            prop_assert!(is_free && !is_registered);
        }
        prop_assert!(decision.review.is_empty());
    }
}
