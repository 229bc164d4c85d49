//! Diagnostics for people and for machines.
//!
//! In: findings in the order to show them, and the texts they point into. Out: one text a format. Invariant:
//! a format tells every finding, and what it costs does not grow with the length of a line. Nothing is printed
//! and nothing is sorted or filtered here; configuration has settled that before.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

use serde::Serialize;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{LineIndex, Position, Span};

mod fingerprint;
mod github;
mod json;
pub mod junit;
mod sarif;
mod text;

pub use fingerprint::Fingerprints;
pub use github::GitHub;
pub use json::Json;
pub use junit::JUnit;
pub use sarif::Sarif;
pub use text::{Styled, Text};

/// Every format, in the order that `--format` lists them.
pub const ALL: &[&dyn Format] = &[&Text, &Json, &Sarif, &GitHub, &JUnit];

/// The format of this name.
///
/// ```
/// assert_eq!(splc::report::find("sarif").map(|format| format.name()), Some("sarif"));
/// ```
pub fn find(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().find(|format| format.name() == name)
}

/// A way to write a report.
pub trait Format: Sync {
    /// The word after `--format`.
    fn name(&self) -> &'static str;

    /// One line for `--help`.
    fn summary(&self) -> &'static str;

    /// The whole report; empty, or text that ends with a newline.
    fn render(&self, report: &Report) -> String;
}

/// What a run has found.
///
/// ```
/// use splc::diagnostic::{Code, Diagnostic, Severity};
/// use splc::report::{Format, GitHub, Report, Sources};
/// use splc::source::Span;
/// static EXAMPLE: Code = Code::new("example", Severity::Warning, "an example", "It shows the shape.");
/// let mut sources = Sources::default();
/// sources.add("a.spl", "a=1 b=2");
/// let findings = [Diagnostic::new(&EXAMPLE, Span::new(4, 7), "`b` is an example").at("a.spl".as_ref())];
/// let report = Report { findings: &findings, sources: &sources, codes: &[&EXAMPLE], checked: 1 };
/// assert_eq!(
///     GitHub.render(&report),
///     "::warning file=a.spl,line=1,endLine=1,col=5,endColumn=8,title=example::`b` is an example\n"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings, in the order to show them.
    pub findings: &'a [Diagnostic],
    /// The texts they point into.
    pub sources: &'a Sources,
    /// Every code that the run may report.
    pub codes: &'a [&'static Code],
    /// How many files were looked at.
    pub checked: usize,
}

impl Report<'_> {
    /// How many findings weigh this much.
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Where a span of the finding's file lies, if the text of that file is known.
    fn region(&self, finding: &Diagnostic, span: Span) -> Option<Region> {
        let file = self.sources.file(finding.path.as_deref()?)?;
        Some(Region { start: file.position(span.start), end: file.position(span.end) })
    }
}

/// Two positions; the end is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    start: Position,
    end: Position,
}

/// The texts that findings point into, by the path that findings carry.
///
/// ```
/// use splc::report::Sources;
/// use splc::source::Position;
/// let mut sources = Sources::default();
/// sources.add("a.spl", "é=1");
/// assert_eq!(sources.position("a.spl".as_ref(), 2), Some(Position { line: 1, column: 2 }));
/// assert_eq!(sources.position("b.spl".as_ref(), 2), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<PathBuf, File>,
}

#[derive(Clone, Debug)]
struct File {
    text: String,
    lines: LineIndex,
}

impl Sources {
    /// Adds a file; the last text of a path counts.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) {
        let text = text.into();
        let lines = LineIndex::new(&text);
        self.files.insert(path.into(), File { text, lines });
    }

    /// Where byte `offset` of a file stands; past the end, the end.
    pub fn position(&self, path: &Path, offset: u32) -> Option<Position> {
        self.file(path).map(|file| file.position(offset))
    }

    /// The text of a file.
    pub fn text(&self, path: &Path) -> Option<&str> {
        self.file(path).map(|file| file.text.as_str())
    }

    /// The paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    fn file(&self, path: &Path) -> Option<&File> {
        self.files.get(path)
    }
}

impl File {
    fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.text, offset)
    }
}

/// The path as it was given, with `/` between its parts on every system.
pub(crate) fn display(path: &Path) -> String {
    path.to_string_lossy().replace(MAIN_SEPARATOR_STR, "/")
}

/// The message, and each help on a line of its own.
fn message_and_help(finding: &Diagnostic) -> String {
    finding.help.iter().fold(finding.message.clone(), |text, help| text + "\nhelp: " + help)
}

