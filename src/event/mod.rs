//! Events and rows: names of fields, each with one or more values.
//!
//! In: names and values; JSON objects are read in `json`. Out: fields by name. Invariant: a field that is present has at
//! least one value, and an empty text is a value.

mod json;
pub mod network;
pub mod number;
pub mod pattern;
pub mod raw;
pub mod table;
pub mod time;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use json::EventError;

/// One value of a field.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Value {
    /// Text, which is what every extracted field holds.
    Text(String),
    /// A number, which is what `eval` computes.
    Number(f64),
}

impl Value {
    /// The value as text. A number has as many digits as tell it from its neighbours, no exponent, and no fraction if it
    /// is whole: the examples of the Search Reference show 3.141592653589793 for `pi()`, and 9 for `pow(3, 2)`.
    ///
    /// ```
    /// use splc::event::Value;
    /// assert_eq!(Value::Number(4.0).text(), "4");
    /// assert_eq!(Value::Number(-0.0).text(), "0");
    /// ```
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            // Zero has no sign.
            Self::Number(number) => Cow::Owned((number + 0.0).to_string()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// An event or a row of a result.
///
/// ```
/// use splc::event::Event;
/// let event = Event::from_json_text(r#"{"user": {"groups": ["a", "b"]}, "code": 200}"#).unwrap();
/// assert_eq!(event.values("user.groups{}").len(), 2);
/// assert_eq!(event.values("code")[0].text(), "200");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    fields: BTreeMap<String, Vec<Value>>,
    /// The line it was read from, which is the field `_raw` of an event that has none.
    line: Vec<Value>,
}

impl Event {
    /// An event without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The values of a field, none if the event does not have it; `_raw` is the event as it was written.
    pub fn values(&self, field: &str) -> &[Value] {
        match self.fields.get(field) {
            Some(values) => values,
            None if field == "_raw" => &self.line,
            None => &[],
        }
    }

    /// Whether the field has a value.
    pub fn has(&self, field: &str) -> bool {
        !self.values(field).is_empty()
    }

    /// All fields, in the order of their names, but for the line that the event was read from.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.fields.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The event as it was written: `_raw`, else the line it was read from.
    pub fn raw(&self) -> Option<Cow<'_, str>> {
        self.values("_raw").first().map(Value::text)
    }

    /// Sets a field to these values; no values remove it.
    pub fn set(&mut self, field: impl Into<String>, values: Vec<Value>) {
        let field = field.into();
        if values.is_empty() {
            self.fields.remove(&field);
            if field == "_raw" {
                self.line.clear();
            }
        } else {
            self.fields.insert(field, values);
        }
    }

    /// The same event with one more field of one text value.
    ///
    /// ```
    /// use splc::event::Event;
    /// assert!(Event::new().with("user", "root").has("user"));
    /// ```
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(field, vec![Value::Text(value.into())]);
        self
    }

    /// The same event with this text as the event as it was written.
    #[must_use]
    pub fn with_raw(mut self, raw: impl Into<String>) -> Self {
        self.line = vec![Value::Text(raw.into())];
        self
    }
}

/// Whether a name that may hold wildcards reaches a field: names with a leading underscore are those of internal fields,
/// which only a name with one of its own means (Search Reference, `fields`).
///
/// ```
/// use splc::event::is_reached;
/// assert!(is_reached("*", "user") && is_reached("_*", "_raw") && !is_reached("*", "_raw"));
/// ```
pub fn is_reached(name: &str, field: &str) -> bool {
    !field.starts_with('_') || name.starts_with('_') || !name.contains('*')
}
