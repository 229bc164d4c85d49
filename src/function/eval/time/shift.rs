//! Time modifiers: `-1d@d`, `@w1+3h`.
//!
//! In: their text. Out: steps, and a time that is moved by them. Rules (Search Reference, "Time modifiers"): a step is a
//! sign, a count that is 1 if it is left out, and a unit; `@` and a unit snaps to the start of the unit that the time lies
//! in, never forward; steps are taken from left to right. Weeks start on Sunday; `@w1` is the latest Monday.
//! A month moves to the same day of another month, or to its last day.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

use crate::function::eval::each;
use crate::function::eval::time::zoned;

/// A step of a time modifier.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::function::eval) enum Shift {
    /// So many units later.
    Move(i64, Unit),
    /// To the start of the unit.
    Snap(Unit),
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::function::eval) enum Unit {
    /// A stretch that always has so many seconds.
    Seconds(f64),
    /// A week that starts so many days after Sunday.
    Week(i8),
    Months(i64),
}

const SECOND: Unit = Unit::Seconds(1.0);
const MINUTE: Unit = Unit::Seconds(60.0);
const HOUR: Unit = Unit::Seconds(3_600.0);
const DAY: Unit = Unit::Seconds(86_400.0);

/// The names of units.
const UNITS: &[(&[&str], Unit)] = &[
    (&["us"], Unit::Seconds(1e-6)),
    (&["ms"], Unit::Seconds(1e-3)),
    (&["cs"], Unit::Seconds(1e-2)),
    (&["ds"], Unit::Seconds(1e-1)),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["m", "min", "mins", "minute", "minutes"], MINUTE),
    (&["h", "hr", "hrs", "hour", "hours"], HOUR),
    (&["d", "day", "days"], DAY),
    (&["w", "week", "weeks", "w0", "w7"], Unit::Week(0)),
    (&["w1"], Unit::Week(1)),
    (&["w2"], Unit::Week(2)),
    (&["w3"], Unit::Week(3)),
    (&["w4"], Unit::Week(4)),
    (&["w5"], Unit::Week(5)),
    (&["w6"], Unit::Week(6)),
    (&["mon", "month", "months"], Unit::Months(1)),
    (&["q", "qtr", "qtrs", "quarter", "quarters"], Unit::Months(3)),
    (&["y", "yr", "yrs", "year", "years"], Unit::Months(12)),
];

impl Shift {
    /// The step that the whole text is; a count without a sign is later.
    pub(in crate::function::eval) fn read(text: &str) -> Option<Self> {
        let (step, rest) = Self::first(text.trim())?;
        rest.is_empty().then_some(step)
    }

    /// All steps of a modifier; `now` has none.
    pub(super) fn read_all(text: &str) -> Option<Vec<Self>> {
        let mut rest = text.trim();
        if rest == "now" {
            return Some(Vec::new());
        }
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = Self::first(rest)?;
            steps.push(step);
            rest = after.trim_start();
        }
        (!steps.is_empty()).then_some(steps)
    }

    fn first(text: &str) -> Option<(Self, &str)> {
        if let Some(rest) = text.strip_prefix('@') {
            let end = rest.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            return Some((Self::Snap(unit(name)?), after));
        }
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("-", rest)) => (-1, rest),
            Some(("+", rest)) => (1, rest),
            _ => (1, text),
        };
        let start = rest.find(|next: char| !next.is_ascii_digit()).unwrap_or(rest.len());
        let (count, rest) = rest.split_at(start);
        let count = if count.is_empty() { 1 } else { count.parse::<i64>().ok()? };
        let end = rest.find(|next: char| !next.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        Some((Self::Move(sign * count, unit(name)?), after))
    }
}

fn unit(name: &str) -> Option<Unit> {
    let name = name.to_ascii_lowercase();
    UNITS.iter().find(|(names, _)| names.contains(&name.as_str())).map(|(_, unit)| *unit)
}

/// The time after all steps; nothing where it leaves the calendar.
pub(in crate::function::eval) fn shifted(time: f64, steps: &[Shift]) -> Option<f64> {
    steps.iter().try_fold(time, |time, step| {
        let moved = match step {
            Shift::Move(count, Unit::Seconds(length)) => time + each::from_whole(*count) * length,
            Shift::Move(count, Unit::Week(_)) => time + each::from_whole(*count) * 604_800.0,
            Shift::Move(count, Unit::Months(months)) => later(time, count.checked_mul(*months)?)?,
            Shift::Snap(Unit::Seconds(length)) => time - time.rem_euclid(*length),
            Shift::Snap(unit) => start(time, *unit)?,
        };
        zoned(moved).map(|_| moved)
    })
}

/// So many months later, at the same time of the day.
fn later(time: f64, months: i64) -> Option<f64> {
    let whole = time.floor();
    let moved = zoned(whole)?.datetime().checked_add(Span::new().try_months(months).ok()?).ok()?;
    Some(seconds(moved)? + (time - whole))
}

/// The start of the week, month, quarter or year.
fn start(time: f64, unit: Unit) -> Option<f64> {
    let date = zoned(time)?.date();
    let start = match unit {
        Unit::Week(first) => {
            let since = (date.weekday().to_sunday_zero_offset() - first).rem_euclid(7);
            date.checked_sub(i64::from(since).days()).ok()?
        }
        Unit::Months(12) => date.first_of_year(),
        Unit::Months(3) => date.with().month((date.month() - 1) / 3 * 3 + 1).day(1).build().ok()?,
        Unit::Months(_) | Unit::Seconds(_) => date.first_of_month(),
    };
    seconds(start.to_datetime(jiff::civil::Time::midnight()))
}

/// Whole seconds since 1970.
pub(super) fn seconds(date: DateTime) -> Option<f64> {
    Some(each::from_whole(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second()))
}
