//! Finds queries, what is said about them and their example events in a file.
//!
//! In: the text of a file. Out: a [`Document`] with its analytics and findings. Invariant: every byte of a query
//! maps back to its byte of the file. Only [`load`] does I/O. What a query means is not looked at here. Adding a
//! format is one file and one line in [`ALL`].

pub mod codes;
pub mod conf;
pub mod load;
pub mod lookup;
pub mod rewrite;
pub(crate) use prose::TACTICS;
mod block;
mod comment;
mod facts;
mod fence;
mod foreign;
mod frontmatter;
mod heading;
mod json;
mod judge;
mod label;
mod markdown;
mod prose;
mod records;
mod section;
mod spl;
mod tree;
mod yaml;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::source::{LineIndex, Snippet, Span};

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path, as it was given or found.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The lines of the text.
    pub lines: LineIndex,
    /// The queries in it, in order.
    pub analytics: Vec<Analytic>,
    /// What was noticed while reading, with spans in the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A query and what its document says about it.
#[derive(Clone, Debug, Default)]
pub struct Analytic {
    /// Title, techniques and the like.
    pub metadata: Metadata,
    /// The query, with the way back to the file.
    pub snippet: Snippet,
    /// Events that the document says match or do not match.
    pub examples: Vec<Example>,
}

/// What a document says about a query. Texts are cleaned of markup; names are as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The title; the id, else the name of the file, if the document has none.
    pub title: String,
    /// The id that the document gives.
    pub id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// `YYYY-MM-DD`.
    pub date: Option<String>,
    /// The document's own count of changes.
    pub version: Option<String>,
    /// How far it has come, in the document's words: `production`, `experimental`.
    pub status: Option<String>,
    /// What sort of search it is, in the document's words: `TTP`, `Hunting`.
    pub kind: Option<String>,
    /// How bad a match is.
    pub level: Option<Level>,
    /// Why the query exists.
    pub description: Option<String>,
    /// ATT&CK technique ids, such as `T1552.007`.
    pub techniques: Vec<String>,
    /// ATT&CK tactics: ids such as `TA0006` or names such as `credential-access`.
    pub tactics: Vec<String>,
    /// Addresses of further reading.
    pub references: Vec<String>,
    /// Known false positives.
    pub false_positives: Vec<String>,
    /// The ATT&CK data source and component that the query looks at.
    pub data_source: Option<String>,
    /// The Splunk app that it belongs to, whose macros come first.
    pub app: Option<String>,
    /// When it runs.
    pub schedule: Schedule,
}

/// When a search runs and how often it may alert (savedsearches.conf.spec). Carried as written: no rule depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// `cron_schedule`.
    pub cron: Option<String>,
    /// The start of the time range, such as `-15m@m` (`dispatch.earliest_time`).
    pub earliest: Option<String>,
    /// The end of the time range (`dispatch.latest_time`).
    pub latest: Option<String>,
    /// How alerts are held back (`alert.suppress`).
    pub throttle: Option<Throttle>,
    /// Whether the document switches the search off.
    pub disabled: bool,
}

/// How long alerts are held back after one, and for which fields of equal value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// The time, such as `3600s` (`alert.suppress.period`).
    pub period: Option<String>,
    /// The fields; none for all alerts of the search (`alert.suppress.fields`).
    pub fields: Vec<String>,
}

/// How bad a match is, in the words of Sigma (specification, `level`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the record.
    Informational,
    /// Rarely worth a look alone.
    Low,
    /// Worth a look.
    Medium,
    /// Worth an alert.
    High,
    /// Worth waking somebody.
    Critical,
}

impl Level {
    /// All levels, the least first.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// An event in a document.
#[derive(Clone, Debug)]
pub struct Example {
    /// Whether the document says that the query matches it.
    pub matches: bool,
    /// The log source that the document puts it under.
    pub source: Option<String>,
    /// The event.
    pub event: Event,
    /// Its place in the file.
    pub span: Span,
}

/// A way of writing queries down.
pub trait Format: Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// File name extensions, without the dot, in lower case.
    fn extensions(&self) -> &'static [&'static str];
    /// Reads the text of a file.
    fn read(&self, path: &Path, text: &str) -> (Vec<Analytic>, Vec<Diagnostic>);
}

/// All formats.
pub const ALL: &[&dyn Format] = &[&markdown::Markdown, &spl::Spl, &yaml::Yaml, &conf::Conf, &json::Json];

/// The format of a file, by its extension.
pub fn format_of(path: &Path) -> Option<&'static dyn Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    ALL.iter().copied().find(|format| format.extensions().contains(&extension.as_str()))
}

impl Document {
    /// Reads the text of a file in a format; a document without a query says so.
    ///
    /// ```
    /// use std::path::Path;
    /// use splc::document::{Document, format_of};
    /// let path = Path::new("note.md");
    /// let text = "# Container API (T1552.007)\n\n```sourcetype=docker:daemon\n| search action=start```\n";
    /// let document = Document::read(path, text.to_owned(), format_of(path).unwrap());
    /// assert_eq!(document.analytics[0].metadata.techniques, ["T1552.007"]);
    /// ```
    pub fn read(path: &Path, text: String, format: &dyn Format) -> Self {
        let (mut analytics, mut diagnostics) = format.read(path, &text);
        analytics.sort_by_key(|analytic| analytic.snippet.to_file(Span::new(0, 0)).start);
        for Analytic { metadata, .. } in analytics.iter_mut().filter(|one| one.metadata.title.is_empty()) {
            metadata.title = metadata.id.clone().unwrap_or_else(|| title_of(path));
        }
        drop_shared_ids(&mut analytics);
        if analytics.is_empty() {
            diagnostics
                .push(Diagnostic::without_place(&codes::NO_ANALYTIC, "no SPL query was found in this file"));
        }
        let diagnostics = diagnostics.into_iter().map(|finding| finding.at(path)).collect();
        let lines = LineIndex::new(&text);
        Self { path: path.to_path_buf(), text, lines, analytics, diagnostics }
    }
}

/// An id that several queries of a document share is that of none of them: ids tell queries apart.
fn drop_shared_ids(analytics: &mut [Analytic]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for id in analytics.iter().filter_map(|analytic| analytic.metadata.id.clone()) {
        *counts.entry(id).or_default() += 1;
    }
    for Analytic { metadata, .. } in analytics {
        metadata.id = metadata.id.take().filter(|id| counts.get(id).is_some_and(|count| *count == 1));
    }
}

/// A title from the name of a file.
fn title_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.is_empty() || stem == "-" { "Untitled search".to_owned() } else { stem.replace(['_', '-'], " ") }
}
