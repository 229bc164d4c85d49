//! What functions of one text or one number do with several values: each value alone.
//!
//! In: an operand and what to do with one value. Out: an operand. The pages of the functions are silent about several
//! values; all functions of texts and numbers take the same rule. A value that gives nothing is left out, so null gives
//! null. A truth value is neither text nor number and gives null.

use std::borrow::Cow;

use crate::event::Value;
use crate::function::Operand;
use crate::function::operand::number_of;

/// Each value as text, made into another value.
pub(super) fn text(operand: &Operand, make: impl Fn(&str) -> Option<Value>) -> Operand {
    each(operand, |value| make(&value.text()))
}

/// Each value that is a number, made into another number; an infinite or undefined result is nothing.
pub(super) fn number(operand: &Operand, make: impl Fn(f64) -> f64) -> Operand {
    each(operand, |value| finite(make(number_of(value)?)))
}

/// Each value, made into another.
pub(super) fn each(operand: &Operand, make: impl Fn(&Value) -> Option<Value>) -> Operand {
    let made: Vec<Value> = operand.values().iter().filter_map(make).collect();
    Operand::of(&made)
}

/// The number as a value, if it is finite.
pub(super) fn finite(number: f64) -> Option<Value> {
    number.is_finite().then_some(Value::Number(number))
}

/// The only value as text; nothing for none or several.
pub(super) fn only_text(operand: &Operand) -> Option<Cow<'_, str>> {
    operand.single().map(Value::text)
}

/// The only value as a number.
pub(super) fn only_number(operand: &Operand) -> Option<f64> {
    operand.single().and_then(number_of)
}

/// The only value as a whole number that `f64` holds exactly.
pub(super) fn only_whole(operand: &Operand) -> Option<i64> {
    only_number(operand).and_then(whole)
}

/// The whole number below 2^53 that this is.
#[allow(clippy::cast_possible_truncation, reason = "the bound is looked at")]
pub(super) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// A whole number as the number it is; those beyond 2^53 are rounded, as every number of the language.
#[allow(clippy::cast_precision_loss, reason = "numbers of the language are doubles")]
pub(super) const fn from_whole(number: i64) -> f64 {
    number as f64
}

/// A count as a number.
#[allow(clippy::cast_precision_loss, reason = "numbers of the language are doubles")]
pub(super) const fn from_count(count: usize) -> f64 {
    count as f64
}
