//! What splc says to people: a code, a severity, one sentence, the place, the reason and what to do.
//!
//! In: findings of every stage. Out: plain data; `report` renders it. Invariant: a message names the thing in
//! backticks and never speaks to the reader. Nothing is rendered here.

use std::path::{Path, PathBuf};

use crate::source::{Snippet, Span};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Said for the record: what was assumed, left out or approximated.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Surely wrong; something could not be read or written.
    Error,
}

impl Severity {
    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A kind of finding, with the text that `splc explain CODE` prints.
///
/// Ids are kebab-case, read well after the word "allow", and are never used again for something else.
#[derive(Debug)]
pub struct Code {
    /// The id, such as `unbalanced-quote`.
    pub id: &'static str,
    /// Severity unless a user says otherwise.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// Why it matters, with the source of the rule.
    pub explanation: &'static str,
    /// Whether it is said only where it is asked for: right, but too fine for most readers.
    pub pedantic: bool,
}

impl Code {
    /// A kind of finding.
    pub const fn new(
        id: &'static str,
        severity: Severity,
        summary: &'static str,
        explanation: &'static str,
    ) -> Self {
        Self { id, severity, summary, explanation, pedantic: false }
    }

    /// The same kind, said only where it is asked for.
    ///
    /// ```
    /// use splc::diagnostic::{Code, Severity};
    /// static FINE: Code = Code::new("fine", Severity::Note, "a fine point", "It is right and rarely wanted.").pedantic();
    /// assert_eq!(FINE.level(), "pedantic");
    /// ```
    #[must_use]
    pub const fn pedantic(self) -> Self {
        Self { pedantic: true, ..self }
    }

    /// Its severity as a word, or `pedantic` where it is off unless asked for.
    pub const fn level(&self) -> &'static str {
        if self.pedantic { "pedantic" } else { self.severity.word() }
    }
}

/// A place and what it has to do with the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Why this place; may be empty.
    pub text: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text to replace; empty to insert.
    pub span: Span,
    /// What to write instead.
    pub text: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an order: "write `NOT user="root"`".
    pub title: String,
    /// The edits, in order, without overlap.
    pub edits: Vec<Edit>,
    /// Whether the same events match after it.
    pub safe: bool,
}

/// One finding.
///
/// ```
/// use splc::diagnostic::{Code, Diagnostic, Severity};
/// use splc::source::Span;
/// static EXAMPLE: Code = Code::new("example", Severity::Warning, "an example", "It shows the shape.");
/// let finding = Diagnostic::new(&EXAMPLE, Span::new(0, 3), "`a=1` is an example").help("read on");
/// assert_eq!(finding.code.id, "example");
/// ```
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// Its weight, which configuration may change.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The file, once known.
    pub path: Option<PathBuf>,
    /// The place: in the query until [`Diagnostic::in_file`], in the file afterwards; none for a whole file.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Vec<String>,
    /// How to mend it.
    pub fix: Option<Fix>,
}

impl PartialEq for Diagnostic {
    fn eq(&self, other: &Self) -> bool {
        self.code.id == other.code.id
            && self.message == other.message
            && self.path == other.path
            && self.primary == other.primary
    }
}

impl Eq for Diagnostic {}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        let label = Label { span, text: String::new() };
        Self { primary: Some(label), ..Self::without_place(code, message) }
    }

    /// A finding about a whole file or a whole run.
    pub fn without_place(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            path: None,
            primary: None,
            secondary: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Says why the place is the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = &mut self.primary {
            label.text = text.into();
        }
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Names the file.
    #[must_use]
    pub fn at(mut self, path: &Path) -> Self {
        self.path = Some(path.to_path_buf());
        self
    }

    /// Moves every place from the query to the file that the query was found in.
    ///
    /// A fix is written as the file writes the query: in quotes, with their escapes. Where that takes more than its own
    /// text, as a line break in a block with a margin does, it becomes advice.
    #[must_use]
    pub fn in_file(mut self, snippet: &Snippet) -> Self {
        let encoded = self.fix.as_ref().map(|fix| {
            fix.edits.iter().map(|edit| snippet.encoded(&edit.text)).collect::<Option<Vec<String>>>()
        });
        match (encoded, &mut self.fix) {
            (Some(Some(texts)), Some(fix)) => {
                fix.edits.iter_mut().zip(texts).for_each(|(edit, text)| edit.text = text);
            }
            (_, fix) => self.help.extend(fix.take().map(|fix| fix.title)),
        }
        for label in self.primary.iter_mut().chain(&mut self.secondary) {
            label.span = snippet.to_file(label.span);
        }
        for edit in self.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = snippet.to_file(edit.span);
        }
        self
    }

    /// The main place.
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().map(|label| label.span)
    }
}

/// Puts findings in reading order: by file, then place, then code.
pub fn sort(findings: &mut [Diagnostic]) {
    findings.sort_by(|a, b| {
        (&a.path, a.span(), a.code.id, &a.message).cmp(&(&b.path, b.span(), b.code.id, &b.message))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Writing;

    static CODE: Code = Code::new("test", Severity::Warning, "a test", "It tests.");

    #[test]
    fn a_fix_is_written_as_the_file_writes_the_query() {
        let fix = |text: &str| {
            let edit = Edit { span: Span::new(0, 1), text: text.to_owned() };
            Fix { title: "write `x`".to_owned(), edits: vec![edit], safe: true }
        };
        let mut lines = Snippet::default();
        lines.push("a", 7);
        let written = |snippet: &Snippet, text: &str| {
            let finding = Diagnostic::new(&CODE, Span::new(0, 1), "test").fix(fix(text)).in_file(snippet);
            finding.fix.map(|fix| (fix.edits[0].span, fix.edits[0].text.clone())).ok_or(finding.help)
        };
        let place = Span::new(7, 8);
        assert_eq!(written(&lines, "\"\n"), Ok((place, "\"\n".to_owned())));
        assert_eq!(
            written(&lines.clone().written(Writing::DoubleQuotes), "\"\n"),
            Ok((place, "\\\"\\n".to_owned()))
        );
        assert_eq!(written(&lines.clone().written(Writing::SingleQuotes), "'"), Ok((place, "''".to_owned())));
        assert_eq!(written(&lines.clone().written(Writing::Conf), "\n"), Ok((place, "\\\n".to_owned())));
        let advice = Err(vec!["write `x`".to_owned()]);
        assert_eq!(written(&lines.clone().written(Writing::Plain), "b: c"), advice);
        assert_eq!(written(&lines.clone().written(Writing::Folded), "b\nc"), advice);
        lines.push("b", 9);
        assert_eq!((written(&lines, "x\n"), written(&lines, "x").is_ok()), (advice, true));
    }
}
