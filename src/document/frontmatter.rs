//! Front matter of Markdown documents: YAML between `---` lines at the start.
//!
//! In: the text. Out: what it says about the query, and where the body begins. Keys that are not known are left
//! alone: the documents belong to other tools too. A key whose value cannot be read is reported and the others are
//! still read.

use serde_yaml::Value;

use crate::diagnostic::Diagnostic;
use crate::document::{Level, Metadata, codes, facts, label, prose};
use crate::source::Span;

/// Keys of other tools that name techniques.
const OF_ATTACK: &[&str] = &["mitre", "mitre_attack", "mitre_attack_id", "attack", "technique", "techniques"];

/// Keys of other tools that say how bad a match is.
const OF_LEVEL: &[&str] = &["severity", "criticality"];

/// What the front matter holds.
pub(crate) struct FrontMatter {
    /// The offset of the body.
    pub(crate) body: usize,
    pub(crate) metadata: Metadata,
    pub(crate) findings: Vec<Diagnostic>,
}

/// Reads the front matter of a document, if it has one.
pub(crate) fn read(text: &str) -> FrontMatter {
    let mut reader = Reader { text, yaml: Span::default(), findings: Vec::new() };
    match parts(text) {
        Parts::None => FrontMatter { body: 0, metadata: Metadata::default(), findings: Vec::new() },
        Parts::Unclosed(first) => {
            let message = "the front matter that starts here is not closed, so it is read as text";
            let finding = Diagnostic::new(&codes::BAD_FRONT_MATTER, first, message);
            FrontMatter { body: 0, metadata: Metadata::default(), findings: vec![finding] }
        }
        Parts::Yaml(yaml, body) => {
            reader.yaml = yaml;
            let metadata = reader.metadata();
            FrontMatter { body, metadata, findings: reader.findings }
        }
    }
}

enum Parts {
    None,
    /// The first line, with none to close it.
    Unclosed(Span),
    /// The YAML between the two lines, and where the text after them begins.
    Yaml(Span, usize),
}

fn parts(text: &str) -> Parts {
    let text_start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let mut lines = text.get(text_start..).unwrap_or("").split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    if first.trim_end() != "---" {
        return Parts::None;
    }
    let start = text_start + first.len();
    let mut at = start;
    for line in lines {
        if line.trim_end() == "---" {
            return Parts::Yaml(Span::new(start, at), at + line.len());
        }
        at += line.len();
    }
    // A rule drawn at the start of a document is no front matter; lines with keys are.
    let looks_like_keys =
        text.get(start..).unwrap_or("").lines().next().is_some_and(|line| line.contains(": "));
    if looks_like_keys { Parts::Unclosed(Span::new(text_start, text_start + 3)) } else { Parts::None }
}

struct Reader<'a> {
    text: &'a str,
    yaml: Span,
    findings: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn metadata(&mut self) -> Metadata {
        let value = match serde_yaml::from_str::<Value>(self.yaml.of(self.text)) {
            Ok(value) => value,
            Err(error) => {
                let line = error.location().map_or(0, |location| location.line().saturating_sub(1));
                self.report(line, format!("the front matter cannot be read: {error}"));
                return Metadata::default();
            }
        };
        let tags = self.texts(&value, "tags");
        let mut techniques: Vec<String> = tags.iter().filter_map(|tag| technique_tag(tag)).collect();
        for alias in ["alias", "aliases"].iter().flat_map(|key| self.texts(&value, key)) {
            techniques.extend(prose::techniques(&alias));
        }
        // Other tools write these; their shape is theirs.
        for key in OF_ATTACK {
            let texts = value.get(key).map(texts_of).unwrap_or_default();
            techniques.extend(texts.iter().flat_map(|text| prose::techniques(text)));
        }
        techniques.dedup();
        let authors = self.texts(&value, "author");
        Metadata {
            title: self.text(&value, "title").unwrap_or_default(),
            id: self.text(&value, "id"),
            author: (!authors.is_empty()).then(|| authors.join(", ")),
            // Another text is no day, which `bad-date` tells.
            date: self.text(&value, "date").map(|text| facts::date(&text).unwrap_or(text)),
            level: self.level(&value),
            description: self.text(&value, "description"),
            techniques,
            tactics: tags.iter().filter_map(|tag| tactic_tag(tag)).collect(),
            references: self.texts(&value, "references"),
            false_positives: self.texts(&value, "falsepositives"),
            ..Metadata::default()
        }
    }

    fn text(&mut self, value: &Value, key: &str) -> Option<String> {
        let found = value.get(key).filter(|value| !value.is_null())?;
        let text = scalar(found);
        if text.is_none() {
            self.bad_key(key, "a text");
        }
        text
    }

    /// A text, or a list of texts.
    fn texts(&mut self, value: &Value, key: &str) -> Vec<String> {
        let Some(found) = value.get(key).filter(|value| !value.is_null()) else { return Vec::new() };
        let items = match found {
            Value::Sequence(items) => items.iter().map(scalar).collect::<Option<Vec<String>>>(),
            one => scalar(one).map(|text| vec![text]),
        };
        if items.is_none() {
            self.bad_key(key, "a text or a list of texts");
        }
        items.unwrap_or_default()
    }

    fn level(&mut self, value: &Value) -> Option<Level> {
        if value.get("level").is_none_or(Value::is_null) {
            let words = OF_LEVEL.iter().filter_map(|key| value.get(key)).flat_map(texts_of);
            return words.into_iter().find_map(|word| label::level(&word));
        }
        let word = self.text(value, "level")?;
        let level = Level::ALL.into_iter().find(|level| level.word() == word.to_lowercase());
        if level.is_none() {
            self.bad_key("level", "one of informational, low, medium, high, critical");
        }
        level
    }

    fn bad_key(&mut self, key: &str, expected: &str) {
        let is_key =
            |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
        let line = self.yaml.of(self.text).lines().position(is_key).unwrap_or(0);
        self.report(line, format!("`{key}` is not {expected}, and is left out"));
    }

    /// Reports a line of the YAML, counted from 0.
    fn report(&mut self, line: usize, message: String) {
        let mut lines = self.yaml.of(self.text).split_inclusive('\n');
        let before: usize = lines.by_ref().take(line).map(str::len).sum();
        let start = self.yaml.start as usize + before;
        let length = lines.next().map_or(0, |line| line.trim_end().len());
        self.findings.push(Diagnostic::new(
            &codes::BAD_FRONT_MATTER,
            Span::new(start, start + length),
            message,
        ));
    }
}

/// The texts of a scalar or a list.
fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(items) => items.iter().filter_map(scalar).collect(),
        one => scalar(one).into_iter().collect(),
    }
}

/// A scalar as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// `attack.t1552.007` is the technique `T1552.007`, and so is `T1552.007`.
pub(super) fn technique_tag(tag: &str) -> Option<String> {
    let upper = tag.strip_prefix("attack.").unwrap_or(tag).to_ascii_uppercase();
    prose::techniques(&upper).into_iter().find(|technique| *technique == upper)
}

/// `attack.credential-access` is the tactic `credential-access`; the older form has an underscore.
pub(super) fn tactic_tag(tag: &str) -> Option<String> {
    let name = tag.strip_prefix("attack.")?;
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_');
    is_name.then(|| name.replace('_', "-"))
}
