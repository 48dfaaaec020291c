//! Whether a request is signed, timely, and from a registered application.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use md5::{Digest, Md5};

use crate::config::TimeFormat;
use crate::simulator::jis::shape::Shape;
use crate::simulator::pages::Fields;
use crate::simulator::world::World;

/// How far a request's time may be off.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

pub(super) fn accept(world: &World, shape: &Shape, form: &Fields) -> Result<(), &'static str> {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let (mark, time) = (get(shape.interface_app_param), get("time"));
    if mark != world.config.client_id {
        return Err(Shape::BAD_MARK);
    }
    let signed = format!("{mark}{}{time}", world.config.client_secret);
    if get("sign") != hex::encode(Md5::digest(signed)) {
        return Err(Shape::BAD_SIGN);
    }
    let told = read_time(time, shape.time_format).ok_or(Shape::BAD_TIME)?;
    if (Utc::now() - told).abs() > LEEWAY {
        return Err(Shape::BAD_TIME);
    }
    let is_service = matches!(get("servicename"), "ticketValidate" | "findOutsideUserByToken");
    if is_service && form.len() == 5 { Ok(()) } else { Err(Shape::BAD_REQUEST) }
}

fn read_time(text: &str, format: TimeFormat) -> Option<DateTime<Utc>> {
    match format {
        TimeFormat::Millis => DateTime::from_timestamp_millis(text.parse().ok()?),
        TimeFormat::Seconds => DateTime::from_timestamp(text.parse().ok()?, 0),
        TimeFormat::Compact => {
            let local = NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok()?;
            Some(local.and_utc() - TimeDelta::hours(8))
        }
    }
}
