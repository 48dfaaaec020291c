//! What holds of every page.

use scraper::{Html, Selector};
use serde_json::Value;

use super::rendered::{TRANSITION, attribute, pages, render, rendered, select};
use crate::views::engine::template_sources;
use crate::views::{Portal, Record, Site, Telephone, Views};

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
    let record = || Some(Record { number: HOSTILE.into(), url: HOSTILE.into() });
    let site = Site {
        organisation: HOSTILE.into(),
        telephone: Some(Telephone { number: HOSTILE.into(), url: Some(HOSTILE.into()) }),
        hours: HOSTILE.into(),
        icp: record(),
        police: record(),
        site_code: HOSTILE.into(),
        portal_help_url: HOSTILE.into(),
        processing_time: HOSTILE.into(),
        collection: HOSTILE.into(),
    };
    let views = Views::new(TRANSITION, &portal, &site).unwrap();
    views.set_announcement(vec![HOSTILE.into()]);
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
