//! A query while it is read: its text, what encloses what in it, and how deep the reader is.
//!
//! In: the text and the table of shapes. Out: the pipelines of the query and of its sub-searches. Invariant: every
//! recursion of the readers passes through [`Query::enter`], so none goes deeper than [`DEPTH`], and each byte of the
//! text belongs to one stage on each level of brackets, so reading is linear in the text for each level.

use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spl::ast::{Arguments, Pipeline, Stage};
use crate::spl::split::{self, Enclosed, Place, RawStage};
use crate::spl::{Findings, Shape, clause, codes, eval, search};

/// How deep parentheses, NOT and sub-searches may nest.
const DEPTH: usize = 200;

/// What a level of brackets counts: it uses as much of the stack as that many parentheses.
const BRACKET: usize = 8;

/// A query while it is read.
pub(crate) struct Query<'a> {
    pub(crate) text: &'a str,
    pub(crate) shapes: &'a dyn Fn(&str) -> Option<Shape>,
    pub(crate) enclosed: &'a Enclosed,
    pub(crate) findings: Findings,
    depth: usize,
}

impl<'a> Query<'a> {
    pub(crate) fn new(
        text: &'a str,
        shapes: &'a dyn Fn(&str) -> Option<Shape>,
        enclosed: &'a Enclosed,
        findings: Findings,
    ) -> Self {
        Self { text, shapes, enclosed, findings, depth: 0 }
    }

    /// Goes deeper, or reports that the limit is reached.
    pub(crate) fn enter(&mut self, levels: usize, opener: Span) -> bool {
        let fits = self.depth + levels <= DEPTH;
        if fits {
            self.depth += levels;
        } else {
            let message = format!("nesting deeper than {DEPTH} levels is not read");
            self.findings.push(Diagnostic::new(&codes::NESTED_TOO_DEEP, opener, message));
        }
        fits
    }

    /// Comes back from [`Query::enter`].
    pub(crate) fn leave(&mut self, levels: usize) {
        self.depth = self.depth.saturating_sub(levels);
    }

    /// The sub-search under `span`, which holds its brackets.
    pub(crate) fn subsearch(&mut self, span: Span) -> Pipeline {
        let inner = Span::new(span.start as usize + 1, (span.end as usize).saturating_sub(1));
        if !self.enter(BRACKET, Span::new(span.start as usize, span.start as usize + 1)) {
            return Pipeline { stages: Vec::new(), span: inner };
        }
        let pipeline = self.pipeline(inner, Place::Bracket(span.start as usize));
        self.leave(BRACKET);
        pipeline
    }

    /// The pipeline under `span`.
    pub(crate) fn pipeline(&mut self, span: Span, place: Place) -> Pipeline {
        let stages = split::stages(self.text, span, place, self.enclosed, &mut self.findings);
        Pipeline { stages: stages.into_iter().map(|raw| self.stage(raw)).collect(), span }
    }

    fn stage(&mut self, raw: RawStage) -> Stage {
        let span = raw.arguments;
        let arguments = match (self.shapes)(&raw.name.value).unwrap_or(Shape::Opaque) {
            Shape::Search => Arguments::Search(search::parse(self, span)),
            Shape::Boolean => Arguments::Boolean(eval::boolean(self, span)),
            Shape::Assignments => Arguments::Assignments(eval::assignments(self, span)),
            Shape::Opaque => Arguments::Opaque(Spanned::new(span.of(self.text).to_owned(), span)),
            shape => Arguments::Clauses(clause::parse(self, span, shape)),
        };
        Stage { span: raw.span, implied: raw.implied, name: raw.name, arguments }
    }
}
