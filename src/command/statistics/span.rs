//! Spans: the widths that times and numbers are put into ranges by, and the lengths of stretches of time.
//!
//! In: `5m`, `1d`, `100`. Out: where a range begins and where the next one does. Invariant: a value lies between the
//! start of its range and the next start. Days and longer begin at midnight in the time zone of the user, which is
//! taken to be UTC; shorter ranges are counted from 1970 (Search Reference, `bin`, "aligntime").

use crate::event::number;

/// A width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Width {
    /// So many units of the field.
    Number(f64),
    /// So many seconds.
    Seconds(f64),
    /// So many months of the calendar.
    Months(f64),
}

/// The names of units of time, and their lengths in seconds (Search Reference, `bin`, "Time scale units").
const UNITS: &[(&[&str], f64)] = &[
    (&["us"], 1e-6),
    (&["ms"], 1e-3),
    (&["cs"], 1e-2),
    (&["ds"], 1e-1),
    (&["s", "sec", "secs", "second", "seconds"], 1.0),
    (&["m", "min", "mins", "minute", "minutes"], 60.0),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600.0),
    (&["d", "day", "days"], 86_400.0),
    (&["w", "week", "weeks"], 604_800.0),
];

/// The names of units of the calendar, and their lengths in months.
const MONTHS: &[(&[&str], f64)] = &[
    (&["mon", "month", "months"], 1.0),
    (&["q", "qtr", "qtrs", "quarter", "quarters"], 3.0),
    (&["y", "yr", "yrs", "year", "years"], 12.0),
];

impl Width {
    /// The width that a text is; nothing for others, such as a logarithmic span.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (count, unit) = text.split_at(digits);
        let count = if count.is_empty() && !unit.is_empty() { Some(1.0) } else { number::parse(count) };
        let count = count.filter(|count| *count > 0.0)?;
        let length = |table: &[(&[&str], f64)]| {
            table.iter().find(|(names, _)| names.contains(&unit)).map(|(_, length)| length * count)
        };
        match unit {
            "" => Some(Self::Number(count)),
            _ => length(UNITS).map(Self::Seconds).or_else(|| length(MONTHS).map(Self::Months)),
        }
    }

    /// The length in seconds of a stretch of time; nothing where it depends on the calendar.
    pub(crate) fn seconds(text: &str) -> Option<f64> {
        match Self::parse(text)? {
            Self::Number(seconds) | Self::Seconds(seconds) => Some(seconds),
            Self::Months(_) => None,
        }
    }

    /// Where the range begins that a value lies in. `align` moves the starts of ranges that are not of the calendar.
    pub(crate) fn start(self, value: f64, align: f64) -> f64 {
        match self {
            Self::Number(width) | Self::Seconds(width) => {
                tidy(((value - align) / width).floor() * width + align)
            }
            Self::Months(width) => {
                let month = months_of(value);
                start_of_month((month / width).floor() * width)
            }
        }
    }

    /// Where the range behind the one that begins at `start` begins.
    pub(crate) fn next(self, start: f64) -> f64 {
        match self {
            Self::Number(width) | Self::Seconds(width) => tidy(start + width),
            Self::Months(width) => start_of_month(months_of(start) + width),
        }
    }
}

/// The number without the dust of floating-point arithmetic.
fn tidy(number: f64) -> f64 {
    let rounded = (number * 1e6).round() / 1e6;
    if rounded.is_finite() { rounded } else { number }
}

/// Months since the year 0 at a time, in the proleptic Gregorian calendar.
fn months_of(time: f64) -> f64 {
    // Days since 1 March of the year 0, so that the leap day is the last of its year.
    let days = (time / 86_400.0).floor() + 719_468.0;
    let era = (days / 146_097.0).floor();
    let day = days - era * 146_097.0;
    let year = ((day - (day / 1_460.0).floor() + (day / 36_524.0).floor() - (day / 146_096.0).floor())
        / 365.0)
        .floor();
    let day_of_year = day - (365.0 * year + (year / 4.0).floor() - (year / 100.0).floor());
    let month = ((5.0 * day_of_year + 2.0) / 153.0).floor();
    // March is month 2 of the calendar year, counted from 0.
    (era * 400.0 + year) * 12.0 + month + 2.0
}

/// The time at which a month begins, given as months since the year 0.
fn start_of_month(months: f64) -> f64 {
    let from_march = months - 2.0;
    let year = (from_march / 12.0).floor();
    let month = from_march - year * 12.0;
    let era = (year / 400.0).floor();
    let year_of_era = year - era * 400.0;
    let day_of_year = ((153.0 * month + 2.0) / 5.0).floor();
    let day = year_of_era * 365.0 + (year_of_era / 4.0).floor() - (year_of_era / 100.0).floor() + day_of_year;
    (era * 146_097.0 + day - 719_468.0) * 86_400.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_values() {
        assert_eq!(Width::parse("5m").map(|width| width.start(1_000.0, 0.0)), Some(900.0));
        assert_eq!(Width::parse("1d").map(|width| width.start(90_000.0, 0.0)), Some(86_400.0));
        assert_eq!(Width::parse("10").map(|width| width.start(-1.0, 0.0)), Some(-10.0));
        assert_eq!(Width::parse("2log10"), None);
        assert_eq!(Width::parse("0s"), None);
    }

    #[test]
    fn months_begin_on_their_first_day() {
        let month = Width::Months(1.0);
        // 2024-02-29 12:00 lies in the month from 2024-02-01 to 2024-03-01.
        assert_eq!(Some(month.start(1_709_208_000.0, 0.0)), Some(1_706_745_600.0));
        assert_eq!(Some(month.next(1_706_745_600.0)), Some(1_709_251_200.0));
        assert_eq!(Some(Width::Months(12.0).start(1_709_208_000.0, 0.0)), Some(1_704_067_200.0));
    }
}
