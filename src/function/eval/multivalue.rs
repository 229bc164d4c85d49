//! Functions of several values.
//!
//! In: operands. Out: an operand (Search Reference, "Multivalue eval functions"). Places count from 0, those below 0 from
//! the end. A list that would be longer than `MOST_VALUES` is null.

use crate::event::Value;
use crate::function::eval::time::{Shift, shifted};
use crate::function::eval::{each, regex};
use crate::function::{Context, Function, LONGEST_TEXT, MOST_VALUES, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("mvappend", 1, None).gives("all values of the arguments, one after the other", append),
    Function::new("mvcount", 1, Some(1)).gives("how many values there are; of null it is null", |it, _| {
        match it {
            [Operand::Values(values)] => Operand::number(each::from_count(values.len())),
            _ => Operand::Null,
        }
    }),
    Function::new("mvdedup", 1, Some(1))
        .gives("each value once, in the order of the first of its kind", dedup),
    Function::new("mvfilter", 1, Some(1)).form("the values of a field for which the condition is true"),
    Function::new("mvfind", 2, Some(2)).gives("the place of the first value that the pattern matches", find),
    Function::new("mvindex", 2, Some(3))
        .gives("the value at a place, or those from a place to another", index),
    Function::new("mvjoin", 2, Some(2)).gives("the values as one text with a separator between them", join),
    Function::new("mvmap", 2, Some(3)).form("what the expression gives for each value of a field"),
    Function::new("mvrange", 2, Some(3))
        .gives("numbers from the first up to, without, the second, by a step", range),
    Function::new("mvreverse", 1, Some(1)).gives("the values from the last to the first", |it, _| {
        let values: Vec<Value> = it.iter().flat_map(Operand::values).rev().cloned().collect();
        Operand::of(&values)
    }),
    Function::new("mvsort", 1, Some(1)).gives("the values in the order of their bytes", sort),
    Function::new("mvzip", 2, Some(3))
        .gives("the first values joined, the second values joined, and so on", zip),
    Function::new("split", 2, Some(2)).gives("the parts of the text between the separators", split),
];

fn append(arguments: &[Operand], _: &Context) -> Operand {
    let values: Vec<Value> = arguments.iter().flat_map(Operand::values).cloned().collect();
    Operand::of(&values)
}

/// Values are the same if their texts are.
fn dedup(arguments: &[Operand], _: &Context) -> Operand {
    let mut seen = std::collections::HashSet::new();
    let values = arguments.iter().flat_map(Operand::values);
    let kept: Vec<Value> = values.filter(|value| seen.insert(value.text())).cloned().collect();
    Operand::of(&kept)
}

fn find(arguments: &[Operand], _: &Context) -> Operand {
    let [values, pattern] = arguments else { return Operand::Null };
    let Some(pattern) = each::only_text(pattern).and_then(|pattern| regex::pattern(&pattern)) else {
        return Operand::Null;
    };
    let place = values.values().iter().position(|value| pattern.is_match(&value.text()));
    place.map_or(Operand::Null, |place| Operand::number(each::from_count(place)))
}

/// "If the indexes are out of range or invalid, the result is NULL."
fn index(arguments: &[Operand], _: &Context) -> Operand {
    let (values, first, last) = match arguments {
        [values, only] => (values.values(), each::only_whole(only), each::only_whole(only)),
        [values, first, last] => (values.values(), each::only_whole(first), each::only_whole(last)),
        _ => return Operand::Null,
    };
    let place = |at: i64| {
        let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
        usize::try_from(if at < 0 { at.saturating_add(count) } else { at }).ok()
    };
    let range = first.and_then(place).zip(last.and_then(place));
    let found = range.and_then(|(first, last)| values.get(first..=last.min(values.len().saturating_sub(1))));
    found.map_or(Operand::Null, Operand::of)
}

fn join(arguments: &[Operand], _: &Context) -> Operand {
    let [values, separator] = arguments else { return Operand::Null };
    let Some(separator) = each::only_text(separator) else { return Operand::Null };
    if values.is_null() || are_too_long(values, &separator) {
        return Operand::Null;
    }
    let texts: Vec<_> = values.values().iter().map(Value::text).collect();
    Operand::text(texts.join(&*separator))
}

/// Whether the separators alone are longer than any text.
fn are_too_long(values: &Operand, separator: &str) -> bool {
    values.values().len().saturating_mul(separator.len()) > LONGEST_TEXT
}

/// The step is a number or a stretch of time: `mvrange(1, 11, 2)`, `mvrange(1514834731, 1524134919, "7d")`.
fn range(arguments: &[Operand], _: &Context) -> Operand {
    let (first, end, step) = match arguments {
        [first, end] => (first, end, &Operand::number(1.0)),
        [first, end, step] => (first, end, step),
        _ => return Operand::Null,
    };
    let (Some(first), Some(end)) = (each::only_number(first), each::only_number(end)) else {
        return Operand::Null;
    };
    let next: Box<dyn Fn(f64) -> Option<f64>> = match (each::only_number(step), each::only_text(step)) {
        (Some(step), _) => Box::new(move |at| Some(at + step)),
        (None, Some(step)) => match Shift::read(&step) {
            Some(step) => Box::new(move |at| shifted(at, std::slice::from_ref(&step))),
            None => return Operand::Null,
        },
        (None, None) => return Operand::Null,
    };
    let rising = next(first).is_some_and(|second| second > first);
    let is_inside = |at: f64| if rising { at < end } else { at > end };
    let mut values = Vec::new();
    let mut at = first;
    while is_inside(at) {
        let Some(after) = next(at).filter(|after| if rising { *after > at } else { *after < at }) else {
            return Operand::Null;
        };
        values.push(Value::Number(at));
        if values.len() > MOST_VALUES {
            return Operand::Null;
        }
        at = after;
    }
    Operand::of(&values)
}

fn sort(arguments: &[Operand], _: &Context) -> Operand {
    let mut values: Vec<Value> = arguments.iter().flat_map(Operand::values).cloned().collect();
    values.sort_by(|left, right| left.text().cmp(&right.text()));
    Operand::of(&values)
}

/// As many as the shorter list has.
fn zip(arguments: &[Operand], _: &Context) -> Operand {
    let (left, right, separator) = match arguments {
        [left, right] => (left, right, Some(",".into())),
        [left, right, separator] => (left, right, each::only_text(separator)),
        _ => return Operand::Null,
    };
    let Some(separator) = separator.filter(|separator| !are_too_long(left, separator)) else {
        return Operand::Null;
    };
    let joined =
        |(left, right): (&Value, &Value)| Value::Text(format!("{}{separator}{}", left.text(), right.text()));
    let values: Vec<Value> = left.values().iter().zip(right.values()).map(joined).collect();
    Operand::of(&values)
}

/// The separator is a text, not a pattern; an empty one parts the characters.
fn split(arguments: &[Operand], _: &Context) -> Operand {
    let [text, separator] = arguments else { return Operand::Null };
    let Some(separator) = each::only_text(separator) else { return Operand::Null };
    let mut parts = Vec::new();
    for text in text.values().iter().map(Value::text) {
        if separator.is_empty() {
            parts.extend(text.chars().map(|character| Value::Text(character.to_string())));
        } else {
            parts.extend(text.split(&*separator).map(Value::from));
        }
    }
    Operand::of(&parts)
}
