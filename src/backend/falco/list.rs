//! Tests of fields that hold a list.
//!
//! In: the tests of a list, of which some value has to pass one. Out: checks of which one has to hold, or what Falco cannot
//! say. Falco compares whole values of a list and their case, by `intersects`, and nothing can be done to them before
//! (`sinsp_filtercheck.cpp:339-351`). Anything else is looked for in the JSON text of the array, where there is a field
//! for it; or, since engine 0.62.0, in its values joined by `|`. Invariant: what is looked for there stands in the text
//! of an array just if one of its values passes, so a quotation mark in it is one that begins or ends a value: behind
//! `[` or `,`, or before `,` or `]`.

use crate::backend::falco::Engine;
use crate::backend::falco::condition::{known, quoted};
use crate::detection::ValueTest;
use crate::event::pattern::{Case, Pattern, Shape};
use crate::target::falco_fields::{Absent, FieldType, array_of};
use crate::target::{FieldKind, TargetField};

/// The longest text that still fits a constant with a bracket and quotation marks round it.
const LONGEST_TEXT: usize = super::LONGEST_CONSTANT - 3;

/// A field that holds a list.
pub(crate) struct List<'a> {
    pub(crate) name: &'a str,
    /// What Falco's own list of fields says of it.
    pub(crate) known: Option<FieldType>,
    pub(crate) kind: FieldKind,
    pub(crate) engine: Engine,
}

impl List<'_> {
    /// The checks of which one has to hold where some value has to pass one of these tests.
    ///
    /// # Errors
    /// What Falco cannot say.
    pub(crate) fn checks(&self, tests: &[ValueTest]) -> Result<Vec<String>, String> {
        let name = self.name;
        let is_extracted = self.known.is_none_or(|known| known.absent != Absent::Always);
        let has_one_case = |pattern: &Pattern| self.kind == FieldKind::Boolean || has_one_case(pattern);
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        for test in tests {
            let ValueTest::Matches(pattern) = test else {
                return Err(format!("`{name}` is a list, which Falco compares with whole values"));
            };
            match pattern.shape() {
                Shape::Exact(text) if is_extracted && has_one_case(pattern) => whole.push(quoted(text)),
                shape => parts.extend(self.parts(shape, pattern.case())?),
            }
        }
        let whole = (!whole.is_empty()).then(|| format!("{name} intersects ({})", whole.join(", ")));
        Ok(whole.into_iter().chain(parts).collect())
    }

    /// What stands in a text made of all values where one has this shape.
    fn parts(&self, shape: Shape<'_>, case: Case) -> Result<Vec<String>, String> {
        let name = self.name;
        if shape == Shape::Everything {
            return Ok(vec![exists(name, self.known)]);
        }
        let how = if matches!(shape, Shape::Exact(_)) { "with case" } else { "as a whole" };
        let (subject, texts) = match array_of(name) {
            Some(array) => (array.to_owned(), in_array(name, shape)?),
            None if self.engine >= Engine::V0_62 && holds_names(name) => {
                (format!(r#"concat("|", join("|", {name}), "|")"#), vec![in_joined(name, shape)?])
            }
            None => return Err(format!("`{name}` is a list, whose values Falco compares {how}")),
        };
        let operator = if case == Case::Insensitive { "icontains" } else { "contains" };
        Ok(texts.iter().map(|text| format!("{subject} {operator} {}", quoted(text))).collect())
    }
}

/// What no engine can ask of a list: only of some lists more is known than their values as they are.
pub(crate) fn texts(pattern: &Pattern, field: &TargetField) -> Result<(), String> {
    let name = &field.name;
    let is_list = known(name).is_some_and(FieldType::is_list);
    let is_whole = matches!(pattern.shape(), Shape::Exact(_)) && has_one_case(pattern);
    let is_said =
        is_whole || pattern.shape() == Shape::Everything || array_of(name).is_some() || holds_names(name);
    if is_list && !is_said {
        return Err(format!("`{name}` is a list, whose values Falco compares whole and with case"));
    }
    Ok(())
}

/// The check that a list has a value.
pub(crate) fn exists(name: &str, known: Option<FieldType>) -> String {
    match array_of(name).filter(|_| known.is_some_and(|known| known.absent == Absent::Always)) {
        Some(array) => format!("{array} contains {}", quoted("\"")),
        None => format!("{name} exists"),
    }
}

/// What stands in the text of the array where a value has this shape.
fn in_array(name: &str, shape: Shape<'_>) -> Result<Vec<String>, String> {
    Ok(match shape {
        Shape::Exact(text) if begins_a_value(text) => vec![format!("[\"{text}\""), format!(",\"{text}\"")],
        Shape::Prefix(text) if begins_a_value(text) => vec![format!("[\"{text}"), format!(",\"{text}")],
        Shape::Suffix(text) if ends_a_value(text) => vec![format!("{text}\","), format!("{text}\"]")],
        Shape::Contains(text) if is_plain(text) && !["[", ",", "]"].contains(&text) => vec![text.to_owned()],
        _ => return Err(format!("`{name}` is a list, in whose text the value is not told from others")),
    })
}

/// Whether the values of a list are names of images or containers, in which no `|` stands.
fn holds_names(list: &str) -> bool {
    list.starts_with("ka.req.pod.") && [".image", ".repository", ".name"].iter().any(|it| list.ends_with(it))
}

/// The same for values with `|` between them and at both ends.
fn in_joined(name: &str, shape: Shape<'_>) -> Result<String, String> {
    let (text, before, after) = match shape {
        Shape::Exact(text) => (text, "|", "|"),
        Shape::Prefix(text) => (text, "|", ""),
        Shape::Suffix(text) => (text, "", "|"),
        Shape::Contains(text) => (text, "", ""),
        Shape::Mixed | Shape::Everything => {
            return Err(format!("`{name}` is a list, which Falco compares with no such pattern"));
        }
    };
    if text.contains('|') || text.len() > LONGEST_TEXT {
        return Err(format!("`{name}` is a list, in whose text the value is not told from others"));
    }
    Ok(format!("{before}{text}{after}"))
}

/// Whether JSON writes the text as it is: Go escapes `<`, `>` and `&` as well (`encoding/json`, `HTMLEscape`).
fn is_plain(text: &str) -> bool {
    let escaped = |c: char| !(c == ' ' || c.is_ascii_graphic()) || matches!(c, '"' | '\\' | '<' | '>' | '&');
    !text.is_empty() && text.len() <= LONGEST_TEXT && !text.contains(escaped)
}

/// Whether a quotation mark before the text, behind `[` or `,`, begins a value: else it could end one, with what follows.
fn begins_a_value(text: &str) -> bool {
    is_plain(text) && !text.starts_with([',', ']'])
}

/// The same for one behind the text that ends a value.
fn ends_a_value(text: &str) -> bool {
    is_plain(text) && !text.ends_with(['[', ','])
}

/// Whether nothing but the text itself is equal to it: case counts, or there is no letter.
fn has_one_case(pattern: &Pattern) -> bool {
    let has_letter = || pattern.literals().flat_map(str::chars).any(|c| c.is_ascii_alphabetic());
    pattern.case() == Case::Sensitive || !has_letter()
}
