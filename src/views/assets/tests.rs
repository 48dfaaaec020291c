#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn every_address_on_the_pages_leads_to_a_file_that_browsers_may_keep_for_good() {
    let urls = Urls::new();
    let of_all = [urls.base_css, urls.css, urls.js, urls.icon];
    let of_photos = [
        urls.photo_rules_js,
        urls.photo_view_js,
        urls.studio_js,
        urls.studio_css,
        urls.photo_field_js,
        urls.photo_phone_js,
    ];
    for url in of_all.into_iter().chain(of_photos) {
        let (path, v) = url.strip_prefix(PREFIX).unwrap().split_once("?v=").unwrap();
        let asset = get(path).unwrap();
        assert!(!asset.bytes.is_empty(), "{path}");
        assert!(asset.cache_control(Some(v)).contains("immutable"), "{path}");
    }
}

#[test]
fn another_hash_or_none_is_asked_about_each_time() {
    let asset = get("buzheng.css").unwrap();
    assert_eq!(asset.cache_control(None), "no-cache");
    assert_eq!(asset.cache_control(Some("0000000000000000")), "no-cache");
}

#[test]
fn templates_and_other_kinds_of_files_are_not_served() {
    for path in ["../layout.html", "layout.html", "vendor/LICENSE", "vendor/bootstrap.scss", "", "no.css", "/etc/x.css"]
    {
        assert!(get(path).is_none(), "{path}");
    }
}

#[test]
fn no_style_sheet_or_script_names_another_host_or_inline_data() {
    for path in ["vendor/bootstrap.css", "buzheng.css", "buzheng.js", "icon.svg"] {
        let text = String::from_utf8(get(path).unwrap().bytes.into_owned()).unwrap();
        // The licence comment names the project's site; what matters is what a browser would load.
        for loading in ["url(", "@import", "sourceMappingURL", "fetch(", "data:", "eval("] {
            assert!(!text.contains(loading), "{path} contains {loading}");
        }
    }
    for path in ["photo_rules.js", "photo_view.js", "studio.js", "studio.css", "photo_field.js", "photo_phone.js"] {
        let text = String::from_utf8(get(path).unwrap().bytes.into_owned()).unwrap();
        for loading in ["url(", "@import", "sourceMappingURL", "://", "eval(", "Function(", "WebAssembly", "innerHTML"]
        {
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains(loading), "{path} contains {loading}");
        }
    }
}
