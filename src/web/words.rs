//! Words that pages share and that no template can make: names of old systems, times in China.

use chrono::{DateTime, FixedOffset, Utc};

/// What an old system is called, by its word in the import manifest; an unknown word names itself.
pub(super) fn system_name(system: &str) -> String {
    match system {
        "reissue" => "原证书补办系统".to_owned(),
        "mailing" => "原证书邮寄系统".to_owned(),
        other => format!("原系统（{other}）"),
    }
}

/// Such as 2026年9月20日 10:24, in China.
pub(super) fn china_time(time: DateTime<Utc>) -> String {
    const SECONDS_EAST: i32 = 8 * 3600;
    let zone = FixedOffset::east_opt(SECONDS_EAST);
    zone.map_or_else(String::new, |zone| time.with_timezone(&zone).format("%Y年%-m月%-d日 %H:%M").to_string())
}
