//! Formats of times, as `strftime` writes them.
//!
//! In: a time and a format. Out: a text. Rules (Search Reference, "Date and time format variables"): a variable is `%` and
//! a letter, with a count of digits before `N` and `Q`; the locale is US English. A variable that is none stays as it is
//! written. `%c`, `%+`, `%x` and the like stand for other formats.

use jiff::Zoned;
use jiff::fmt::strtime;

/// Variables that stand for others.
const SHORT: &[(char, &str)] = &[
    ('c', "%a %b %e %H:%M:%S %Y"),
    ('+', "%a %b %e %H:%M:%S %Z %Y"),
    ('x', "%m/%d/%Y"),
    ('X', "%H:%M:%S"),
    ('T', "%H:%M:%S"),
    ('R', "%H:%M"),
    ('r', "%I:%M:%S %p"),
    ('D', "%m/%d/%y"),
    ('F', "%Y-%m-%d"),
    ('h', "%b"),
];

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'f> {
    /// A character that stands for itself.
    Literal(char),
    /// A variable: its text with `%`, the number before its letter, and the letter.
    Variable(&'f str, Option<usize>, char),
}

/// The pieces of a format.
pub(super) fn pieces(format: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let (piece, length) = variable(rest).unwrap_or((Piece::Literal(first), first.len_utf8()));
        pieces.push(piece);
        rest = rest.get(length..).unwrap_or("");
    }
    pieces
}

/// The variable at the start of the text, and how many bytes it has.
fn variable(text: &str) -> Option<(Piece<'_>, usize)> {
    let options = text.strip_prefix('%')?;
    let letters = options.trim_start_matches(|next: char| next.is_ascii_digit() || "-_:E".contains(next));
    let letter = letters.chars().next()?;
    let width = options.get(..options.len() - letters.len())?;
    let length = 1 + width.len() + letter.len_utf8();
    let is_known = letter.is_ascii_alphabetic() || letter == '+' || letter == '%' && width.is_empty();
    is_known.then_some((Piece::Variable(text.get(..length)?, width.parse().ok(), letter), length))
}

/// The format with the variables that stand for others spelled out.
pub(super) fn expanded(format: &str) -> String {
    let spelled = |piece: Piece<'_>| match piece {
        Piece::Literal(character) => character.to_string(),
        Piece::Variable(text, _, letter) => {
            let long = SHORT.iter().find(|(short, _)| *short == letter && text.len() == 2);
            long.map_or(text, |(_, long)| long).to_owned()
        }
    };
    pieces(format).into_iter().map(spelled).collect()
}

/// The time in the format.
pub(super) fn written(time: &Zoned, format: &str) -> String {
    let format = expanded(format);
    let text = |piece: Piece<'_>| match piece {
        Piece::Literal(character) => character.to_string(),
        Piece::Variable(text, width, letter) => match letter {
            'N' => fraction(time, width.unwrap_or(9)),
            'Q' => fraction(time, width.unwrap_or(3)),
            'f' => fraction(time, width.unwrap_or(6)),
            'y' => format!("{:02}", time.year().rem_euclid(100)),
            // The zone in minutes.
            'z' if text == "%Ez" => (time.offset().seconds() / 60).to_string(),
            _ => strtime::format(text, time).unwrap_or_else(|_| text.to_owned()),
        },
    };
    pieces(&format).into_iter().map(text).collect()
}

/// So many digits behind the seconds, cut off.
fn fraction(time: &Zoned, width: usize) -> String {
    let digits = format!("{:09}", time.subsec_nanosecond());
    digits.chars().take(width).collect()
}
