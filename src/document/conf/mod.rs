//! Splunk's `.conf` files: savedsearches.conf, eventtypes.conf, and the stanzas of macros.conf for whoever expands them.
//!
//! In: text. Out: stanzas with their keys, and a query for each `search` in one. A value goes on behind a backslash at
//! the end of its line, which stands for a newline (savedsearches.conf.spec). `[default]`, and keys before the first
//! stanza, hold for all stanzas. Later stanzas and keys of a name win. The definitions of macros.conf are no queries.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::tree::{Node, Text};
use crate::document::{Analytic, Format, codes, facts, json};
use crate::source::{Snippet, Span, Writing};

/// The format.
pub(crate) struct Conf;

/// Files that are Splunk's for certain, so that a line that makes no sense is worth a word.
const SPLUNK: &[&str] = &["savedsearches.conf", "eventtypes.conf", "macros.conf"];

/// The keys that Enterprise Security and Splunk's content keep JSON under.
const ANNOTATIONS: &[&str] =
    &["action.correlationsearch.annotations", "action.correlationsearch.metadata", "action.escu.mappings"];

/// A stanza and its keys, in the order of the file.
///
/// ```
/// use splc::document::conf;
/// let text = "[sysmon(1)]\nargs = host\ndefinition = index=sysmon \\\nhost=\"$host$\"\niseval = 0\n";
/// let stanzas = conf::stanzas(text);
/// assert_eq!(stanzas[0].name, "sysmon(1)");
/// assert_eq!(stanzas[0].value("definition"), Some("index=sysmon \nhost=\"$host$\""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stanza {
    /// The name between the brackets.
    pub name: String,
    /// The place of the name in the file.
    pub span: Span,
    /// Keys with their values, which lead back to the file.
    pub keys: Vec<(String, Snippet)>,
}

impl Stanza {
    /// The value of a key; the last one where it stands twice.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.snippet(key).map(Snippet::text)
    }

    /// The value of a key, with the way back to the file.
    pub fn snippet(&self, key: &str) -> Option<&Snippet> {
        self.keys.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// The stanzas of a `.conf` file. Keys before the first one are in a stanza named `default`.
pub fn stanzas(text: &str) -> Vec<Stanza> {
    read(text).0
}

impl Format for Conf {
    fn name(&self) -> &'static str {
        "conf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["conf"]
    }

    fn read(&self, path: &Path, text: &str) -> (Vec<Analytic>, Vec<Diagnostic>) {
        let file =
            path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let (stanzas, mut findings) = read(text);
        findings.retain(|_| SPLUNK.contains(&file.as_str()));
        if file == "macros.conf" {
            return (Vec::new(), findings);
        }
        let (defaults, stanzas): (Vec<Stanza>, Vec<Stanza>) =
            merged(stanzas).into_iter().partition(|stanza| stanza.name == "default");
        let defaults = defaults.first().map(map).filter(|_| is_small(&defaults, stanzas.len()));
        let app = app_of(path);
        let analytic = |stanza: &Stanza| {
            let snippet = stanza.snippet("search").filter(|search| !search.text().trim().is_empty())?.clone();
            let mut metadata = facts::metadata(&map(stanza), defaults.as_ref());
            metadata.app = app.clone().or(metadata.app);
            Some(Analytic { metadata, snippet, examples: Vec::new() })
        };
        (stanzas.iter().filter_map(analytic).collect(), findings)
    }
}

/// The bytes of defaults that stanzas may repeat: of a hostile file, more would fill the memory.
const REPEATED: usize = 64 * 1024 * 1024;

fn is_small(defaults: &[Stanza], stanzas: usize) -> bool {
    let size: usize =
        defaults.iter().flat_map(|stanza| &stanza.keys).map(|(_, value)| value.text().len()).sum();
    size.saturating_mul(stanzas) <= REPEATED
}

/// Stanzas of one name are one stanza.
fn merged(stanzas: Vec<Stanza>) -> Vec<Stanza> {
    let mut places = std::collections::HashMap::new();
    let mut merged: Vec<Stanza> = Vec::new();
    for stanza in stanzas {
        let place = *places.entry(stanza.name.clone()).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(earlier) => earlier.keys.extend(stanza.keys),
            None => merged.push(stanza),
        }
    }
    merged
}

/// A stanza says the same as a map with its keys, and its name is the title.
fn map(stanza: &Stanza) -> Node {
    let text = |snippet: &Snippet| Node::Text(Text { snippet: snippet.clone(), is_string: true });
    let value = |key: &str, snippet: &Snippet| {
        let tree = ANNOTATIONS.contains(&key).then(|| json::tree(snippet.text())).flatten();
        tree.unwrap_or_else(|| text(snippet))
    };
    let own = |key: &str| key != "search" && key != "title" && key != "name";
    let keys = stanza.keys.iter().filter(|(key, _)| own(key));
    let mut pairs: Vec<(String, Node)> =
        keys.map(|(key, snippet)| (key.clone(), value(key, snippet))).collect();
    pairs.push(("title".to_owned(), text(&Snippet::whole(stanza.name.as_str()))));
    Node::Map(pairs)
}

