//! The time of an event, as files write it.
//!
//! In: the text in `_time`. Out: seconds since 1970, which is what Splunk keeps. Invariant: a text that is a number stays
//! as it is, and so does one that is no time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::{Value, number};

/// The field that every event has.
pub const FIELD: &str = "_time";

/// The seconds since 1970 of a time as Splunk exports it: an instant of RFC 3339, with or without the colon in its offset,
/// or a day and a time of UTC.
///
/// ```
/// use splc::event::time::seconds;
/// assert_eq!(seconds("2026-01-01T00:00:01.500+0000"), Some(1_767_225_601.5));
/// assert_eq!(seconds("2026-01-01T01:00:00+01:00"), seconds("2026-01-01 00:00:00"));
/// assert_eq!(seconds("yesterday"), None);
/// ```
pub fn seconds(text: &str) -> Option<f64> {
    let in_utc = || text.parse::<DateTime>().ok().and_then(|time| Offset::UTC.to_timestamp(time).ok());
    let instant = text.parse::<Timestamp>().ok().or_else(in_utc)?;
    Some(instant.as_duration().as_secs_f64())
}

/// The values of `_time` in a file, as the event has them.
pub(crate) fn read(values: &mut [Value]) {
    for value in values {
        if let Value::Text(text) = value
            && number::parse(text).is_none()
            && let Some(seconds) = seconds(text)
        {
            *value = Value::Number(seconds);
        }
    }
}
