//! Reads Sigma detection rules and runs them, apart from the backend that writes them.
//!
//! In: YAML, one rule a document, and events. Out: [`Rule`]s that say whether they match an event. Invariant: a
//! rule that is read means the same in every engine as far as that is known; what engines read differently
//! is an error. Source: Sigma specification 2.1. Deliberately without `base64` and its kin, `expand`, and everything that
//! a linter says about style.

mod condition;
mod correlation;
mod detection;
#[cfg(test)]
mod differential;
mod item;
#[cfg(test)]
mod tests;
mod value;

use serde::Deserialize;
use serde_yaml::{Mapping, Value as Yaml};
use uuid::Uuid;

pub use condition::ConditionError;
pub use correlation::{Alert, Collection, Correlation, read_collection};
pub use item::ItemError;

use crate::event::Event;
use detection::Detections;
use item::kind_of;

/// More bytes than any file of rules has: deep nesting costs the YAML reader time before it refuses.
const MAX_BYTES: usize = 1 << 20;

/// The longest title that the schema allows, in characters.
const MAX_TITLE: usize = 256;

const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
const STATUSES: [&str; 5] = ["stable", "test", "experimental", "deprecated", "unsupported"];

/// Why a text is not a list of Sigma rules.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The text is too long to be rules.
    #[error("longer than {MAX_BYTES} bytes")]
    TooLong,
    /// The text is not YAML, has a key twice, or is nested too deep.
    #[error("not YAML: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// A document is not a map.
    #[error("a rule is a map, this is {0}")]
    NotAMap(&'static str),
    /// A document is a correlation rule, and rules alone were asked for.
    #[error("a correlation rule is no rule on one event")]
    Correlation,
    /// A key that every rule has is missing.
    #[error("the rule has no `{0}`")]
    Missing(&'static str),
    /// A key has a value that the schema does not allow.
    #[error("`{key}`: {problem}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A detection cannot be read.
    #[error("detection `{path}`: {problem}")]
    Detection {
        /// The name of the detection and the key in it.
        path: String,
        /// What is wrong.
        problem: ItemError,
    },
    /// A `timeframe`, which belonged to aggregations.
    #[error("`timeframe` is not part of Sigma any more")]
    Timeframe,
    /// More detections than a rule has.
    #[error("more detections than a rule has")]
    TooManyDetections,
    /// The condition cannot be read.
    #[error("condition `{text}`: {source}")]
    Condition {
        /// The condition.
        text: String,
        /// What is wrong.
        source: ConditionError,
    },
    /// A detection that the condition does not use.
    #[error("the condition does not use the detection `{0}`")]
    Dangling(String),
}

/// Which events a rule is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// The kind of event, such as `process_creation`.
    pub category: Option<String>,
    /// The product, such as `linux`.
    pub product: Option<String>,
    /// The part of the product, such as `auditd`.
    pub service: Option<String>,
}

/// A Sigma detection rule.
///
/// ```
/// use splc::{event::Event, verify::sigma::read_rules};
/// let rules = read_rules(r"
/// title: Shell
/// logsource: {product: linux, category: process_creation}
/// detection:
///     selection:
///         Image|endswith: ['/sh', '/bash']
///     filter:
///         User: root
///     condition: selection and not filter
/// ").unwrap();
/// assert!(rules[0].matches(&Event::new().with("Image", "/bin/BASH")));
/// assert!(!rules[0].matches(&Event::new().with("Image", "/bin/sh").with("User", "root")));
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    /// The id, if there is one.
    pub id: Option<Uuid>,
    /// The name by which correlations refer to it.
    pub name: Option<String>,
    /// The title.
    pub title: String,
    /// Which events the rule is about. [`Rule::matches`] does not look at it.
    pub logsource: LogSource,
    /// The severity, one of the words of the specification.
    pub level: Option<String>,
    /// Tags such as `attack.t1609`.
    pub tags: Vec<String>,
    /// The fields that the rule asks to be shown.
    pub fields: Vec<String>,
    detection: Detections,
}

impl Rule {
    /// Whether the rule matches the event.
    ///
    /// A field with several values passes a test if any of its values does, so `not` asks that none does.
    /// JSON `null` is absence, and keywords are looked for in all values and in the raw event.
    pub fn matches(&self, event: &Event) -> bool {
        self.detection.matches(event)
    }
}

