//! Definitions of macros from the text of files: `macros.conf`, YAML, and JSON lines.
//!
//! In: texts with their paths. Out: [`Definitions`] and findings with places in the files. Settings of an app's
//! `local` folder replace those of its `default` folder one by one (Admin Manual, "Configuration file precedence").
//! YAML is that of Splunk's security content (`name`, `definition`, `arguments`), JSON lines are objects with `title`,
//! `args`, `spl` or `definition`, `iseval` and `app`. Invariant: a bad entry never stops the others. No I/O here.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;

use super::{Definition, Definitions, Origin};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::conf;
use crate::source::{LineIndex, Span};
use crate::spl::codes;

/// A file that may hold definitions.
#[derive(Clone, Copy, Debug)]
pub struct File<'p> {
    path: &'p Path,
    /// Whether it was named, not found in a folder: then it has to hold definitions.
    named: bool,
}

impl<'p> File<'p> {
    /// A file that was named.
    pub const fn named(path: &'p Path) -> Self {
        Self { path, named: true }
    }

    /// A file that was found in a folder.
    pub const fn found(path: &'p Path) -> Self {
        Self { path, named: false }
    }
}

/// Whether a file of a folder may hold definitions, by its name.
///
/// ```
/// use splc::spl::macros::read::is_candidate;
/// assert!(is_candidate("app/local/macros.conf".as_ref()));
/// assert!(!is_candidate("app/local/savedsearches.conf".as_ref()));
/// ```
pub fn is_candidate(path: &Path) -> bool {
    match form(path) {
        Some(Form::Conf) => path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("macros.conf")),
        form => form.is_some(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Default,
    Local,
}

fn layer(path: &Path) -> Option<Layer> {
    match path.parent()?.file_name()?.to_str()? {
        "default" => Some(Layer::Default),
        "local" => Some(Layer::Local),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Conf,
    Yaml,
    JsonLines,
}

fn form(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "conf" => Some(Form::Conf),
        "yml" | "yaml" => Some(Form::Yaml),
        "jsonl" | "ndjson" => Some(Form::JsonLines),
        _ => None,
    }
}

/// Gathers definitions file by file; a later file wins where nothing else decides.
#[derive(Debug, Default)]
pub struct Reader {
    found: BTreeMap<Key, Entry>,
    findings: Vec<Diagnostic>,
}

/// App, name and number of arguments.
type Key = (Option<String>, String, usize);

/// What is said about one macro, possibly in two layers of an app.
#[derive(Debug)]
struct Entry {
    text: Option<String>,
    arguments: Option<Vec<String>>,
    is_eval: Option<bool>,
    layer: Layer,
    path: PathBuf,
    line: usize,
    span: Span,
}

impl Reader {
    /// Reads the text of a file.
    pub fn read(&mut self, file: &File<'_>, text: &str) {
        let before = (self.found.len(), self.findings.len());
        let lines = LineIndex::new(text);
        let source = Source { path: file.path, text, lines: &lines };
        let entries = match form(file.path) {
            Some(Form::Conf) => conf_entries(&source),
            Some(Form::Yaml) => self.yaml(&source, file.named),
            Some(Form::JsonLines) => self.json_lines(&source),
            None => {
                let message = format!("`{}` has no extension of a known form", file.path.display());
                self.say(&codes::BAD_MACRO_FILE, &source, None, message);
                return;
            }
        };
        let is_empty = entries.is_empty() && before.1 == self.findings.len();
        for (key, entry) in entries {
            self.add(&source, key, entry);
        }
        if file.named && is_empty {
            let message = format!("`{}` defines no macro", file.path.display());
            self.say(&codes::BAD_MACRO_FILE, &source, None, message);
        }
    }

    /// The definitions, and what was found wrong.
    pub fn finish(mut self) -> (Definitions, Vec<Diagnostic>) {
        let mut definitions = Definitions::default();
        for ((app, name, arity), entry) in std::mem::take(&mut self.found) {
            let Some(text) = entry.text else {
                let message = format!("the macro `{name}` has no definition");
                let finding = Diagnostic::new(&codes::BAD_MACRO, entry.span, message).at(&entry.path);
                self.findings.push(finding);
                continue;
            };
            let arguments = entry.arguments.unwrap_or_default();
            if let Some(message) = contradiction(&name, arity, &arguments) {
                let finding = Diagnostic::new(&codes::BAD_MACRO, entry.span, message).at(&entry.path);
                self.findings.push(finding);
            }
            definitions.add(Definition {
                name,
                arity,
                arguments,
                text,
                is_eval: entry.is_eval.unwrap_or(false),
                app,
                origin: Origin::File { path: entry.path, line: entry.line },
            });
        }
        crate::diagnostic::sort(&mut self.findings);
        (definitions, self.findings)
    }

    fn say(&mut self, code: &'static Code, source: &Source<'_>, span: Option<Span>, message: String) {
        let finding = match span {
            Some(span) => Diagnostic::new(code, span, message),
            None => Diagnostic::without_place(code, message),
        };
        self.findings.push(finding.at(source.path));
    }

    /// Adds an entry to what is known of its macro.
    fn add(&mut self, source: &Source<'_>, key: Key, entry: Entry) {
        let Some(known) = self.found.get_mut(&key) else {
            self.found.insert(key, entry);
            return;
        };
        if entry.layer < known.layer {
            let upper = std::mem::replace(known, entry);
            known.overlay(upper);
            return;
        }
        let differs = entry.layer == known.layer && entry.text.is_some() && entry.text != known.text;
        let earlier = format!("{}:{}", known.path.display(), known.line);
        let span = entry.span;
        known.overlay(entry);
        if differs {
            let message = format!("the macro `{}` is defined before, in {earlier}", key.1);
            self.say(&codes::DUPLICATE_MACRO, source, Some(span), message);
        }
    }

    fn yaml(&mut self, source: &Source<'_>, named: bool) -> Vec<(Key, Entry)> {
        #[derive(Deserialize)]
        struct Macro {
            name: String,
            definition: String,
            #[serde(default)]
            arguments: Vec<String>,
            #[serde(default)]
            iseval: bool,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Macros {
            One(Macro),
            Many(Vec<Macro>),
        }
        let macros = match serde_yaml::from_str(source.text) {
            Ok(Macros::One(one)) => vec![one],
            Ok(Macros::Many(many)) => many,
            // A folder holds YAML of all kinds; only a file that was named has to be one of macros.
            Err(_) if !named => return Vec::new(),
            Err(error) => {
                let message = format!("`{}` defines no macro: {error}", source.path.display());
                self.say(&codes::BAD_MACRO_FILE, source, None, message);
                return Vec::new();
            }
        };
        let places = definition_lines(source.text);
        let entries = macros.into_iter().enumerate().map(|(index, one)| {
            let span = places.get(index).copied().unwrap_or_default();
            let (name, arity) = name_and_arity(&one.name);
            let entry = Entry {
                text: Some(one.definition.trim().to_owned()),
                is_eval: Some(one.iseval),
                ..source.entry(span, span.start as usize)
            };
            let arity = arity.unwrap_or(one.arguments.len());
            ((None, name.to_owned(), arity), Entry { arguments: Some(one.arguments), ..entry })
        });
        entries.collect()
    }

    fn json_lines(&mut self, source: &Source<'_>) -> Vec<(Key, Entry)> {
        let mut entries = Vec::new();
        let mut start = 0;
        for line in source.text.split('\n') {
            let span = Span::new(start, start + line.len());
            start += line.len() + 1;
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str::<HashMap<String, Json>>(line) {
                Ok(object) => entries.extend(json_entry(source, span, &object)),
                Err(error) => {
                    let message = format!("a line is no JSON object: {error}");
                    self.say(&codes::BAD_MACRO_FILE, source, Some(span), message);
                    // The other lines of a file that is no NDJSON would all say the same.
                    break;
                }
            }
        }
        entries
    }
}

/// A file while it is read.
struct Source<'t> {
    path: &'t Path,
    text: &'t str,
    lines: &'t LineIndex,
}

impl Source<'_> {
    /// An entry that says nothing yet.
    fn entry(&self, span: Span, at: usize) -> Entry {
        let line = self.lines.position(self.text, Span::new(at, at).start).line;
        let layer = layer(self.path).unwrap_or(Layer::Default);
        let path = self.path.to_path_buf();
        Entry { text: None, arguments: None, is_eval: None, layer, path, line, span }
    }
}

