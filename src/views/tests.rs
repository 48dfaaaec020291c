#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::PathBuf;

use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

use super::checker::{Components, union};
use super::*;

/// A template, and the data of its samples.
struct Page {
    template: &'static str,
    samples: Vec<Value>,
}

fn page<V: View>() -> Page {
    let samples = V::samples().iter().map(|view| serde_json::to_value(view).unwrap()).collect();
    Page { template: V::TEMPLATE, samples }
}

/// Every page there is.
fn pages() -> Vec<Page> {
    vec![
        page::<ApplicationList>(),
        page::<ApplicationShow>(),
        page::<ContinuityShow>(),
        page::<ErrorShow>(),
        page::<HelpShow>(),
        page::<ImportReport>(),
        page::<LandingShow>(),
        page::<LinkShow>(),
        page::<LoginFailed>(),
        page::<LoginRefused>(),
        page::<LoginReview>(),
        page::<ReissueDone>(),
        page::<ReissueForm>(),
        page::<ReissueSelect>(),
        page::<LoginAhead>(),
        page::<LoginTried>(),
        page::<SignedOut>(),
    ]
}

fn views() -> Views {
    Views::new(&chrome::samples::portal()).unwrap()
}

fn render(views: &Views, template: &str, data: &Value) -> String {
    let context = Context::from_serialize(data).unwrap();
    views.tera.render(template, &context).unwrap_or_else(|error| panic!("{template}: {error}"))
}

/// Name, data and parsed page of every sample.
fn rendered() -> Vec<(String, Value, Html)> {
    let views = views();
    let mut all = Vec::new();
    for page in pages() {
        for (i, data) in page.samples.into_iter().enumerate() {
            let html = Html::parse_document(&render(&views, page.template, &data));
            all.push((format!("{} sample {i}", page.template), data, html));
        }
    }
    all
}

fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn attribute<'a>(html: &'a Html, selector: &str, name: &str) -> Vec<&'a str> {
    select(html, selector).into_iter().filter_map(|element| element.attr(name)).collect()
}

fn html<V: View>(sample: usize) -> Html {
    Html::parse_document(&views().render(&V::samples()[sample]).unwrap())
}

#[test]
fn every_sample_renders_and_every_template_has_a_struct() {
    let views = views();
    for page in pages() {
        assert!(!page.samples.is_empty(), "{} has no sample", page.template);
        for data in &page.samples {
            render(&views, page.template, data);
        }
    }
    let mut known: Vec<_> =
        pages().iter().map(|page| page.template).chain(["layout.html", "components.html"]).collect();
    known.sort_unstable();
    let mut files: Vec<_> = template_sources().unwrap().into_iter().map(|(name, _)| name).collect();
    files.sort_unstable();
    assert_eq!(files, known);
}

#[test]
fn every_variable_of_a_template_is_in_its_struct_and_filled_by_a_sample() {
    let sources: std::collections::BTreeMap<_, _> = template_sources().unwrap().into_iter().collect();
    let components = Components::new(&sources["components.html"]);
    let global = json!({"portal": chrome::samples::portal(), "assets": assets::Urls::new()});
    // The layout is the same for all: its data is what any page may put into it.
    let chromes = pages().into_iter().flat_map(|page| page.samples).map(|data| json!({"chrome": data["chrome"]}));
    let layout = union(chromes.chain([global.clone()]));
    assert_eq!(components.unknown(&sources["layout.html"], &layout), [""; 0]);
    for page in pages() {
        let data = union(page.samples.into_iter().chain([global.clone()]));
        assert_eq!(components.unknown(&sources[page.template], &data), [""; 0], "{}", page.template);
    }
}

#[test]
fn no_text_of_any_struct_can_become_markup() {
    const HOSTILE: &str = "\"'><x-evil onx=1>&lt;</title></textarea>";
    fn poison(value: &mut Value) {
        match value {
            Value::String(text) => HOSTILE.clone_into(text),
            Value::Array(all) => all.iter_mut().for_each(poison),
            Value::Object(all) => all.values_mut().for_each(poison),
            _ => {}
        }
    }
    let portal = Portal { display_name: HOSTILE.into(), home_url: HOSTILE.into(), account_url: HOSTILE.into() };
    let views = Views::new(&portal).unwrap();
    for page in pages() {
        for mut data in page.samples {
            poison(&mut data);
            let text = render(&views, page.template, &data);
            let html = Html::parse_document(&text);
            assert!(select(&html, "x-evil, [onx]").is_empty(), "{}", page.template);
            assert!(!text.contains("<x-evil"), "{}", page.template);
        }
    }
}

#[test]
fn no_template_needs_inline_style_or_script() {
    for (name, source) in template_sources().unwrap() {
        assert!(!source.contains("| safe") && !source.contains("|safe"), "{name} turns escaping off");
    }
    for (name, _, html) in rendered() {
        // The report is one file for good, and its own policy allows it nothing else.
        let of_report = name.starts_with("import_report");
        assert_eq!(select(&html, "style").len(), usize::from(of_report), "{name}");
        assert!(!of_report || select(&html, "script, link, img, a, form").is_empty(), "{name}");
        assert!(select(&html, "script:not([src])").is_empty(), "{name}");
        for element in select(&html, "*") {
            for (attribute, value) in element.value().attrs() {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute}");
                assert!(!value.trim_start().to_lowercase().starts_with("javascript:"), "{name}: {attribute}");
            }
        }
        for (selector, kind) in [("script", "src"), ("link", "href"), ("img", "src"), ("form", "action")] {
            for address in attribute(&html, selector, kind) {
                assert!(address.starts_with('/') && !address.starts_with("//"), "{name}: {address} leaves the site");
            }
        }
    }
}

