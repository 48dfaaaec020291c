//! The rules of single fields: year, birth month, approval date, city.

use chrono::{Datelike, NaiveDate};

use super::{FIRST_YEAR, Rules};
use crate::domain::day::{Unreadable, parse, parse_month, year_digits};
use crate::domain::form::city::{CITIES, LAIWU, LAIWU_LAST_YEAR};
use crate::domain::form::text::{half_width, tidy};

/// A year of four digits, full width accepted; `None` for anything else.
pub fn parse_year(text: &str) -> Option<i32> {
    digits(text, 4)?.parse().ok()
}

/// From [`FIRST_YEAR`] to the newest year of the catalogue. A year between that the catalogue lacks is accepted: its older rows have gaps.
pub(super) fn year(text: &str, rules: &Rules) -> Result<String, String> {
    let Some(year) = parse_year(year_digits(text)) else {
        return Err("考试年度应为四位数字，格式如：2012".to_owned());
    };
    let this_year = rules.today.year();
    if year > this_year {
        return Err(format!("考试年度不能晚于今年（{this_year} 年），请重新填写考试年度"));
    }
    if year < FIRST_YEAR {
        return Err(format!("考试年度不能早于 {FIRST_YEAR} 年，请重新填写考试年度"));
    }
    match rules.newest_year {
        Some(newest) if year > newest => Err(format!(
            "系统中该项考试最近的年度是 {newest} 年，还没有 {year} 年度，暂不能补办。请核对考试年度；确为 {year} 年度的，请过些时候再申请"
        )),
        _ => Ok(year.to_string()),
    }
}

pub(super) fn birth_month(text: &str, today: NaiveDate) -> Result<String, String> {
    const SHAPE: &str = "出生年月应为六位数字的年份和月份，格式如：199003；也可写成 1990-3 或 1990年3月";
    let (year, month) = parse_month(&plain(text), today).filter(|(year, _)| *year >= 1900).ok_or(SHAPE)?;
    if (year, month) > (today.year(), today.month()) {
        return Err("出生年月不能晚于本月，格式如：199003".to_owned());
    }
    Ok(format!("{year:04}{month:02}"))
}

pub(super) fn approval_date(text: &str, today: NaiveDate) -> Result<String, String> {
    let day = match parse(&plain(text), today) {
        Ok((day, _)) => day,
        Err(Unreadable::Shape) => {
            return Err("批准日期应为八位数字，格式如：19900101；考试日期为 2020 年 11 月 22 日的，填“20201122”，\
                        也可写成 2020-11-22 或 2020年11月22日"
                .to_owned());
        }
        Err(Unreadable::Unreal) => {
            return Err(format!("批准日期 {text} 不是真实的日期，请核对年、月、日，格式如：19900101"));
        }
    };
    if day > today {
        return Err("批准日期不能晚于今天，应为当年度该项考试最后一天".to_owned());
    }
    if day.year() < FIRST_YEAR {
        return Err(format!("批准日期不能早于 {FIRST_YEAR} 年，应为当年度该项考试最后一天"));
    }
    Ok(day.format("%Y%m%d").to_string())
}

/// A date as a Chinese keyboard types it: no blanks around 年, 月 and 日, 号 for 日, and the full stop and the dash of Chinese writing.
fn plain(text: &str) -> String {
    let text: String = half_width(text)
        .chars()
        .map(|c| match c {
            '。' => '.',
            '—' | '–' | '−' => '-',
            '号' => '日',
            other => other,
        })
        .collect();
    if text.contains('年') { text.split_whitespace().collect() } else { text }
}

pub(super) fn city(text: &str, year: Option<i32>) -> Result<String, String> {
    if text == LAIWU {
        return match year {
            Some(year) if year > LAIWU_LAST_YEAR => Err(format!("莱芜市已并入济南市，{year} 年度的证书请选择“济南市”")),
            _ => Ok(text.to_owned()),
        };
    }
    if CITIES.contains(&text) {
        return Ok(text.to_owned());
    }
    Err("报名市应为山东省的设区市，请从列表中选择该证书当年领取市，如：济南市".to_owned())
}

/// `text` as exactly `count` ASCII digits, full width accepted.
fn digits(text: &str, count: usize) -> Option<String> {
    let text = half_width(tidy(text));
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}
