//! What commands have in common where they look at rows: values, columns, wildcards in names, groups.
//!
//! In: rows. Out: parts of them. Invariant: the origins of a row that is made here are those of the rows it is made
//! of, in ascending order and each once; and no more than [`MOST`] rows are made of however few.

use crate::command::arguments::unsupported;
use crate::command::{Row, Unsupported};
use crate::event::pattern::{Case, Pattern};
use crate::event::{self, Event, Value, number};
use crate::function::operand::number_of;
use crate::source::Span;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// More rows than a search of examples ever has: `join max=0` and `appendpipe` multiply what they are given.
pub(crate) const MOST: usize = 100_000;

/// Refuses to make more than [`MOST`] rows.
pub(crate) fn bounded(rows: usize, span: Span) -> Result<(), Unsupported> {
    if rows > MOST {
        return Err(unsupported(format!("more than {MOST} rows are made here"), span));
    }
    Ok(())
}

/// More text than a search of examples ever has, in bytes: commands that join or copy may double it, stage by stage.
const MOST_TEXT: usize = 1 << 28;

/// Refuses rows that hold more than [`MOST_TEXT`].
pub(crate) fn held(rows: &[Row], span: Span) -> Result<(), Unsupported> {
    let values = rows.iter().flat_map(|row| row.event.fields()).flat_map(|(_, values)| values);
    let text: usize = values.map(|value| if let Value::Text(text) = value { text.len() } else { 0 }).sum();
    if text > MOST_TEXT {
        return Err(unsupported("more text is made here than is held", span));
    }
    Ok(())
}

/// The first value of a field as text.
pub(crate) fn text(event: &Event, field: &str) -> Option<String> {
    event.values(field).first().map(|value| value.text().into_owned())
}

/// All values of each field as texts, which together tell rows apart (Search Reference, `dedup`: "must match all values");
/// nothing where a field is missing.
pub(crate) fn key(row: &Row, fields: &[impl AsRef<str>]) -> Option<Vec<Vec<String>>> {
    let texts = |field: &_| {
        let values = row.event.values(AsRef::<str>::as_ref(field));
        let texts: Vec<String> = values.iter().map(|value| value.text().into_owned()).collect();
        (!texts.is_empty()).then_some(texts)
    };
    fields.iter().map(texts).collect()
}

/// The time of an event: seconds since 1970.
pub(crate) fn time(event: &Event) -> Option<f64> {
    number_of(event.values("_time").first()?)
}

/// The names of all fields that some row has.
pub(crate) fn columns(rows: &[Row]) -> BTreeSet<String> {
    rows.iter().flat_map(|row| row.event.fields().map(|(name, _)| name.to_owned())).collect()
}

/// The events that any of the rows was made of.
pub(crate) fn origins<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<usize> {
    let all: BTreeSet<usize> = rows.into_iter().flat_map(|row| row.origins.iter().copied()).collect();
    all.into_iter().collect()
}

/// The row without some of its fields.
pub(crate) fn without(event: &Event, is_left_out: impl Fn(&str) -> bool) -> Event {
    let mut kept = Event::new();
    for (name, values) in event.fields().filter(|(name, _)| !is_left_out(name)) {
        kept.set(name, values.to_vec());
    }
    match event.raw() {
        Some(raw) if !is_left_out("_raw") => kept.with_raw(raw),
        _ => kept,
    }
}

/// Whether a name that may hold wildcards stands for a field. A wildcard reaches a name with a leading underscore only
/// behind one of its own: such fields are internal, and are kept or removed where they are named (Search Reference,
/// `fields`).
pub(crate) fn names(pattern: &str, field: &str) -> bool {
    event::is_reached(pattern, field) && Pattern::wildcard(pattern, Case::Sensitive).matches(field)
}

/// What the stars of a pattern stand for in a text, the first ones as short as they can be.
pub(crate) fn parts<'n>(pattern: &str, name: &'n str) -> Option<Vec<&'n str>> {
    if !Pattern::wildcard(pattern, Case::Sensitive).matches(name) {
        return None;
    }
    let mut pieces = pattern.split('*');
    let mut rest = name.strip_prefix(pieces.next()?)?;
    let pieces: Vec<&str> = pieces.collect();
    let mut found = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let at =
            if index + 1 == pieces.len() { rest.len().checked_sub(piece.len())? } else { rest.find(piece)? };
        found.push(rest.get(..at)?);
        rest = rest.get(at + piece.len()..)?;
    }
    Some(found)
}

/// The new name of a field under `pattern AS renamed`: each star of the new name is what the star of the same place
/// stands for in the old one (Search Reference, `rename`).
pub(crate) fn renamed(pattern: &str, new: &str, field: &str) -> Option<String> {
    names(pattern, field).then(|| replaced(pattern, new, field))?
}

/// The same for any text.
pub(crate) fn replaced(pattern: &str, new: &str, text: &str) -> Option<String> {
    let parts = parts(pattern, text)?;
    let mut stars = parts.into_iter();
    let mut name = String::new();
    for (index, piece) in new.split('*').enumerate() {
        if index > 0 {
            name.push_str(stars.next().unwrap_or_default());
        }
        name.push_str(piece);
    }
    Some(name)
}

/// A text in the order of results: numbers first, by value, then other texts by their bytes (Search Reference,
/// "Lexicographical order").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) String);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_number = match (number::parse(&self.0), number::parse(&other.0)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        by_number.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The groups of rows that have the same values in some fields, as indexes, in the order of their values.
///
/// A row without one of the fields is in no group (Search Reference, `tstats`: "omits rows for events with one or more
/// null field values"); a row with several values is in the group of each, and twice in that of a value it has twice
/// (Search Reference, `stats`, `dedup_splitvals`).
pub(crate) fn groups(
    rows: &[Row],
    by: &[String],
    once: bool,
    span: Span,
) -> Result<BTreeMap<Vec<Key>, Vec<usize>>, Unsupported> {
    let mut groups: BTreeMap<Vec<Key>, Vec<usize>> = BTreeMap::new();
    let mut made = 0;
    for (index, row) in rows.iter().enumerate() {
        let mut keys: Vec<Vec<Key>> = vec![Vec::new()];
        for field in by {
            let mut texts: Vec<Key> =
                row.event.values(field).iter().map(|value| Key(value.text().into_owned())).collect();
            if once {
                let mut seen = BTreeSet::new();
                texts.retain(|key| seen.insert(key.clone()));
            }
            bounded(keys.len() * texts.len(), span)?;
            let longer = |key: &Vec<Key>| {
                let key = key.clone();
                texts.iter().map(move |text| key.iter().chain([text]).cloned().collect()).collect::<Vec<_>>()
            };
            keys = keys.iter().flat_map(longer).collect();
        }
        made += keys.len();
        bounded(made, span)?;
        for key in keys {
            groups.entry(key).or_default().push(index);
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_pair_up() {
        assert_eq!(renamed("Processes.*", "*", "Processes.user").as_deref(), Some("user"));
        assert_eq!(renamed("a*b*", "*-*", "axxbyy").as_deref(), Some("xx-yy"));
        assert_eq!(renamed("*", "x_*", "_time"), None);
        assert_eq!(renamed("a", "b", "a").as_deref(), Some("b"));
    }

    #[test]
    fn numbers_come_before_texts() {
        let mut keys: Vec<Key> = ["b", "10", "a", "9", "1.0", "1"].map(|text| Key(text.to_owned())).into();
        keys.sort();
        let texts: Vec<&str> = keys.iter().map(|key| key.0.as_str()).collect();
        assert_eq!(texts, ["1", "1.0", "9", "10", "a", "b"]);
    }
}
