//! JSON as an event.
//!
//! In: objects of `serde_json`. Out: their fields by the names that Splunk gives them. Invariant: nothing is allocated
//! but the name of a field that is looked for by a part of it.

use serde_json::Value as Json;

use super::{Event, Test};

/// Fields as Splunk names them: `a.b` for nesting, `a{}` for the elements of an array. The scalars of an array are
/// also found under its own name, `null` is absent, and a literal dotted key wins over a nested one.
impl Event for Json {
    fn some(&self, field: &str, test: Test<'_>) -> bool {
        // The fewer keys are joined to make the name, the more literal it is.
        let most = field.bytes().filter(|byte| *byte == b'.').count();
        for joined in 0..=most {
            let mut found = false;
            let passes = some_member(self, field, joined, &mut |value| {
                found = true;
                test(value)
            });
            if found {
                return passes;
            }
        }
        false
    }

    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
        let mut name = String::new();
        let mut members = self.as_object().into_iter().flatten();
        members.any(|(key, value)| {
            name.clear();
            name.push_str(key);
            some_leaf(self, value, &mut name, 0, is_wanted, test)
        })
    }
}

/// Tests the values that `path` leads to from the members of an object, with just `joined` more keys in it.
fn some_member(object: &Json, path: &str, joined: usize, test: Test<'_>) -> bool {
    let Json::Object(members) = object else {
        return false;
    };
    // A key ends where the path ends or goes on with a key or an element.
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with('.') || rest.starts_with("{}");
    let ends = path.char_indices().map(|(at, _)| at).chain([path.len()]);
    ends.filter_map(|at| path.split_at_checked(at))
        .filter(|(_, rest)| is_end(rest))
        .any(|(key, rest)| {
            let member = members.get(key);
            member.is_some_and(|member| some_value(member, rest, joined, test))
        })
}

fn some_value(value: &Json, path: &str, joined: usize, test: Test<'_>) -> bool {
    match value {
        Json::Array(elements) => elements.iter().any(|element| {
            let inner = path.strip_prefix("{}");
            inner.is_some_and(|path| some_value(element, path, joined, test))
                || is_scalar(element) && some_value(element, path, joined, test)
        }),
        Json::Object(_) => match (joined.checked_sub(1), path.strip_prefix('.')) {
            (Some(joined), Some(path)) => some_member(value, path, joined, test),
            _ => false,
        },
        scalar => path.is_empty() && joined == 0 && some_text(scalar, test),
    }
}

/// Tests the values below `value`, whose name is `name`, made by joining `joined` keys to the first.
fn some_leaf(
    root: &Json,
    value: &Json,
    name: &mut String,
    joined: usize,
    is_wanted: Test<'_>,
    test: Test<'_>,
) -> bool {
    let length = name.len();
    match value {
        Json::Array(elements) => elements.iter().any(|element| {
            name.push_str("{}");
            let passes = some_leaf(root, element, name, joined, is_wanted, test);
            name.truncate(length);
            passes || is_scalar(element) && some_leaf(root, element, name, joined, is_wanted, test)
        }),
        Json::Object(members) => members.iter().any(|(key, value)| {
            name.push('.');
            name.push_str(key);
            let passes = some_leaf(root, value, name, joined + 1, is_wanted, test);
            name.truncate(length);
            passes
        }),
        scalar => {
            let is_hidden =
                |name: &str| (0..joined).any(|fewer| some_member(root, name, fewer, &mut |_| true));
            is_wanted(name) && !is_hidden(name) && some_text(scalar, test)
        }
    }
}

fn is_scalar(value: &Json) -> bool {
    !value.is_array() && !value.is_object()
}

fn some_text(scalar: &Json, test: Test<'_>) -> bool {
    match scalar {
        Json::String(text) => test(text),
        Json::Bool(value) => test(if *value { "true" } else { "false" }),
        Json::Number(number) => match Digits::of(number) {
            Some(digits) => test(digits.text()),
            None => test(&number.to_string()),
        },
        _ => false,
    }
}

/// A number as text, without allocation.
#[derive(Default)]
struct Digits {
    bytes: [u8; 32],
    length: usize,
}

impl Digits {
    /// None if the text is longer than any integer or float of 64 bits.
    fn of(number: &serde_json::Number) -> Option<Self> {
        let mut digits = Self::default();
        std::fmt::write(&mut digits, format_args!("{number}")).ok()?;
        Some(digits)
    }

    fn text(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl std::fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        let room = self.bytes.get_mut(self.length..end);
        room.ok_or(std::fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
