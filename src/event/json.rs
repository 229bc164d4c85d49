//! Events as JSON.
//!
//! In: JSON objects. Out: fields as Splunk names them (`a.b` for nesting, `a{}` for array elements; Search
//! Manual, "spath" command), and back. Invariant: JSON `null` is the absence of a value in every part of splc (rsigma
//! reads it so too).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::{Event, Value, time};

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

    /// Whether [`Event::from_json_text`] reads a text, found out without making an event of it.
    ///
    /// ```
    /// use splc::event::Event;
    /// assert!(Event::check_json_text(r#"{"user": "root"}"#).is_ok());
    /// assert!(Event::check_json_text(r#"{"user": root}"#).is_err());
    /// ```
    ///
    /// # Errors
    /// Those of [`Event::from_json_text`].
    pub fn check_json_text(text: &str) -> Result<(), EventError> {
        // No name is longer than the line that it is made of.
        if text.len() > LONGEST_NAME || !text.trim_start().starts_with('{') {
            return Self::from_json_text(text).map(drop);
        }
        Ok(serde_json::from_str::<Checked>(text).map(drop)?)
    }

    /// Reads one JSON object that is already parsed.
    ///
    /// A literal dotted key wins over a nested path of the same name, whatever their order. A time in `_time` is read as
    /// seconds ([`time::seconds`]).
    ///
    /// # Errors
    /// The value is not an object.
    pub fn from_json(json: &Json) -> Result<Self, EventError> {
        let Json::Object(object) = json else { return Err(EventError::NotAnObject(kind(json))) };
        let mut found = BTreeMap::new();
        for (key, value) in object {
            flatten(key, value, 0, &mut found)?;
        }
        if let Some(Found { values, .. }) = found.get_mut(time::FIELD) {
            time::read(values);
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

/// JSON that was read and let go: what `serde_json` refuses of a [`Json`] it refuses here, since it is asked for the same.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What both say of a text, in words.
    fn said(text: &str) -> [Result<(), String>; 2] {
        [Event::check_json_text(text), Event::from_json_text(text).map(drop)]
            .map(|result| result.map_err(|error| error.to_string()))
    }

    proptest! {
        #[test]
        fn a_check_refuses_what_a_reading_refuses(
            before in r#"\{"a": ?"?|\{|"#,
            text in r#"[ \{}\[\]",:1e+\-.\\ud8trnl\x01é]{0,12}"#,
            behind in r#""?\}|"#,
        ) {
            let [checked, read] = said(&(before + &text + &behind));
            prop_assert_eq!(checked, read);
        }
    }

    #[test]
    fn a_check_refuses_what_is_deep_or_large_or_long() {
        let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let long = format!("{{\"{}\":{{\"b\":{{\"c\":1}}}}}}", "a".repeat(LONGEST_NAME));
        let others = [r#"{"a":1e999}"#, r#"{"a":"\ud800"}"#, r#"{"a":"\ud83d\ude00"}"#, "[]", "{} x", " {}"];
        for text in others.map(str::to_owned).into_iter().chain([deep(126), deep(127), long]) {
            let [checked, read] = said(&text);
            assert_eq!(checked, read, "{text}");
        }
    }

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