/// The app that a file of an app folder belongs to: the folder above `default` or `local`.
///
/// ```
/// use splc::document::conf::app_of;
/// assert_eq!(app_of("apps/web/default/savedsearches.conf".as_ref()).as_deref(), Some("web"));
/// assert_eq!(app_of("notes/web.md".as_ref()), None);
/// ```
pub fn app_of(path: &Path) -> Option<String> {
    let folder = path.parent()?;
    let is_layer = folder.file_name().is_some_and(|name| name == "default" || name == "local");
    let app = folder.parent().filter(|_| is_layer)?.file_name()?;
    Some(app.to_string_lossy().into_owned())
}

fn read(text: &str) -> (Vec<Stanza>, Vec<Diagnostic>) {
    let mut stanzas: Vec<Stanza> = Vec::new();
    let mut findings = Vec::new();
    let mut lines = Lines { text, at: text.len() - text.trim_start_matches('\u{FEFF}').len() };
    while let Some(line) = lines.next() {
        let content = line.of(text);
        let trimmed = content.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = stanza_name(content) {
            let start = line.start as usize + 1;
            stanzas.push(Stanza {
                name: name.to_owned(),
                span: Span::new(start, start + name.len()),
                keys: Vec::new(),
            });
        } else if let Some((key, _)) = content.split_once('=').filter(|(key, _)| !key.trim().is_empty()) {
            let value = Span::new(line.start as usize + key.len() + 1, line.end as usize);
            let value = lines.value(value, &mut findings);
            if stanzas.is_empty() {
                stanzas.push(Stanza { name: "default".to_owned(), ..Stanza::default() });
            }
            if let Some(stanza) = stanzas.last_mut() {
                stanza.keys.push((key.trim().to_owned(), value));
            }
        } else {
            let message = "this line is no stanza, no `key = value` and no comment";
            let finding = Diagnostic::new(&codes::BAD_CONF, line, message);
            findings.push(finding.help("a value goes on in the next line if its line ends with a backslash"));
        }
    }
    (stanzas, findings)
}

/// The name of a stanza, which may hold brackets itself.
fn stanza_name(line: &str) -> Option<&str> {
    let (name, behind) = line.strip_prefix('[')?.rsplit_once(']')?;
    let behind = behind.trim();
    (behind.is_empty() || behind.starts_with('#')).then_some(name)
}

/// Lines by their place, without line breaks.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Lines<'_> {
    fn next(&mut self) -> Option<Span> {
        let line = self.text.get(self.at..)?.split_inclusive('\n').next()?;
        let start = self.at;
        self.at += line.len();
        Some(Span::new(start, start + line.trim_end_matches(['\r', '\n']).len()))
    }

    /// A value that begins here, with the lines behind that it goes on in, without blanks round it.
    fn value(&mut self, first: Span, findings: &mut Vec<Diagnostic>) -> Snippet {
        let mut pieces = vec![];
        let mut line = first;
        while let Some(content) = line.of(self.text).strip_suffix('\\') {
            pieces.push(Span::new(line.start as usize, line.start as usize + content.len()));
            let Some(next) = self.next() else { break };
            // The backslash and the line break behind it stand for a newline.
            pieces.push(Span::new(line.end as usize - 1, next.start as usize));
            line = next;
        }
        if !line.of(self.text).ends_with('\\') {
            pieces.push(line);
        }
        if line.of(self.text).trim_end().len() < line.of(self.text).len()
            && line.of(self.text).trim_end().ends_with('\\')
        {
            let message = "blanks behind the backslash end the value here";
            let finding = Diagnostic::new(&codes::BAD_CONF, line, message);
            findings.push(
                finding.help("a backslash that a value goes on behind is the last character of its line"),
            );
        }
        trimmed(self.text, &pieces)
    }
}

/// Puts text (even places) and newlines (odd places) together, without blanks at both ends.
fn trimmed(text: &str, pieces: &[Span]) -> Snippet {
    let whole: Vec<(&str, Span)> = pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| (if at % 2 == 1 { "\n" } else { piece.of(text) }, *piece))
        .collect();
    let is_blank = |(value, _): &&(&str, Span)| value.trim().is_empty();
    let first = whole.iter().take_while(is_blank).count();
    let last = whole.len() - whole.iter().rev().take_while(is_blank).count();
    let mut snippet = Snippet::default();
    for (at, (value, span)) in whole.iter().enumerate().take(last).skip(first) {
        if at % 2 == 1 {
            snippet.push_for(value, *span);
            continue;
        }
        let start = if at == first { value.len() - value.trim_start().len() } else { 0 };
        let kept = value.get(start..).unwrap_or("");
        let kept = if at + 1 == last { kept.trim_end() } else { kept };
        snippet.push(kept, span.start as usize + start);
    }
    snippet.written(Writing::Conf)
}

#[cfg(test)]
mod tests;