impl Entry {
    /// Puts what the other says over what this one says.
    fn overlay(&mut self, other: Self) {
        if other.text.is_some() {
            (self.text, self.line, self.span) = (other.text, other.line, other.span);
            self.path = other.path;
        }
        self.arguments = other.arguments.or(self.arguments.take());
        self.is_eval = other.is_eval.or(self.is_eval);
        self.layer = other.layer;
    }
}

fn conf_entries(source: &Source<'_>) -> Vec<(Key, Entry)> {
    let app = conf::app_of(source.path);
    let mut entries = Vec::new();
    for stanza in conf::stanzas(source.text).into_iter().filter(|stanza| stanza.name != "default") {
        let (name, arity) = name_and_arity(&stanza.name);
        let arguments = stanza.value("args").map(argument_names);
        let definition = stanza.snippet("definition");
        let at = definition.map_or(stanza.span, |value| value.to_file(Span::new(0, 0))).start as usize;
        let entry = Entry {
            text: definition.map(|value| value.text().trim().to_owned()),
            // "If the stanza name indicates that this macro takes no arguments, this setting is ignored."
            arguments: arguments.filter(|_| arity.is_some_and(|arity| arity > 0)),
            is_eval: stanza.value("iseval").map(is_true),
            ..source.entry(stanza.span, at)
        };
        entries.push(((app.clone(), name.to_owned(), arity.unwrap_or(0)), entry));
    }
    entries
}

