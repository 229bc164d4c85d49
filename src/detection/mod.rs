//! The intermediate form: what a search asks of one event, in two-valued logic.
//!
//! In: nothing but data. Out: predicates over named fields. Invariant: every predicate is true or false for every
//! event. SPL's rules for missing fields are spelled out while lowering (`NOT a=1` holds where `a` is missing,
//! `a!=1` does not), so De Morgan is safe here and no backend needs SPL's rules again.

pub mod codes;
pub mod fidelity;
pub mod predicate;
pub mod scope;
pub mod tree;

use crate::diagnostic::Diagnostic;
use crate::source::Span;

pub use fidelity::Fidelity;
pub use predicate::{Condition, Order, Predicate, Test, ValueTest};
pub use scope::{Branch, Scope};

/// What a pipeline asks of an event.
#[derive(Clone, Debug)]
pub struct Detection {
    /// One predicate for each stage that filters; an event has to pass them all.
    pub filters: Vec<Predicate>,
    /// How this form relates to the pipeline.
    pub fidelity: Fidelity,
    /// What was left out or assumed while lowering, with spans in the query.
    pub notes: Vec<Diagnostic>,
    /// The macros that supplied parts of the query, with those parts: some log sources are named by a macro alone.
    pub macros: Vec<(Span, String)>,
}

impl Detection {
    /// A detection that every event passes.
    pub const fn everything() -> Self {
        Self { filters: Vec::new(), fidelity: Fidelity::Exact, notes: Vec::new(), macros: Vec::new() }
    }

    /// All filters as one predicate.
    pub fn predicate(&self) -> Predicate {
        Predicate::and(self.filters.iter().cloned())
    }
}
