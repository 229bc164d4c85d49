//! Events as JSON.
//!
//! In: JSON objects. Out: fields as Splunk names them (`a.b` for nesting, `a{}` for array elements; Search
//! Manual, "spath" command), and back. Invariant: JSON `null` is the absence of a value in every part of splc (rsigma
//! reads it so too).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Event, Value};

/// Why a line is not an event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The text is not JSON, or nested deeper than the JSON reader goes.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The bytes are not UTF-8, which JSON is written in.
    #[error("not UTF-8: {0}")]
    Encoding(#[from] std::str::Utf8Error),
    /// The text is JSON, but not an object.
    #[error("an event is a JSON object, this is {0}")]
    NotAnObject(&'static str),
    /// A path of nested keys that is longer than any field name: each field below would repeat it.
    #[error("a nested field has a name of over {LONGEST_NAME} bytes")]
    LongName,
}

impl Event {
    /// Reads one JSON object; the text becomes the raw event unless the object has a `_raw` field.
    ///
    /// # Errors
    /// The text is not JSON, or is JSON but not an object.
    pub fn from_json_text(text: &str) -> Result<Self, EventError> {
        let mut event = Self::from_json(&serde_json::from_str(text)?)?;
        event.line = vec![Value::from(text)];
        Ok(event)
    }

    /// Reads one JSON object that is already parsed.
    ///
    /// A literal dotted key wins over a nested path of the same name, whatever their order.
    ///
    /// # Errors
    /// The value is not an object.
    pub fn from_json(json: &Json) -> Result<Self, EventError> {
        let Json::Object(object) = json else { return Err(EventError::NotAnObject(kind(json))) };
        let mut found = BTreeMap::new();
        for (key, value) in object {
            flatten(key, value, 0, &mut found)?;
        }
        let fields = found.into_iter().map(|(name, Found { values, .. })| (name, values)).collect();
        Ok(Self { fields, line: Vec::new() })
    }

    /// The event as a flat JSON object: one value as text, several as an array of texts.
    pub fn to_json(&self) -> Json {
        let text = |value: &Value| Json::String(value.text().into_owned());
        let member = |(name, values): (&str, &[Value])| {
            let json = match values {
                [only] => text(only),
                many => Json::Array(many.iter().map(text).collect()),
            };
            (name.to_owned(), json)
        };
        Json::Object(self.fields().map(member).collect())
    }
}

/// Values gathered for a name, and how many keys were joined to make it: fewer is more literal.
struct Found {
    values: Vec<Value>,
    joined: usize,
}

/// The longest name of a nested field, in bytes.
const LONGEST_NAME: usize = 4_096;

fn flatten(
    name: &str,
    json: &Json,
    joined: usize,
    into: &mut BTreeMap<String, Found>,
) -> Result<(), EventError> {
    match json {
        Json::Null => {}
        Json::Bool(value) => add(name, Value::Text(value.to_string()), joined, into),
        Json::Number(value) => add(name, Value::Text(value.to_string()), joined, into),
        Json::String(value) => add(name, Value::Text(value.clone()), joined, into),
        Json::Array(_) | Json::Object(_) if name.len() > LONGEST_NAME => return Err(EventError::LongName),
        Json::Array(elements) => {
            for element in elements {
                flatten(&format!("{name}{{}}"), element, joined, into)?;
                // Splunk exports a multivalue field as an array under its own name.
                if !matches!(element, Json::Array(_) | Json::Object(_)) {
                    flatten(name, element, joined, into)?;
                }
            }
        }
        Json::Object(object) => {
            for (key, value) in object {
                flatten(&format!("{name}.{key}"), value, joined + 1, into)?;
            }
        }
    }
    Ok(())
}

fn add(name: &str, value: Value, joined: usize, into: &mut BTreeMap<String, Found>) {
    let found = into.entry(name.to_owned()).or_insert(Found { values: Vec::new(), joined });
    if joined < found.joined {
        *found = Found { values: vec![value], joined };
    } else if joined == found.joined {
        found.values.push(value);
    }
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a Boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_dotted_key_wins_whatever_the_order() {
        for text in
            [r#"{"a.b": "literal", "a": {"b": "nested"}}"#, r#"{"a": {"b": "nested"}, "a.b": "literal"}"#]
        {
            assert_eq!(Event::from_json_text(text).unwrap().values("a.b"), [Value::from("literal")]);
        }
    }

    #[test]
    fn null_is_absent_and_empty_is_present() {
        let event = Event::from_json_text(r#"{"a": null, "b": "", "c": []}"#).unwrap();
        assert!(!event.has("a") && event.has("b") && !event.has("c"));
    }

    #[test]
    fn an_array_of_scalars_is_found_with_and_without_braces() {
        let event = Event::from_json_text(r#"{"a": ["x", "y"], "o": [{"k": 1}, {"k": 2}]}"#).unwrap();
        assert_eq!(event.values("a{}"), event.values("a"));
        assert_eq!(event.values("o{}.k").len(), 2);
    }
}
