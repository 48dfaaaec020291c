use super::*;
use crate::views::{PhotoField, error_items};

#[test]
fn a_value_that_is_no_option_is_kept_and_selected() {
    let field = FormField::new("city", "报名市", "莱芜市").select(["济南市", "青岛市"]);
    let selected: Vec<_> = field.options.iter().filter(|option| option.selected).collect();
    assert_eq!(selected.len(), 1);
    assert_eq!(selected.first().map(|option| option.value.as_str()), Some("莱芜市"));
}

#[test]
fn an_empty_value_selects_nothing_and_adds_no_option() {
    let field = FormField::new("city", "报名市", "").select(["济南市", "青岛市"]);
    assert_eq!(field.options.len(), 2);
    assert!(field.options.iter().all(|option| !option.selected));
}

#[test]
fn what_another_editor_saved_is_shown_only_where_it_differs() {
    assert_eq!(FormField::new("contact", "联系方式", "1").saved("1").saved, None);
    assert_eq!(FormField::new("contact", "联系方式", "1").saved("2").saved.as_deref(), Some("2"));
}

#[test]
fn the_error_summary_follows_the_page_and_ends_with_the_photo() {
    let photo = PhotoField {
        required: true,
        required_through: 2016,
        remark: None,
        error: Some("照片".into()),
        kept: None,
        proposal: None,
        slot: None,
    };
    let items = error_items(&samples::manual(), Some(&photo));
    let fields: Vec<_> = items.iter().filter_map(|item| item.field.as_deref()).collect();
    assert_eq!(fields, ["birth_month", "gender", "approval_date", "level", "photo"]);
}
