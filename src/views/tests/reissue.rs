//! The steps of 补证申请.

use scraper::Html;

use super::rendered::{attribute, html, select, views};
use crate::views::{FormField, ReissueDone, ReissueForm, ReissueSelect, View};

#[test]
fn step_1_lists_certificates_with_button_or_reason() {
    let html = html::<ReissueSelect>(1);
    assert_eq!(attribute(&html, "tr[data-certificate]", "data-eligible"), ["true", "false", "false"]);
    assert_eq!(attribute(&html, "tr[data-eligible=true] a.btn", "href"), ["/reissue/new?certificate=c-1"]);
    assert_eq!(select(&html, "tr[data-eligible=false] button[disabled]").len(), 2);
    assert_eq!(attribute(&html, "tr[data-reason=already_applied] .reason a", "href"), ["/applications/a-1"]);
    let heading: String = select(&html, "h2#certificates").first().unwrap().text().collect();
    assert_eq!(heading, "造价证书列表");
    assert_eq!(attribute(&html, "select[name=exam] option[selected]", "value"), ["code-造价"]);
    assert_eq!(select(&html, "form[method=get][action='/reissue'] button[type=submit]").len(), 1);
    assert_eq!(attribute(&html, ".steps [aria-current=step]", "aria-current").len(), 1);
}

#[test]
fn a_locked_field_is_a_readonly_input_with_its_source_even_where_the_free_one_is_a_select() {
    let mut view = ReissueForm::samples().remove(0);
    let field = FormField::new("city", "报名市", "济南市").select(["济南市", "青岛市"]).locked("证书登记信息");
    view.fields = vec![field];
    let html = Html::parse_document(&views().render(&view).unwrap());
    assert_eq!(attribute(&html, "input[name=city][readonly]", "value"), ["济南市"]);
    assert!(select(&html, "select").is_empty());
    let described = attribute(&html, "input[name=city]", "aria-describedby").remove(0);
    let source: String = select(&html, &format!("#{described}")).first().unwrap().text().collect();
    assert_eq!(source, "证书登记信息，不可修改");
}

#[test]
fn step_2_has_every_field_of_the_manual_and_sends_the_form_as_multipart() {
    let html = html::<ReissueForm>(2);
    let form = "form[method=post][action='/reissue'][enctype='multipart/form-data']";
    for name in [
        "exam",
        "year",
        "name",
        "document_number",
        "birth_month",
        "gender",
        "certificate_number",
        "approval_date",
        "level",
        "specialty",
        "city",
        "contact",
        "photo",
        "csrf_token",
        "submission",
        "exam_code",
        "photo_token",
    ] {
        assert_eq!(select(&html, &format!("{form} [name={name}]")).len(), 1, "{name}");
    }
    assert_eq!(select(&html, &format!("{form} button[name=action][value=back][formnovalidate]")).len(), 1);
    // Enter in a field presses the first button: it must be 下一步.
    let first: String = select(&html, &format!("{form} button")).first().unwrap().text().collect();
    assert_eq!(first, "下一步");
}

#[test]
fn errors_stand_in_the_summary_and_at_their_fields_and_nothing_typed_is_lost() {
    let html = html::<ReissueForm>(1);
    assert_eq!(select(&html, "#error-summary[role=alert][tabindex='-1']").len(), 1);
    let links = attribute(&html, "#error-summary a", "href");
    assert_eq!(links, ["#birth_month", "#gender", "#approval_date", "#level", "#photo"]);
    for link in links {
        assert_eq!(attribute(&html, link, "aria-invalid"), ["true"], "{link}");
        let described = attribute(&html, link, "aria-describedby");
        assert!(described[0].contains(&format!("{}-error", &link[1..])), "{link}: {described:?}");
    }
    assert_eq!(attribute(&html, "input[name=approval_date]", "value"), ["20121332"]);
    assert_eq!(attribute(&html, "select[name=city] option[selected]", "value"), ["莱芜市"]);
}

#[test]
fn the_receipt_holds_the_reference() {
    let html = html::<ReissueDone>(0);
    let reference: String = select(&html, "[data-reference]").first().unwrap().text().collect();
    assert_eq!(reference, "BZ20260920-4K7M2P");
}
