use super::LinkActor::{self, Citizen, Proof, Request, SignIn, Staff, Task};
use proptest::prelude::*;

#[test]
fn the_stored_texts_stay_as_they_are() {
    let staff = |name: &str| Staff(name.to_owned());
    for (text, actor) in [
        ("sign-in", SignIn),
        ("citizen", Citizen),
        ("proof", Proof),
        ("request", Request),
        ("task 12", Task(12)),
        ("li", staff("li")),
        ("uid:0", staff("uid:0")),
        ("task twelve", staff("task twelve")),
        ("task 012", staff("task 012")),
        // Names that would otherwise be read as another actor.
        ("staff:proof", staff("proof")),
        ("staff:task 12", staff("task 12")),
        ("staff:staff:li", staff("staff:li")),
    ] {
        assert_eq!((actor.to_string().as_str(), text.parse()), (text, Ok(actor)));
    }
}

proptest! {
    #[test]
    fn a_name_is_never_read_as_anything_else(name in "(staff:|task |proof|[a-z0-9 ]){0,3}") {
        let actor = Staff(name);
        prop_assert_eq!(actor.to_string().parse::<LinkActor>(), Ok(actor));
    }

    #[test]
    fn every_tasks_number_is_read_back(number: i64) {
        prop_assert_eq!(Task(number).to_string().parse::<LinkActor>(), Ok(Task(number)));
    }
}
