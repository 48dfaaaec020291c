//! What the command prints.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print, print_line};
use crate::domain::china::china_timestamp;
use crate::ids::PersonId;
use crate::session::Listed;

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn tell(format: Format, sessions: &[Listed], unopened: u64) -> Result<Outcome, Failure> {
    if format == Format::Json {
        let lines: Vec<_> = sessions
            .iter()
            .map(|listed| {
                json!({
                    "person": listed.person().map(|person| person.to_string()),
                    "state": state(listed),
                    "way": listed.way(),
                    "began_at": time(listed.began_at),
                    "last_seen_at": time(listed.last_seen_at),
                    "expires_at": time(listed.expires_at),
                })
            })
            .collect();
        print(json!({ "sessions": lines, "unopened": unopened }))?;
        return Ok(outcome(unopened));
    }
    for listed in sessions {
        let person = listed.person().map_or_else(|| "（未让进入）".to_owned(), |person| person.to_string());
        let [began, seen, expires] = [listed.began_at, listed.last_seen_at, listed.expires_at].map(china_timestamp);
        let way = if listed.way() == "account" { "账户登录" } else { "门户登录" };
        print_line(format_args!("{person}  {way} {began}  最近访问 {seen}  到期 {expires}"))?;
    }
    print_line(format_args!("共 {} 个会话", sessions.len()))?;
    tell_unopened(unopened)
}

fn state(listed: &Listed) -> &'static str {
    if listed.person().is_some() { "signed_in" } else { "held" }
}

pub(super) fn tell_ended(
    format: Format,
    person: Option<PersonId>,
    ended: usize,
    unopened: u64,
) -> Result<Outcome, Failure> {
    if format == Format::Json {
        print(json!({ "person": person.map(|person| person.to_string()), "ended": ended, "unopened": unopened }))?;
        return Ok(outcome(unopened));
    }
    print_line(format_args!("已结束 {ended} 个会话"))?;
    tell_unopened(unopened)
}

fn tell_unopened(unopened: u64) -> Result<Outcome, Failure> {
    if unopened > 0 {
        print_line(format_args!(
            "另有 {unopened} 个会话用另一密钥文件封存，打不开，没有改动：请在使用那个密钥文件的服务器上运行"
        ))?;
    }
    Ok(outcome(unopened))
}

fn outcome(unopened: u64) -> Outcome {
    if unopened == 0 { Outcome::Done } else { Outcome::NeedsAttention }
}
