//! Applications, and what was carried over.

use super::rendered::{attribute, html, rendered, select};
use crate::views::{ApplicationList, ApplicationShow, ContinuityShow, LinkShow};

#[test]
fn the_status_list_marks_state_and_old_system() {
    let html = html::<ApplicationList>(1);
    assert_eq!(attribute(&html, "tr[data-application]", "data-status"), ["pending", "rejected", "approved"]);
    assert_eq!(select(&html, ".origin").len(), 2);
}

#[test]
fn an_edit_conflict_shows_both_values_and_an_approved_application_has_no_form() {
    let conflict = html::<ApplicationShow>(2);
    assert_eq!(attribute(&conflict, "input[name=contact]", "value"), ["13800000000"]);
    let saved: String = select(&conflict, "#contact-saved").first().unwrap().text().collect();
    assert!(saved.contains("13900000000"), "{saved}");
    assert_eq!(attribute(&conflict, "input[type=hidden][name=version]", "value"), ["3"]);
    let approved = html::<ApplicationShow>(3);
    assert!(select(&approved, "main form, main input").is_empty());
}

#[test]
fn the_continuity_list_counts_per_system_and_tells_no_detail_of_what_is_not_joined() {
    let html = html::<ContinuityShow>(1);
    assert_eq!(attribute(&html, "tr[data-system]", "data-system"), ["reissue", "mailing"]);
    let row = select(&html, "tr[data-system=reissue]")[0];
    let counts = ["data-accounts", "data-certificates", "data-applications"].map(|name| row.attr(name).unwrap());
    assert_eq!(counts, ["1", "2", "1"]);
    assert_eq!(attribute(&html, "[data-needs-proof]", "data-needs-proof"), ["1"]);
    assert_eq!(attribute(&html, "[data-needs-review]", "data-needs-review"), ["2"]);
}

#[test]
fn the_page_of_old_accounts_marks_accounts_and_tasks_and_never_shows_a_password() {
    let html = html::<LinkShow>(1);
    assert_eq!(attribute(&html, "[data-account]", "data-account"), ["a-1", "a-2", "a-3", "a-4"]);
    let words: Vec<String> = select(&html, "[data-lockout]").iter().map(|one| one.text().collect()).collect();
    assert_eq!(
        words,
        ["已输错 5 次，请在 08:14 以后再试。", "您验证各账户共输错 5 次，所有账户都暂停验证，请在 08:14 以后再试。"]
    );
    assert_eq!(attribute(&html, "[data-account] form[action='/link/proof'] input[name=account]", "value"), ["a-1"]);
    assert_eq!(attribute(&html, "tr[data-task]", "data-status"), ["open", "approved", "refused"]);
    for (name, _, html) in rendered() {
        assert!(attribute(&html, "input[type=password]", "value").is_empty(), "{name}");
    }
    let links = |sample| {
        let html = self::html::<LinkShow>(sample);
        attribute(&html, "#error-summary li > a:first-child", "href").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(links(2), ["#request", "#proof-1-password"]);
    assert_eq!(links(3), ["#claim-old_number", "#note"]);
}

#[test]
fn each_part_of_the_page_of_old_accounts_has_its_form_alone() {
    for (sample, action) in [(4, "/link/claim"), (5, "/link/request"), (6, "/link/request")] {
        assert_eq!(attribute(&html::<LinkShow>(sample), "main form", "action"), [action]);
    }
    assert_eq!(attribute(&html::<LinkShow>(6), "input[name=again]", "value"), ["10"]);
    let folded = html::<LinkShow>(0);
    assert_eq!(select(&folded, "details:not([open]) form").len(), 2);
}