#[test]
fn every_page_is_chinese_with_a_title_one_heading_and_unique_ids() {
    for (name, _, html) in rendered() {
        assert_eq!(attribute(&html, "html", "lang"), ["zh-CN"], "{name}");
        assert_eq!(select(&html, "h1").len(), 1, "{name}");
        assert_eq!(select(&html, "main h1").len(), 1, "{name}");
        let title: String = select(&html, "title").first().unwrap().text().collect();
        assert!(title.ends_with(" - 证书补办申请") && title.chars().count() > 10, "{name}: {title}");
        let mut ids = attribute(&html, "[id]", "id");
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
        // What is named by id exists: labels, descriptions, the error summary's links.
        for (selector, attribute_name) in
            [("label", "for"), ("[aria-describedby]", "aria-describedby"), ("[aria-labelledby]", "aria-labelledby")]
        {
            for id in attribute(&html, selector, attribute_name).iter().flat_map(|all| all.split_whitespace()) {
                assert!(ids.contains(&id), "{name}: {attribute_name}={id}");
            }
        }
        for target in attribute(&html, "a[href^='#']", "href") {
            assert!(ids.contains(&&target[1..]), "{name}: {target}");
        }
    }
}

#[test]
fn every_control_has_a_label_and_every_post_form_its_token() {
    for (name, _, html) in rendered() {
        let labelled = attribute(&html, "label", "for");
        for control in select(&html, "input:not([type=hidden]), select, textarea") {
            assert!(labelled.contains(&control.attr("id").unwrap()), "{name}: {:?}", control.attr("name"));
        }
        for form in select(&html, "form[method=post]") {
            let token = Selector::parse("input[type=hidden][name=csrf_token]").unwrap();
            let tokens: Vec<_> = form.select(&token).filter_map(|input| input.attr("value")).collect();
            assert_eq!(tokens, ["csrf-sample"], "{name}");
        }
    }
}

#[test]
fn a_signed_in_page_names_its_user_and_offers_menu_and_sign_out() {
    for (name, data, html) in rendered() {
        let signed_in = data["chrome"]["user"].is_object();
        let users = attribute(&html, "body", "data-user");
        assert_eq!(users, if signed_in { vec!["p-7f3k2m9q"] } else { vec![] }, "{name}");
        let sign_out = select(&html, "form[method=post][action='/sso/logout'] button").len();
        assert_eq!(
            sign_out,
            usize::from(signed_in || name.starts_with("login_review") || name.starts_with("login_refused")),
            "{name}"
        );
        assert_eq!(select(&html, "nav.menu").len(), usize::from(signed_in), "{name}");
        if signed_in {
            let menu: String = select(&html, "nav.menu").first().unwrap().text().collect();
            for entry in ["补证申请", "审核状态查询", "承接清单", "原账户承接", "注册信息维护"]
            {
                assert!(menu.contains(entry), "{name}: {entry}");
            }
            let current = data["chrome"]["menu"].is_string();
            assert_eq!(select(&html, "nav.menu [aria-current=page]").len(), usize::from(current), "{name}");
        }
    }
}

#[test]
fn step_1_lists_certificates_with_button_or_reason() {
    let html = html::<ReissueSelect>(1);
    assert_eq!(attribute(&html, "tr[data-certificate]", "data-eligible"), ["true", "false", "false"]);
    assert_eq!(attribute(&html, "tr[data-eligible=true] a.btn", "href"), ["/reissue/new?certificate=c-1"]);
    assert_eq!(select(&html, "tr[data-eligible=false] button[disabled]").len(), 2);
    assert_eq!(attribute(&html, "tr[data-reason=already_applied] .reason a", "href"), ["/applications/a-1"]);
    let heading: String = select(&html, "h2").first().unwrap().text().collect();
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
    let source: String = select(&html, "#city-source").first().unwrap().text().collect();
    assert!(source.contains("证书登记信息"), "{source}");
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
    assert_eq!(attribute(&html, "[data-account]", "data-account"), ["a-1", "a-2"]);
    assert_eq!(attribute(&html, "[data-account] form[action='/link/proof'] input[name=account]", "value"), ["a-1"]);
    assert_eq!(attribute(&html, "tr[data-task]", "data-status"), ["open", "approved", "refused"]);
    for (name, _, html) in rendered() {
        assert!(attribute(&html, "input[type=password]", "value").is_empty(), "{name}");
    }
    let refused = self::html::<LinkShow>(2);
    let links = attribute(&refused, "#error-summary li > a:first-child", "href");
    assert_eq!(links, ["#request", "#proof-1-password", "#claim-old_number", "#note"]);
}

/// Writes every sample to `target/pages/` with addresses that work from a folder, to be looked at in a browser.
#[test]
fn samples_are_written_for_looking_at() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    fs::create_dir_all(&folder).unwrap();
    let statics = format!("file://{}/templates/static/", env!("CARGO_MANIFEST_DIR"));
    let views = views();
    for page in pages() {
        for (i, data) in page.samples.iter().enumerate() {
            let text = render(&views, page.template, data).replace("\"/static/", &format!("\"{statics}"));
            let name = format!("{}-{i}.html", page.template.trim_end_matches(".html"));
            fs::write(folder.join(&name), &text).unwrap();
            let alone = page.template == ImportReport::TEMPLATE;
            assert!(alone || text.contains(&statics), "{name} uses no style sheet");
        }
    }
}
