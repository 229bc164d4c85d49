//! SPL text to a tree and back; knows the *shapes* of arguments, not the list of commands.
//!
//! In: a query and a table from command name to shape. Out: a [`Pipeline`] and diagnostics, always both: what
//! cannot be read becomes a node with a span, and the rest is read all the same. Invariant: every span lies in
//! the query, and a tree without an error diagnostic holds every word of the query.

pub mod ast;
pub mod codes;
pub mod macros;
pub mod tree;
mod input;
mod search;
mod split;
mod token;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Span, Spanned};

pub use ast::{Arguments, Pipeline, Stage};

/// How the arguments of a command are written. `command` says which command has which shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The `search` language: terms, comparisons and Boolean words.
    Search,
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
const MOST_FINDINGS: usize = 200;

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

    /// The finding that was added last.
    fn last(&self) -> Option<&Diagnostic> {
        self.0.last()
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
    let mut diagnostics = Findings::default();
    let (stages, enclosed) = split::stages(text, &mut diagnostics);
    let stages = stages
        .into_iter()
        .map(|raw| {
            let shape = shapes(&raw.name.value).unwrap_or(Shape::Opaque);
            let arguments = match shape {
                Shape::Search => {
                    Arguments::Search(search::parse(text, raw.arguments, &enclosed, &mut diagnostics))
                }
                Shape::Opaque => {
                    Arguments::Opaque(Spanned::new(raw.arguments.of(text).to_owned(), raw.arguments))
                }
            };
            Stage { span: raw.span, implied: raw.implied, name: raw.name, arguments }
        })
        .collect();
    let mut diagnostics = diagnostics.0;
    crate::diagnostic::sort(&mut diagnostics);
    Parsed { pipeline: Pipeline { stages, span: Span::new(0, text.len()) }, diagnostics }
}
