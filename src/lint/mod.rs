//! Checks on searches that Splunk reads and that probably do not find what was meant.
//!
//! In: a query with its tree and, where it has one, its detection. Out: findings of the file, in reading order, with
//! fixes where one exists. Invariant: a fix is called safe only if the query before and after it lowers to the same
//! predicate. A query with errors gets the reader's findings alone: checks on half a tree would guess. Adding a check
//! is one file and one line in [`ALL`]; nothing is switched on or off here.

pub mod fix;
mod walk;
mod contradiction;
mod defanged_literal;
mod exact_command_line;
mod existence_only;
mod late_filter;
mod mixed_and_or;
mod neq_missing_field;
mod neq_or_chain;
mod neq_star;
mod no_index;

use std::path::PathBuf;

use crate::command;
use crate::detection::Detection;
use crate::diagnostic::{self, Code, Diagnostic};
use crate::document::{Analytic, Document};
use crate::source::{LineIndex, Snippet, Span};
use crate::spl::Parsed;
use crate::spl::macros::{self, Definitions, Expanded};

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file.
    pub document: &'a Document,
    /// The query with what the file says of it.
    pub analytic: &'a Analytic,
    /// The query with its macros replaced; findings of the reader and the checks have their places in it.
    pub expanded: &'a Expanded,
    /// Its tree and the reader's findings.
    pub parsed: &'a Parsed,
    /// What it asks of an event; none where that cannot be said.
    pub detection: Option<&'a Detection>,
}

impl Subject<'_> {
    /// The query.
    fn text(&self) -> &str {
        self.expanded.text()
    }

    /// The words under a span, for a message.
    fn shown(&self, span: Span) -> String {
        shortened(span.of(self.text()))
    }
}

/// A check.
pub trait Lint: Sync {
    /// Its id, severity, summary, and explanation with the source of the rule.
    fn code(&self) -> &'static Code;
    /// A query that it finds fault with.
    fn bad(&self) -> &'static str;
    /// The same written well.
    fn good(&self) -> &'static str;
    /// Adds what it finds, with spans in the query. The tree holds the whole query.
    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>);
}

/// All checks, by id.
pub const ALL: &[&dyn Lint] = &[
    &contradiction::Contradiction,
    &defanged_literal::DefangedLiteral,
    &exact_command_line::ExactCommandLine,
    &existence_only::ExistenceOnly,
    &late_filter::LateFilter,
    &mixed_and_or::MixedAndOr,
    &neq_missing_field::NeqMissingField,
    &neq_or_chain::NeqOrChain,
    &neq_star::NeqStar,
    &no_index::NoIndex,
];

/// The check of that id.
pub fn find(id: &str) -> Option<&'static dyn Lint> {
    ALL.iter().copied().find(|lint| lint.code().id == id)
}

/// The reader's findings about a query and those of the checks whose id is chosen, as findings of the file, in order.
pub fn check(subject: &Subject<'_>, chosen: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut findings = subject.parsed.diagnostics.clone();
    if subject.parsed.is_clean() {
        for lint in ALL.iter().filter(|lint| chosen(lint.code().id)) {
            lint.check(subject, &mut findings);
        }
    }
    let snippet = &subject.analytic.snippet;
    let in_file =
        |finding: Diagnostic| subject.expanded.placed(finding).in_file(snippet).at(&subject.document.path);
    let mut findings: Vec<Diagnostic> = findings.into_iter().map(in_file).collect();
    diagnostic::sort(&mut findings);
    findings
}

/// All findings about a query that is a file of its own, as in examples and tests.
///
/// ```
/// let findings = splc::lint::check_text("index=web user!=root");
/// assert_eq!(findings[0].code.id, "neq-missing-field");
/// assert!(splc::lint::check_text("index=web NOT user=root").is_empty());
/// ```
pub fn check_text(spl: &str) -> Vec<Diagnostic> {
    let document = Document {
        path: PathBuf::from("query.spl"),
        text: spl.to_owned(),
        lines: LineIndex::new(spl),
        analytics: Vec::new(),
        diagnostics: Vec::new(),
    };
    let analytic = Analytic { snippet: Snippet::whole(spl), ..Analytic::default() };
    let expanded = macros::expand(spl, Definitions::builtin(), None);
    let parsed = command::parse(expanded.text());
    let detection = command::lower(&parsed.pipeline).ok().filter(|_| parsed.is_clean());
    let subject = Subject {
        document: &document,
        analytic: &analytic,
        expanded: &expanded,
        parsed: &parsed,
        detection: detection.as_ref(),
    };
    check(&subject, &|_| true)
}

/// Characters of a query that a message quotes at most.
const SHOWN: usize = 60;

/// A text on one line, cut where it gets long.
fn shortened(text: &str) -> String {
    // Words beyond the cut are not looked at, so a query of one endless term costs nothing here.
    let mut line = String::new();
    for word in text.split_whitespace().take(SHOWN) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(SHOWN + 1));
    }
    match line.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or("")),
        None => line,
    }
}

#[cfg(test)]
mod tests;
