//! What stands around every page.

use super::rendered::{attribute, rendered, select};

#[test]
fn a_signed_in_page_names_its_user_and_offers_menu_and_sign_out() {
    for (name, data, html) in rendered() {
        let signed_in = data["chrome"]["user"].is_object();
        let users = attribute(&html, "body", "data-user");
        assert_eq!(users, if signed_in { vec!["p-7f3k2m9q"] } else { vec![] }, "{name}");
        let way = data["chrome"]["user"]["way"].as_str();
        assert_eq!(attribute(&html, "body", "data-way"), way.into_iter().collect::<Vec<_>>(), "{name}");
        let place = if way == Some("account") { "/account/logout" } else { "/sso/logout" };
        let sign_out = format!("form[method=post][action='{place}']:not(:has([name=next])) button");
        let sign_out = select(&html, &sign_out).len();
        assert_eq!(
            sign_out,
            usize::from(signed_in || name.starts_with("login_review") || name.starts_with("login_refused")),
            "{name}"
        );
        if data["desk"].is_object() {
            continue;
        }
        assert_eq!(select(&html, "nav.menu").len(), usize::from(signed_in), "{name}");
        if signed_in {
            let menu: String = select(&html, "nav.menu").first().unwrap().text().collect();
            for entry in ["补证申请", "审核状态查询", "找回原账户", "注册信息维护"] {
                assert!(menu.contains(entry), "{name}: {entry}");
            }
            let has_carried = data["chrome"]["user"]["has_carried"] == true;
            assert_eq!(menu.contains("承接清单"), has_carried, "{name}");
            assert_eq!(menu.contains("修改密码"), way == Some("account"), "{name}");
            let current = data["chrome"]["menu"].is_string();
            assert_eq!(select(&html, "nav.menu [aria-current=page]").len(), usize::from(current), "{name}");
        }
    }
}

#[test]
fn a_page_of_the_desk_names_its_member_of_staff_and_nobody_else() {
    for (name, data, html) in rendered() {
        let staff = data["desk"]["staff"]["user_name"].as_str();
        assert_eq!(attribute(&html, "body", "data-staff"), staff.into_iter().collect::<Vec<_>>(), "{name}");
        let sign_out = select(&html, "form[method=post][action='/review/sign-out'] button").len();
        assert_eq!(sign_out, usize::from(staff.is_some()), "{name}");
        if data["desk"].is_object() {
            assert_eq!(select(&html, "nav.menu").len(), usize::from(staff.is_some()), "{name}");
            let here = data["desk"]["menu"].as_array().unwrap().iter().filter(|link| link["is_here"] == true).count();
            assert_eq!(select(&html, "nav.menu [aria-current=page]").len(), here, "{name}");
        }
    }
}
