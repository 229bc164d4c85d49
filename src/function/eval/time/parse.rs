//! Times in texts, as `strptime` reads them.
//!
//! In: a text, a format, and the date of today. Out: seconds since 1970. Rules (Search Reference, "Date and time format
//! variables"): leading zeros "are accepted but not required"; blanks in the format match any blanks; names of months and
//! days are read without case. Where the page is open: text behind the end of the format is left alone; without any part of
//! a date it is that of today, without a year that of today; a year without a day is no date; names of time zones other
//! than `UTC`, `GMT`, `Z` and those of the United States are not known.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};

use crate::function::eval::each;
use crate::function::eval::time::format::{Piece, pieces};
use crate::function::eval::time::shift::seconds;

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Names of time zones and their hours before Greenwich.
const ZONES: &[(&str, i64)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", 5),
    ("EDT", 4),
    ("CST", 6),
    ("CDT", 5),
    ("MST", 7),
    ("MDT", 6),
    ("PST", 8),
    ("PDT", 7),
];

/// What was read.
#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    afternoon: Option<bool>,
    minute: i64,
    second: i64,
    fraction: f64,
    offset: i64,
    epoch: Option<i64>,
}

/// The time that the text tells.
pub(super) fn read(text: &str, format: &str, today: DateTime) -> Option<f64> {
    let mut parts = Parts::default();
    let mut rest = text;
    for piece in pieces(format) {
        rest = match piece {
            Piece::Literal(blank) if blank.is_whitespace() => rest.trim_start(),
            Piece::Literal(character) => rest.strip_prefix(character)?,
            Piece::Variable(_, width, letter) => parts.variable(rest, width, letter)?,
        };
    }
    parts.time(today)
}

impl Parts {
    /// Reads a variable and gives what follows it.
    fn variable<'t>(&mut self, text: &'t str, width: Option<usize>, letter: char) -> Option<&'t str> {
        let mut number = |most: usize, into: &mut dyn FnMut(&mut Self, i64)| {
            let (value, rest) = digits(text.trim_start(), most)?;
            into(self, value);
            Some(rest)
        };
        match letter {
            'Y' => number(4, &mut |it, year| it.year = Some(year)),
            'y' => number(2, &mut |it, year| it.year = Some(year + if year < 69 { 2_000 } else { 1_900 })),
            'm' => number(2, &mut |it, month| it.month = Some(month)),
            'd' | 'e' => number(2, &mut |it, day| it.day = Some(day)),
            'j' => number(3, &mut |it, day| it.day_of_year = Some(day)),
            'H' | 'k' | 'I' | 'l' => number(2, &mut |it, hour| it.hour = Some(hour)),
            'M' => number(2, &mut |it, minute| it.minute = minute),
            'S' => number(2, &mut |it, second| it.second = second),
            // They do not make a date by themselves.
            'w' | 'u' | 'U' | 'V' | 'W' | 'C' | 'g' => number(2, &mut |_, _| {}),
            'G' => number(4, &mut |_, _| {}),
            'a' | 'A' => name(text, DAYS).map(|(_, rest)| rest),
            'b' | 'B' => {
                let (month, rest) = name(text, MONTHS)?;
                self.month = Some(month + 1);
                Some(rest)
            }
            'p' | 'P' => {
                let (half, rest) = text.trim_start().split_at_checked(2)?;
                self.afternoon = Some(half.eq_ignore_ascii_case("pm"));
                (half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm")).then_some(rest)
            }
            'N' => self.fraction(text, width.unwrap_or(9)),
            'Q' => self.fraction(text, width.unwrap_or(3)),
            'f' => self.fraction(text, width.unwrap_or(6)),
            's' => self.epoch(text),
            'z' | 'Z' => {
                let (offset, rest) = zone(text.trim_start())?;
                self.offset = offset;
                Some(rest)
            }
            'n' | 't' => Some(text.trim_start()),
            '%' => text.strip_prefix('%'),
            _ => None,
        }
    }

    fn fraction<'t>(&mut self, text: &'t str, most: usize) -> Option<&'t str> {
        let (value, rest) = digits(text, most.min(9))?;
        let count = i32::try_from(text.len() - rest.len()).ok()?;
        self.fraction = each::from_whole(value) / 10_f64.powi(count);
        Some(rest)
    }

    fn epoch<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let text = text.trim_start();
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        // Ten digits reach to the year 2286; what follows is a fraction, as in `%s%3N`.
        let (value, rest) = digits(text, 10)?;
        self.epoch = Some(sign * value);
        Some(rest)
    }

    fn time(&self, today: DateTime) -> Option<f64> {
        if let Some(epoch) = self.epoch {
            return Some(each::from_whole(epoch) + self.fraction);
        }
        let clock = Time::new(self.hour()?, small(self.minute)?, small(self.second)?, 0).ok()?;
        let date = self.date(today)?.to_datetime(clock);
        Some(seconds(date)? - each::from_whole(self.offset) + self.fraction)
    }

    fn hour(&self) -> Option<i8> {
        let hour = self.hour.unwrap_or(0);
        small(match self.afternoon {
            Some(_) if hour > 12 => hour,
            Some(true) => hour % 12 + 12,
            Some(false) => hour % 12,
            None => hour,
        })
    }

    fn date(&self, today: DateTime) -> Option<Date> {
        let year = self.year.map_or(Some(today.year()), |year| i16::try_from(year).ok())?;
        match (self.month, self.day, self.day_of_year) {
            (Some(month), Some(day), _) => Date::new(year, small(month)?, small(day)?).ok(),
            (None, None, Some(day @ 1..=366)) => {
                let date = Date::new(year, 1, 1).ok()?.checked_add((day - 1).days()).ok()?;
                (date.year() == year).then_some(date)
            }
            (None, None, None) if self.year.is_none() => Some(today.date()),
            _ => None,
        }
    }
}

fn small(number: i64) -> Option<i8> {
    i8::try_from(number).ok()
}

/// One to `most` digits, and what follows them.
fn digits(text: &str, most: usize) -> Option<(i64, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(count)?;
    Some((digits.parse().ok()?, rest))
}

/// The place of the name that the text starts with, in full or by three letters.
fn name<'t>(text: &'t str, names: &[&str]) -> Option<(i64, &'t str)> {
    let text = text.trim_start();
    let starts = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let place = names.iter().position(|name| name.get(..3).is_some_and(starts))?;
    let length = names.get(place).filter(|name| starts(name)).map_or(3, |name| name.len());
    Some((i64::try_from(place).ok()?, text.get(length..)?))
}

/// Seconds before Greenwich are below zero: `+02:00`, `-0530`, `Z`, `EST`.
fn zone(text: &str) -> Option<(i64, &str)> {
    let Some((sign, rest)) = text.split_at_checked(1).filter(|(sign, _)| ["+", "-"].contains(sign)) else {
        let end = text.find(|next: char| !next.is_ascii_alphabetic()).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let (_, hours) = ZONES.iter().find(|(zone, _)| zone.eq_ignore_ascii_case(name))?;
        return Some((-hours * 3_600, rest));
    };
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2).unwrap_or((0, rest));
    let offset = hours * 3_600 + minutes * 60;
    Some((if sign == "-" { -offset } else { offset }, rest))
}
