//! SPL text to a tree and back; knows the *shapes* of arguments, not the list of commands.
//!
//! In: a query and a table from command name to shape. Out: a [`Pipeline`] and diagnostics, always both: what
//! cannot be read becomes a node with a span, and the rest is read all the same. Invariant: every span lies in
//! the query, and a tree without an error diagnostic holds every word of the query.

pub mod ast;
pub mod clause;
pub mod codes;
pub mod macros;
pub mod eval;
pub mod format;
pub mod tree;
mod input;
mod query;
pub(crate) mod quote;
mod scan;
mod search;
mod split;
mod token;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::Span;
use crate::spl::query::Query;
use crate::spl::split::{Enclosed, Place};

pub use ast::{Arguments, Pipeline, Stage};
pub use split::comments;

/// How the arguments of a command are written. `command` says which command has which shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The `search` language: terms, comparisons and Boolean words.
    Search,
    /// An eval expression that is true or false: `where`.
    Boolean,
    /// `field=expression, …`: `eval`.
    Assignments,
    /// Functions over fields with `by`, as `stats` has them.
    Aggregation,
    /// Functions over fields with `over`, `by` and a condition on the series, as `chart` and `timechart` have them.
    Chart,
    /// Functions over indexed fields, with a condition in the `search` language, as `tstats` has them.
    IndexedAggregation,
    /// Fields, each possibly with a sign, possibly with `by`: `table`, `sort`, `top`.
    Fields,
    /// `field AS field, …`: `rename`.
    Renames,
    /// A regular expression and where it applies: `regex`, `rex`.
    Regex,
    /// A table and its fields, with `OUTPUT` and `OUTPUTNEW`: `lookup`.
    Lookup,
    /// A table with a condition in the `search` language: `inputlookup`.
    Table,
    /// Fields and settings, of which some are conditions in the `search` language: `transaction`.
    Transaction,
    /// Sub-searches among fields and settings: `append`, `join`, `foreach`.
    Subsearches,
    /// Words, settings and functions in any order.
    Words,
    /// Text that only the command itself could read.
    Opaque,
}

/// The tree of a query and everything that was wrong with its text.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree; complete if [`Parsed::is_clean`].
    pub pipeline: Pipeline,
    /// Findings, with spans in the query.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the text was read without an error; warnings are allowed.
    pub fn is_clean(&self) -> bool {
        self.diagnostics.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// More findings about one query are counted as one: a text of a million parentheses has a million faults.
pub(crate) const MOST_FINDINGS: usize = 200;

/// Findings about one query, of which there are at most [`MOST_FINDINGS`] and one.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds a finding while there is room.
    fn push(&mut self, finding: Diagnostic) {
        match (self.0.len(), finding.span()) {
            (0..MOST_FINDINGS, _) => self.0.push(finding),
            (MOST_FINDINGS, span) => {
                let message = format!("more than {MOST_FINDINGS} findings; the first of the rest is here");
                self.0.push(Diagnostic::new(&codes::TOO_MANY_FINDINGS, span.unwrap_or_default(), message));
            }
            _ => {}
        }
    }

    /// Whether something of that kind was found.
    fn hold(&self, code: &Code) -> bool {
        self.0.iter().any(|finding| finding.code.id == code.id)
    }

    /// The finding that was added last.
    fn last(&self) -> Option<&Diagnostic> {
        self.0.last()
    }
}

/// Holds the findings of later looks at a query to the same number.
pub(crate) fn bound(diagnostics: &mut Vec<Diagnostic>) {
    if let Some(span) = diagnostics.get(MOST_FINDINGS).map(|first| first.span().unwrap_or_default()) {
        let message = format!("more than {MOST_FINDINGS} findings; the first of the rest is here");
        diagnostics.truncate(MOST_FINDINGS);
        diagnostics.push(Diagnostic::new(&codes::TOO_MANY_FINDINGS, span, message));
    }
}

/// Reads a query. Never fails and takes time linear in the length of the text.
///
/// ```
/// use splc::spl::{parse, Shape};
/// let shapes = |name: &str| (name == "search").then_some(Shape::Search);
/// let parsed = parse("index=web status=500 | stats count", &shapes);
/// assert!(parsed.is_clean());
/// assert_eq!(parsed.pipeline.stages.len(), 2);
/// assert_eq!(parsed.pipeline.stages[1].name.value, "stats");
/// ```
pub fn parse(text: &str, shapes: &dyn Fn(&str) -> Option<Shape>) -> Parsed {
    let mut findings = Findings::default();
    let enclosed = Enclosed::new(text, &mut findings);
    let mut query = Query::new(text, shapes, &enclosed, findings);
    let pipeline = query.pipeline(Span::new(0, text.len()), Place::Query);
    let mut diagnostics = query.findings.0;
    crate::diagnostic::sort(&mut diagnostics);
    Parsed { pipeline, diagnostics }
}
