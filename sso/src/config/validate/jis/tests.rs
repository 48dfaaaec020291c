use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;

use crate::config::{DataFormat, DriverName, JisConfig, PortalConfig, Refusal};

fn complete() -> JisConfig {
    JisConfig {
        login_url: "https://portal.example.gov.cn/jis/login?lang=zh".to_owned(),
        interface_url: "https://portal.example.gov.cn/jis/interface".to_owned(),
        logout_url: "https://portal.example.gov.cn/jis/logout".to_owned(),
        app_mark: "bz".to_owned(),
        app_word: "0123456789abcdef".into(),
        ..JisConfig::default()
    }
}

fn problems(change: impl FnOnce(&mut JisConfig)) -> Vec<String> {
    let mut jis = complete();
    change(&mut jis);
    let problems = PortalConfig { driver: DriverName::Jis, jis, ..PortalConfig::default() }.validate("portal");
    assert!(problems.iter().all(|problem| problem.starts_with("portal.jis.")), "{problems:?}");
    problems.iter().map(|problem| problem["portal.jis.".len()..].split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn a_complete_section_has_no_problems() {
    assert_eq!(problems(|_| {}), Vec::<String>::new());
    assert_eq!(problems(|jis| jis.data = DataFormat::AesEcbHex), Vec::<String>::new());
    let minimal = |jis: &mut JisConfig| {
        jis.logout_url.clear();
        jis.logout_back_param.clear();
        jis.data_pointer.clear();
    };
    assert_eq!(problems(minimal), Vec::<String>::new());
}

#[test]
fn an_empty_section_says_all_that_it_lacks() {
    let lacking = ["login_url", "interface_url", "app_mark", "app_word"];
    assert_eq!(problems(|jis| *jis = JisConfig::default()), lacking);
}

type Change = fn(&mut JisConfig);

fn with(table: &mut BTreeMap<String, String>, name: &str, value: &str) {
    table.insert(name.to_owned(), value.to_owned());
}

#[test]
fn each_problem_names_its_key() {
    let table: &[(&str, Change)] = &[
        ("login_url", |jis| jis.login_url = "http://portal.example.gov.cn/".to_owned()),
        ("interface_url", |jis| jis.interface_url = "/interface".to_owned()),
        ("logout_url", |jis| jis.logout_url = "https://u:p@portal.example.gov.cn/".to_owned()),
        ("app_mark", |jis| jis.app_mark = " ".to_owned()),
        ("issuer", |jis| jis.issuer = "the portal".to_owned()),
        ("issuer", |jis| jis.issuer = "portal\u{0}".to_owned()),
        ("issuer", |jis| jis.issuer = "x".repeat(256)),
        ("issuer", |jis| jis.login_url.push_str(&"x".repeat(255))),
        ("ticket_param", |jis| jis.ticket_param = "answer".to_owned()),
        ("data_pointer", |jis| (jis.data, jis.data_pointer) = (DataFormat::AesEcbHex, String::new())),
        ("token", |jis| jis.token.push("data/token".to_owned())),
        ("app_word", |jis| jis.app_word = String::new().into()),
        ("app_param", |jis| jis.app_param.clear()),
        ("back_param", |jis| jis.back_param.clear()),
        ("ticket_param", |jis| jis.ticket_param.clear()),
        ("ticket_param", |jis| jis.ticket_param = "a&b".to_owned()),
        ("interface_app_param", |jis| jis.interface_app_param = "应用".to_owned()),
        ("ticket_key", |jis| jis.ticket_key.clear()),
        ("token_key", |jis| jis.token_key = "a b".to_owned()),
        ("ticket_service", |jis| jis.ticket_service.clear()),
        ("person_service", |jis| jis.person_service.clear()),
        ("goto_param", |jis| jis.goto_param = "?".to_owned()),
        ("logout_back_param", |jis| jis.logout_back_param = "a=b".to_owned()),
        ("back_param", |jis| jis.back_param = jis.app_param.clone()),
        ("goto_param", |jis| jis.goto_param = jis.back_param.clone()),
        ("app_param", |jis| jis.app_param = "lang".to_owned()),
        ("back_param", |jis| jis.login_params.extend([("backUrl".to_owned(), "x".to_owned())])),
        ("logout_back_param", |jis| jis.logout_url.push_str("?backUrl=x")),
        ("logout_back_param", |jis| jis.logout_params.extend([("backUrl".to_owned(), "x".to_owned())])),
        ("interface_app_param", |jis| jis.interface_app_param = "sign".to_owned()),
        ("success.pointer", |jis| jis.success.pointer = "retcode".to_owned()),
        ("success.value", |jis| jis.success.value.clear()),
        ("refusals", |jis| jis.refusals.extend([("000000".to_owned(), Refusal::Ticket)])),
        ("data_pointer", |jis| jis.data_pointer = "data".to_owned()),
        ("token", |jis| jis.token.clear()),
        ("token", |jis| jis.token.push(" ".to_owned())),
        ("app_word", |jis| (jis.data, jis.app_word) = (DataFormat::AesEcbHex, "short".into())),
        ("data_key", |jis| (jis.data, jis.data_key) = (DataFormat::AesEcbHex, "0123456789abcdef0".into())),
        ("data_key", |jis| (jis.data, jis.data_key) = (DataFormat::AesEcbHex, "十六字节".into())),
        ("timeout", |jis| jis.timeout = Duration::ZERO),
        ("request_timeout", |jis| jis.request_timeout = Duration::from_hours(1)),
        ("max_body", |jis| jis.max_body = ByteSize::b(1)),
    ];
    for (key, change) in table {
        assert_eq!(problems(change), [*key]);
    }
}

#[test]
fn what_browsers_are_sent_along_with_is_neither_a_secret_nor_a_mistake() {
    let table: &[(&str, Change)] = &[
        ("app_mark", |jis| jis.app_mark = "0123456789abcdef".to_owned()),
        ("login_mark", |jis| jis.login_mark = "0123456789abcdef".to_owned()),
        ("login_url", |jis| jis.login_url.push_str("&key=0123456789abcdef")),
        ("logout_url", |jis| jis.logout_url.push_str("?key=0123456789abcde%66")),
        ("login_params", |jis| with(&mut jis.login_params, "key", "0123456789abcdef")),
        ("login_params", |jis| {
            jis.data_key = "fedcba9876543210".into();
            with(&mut jis.login_params, "key", "fedcba9876543210");
        }),
        ("login_params", |jis| with(&mut jis.login_params, "a b", "x")),
        ("login_params", |jis| with(&mut jis.login_params, "", "x")),
        ("login_params", |jis| with(&mut jis.login_params, "a", "x\n")),
        ("login_params", |jis| with(&mut jis.login_params, "a", " x")),
        ("logout_params", |jis| with(&mut jis.logout_params, "key", "0123456789abcdef")),
        ("logout_params", |jis| with(&mut jis.logout_params, "a\t", "x")),
        ("logout_params", |jis| with(&mut jis.logout_params, "a", "x\u{0}")),
    ];
    for (key, change) in table {
        assert_eq!(problems(change), [*key]);
    }
}

#[test]
fn the_word_need_not_be_a_key_where_nothing_is_packed_or_another_one_is_set() {
    assert_eq!(problems(|jis| jis.app_word = "short".into()), Vec::<String>::new());
    let own = |jis: &mut JisConfig| {
        (jis.data, jis.app_word, jis.data_key) = (DataFormat::AesEcbHex, "short".into(), "0123456789abcdef".into());
    };
    assert_eq!(problems(own), Vec::<String>::new());
}

#[test]
fn problems_never_show_a_secret() {
    let config = PortalConfig {
        driver: DriverName::Jis,
        jis: JisConfig { app_word: "hidden-word".into(), data: DataFormat::AesEcbHex, ..complete() },
        ..PortalConfig::default()
    };
    let told = format!("{:?} {config:?}", config.validate("portal"));
    assert!(told.contains("app_word") && !told.contains("hidden-word"), "{told}");
}
