//! What an eval expression computes: nothing, true or false, or values.
//!
//! In: values of fields. Out: operands of operators and functions. Invariant: [`Operand::Values`] is never empty, since a
//! field without a value is a missing field, which is [`Operand::Null`].

use crate::event::{Value, number};

/// The result of an expression.
///
/// A field cannot hold a Boolean (Search Reference, `eval`: the result of an expression "cannot be Boolean"), so the
/// two truth values stand apart from values.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// No value: a missing field, an expression that failed.
    Null,
    /// True or false.
    Boolean(bool),
    /// One value or several.
    Values(Vec<Value>),
}

impl Operand {
    /// These values; none is null.
    ///
    /// ```
    /// use splc::function::Operand;
    /// assert_eq!(Operand::of(&[]), Operand::Null);
    /// ```
    pub fn of(values: &[Value]) -> Self {
        if values.is_empty() { Self::Null } else { Self::Values(values.to_vec()) }
    }

    /// One text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Values(vec![Value::Text(text.into())])
    }

    /// One number; one that is infinite or none is null.
    ///
    /// ```
    /// use splc::function::Operand;
    /// assert_eq!(Operand::number(1.0 / 0.0), Operand::Null);
    /// ```
    pub fn number(number: f64) -> Self {
        if number.is_finite() { Self::Values(vec![Value::Number(number)]) } else { Self::Null }
    }

    /// The values; none for null and for a Boolean.
    pub fn values(&self) -> &[Value] {
        match self {
            Self::Values(values) => values,
            Self::Null | Self::Boolean(_) => &[],
        }
    }

    /// The only value.
    pub fn single(&self) -> Option<&Value> {
        match self.values() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub const fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            Self::Null | Self::Values(_) => None,
        }
    }

    /// How many bytes of text the values hold.
    pub(crate) fn text_length(&self) -> usize {
        let length = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::Number(_) => 0,
        };
        self.values().iter().map(length).sum()
    }

    /// Whether there is no value.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// The number that a value is: one that was computed, or a text that reads as one.
///
/// ```
/// use splc::event::Value;
/// use splc::function::operand::number_of;
/// assert_eq!(number_of(&Value::from("1.50")), Some(1.5));
/// assert_eq!(number_of(&Value::from("x")), None);
/// ```
pub fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => number::parse(text),
    }
}
