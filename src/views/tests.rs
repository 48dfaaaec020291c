#![allow(clippy::unwrap_used, clippy::expect_used)]

mod mail;
mod markup;
mod menu;
mod old_data;
mod reissue;
mod rendered;

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::checker::{Components, union};
use super::engine::template_sources;
use super::*;
use rendered::{pages, render, views};

#[test]
fn every_sample_renders_and_every_template_has_a_struct() {
    let views = views();
    for page in pages() {
        assert!(!page.samples.is_empty(), "{} has no sample", page.template);
        for data in &page.samples {
            render(&views, page.template, data);
        }
    }
    let mut known: Vec<_> = pages()
        .iter()
        .map(|page| page.template)
        .chain(["layout.html", "desk_layout.html", "components.html"])
        .chain([MailLetter::HTML, MailLetter::TEXT])
        .collect();
    known.sort_unstable();
    let mut files: Vec<_> = template_sources().unwrap().into_iter().map(|(name, _)| name).collect();
    files.sort_unstable();
    assert_eq!(files, known);
}

#[test]
fn every_variable_of_a_template_is_in_its_struct_and_filled_by_a_sample() {
    let sources: std::collections::BTreeMap<_, _> = template_sources().unwrap().into_iter().collect();
    let components = Components::new(&sources["components.html"]);
    let global = json!({
        "access": rendered::TRANSITION,
        "portal": chrome::samples::portal(),
        "site": site::samples::site(),
        "announcement": site::samples::announcement(),
        "assets": assets::Urls::new(),
    });
    // The layout is the same for all: its data is what any page may put into it.
    let chromes = pages().into_iter().flat_map(|page| page.samples).map(|data| json!({"chrome": data["chrome"]}));
    let layout = union(chromes.chain([global.clone()]));
    assert_eq!(components.unknown(&sources["layout.html"], &layout), [""; 0]);
    let desks = pages().into_iter().flat_map(|page| page.samples).map(|data| json!({"desk": data["desk"]}));
    let desk_layout = union(desks.chain([global.clone()]));
    assert_eq!(components.unknown(&sources["desk_layout.html"], &desk_layout), [""; 0]);
    for page in pages() {
        let data = union(page.samples.into_iter().chain([global.clone()]));
        assert_eq!(components.unknown(&sources[page.template], &data), [""; 0], "{}", page.template);
    }
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
