//! What `buzheng staff` prints.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print, print_line};
use crate::cli::words::plain;
use crate::db::staff::Member;
use crate::domain::staff::{Role, UserName};

pub(super) fn tell_link(format: Format, link: &SecretString) -> Result<Outcome, Failure> {
    match format {
        Format::Json => print(json!({ "enrol_url": link.expose_secret() }))?,
        Format::Human => print_line(link.expose_secret())?,
    }
    Ok(Outcome::Done)
}

pub(super) fn tell_done(format: Format, name: &UserName, state: &str, words: &str) -> Result<Outcome, Failure> {
    match format {
        Format::Json => print(json!({ "user": name.as_str(), "state": state }))?,
        Format::Human => print_line(format_args!("{name} {words}"))?,
    }
    Ok(Outcome::Done)
}

pub(super) fn tell_all(format: Format, members: &[Member]) -> Result<Outcome, Failure> {
    if format == Format::Json {
        let all: Vec<_> = members.iter().map(as_json).collect();
        print(json!({ "staff": all }))?;
        return Ok(Outcome::Done);
    }
    for Member { person, roles } in members {
        let titles: Vec<&str> = roles.each().map(Role::title).collect();
        let cities: Vec<&str> = roles.cities().collect();
        let state = match state(person.disabled_at.is_some(), person.enrolled_at.is_some()) {
            "disabled" => "已停用",
            "waiting" => "尚未设置密码",
            _ => "在用",
        };
        let (titles, cities) = (titles.join("，"), cities.join("、"));
        print_line(format_args!("{}  {titles}  {}  {state}", person.user_name, plain(&cities)))?;
    }
    print_line(format_args!("共 {} 人", members.len()))?;
    Ok(Outcome::Done)
}

fn as_json(member: &Member) -> serde_json::Value {
    let Member { person, roles } = member;
    json!({
        "user": person.user_name.as_str(),
        "roles": roles.each().map(Role::as_str).collect::<Vec<_>>(),
        "cities": roles.cities().collect::<Vec<_>>(),
        "state": state(person.disabled_at.is_some(), person.enrolled_at.is_some()),
        "created_at": person.created_at,
    })
}

const fn state(is_disabled: bool, is_enrolled: bool) -> &'static str {
    match (is_disabled, is_enrolled) {
        (true, _) => "disabled",
        (false, false) => "waiting",
        (false, true) => "enrolled",
    }
}
