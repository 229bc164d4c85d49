//! Texts compared with fields that are not text.
//!
//! In: the text that a search compares a field with. Out: a test of a value of the field's type, or that none passes.
//! Invariant: a type is written in one way, so a text that is written otherwise equals none of its values.

use crate::detection::ValueTest;
use crate::event::pattern::{Pattern, Shape};

use super::Value;

/// A text compared with a Boolean, which is written `true` or `false`.
pub(super) fn boolean(pattern: &Pattern) -> Value {
    let word = ["true", "false"].into_iter().find(|word| pattern.matches(word));
    match (word, pattern.shape()) {
        (Some(word), Shape::Exact(_)) => {
            Value::Test(ValueTest::Matches(Pattern::literal(word, pattern.case())))
        }
        (None, Shape::Exact(_)) => Value::Never,
        _ => Value::Inexpressible("the field is not text, so wildcards do not apply".to_owned()),
    }
}

/// Whether the text is an address as it is usually written: the target compares addresses, the search compares texts.
pub(super) fn is_canonical_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_string() == text)
}

/// A text compared with a field that is not text: equal if it is written as the type is, else never.
pub(super) fn typed(shape: Shape<'_>, value: &ValueTest, is_of_type: impl Fn(&str) -> bool) -> Value {
    match shape {
        Shape::Exact(text) if is_of_type(text) => Value::Test(value.clone()),
        Shape::Exact(_) => Value::Never,
        _ => Value::Inexpressible("the field is not text, so wildcards do not apply".to_owned()),
    }
}