fn json_entry(source: &Source<'_>, span: Span, object: &HashMap<String, Json>) -> Option<(Key, Entry)> {
    let text = |key: &str| object.get(key).and_then(Json::as_str);
    if text("kind").is_some_and(|kind| kind != "macro") {
        return None;
    }
    let (name, arity) = name_and_arity(text("title")?);
    let definition = text("definition").or_else(|| text("spl"))?;
    let arguments: Vec<String> = match object.get("args") {
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).flat_map(argument_names).collect(),
        Some(Json::String(names)) => argument_names(names),
        _ => Vec::new(),
    };
    let is_eval = match object.get("iseval") {
        Some(Json::String(value)) => is_true(value),
        Some(value) => value.as_bool().or_else(|| value.as_u64().map(|value| value == 1)).unwrap_or(false),
        None => false,
    };
    let app = text("app").or_else(|| text("eai:acl.app")).map(str::to_owned);
    let entry = Entry {
        text: Some(definition.trim().to_owned()),
        is_eval: Some(is_eval),
        ..source.entry(span, span.start as usize)
    };
    // What belongs to an app was in a conf file, where a name without a number takes no arguments.
    let arity = arity.unwrap_or(if app.is_some() { 0 } else { arguments.len() });
    let arguments = if arity == 0 { Vec::new() } else { arguments };
    Some(((app, name.to_owned(), arity), Entry { arguments: Some(arguments), ..entry }))
}

/// What Splunk would not accept about a definition (`messages.conf`, `macros.conf.spec`).
fn contradiction(name: &str, arity: usize, arguments: &[String]) -> Option<String> {
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if !is_name(name) {
        return Some(format!("the name of the macro `{name}` holds more than letters, digits, `_` and `-`"));
    }
    if arguments.len() != arity {
        return Some(format!("the macro `{name}` takes {arity} arguments and names {}", arguments.len()));
    }
    let twice =
        arguments.iter().enumerate().find(|(at, one)| arguments.iter().take(*at).any(|two| two == *one));
    twice.map(|(_, argument)| format!("the macro `{name}` names the argument `{argument}` twice"))
}

/// `name(2)` as `name` and 2.
fn name_and_arity(title: &str) -> (&str, Option<usize>) {
    let title = title.trim();
    let split = title.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match split.and_then(|(name, digits)| Some((name.trim(), digits.trim().parse().ok()?))) {
        Some((name, arity)) => (name, Some(arity)),
        None => (title, None),
    }
}

fn argument_names(list: &str) -> Vec<String> {
    let names = list.split(',').map(|name| name.trim().trim_matches('"').to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

fn is_true(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "t" | "yes")
}

/// The lines of a YAML text that start a definition.
fn definition_lines(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let key = line.trim_start_matches(['-', ' ']);
        if key.starts_with("definition:") {
            found.push(Span::new(start + line.len() - key.len(), start + line.trim_end().len()));
        }
        start += line.len() + 1;
    }
    found
}
