//! How far back in time a search looks.
//!
//! In: a search, and when it runs. Out: seconds. Invariant: what is not a span of time as it is written is none; a calendar
//! is not consulted, so a snap to a day and the like counts as nothing (Search Manual, "Specify time modifiers").

use crate::document::Schedule;
use crate::spl::ast::Kind;
use crate::spl::{Arguments, Pipeline};

/// The time range where a search states none, in seconds: that of the time range picker (Search Manual, "Select time
/// ranges to apply to your search": "Last 24 hours").
pub const DEFAULT: u64 = 86_400;

/// The seconds between the start and the end of the time range that the search names, else that of its schedule, else
/// between two runs of it.
///
/// ```
/// use splc::{backend::period, document::Schedule};
/// let pipeline = splc::command::parse("earliest=-1h@h latest=now index=a").pipeline;
/// assert_eq!(period::of(&pipeline, &Schedule::default()), Some(3600));
/// ```
pub fn of(pipeline: &Pipeline, schedule: &Schedule) -> Option<u64> {
    let mut own = (None, None);
    for stage in &pipeline.stages {
        let Arguments::Search(expression) = &stage.arguments else { continue };
        expression.walk(&mut |part| {
            if let Kind::TimeModifier(modifier) = &part.kind {
                match modifier.name.value.to_ascii_lowercase().as_str() {
                    "earliest" => own.0 = Some(modifier.value.text.clone()),
                    "latest" => own.1 = Some(modifier.value.text.clone()),
                    _ => {}
                }
            }
        });
    }
    let named = range(own.0.as_deref(), own.1.as_deref());
    named
        .or_else(|| range(schedule.earliest.as_deref(), schedule.latest.as_deref()))
        .or_else(|| schedule.cron.as_deref().and_then(interval))
}

fn range(earliest: Option<&str>, latest: Option<&str>) -> Option<u64> {
    let start = ago(earliest?)?;
    let end = latest.map_or(Some(0), ago)?;
    start.checked_sub(end).filter(|seconds| *seconds > 0)
}

/// How many seconds ago `-15m@m`, `rt-5m` or `now` is.
fn ago(time: &str) -> Option<u64> {
    let time = time.strip_prefix("rt").unwrap_or(time);
    let time = time.split('@').next().unwrap_or("");
    if time.is_empty() || time == "now" {
        return Some(0);
    }
    let span = time.strip_prefix('-')?;
    let digits = span.len() - span.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, unit) = span.split_at(digits);
    let count: u64 = if count.is_empty() { 1 } else { count.parse().ok()? };
    let seconds: u64 = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 7 * 86_400,
        // As many days as the longest has.
        "mon" | "month" | "months" => 31 * 86_400,
        "y" | "yr" | "yrs" | "year" | "years" => 366 * 86_400,
        _ => return None,
    };
    count.checked_mul(seconds)
}

/// The seconds between runs of `*/5 * * * *` and its kind; nothing for times that are further between than they look.
fn interval(cron: &str) -> Option<u64> {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    if [day, month, weekday].iter().any(|field| **field != "*") {
        return None;
    }
    let step = |field: &str| field.strip_prefix("*/")?.parse::<u64>().ok().filter(|step| *step > 0);
    let is_number = |field: &str| field.parse::<u64>().is_ok();
    match (*minute, *hour) {
        ("*", "*") => Some(60),
        (minute, "*") if is_number(minute) => Some(3_600),
        (minute, "*") => step(minute).and_then(|minutes| minutes.checked_mul(60)),
        (minute, hour) if is_number(minute) && is_number(hour) => Some(86_400),
        (minute, hour) if is_number(minute) => step(hour).and_then(|hours| hours.checked_mul(3_600)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_schedule_is_too_large() {
        let long = "*/999999999999999999";
        assert_eq!(
            (interval(&format!("{long} * * * *")), interval(&format!("0 {long} * * *"))),
            (None, None)
        );
    }

    #[test]
    fn ranges_and_schedules_are_spans_of_time() {
        assert_eq!(range(Some("-70m@m"), Some("-10m@m")), Some(3_600));
        assert_eq!(range(Some("-d@d"), Some("now")), Some(86_400));
        assert_eq!(range(Some("rt-5m"), Some("rt")), Some(300));
        assert_eq!((range(Some("0"), None), range(Some("@d"), None), range(None, None)), (None, None, None));
        let intervals = ["*/5 * * * *", "17 * * * *", "0 */6 * * *", "0 2 * * *", "0 2 * * 1"].map(interval);
        assert_eq!(intervals, [Some(300), Some(3_600), Some(21_600), Some(86_400), None]);
    }
}