/// Reads the rules of a YAML stream. Empty documents are passed over.
///
/// # Errors
/// The text is not YAML, or a document is not a detection rule that every engine reads alike.
pub fn read_rules(yaml: &str) -> Result<Vec<Rule>, ReadError> {
    if yaml.len() > MAX_BYTES {
        return Err(ReadError::TooLong);
    }
    let mut rules = Vec::new();
    for document in serde_yaml::Deserializer::from_str(yaml) {
        match Yaml::deserialize(document)? {
            Yaml::Null => {}
            Yaml::Mapping(document) => rules.push(rule(&document)?),
            other => return Err(ReadError::NotAMap(kind_of(&other))),
        }
    }
    Ok(rules)
}

fn rule(document: &Mapping) -> Result<Rule, ReadError> {
    if document.contains_key("correlation") {
        return Err(ReadError::Correlation);
    }
    let title = text(document, "title")?.ok_or(ReadError::Missing("title"))?;
    check("title", &title, (1..=MAX_TITLE).contains(&title.chars().count()), "1 to 256 characters")?;
    for key in ["date", "modified"] {
        if let Some(date) = text(document, key)? {
            check(key, &date, is_date(&date), "a date such as 2025-01-31")?;
        }
    }
    let level = one_of(document, "level", &LEVELS)?;
    one_of(document, "status", &STATUSES)?;
    let tags = texts(document, "tags")?;
    for tag in &tags {
        check("tags", tag, is_tag(tag), "a namespace, a dot and a name, in lower case")?;
    }
    Ok(Rule {
        id: text(document, "id")?.map(|id| uuid(&id)).transpose()?,
        name: text(document, "name")?,
        title,
        logsource: logsource(map(document, "logsource")?)?,
        level,
        tags,
        fields: texts(document, "fields")?,
        detection: Detections::read(map(document, "detection")?)?,
    })
}

fn logsource(map: &Mapping) -> Result<LogSource, ReadError> {
    let source = LogSource {
        category: text(map, "category")?,
        product: text(map, "product")?,
        service: text(map, "service")?,
    };
    let given = source != LogSource::default();
    check("logsource", "", given, "a category, a product or a service")?;
    Ok(source)
}

fn uuid(text: &str) -> Result<Uuid, ReadError> {
    // The `uuid` crate also reads braces, a URN and no hyphens at all, which pySigma does not.
    let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    id.ok_or_else(|| invalid("id", text, "a UUID"))
}

fn map<'a>(from: &'a Mapping, key: &'static str) -> Result<&'a Mapping, ReadError> {
    let value = from.get(key).ok_or(ReadError::Missing(key))?;
    value.as_mapping().ok_or_else(|| invalid(key, kind_of(value), "a map"))
}

fn text(from: &Mapping, key: &'static str) -> Result<Option<String>, ReadError> {
    let text = |value: &Yaml| {
        value.as_str().map(str::to_owned).ok_or_else(|| invalid(key, kind_of(value), "a text"))
    };
    from.get(key).map(text).transpose()
}

fn texts(from: &Mapping, key: &'static str) -> Result<Vec<String>, ReadError> {
    let Some(value) = from.get(key) else { return Ok(Vec::new()) };
    let list = value.as_sequence().ok_or_else(|| invalid(key, kind_of(value), "a list"))?;
    let text = |value: &Yaml| {
        value.as_str().map(str::to_owned).ok_or_else(|| invalid(key, kind_of(value), "a text"))
    };
    list.iter().map(text).collect()
}

fn one_of(from: &Mapping, key: &'static str, words: &[&str]) -> Result<Option<String>, ReadError> {
    let found = text(from, key)?;
    if let Some(word) = &found {
        check(key, word, words.contains(&word.as_str()), &words.join(", "))?;
    }
    Ok(found)
}

fn check(key: &'static str, found: &str, right: bool, expected: &str) -> Result<(), ReadError> {
    if right { Ok(()) } else { Err(invalid(key, found, expected)) }
}

fn invalid(key: &'static str, found: &str, expected: &str) -> ReadError {
    ReadError::Invalid { key, problem: format!("expected {expected}, found `{found}`") }
}

/// `^\d{4}-\d{2}-\d{2}$` with a month and a day that can be.
fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let number = |part: &str, digits: usize, range: std::ops::RangeInclusive<u32>| {
        part.len() == digits
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse().is_ok_and(|number| range.contains(&number))
    };
    matches!(parts[..], [y, m, d] if number(y, 4, 0..=9999) && number(m, 2, 1..=12) && number(d, 2, 1..=31))
}

/// `^[a-z0-9_-]+\.[a-z0-9._-]+$`
fn is_tag(text: &str) -> bool {
    let word = |text: &str, dots: bool| {
        let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-') || (dots && c == '.');
        !text.is_empty() && text.chars().all(allowed)
    };
    text.split_once('.').is_some_and(|(namespace, name)| word(namespace, false) && word(name, true))
}
