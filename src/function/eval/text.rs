//! Functions of texts.
//!
//! In: operands. Out: an operand (Search Reference, "Text functions"; several values are taken one by one). Lengths and
//! places count characters. Letters fold as in searches, [`crate::event::pattern::fold`], so that the lower case of a
//! text never becomes one of ASCII by accident, and `upper` is its counterpart.

use std::borrow::Cow;

use crate::event::Value;
use crate::event::pattern::{fold, fold_text};
use crate::function::eval::{each, regex};
use crate::function::{Context, Function, LONGEST_TEXT, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("len", 1, Some(1)).gives("how many characters the text has", |it, _| match it {
        [text] => each::text(text, |text| each::finite(each::from_count(text.chars().count()))),
        _ => Operand::Null,
    }),
    Function::new("lower", 1, Some(1)).gives("the text in lower case", |it, _| one(it, fold_text)),
    Function::new("ltrim", 1, Some(2))
        .gives("the text without the given characters, or blanks, at its start", |it, _| {
            trimmed(it, |text, is_cut| text.trim_start_matches(is_cut).to_owned())
        }),
    Function::new("replace", 3, Some(3)).gives("the text with each match of the pattern replaced", replace),
    Function::new("rtrim", 1, Some(2))
        .gives("the text without the given characters, or blanks, at its end", |it, _| {
            trimmed(it, |text, is_cut| text.trim_end_matches(is_cut).to_owned())
        }),
    Function::new("substr", 2, Some(3)).gives("the part from a place, counted from 1, with a length", substr),
    Function::new("trim", 1, Some(2))
        .gives("the text without the given characters, or blanks, at both ends", |it, _| {
            trimmed(it, |text, is_cut| text.trim_matches(is_cut).to_owned())
        }),
    Function::new("upper", 1, Some(1)).gives("the text in upper case", |it, _| one(it, upper)),
    Function::new("urldecode", 1, Some(1))
        .gives("the text with each `%XX` replaced by the byte it stands for", |it, _| one(it, urldecode)),
];

fn one(arguments: &[Operand], make: impl Fn(&str) -> String) -> Operand {
    match arguments {
        [text] => each::text(text, |text| Some(Value::Text(make(text)))),
        _ => Operand::Null,
    }
}

/// The upper case of a text: of each character whose upper case is one character that folds back to it.
///
/// ```
/// assert_eq!(splc::function::upper("straße é k"), "STRAßE É K");
/// ```
pub fn upper(text: &str) -> String {
    let upper = |character: char| {
        let mut upper = character.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(only), None) if fold(only) == character => only,
            _ => character,
        }
    };
    text.chars().map(upper).collect()
}

/// Spaces and tabs are cut where no characters are given.
fn trimmed(arguments: &[Operand], trim: impl Fn(&str, &dyn Fn(char) -> bool) -> String) -> Operand {
    let (text, cut) = match arguments {
        [text] => (text, Some(Cow::Borrowed(" \t"))),
        [text, cut] => (text, each::only_text(cut)),
        _ => return Operand::Null,
    };
    let Some(cut) = cut else { return Operand::Null };
    each::text(text, |text| Some(Value::Text(trim(text, &|character| cut.contains(character)))))
}

/// A text that is no pattern gives null. So does a replacement that could fill the memory before its result is found to be
/// too long.
fn replace(arguments: &[Operand], _: &Context) -> Operand {
    let [text, pattern, replacement] = arguments else { return Operand::Null };
    let (Some(pattern), Some(replacement)) = (each::only_text(pattern), each::only_text(replacement)) else {
        return Operand::Null;
    };
    let Some(compiled) = regex::pattern(&pattern) else { return Operand::Null };
    // Groups of all matches together are as long as the text, unless they look beyond their match.
    let looks_around = pattern.contains("(?=") || pattern.contains("(?<=");
    let groups = replacement.matches('\\').count();
    each::text(text, |text| {
        let spread = if looks_around { text.len() } else { 1 };
        let grouped = text.len().saturating_mul(groups).saturating_mul(spread);
        let longest = (text.len() + 1).saturating_mul(replacement.len()).saturating_add(grouped);
        (longest <= 64 * LONGEST_TEXT).then(|| Value::Text(compiled.replace_all(text, &replacement)))
    })
}

/// "The indexes follow `SQLite` semantics; they start at 1": a start below zero counts from the end, a length below zero
/// takes what stands before the start.
fn substr(arguments: &[Operand], _: &Context) -> Operand {
    let (text, start, length) = match arguments {
        [text, start] => (text, start, Some(i64::MAX)),
        [text, start, length] => (text, start, each::only_whole(length)),
        _ => return Operand::Null,
    };
    let (Some(start), Some(length)) = (each::only_whole(start), length) else { return Operand::Null };
    each::text(text, |text| Some(Value::Text(part(text, start, length))))
}

fn part(text: &str, start: i64, length: i64) -> String {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let (mut at, mut taken) = match start {
        1.. => (start - 1, length.saturating_abs()),
        // The place 0 stands before the first character and takes one of the length.
        0 => (0, length.saturating_abs() - i64::from(length > 0)),
        _ => (count.saturating_add(start), length.saturating_abs()),
    };
    if length < 0 {
        at = at.saturating_sub(taken);
    }
    if at < 0 {
        taken = taken.saturating_add(at);
        at = 0;
    }
    let size = |number: i64| usize::try_from(number).unwrap_or(0);
    text.chars().skip(size(at)).take(size(taken)).collect()
}

/// Bytes that are no UTF-8 become the replacement character; `+` and a `%` without two digits behind it stay.
fn urldecode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits =
            tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = tail.get(if byte.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