/// The text with every character that could act on a terminal, or hide what follows, made visible; newlines
/// and tabs stay.
///
/// C0 controls become the pictures of Unicode's "Control Pictures" block. C1 controls (U+009B alone starts an
/// escape sequence), line separators, direction controls (CVE-2021-42574) and tag characters become U+FFFD.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| visible_char(c) == c) {
        return Cow::Borrowed(text);
    }
    text.chars().map(visible_char).collect()
}

fn visible_char(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7F}' => '\u{2421}',
        '\u{80}'..='\u{9F}'
        | '\u{61C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FFFE}'
        | '\u{FFFF}'
        | '\u{E0000}'..='\u{E007F}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// JSON as people read it, with a newline at the end.
fn to_json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("structs of text and numbers have a JSON form");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Edit, Fix};

    static ODD: Code = Code::new("odd-thing", Severity::Warning, "an odd thing", "Odd things surprise.");
    static BAD: Code = Code::new("bad-thing", Severity::Error, "a bad thing", "Bad things fail.");
    static SAID: Code = Code::new("said-thing", Severity::Note, "a thing said", "For the record.");
    static CODES: &[&Code] = &[&BAD, &ODD, &SAID];

    /// A report over one file.
    pub(super) fn render(format: &dyn Format, text: &str, findings: Vec<Diagnostic>) -> String {
        let mut sources = Sources::default();
        sources.add("dir/a.spl", text);
        render_with(format, &sources, findings)
    }

    pub(super) fn render_with(format: &dyn Format, sources: &Sources, findings: Vec<Diagnostic>) -> String {
        let findings: Vec<_> = findings
            .into_iter()
            .map(|finding| if finding.path.is_some() { finding } else { finding.at("dir/a.spl".as_ref()) })
            .collect();
        let checked = sources.files.len();
        format.render(&Report { findings: &findings, sources, codes: CODES, checked })
    }

    pub(super) fn odd(span: (usize, usize), message: &str) -> Diagnostic {
        Diagnostic::new(&ODD, Span::new(span.0, span.1), message)
    }

    pub(super) fn bad(span: (usize, usize), message: &str) -> Diagnostic {
        Diagnostic::new(&BAD, Span::new(span.0, span.1), message)
    }

    pub(super) fn said(message: &str) -> Diagnostic {
        Diagnostic::without_place(&SAID, message)
    }

    pub(super) fn fix(title: &str, edits: &[((usize, usize), &str)]) -> Fix {
        let edit = |((start, end), text): &((usize, usize), &str)| Edit {
            span: Span::new(*start, *end),
            text: (*text).to_owned(),
        };
        Fix { title: title.to_owned(), edits: edits.iter().map(edit).collect(), safe: true }
    }

    #[test]
    fn names_are_unique_words_with_a_summary() {
        let names: Vec<_> = ALL.iter().map(|format| format.name()).collect();
        assert_eq!(names, ["text", "json", "sarif", "github", "junit"]);
        assert!(ALL.iter().all(|format| !format.summary().is_empty()));
    }

    #[test]
    fn control_characters_become_visible_one_for_one() {
        assert_eq!(visible("a\x1b[31m\u{9b}1m\u{202e}b\r\n\tc\x7f"), "a␛[31m\u{fffd}1m\u{fffd}b␍\n\tc␡");
        assert!(matches!(visible("é\n"), Cow::Borrowed(_)));
    }

    mod hostile {
        use proptest::prelude::*;

        use super::*;

        fn span() -> impl Strategy<Value = (usize, usize)> {
            (0..60_usize, 0..60_usize).prop_map(|(start, length)| (start, start + length))
        }

        proptest! {
            // Spans past the end, inside characters, over lines and over each other.
            #[test]
            fn every_format_renders_any_span_of_any_text(
                text in "[a \u{1b}\u{9b}\t\r\nßé\u{1f600}\u{301}]{0,60}",
                primary in span(),
                others in proptest::collection::vec((span(), "[a\n\u{1b}]{0,3}"), 0..4),
                edits in proptest::collection::vec((span(), "[a\n\u{1b}é]{0,4}"), 0..3),
            ) {
                let mut finding = odd(primary, "m\u{1b}").label("l\u{1b}\nx").help("h\u{1b}");
                for ((start, end), label) in others {
                    finding = finding.also(Span::new(start, end), label);
                }
                let edits: Vec<_> = edits.iter().map(|(span, text)| (*span, text.as_str())).collect();
                let finding = finding.fix(fix("t\u{1b}", &edits));
                for format in ALL {
                    let rendered = render(*format, &text, vec![finding.clone()]);
                    prop_assert!(rendered.ends_with('\n'));
                    prop_assert!(!rendered.contains('\u{1b}'), "{}: {rendered:?}", format.name());
                }
                render(&Styled, &text, vec![finding]);
            }
        }
    }
}
