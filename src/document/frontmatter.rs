//! Front matter of Markdown documents: YAML between `---` lines at the start.
//!
//! In: the text. Out: what it says about the query, and where the body begins. Keys that are not known are left
//! alone: the documents belong to other tools too.

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::document::prose;
use crate::document::{Level, Metadata, codes};
use crate::source::Span;

/// The keys that are read. Tags are those of Sigma (`attack.t1609`, `attack.execution`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Keys {
    title: Option<String>,
    id: Option<String>,
    author: Option<OneOrMany>,
    date: Option<String>,
    level: Option<Level>,
    description: Option<String>,
    tags: Option<OneOrMany>,
    references: Option<OneOrMany>,
    falsepositives: Option<OneOrMany>,
    #[serde(alias = "aliases")]
    alias: Option<OneOrMany>,
}

/// A text, or a list of texts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn list(this: Option<Self>) -> Vec<String> {
        match this {
            None => Vec::new(),
            Some(Self::One(text)) => vec![text],
            Some(Self::Many(texts)) => texts,
        }
    }
}

/// The offset of the body, and what the front matter says.
pub(crate) fn read(text: &str) -> (usize, Metadata, Option<Diagnostic>) {
    let Some((yaml, body)) = parts(text) else { return (0, Metadata::default(), None) };
    match serde_yaml::from_str::<Keys>(yaml.of(text)) {
        Ok(keys) => (body, metadata(keys), None),
        Err(error) => {
            let at = error.location().map_or(yaml.start as usize, |location| {
                let line_start = yaml.of(text).lines().take(location.line().saturating_sub(1));
                yaml.start as usize + line_start.map(|line| line.len() + 1).sum::<usize>()
            });
            let line = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
            let span = Span::new(at, at + line.len());
            let finding = Diagnostic::new(&codes::BAD_FRONT_MATTER, span, format!("front matter: {error}"));
            (body, Metadata::default(), Some(finding))
        }
    }
}

/// The YAML between the two `---` lines, and where the text after them begins.
fn parts(text: &str) -> Option<(Span, usize)> {
    let text_start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let first = text.get(text_start..)?.split_inclusive('\n').next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let start = text_start + first.len();
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((Span::new(start, at), at + line.len()));
        }
        at += line.len();
    }
    None
}

fn metadata(keys: Keys) -> Metadata {
    let tags = OneOrMany::list(keys.tags);
    let mut techniques: Vec<String> = tags.iter().filter_map(|tag| technique_tag(tag)).collect();
    for alias in OneOrMany::list(keys.alias) {
        techniques.extend(prose::techniques(&alias));
    }
    techniques.dedup();
    let authors = OneOrMany::list(keys.author);
    Metadata {
        title: keys.title.unwrap_or_default(),
        id: keys.id,
        author: (!authors.is_empty()).then(|| authors.join(", ")),
        date: keys.date,
        level: keys.level,
        description: keys.description,
        techniques,
        tactics: tags.iter().filter_map(|tag| tactic_tag(tag)).collect(),
        references: OneOrMany::list(keys.references),
        false_positives: OneOrMany::list(keys.falsepositives),
        data_source: None,
    }
}

/// `attack.t1552.007` is the technique `T1552.007`.
fn technique_tag(tag: &str) -> Option<String> {
    let upper = tag.strip_prefix("attack.")?.to_ascii_uppercase();
    prose::techniques(&upper).into_iter().find(|technique| *technique == upper)
}

/// `attack.credential-access` is the tactic `credential-access`; the older form has an underscore.
fn tactic_tag(tag: &str) -> Option<String> {
    let name = tag.strip_prefix("attack.")?;
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_');
    is_name.then(|| name.replace('_', "-"))
}
