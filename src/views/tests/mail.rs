//! What is mailed.

use scraper::Html;
use serde_json::json;

use super::rendered::{TRANSITION, select, views};
use crate::views::checker::{Components, union};
use crate::views::engine::template_sources;
use crate::views::{Link, MailLetter, Portal, Site, Views, site};

#[test]
fn every_mail_says_the_same_in_plain_text_and_html_under_a_short_subject() {
    for letter in MailLetter::samples() {
        let mail = views().render_mail(&letter).unwrap();
        let length = mail.subject.chars().count();
        assert!((1..=20).contains(&length), "{}", mail.subject);
        let html = Html::parse_document(&mail.html);
        let shown = select(&html, "body").first().unwrap().text().collect::<String>();
        let link = letter.link.iter().map(|link| link.url.clone());
        let told = letter.before.iter().chain(&letter.after).chain([&letter.code]).cloned().chain(link);
        for words in told {
            assert!(mail.text.contains(&words) && shown.contains(&words), "{words}: {}", mail.text);
        }
        assert!(mail.text.ends_with("请勿回复。\n") && !mail.text.contains("\n\n\n"), "{:?}", mail.text);
        assert!(!mail.text.contains(['{', '<', '&']), "{}", mail.text);
        // Nothing that a mail program would have to fetch, which would tell that the mail was read.
        assert!(select(&html, "img, link, script, style, form, iframe").is_empty());
    }
}

#[test]
fn every_variable_of_the_mails_is_filled() {
    let sources: std::collections::BTreeMap<_, _> = template_sources().unwrap().into_iter().collect();
    let samples = MailLetter::samples().into_iter().map(|letter| serde_json::to_value(letter).unwrap());
    let data = union(samples.chain([json!({ "site": site::samples::site() })]));
    for template in [MailLetter::HTML, MailLetter::TEXT] {
        assert_eq!(Components::new("").unknown(&sources[template], &data), [""; 0], "{template}");
    }
}

#[test]
fn characters_of_markup_are_escaped_in_html_and_stand_as_they_are_in_plain_text() {
    const ODD: &str = "A&B <测试> \"'";
    let portal = Portal { display_name: String::new(), home_url: String::new(), account_url: String::new() };
    let views = Views::new(TRANSITION, &portal, &Site { organisation: ODD.into(), ..Site::default() }).unwrap();
    let link = Some(Link::new(format!("https://bz.example.gov.cn/?{ODD}"), ODD));
    let letter = MailLetter { code: ODD.into(), link, ..MailLetter::recovery("") };
    let mail = views.render_mail(&letter).unwrap();
    assert_eq!(mail.text.matches(ODD).count(), 3, "{}", mail.text);
    assert!(!mail.html.contains("<测试>"), "{}", mail.html);
    let html = Html::parse_document(&mail.html);
    assert!(select(&html, "body").first().unwrap().text().any(|text| text.contains(ODD)));
}
