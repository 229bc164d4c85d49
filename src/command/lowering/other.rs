//! Sub-searches of stored events: what their rows are, and what comes of them in the search that they stand in.
//!
//! In: the pipeline in the brackets. Out: its steps, in a [`Mark`] or a `join`. A sub-search sees all events that the search
//! sees, and its limits of rows and time are not applied (Search Manual, "About subsearches"). Invariant: every step of a
//! sub-search is kept, since which rows it has decides what the search finds; one of which that is not known is refused.

use super::{Lowering, Pending, refused};
use crate::command::{self, MAKE_ROWS};
use crate::detection::step::{Mark, Step};
use crate::detection::{Fidelity, Predicate, codes};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::spl::Pipeline;

/// What marks the rows that a sub-search keeps.
#[derive(Debug)]
pub(crate) struct Marked {
    /// The step.
    pub(crate) mark: Mark,
    /// What its own steps wait for.
    pub(crate) pending: Vec<(usize, Pending)>,
    /// What was assumed in it.
    pub(crate) notes: Vec<Diagnostic>,
}

impl<'c> Lowering<'c> {
    /// What the stages of a sub-search of events come to.
    ///
    /// # Errors
    /// A stage is not translated, or its rows come from no events.
    pub(crate) fn other(&self, pipeline: &Pipeline, span: Span) -> Result<Lowering<'c>, Diagnostic> {
        match pipeline.stages.first().map(|first| first.name.value.as_str()) {
            Some(name) if MAKE_ROWS.contains(&name) => Err(refused::no_events(name, span)),
            _ => command::lower_stages(pipeline, self.context),
        }
    }

    /// Whether it is known which rows there are, and in which order.
    ///
    /// # Errors
    /// Why it is not.
    pub(crate) fn knows_its_rows(&self, span: Span) -> Result<(), Diagnostic> {
        if let Some((.., reason)) = self.unknown.first() {
            return Err(reason.clone().also(span, "the sub-search stands here"));
        }
        if !self.others.is_empty() || self.fidelity != Fidelity::Exact {
            let message = "which rows this sub-search has is not known";
            return Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, span, message));
        }
        Ok(())
    }

    /// What is worth knowing of a sub-search: its limits are kept, so nothing is said of them.
    pub(crate) fn notes_of_other(self) -> Vec<Diagnostic> {
        self.notes.into_iter().filter(|note| note.code.id != codes::THINNED_OUT.id).collect()
    }

    /// Marks rows for the sub-searches in a predicate, behind a filter for the parts that ask for no mark; the others are
    /// left.
    pub(super) fn mark(&mut self, predicate: Predicate) -> Predicate {
        let marks = std::mem::take(self.marks.get_mut());
        if marks.is_empty() {
            return predicate;
        }
        let asks = |part: &Predicate| {
            let mut asks = false;
            part.for_each_field(&mut |field| asks |= marks.iter().any(|marked| marked.mark.name == field));
            asks
        };
        let (later, first): (Vec<_>, Vec<_>) = conjuncts(predicate).into_iter().partition(asks);
        if !first.is_empty() {
            self.steps.push(Step::Filter(Predicate::and(first)));
        }
        for Marked { mark, pending, notes } in marks {
            self.pending.push((self.steps.len(), Pending::Other(None, pending)));
            self.steps.push(Step::Mark(Box::new(mark)));
            self.notes.extend(notes);
        }
        Predicate::and(later)
    }
}

/// The parts of a predicate that have to hold all; as deep as parentheses go, which the parser bounds.
fn conjuncts(predicate: Predicate) -> Vec<Predicate> {
    match predicate {
        Predicate::And(parts) => parts.into_iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}
