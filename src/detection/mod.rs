//! The intermediate form: what a search asks of one event, in two-valued logic.
//!
//! In: nothing but data. Out: predicates over named fields. Invariant: every predicate is true or false for every
//! event. SPL's rules for missing fields are spelled out while lowering (`NOT a=1` holds where `a` is missing,
//! `a!=1` does not), so De Morgan is safe here and no backend needs SPL's rules again.

pub mod codes;
pub mod fidelity;
pub mod formula;
pub mod growth;
pub mod implication;
pub mod predicate;
pub mod regex;
pub mod scope;
pub mod step;
pub mod tree;

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::source::Span;

pub use fidelity::Fidelity;
pub use formula::{Decimal, Formula};
pub use predicate::{Computed, Condition, Hole, HoleKind, OneValue, Order, Predicate, Test, ValueTest};
pub use regex::Regex;
pub use scope::{Branch, Scope};
pub use step::Step;

/// What a pipeline asks of events.
#[derive(Clone, Debug)]
pub struct Detection {
    /// One predicate for each stage that filters; an event has to pass them all.
    pub filters: Vec<Predicate>,
    /// What the events that pass have to come to together; empty where each event is judged alone.
    pub steps: Vec<Step>,
    /// How this form relates to the pipeline.
    pub fidelity: Fidelity,
    /// What was left out or assumed while lowering, with spans in the query.
    pub notes: Vec<Diagnostic>,
    /// The macros that supplied parts of the query, with those parts: some log sources are named by a macro alone.
    pub macros: Vec<(Span, String)>,
    /// The fields that the search shows in the end, if it says so.
    pub shown: Vec<String>,
    /// Fields of events that the search asks to be there only because it groups by them.
    pub tied: BTreeSet<String>,
    /// The data models whose events it reads, with the words that name them.
    pub data_models: Vec<(Span, String)>,
}

/// How many events a detection looks at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Each event is judged alone.
    Event,
    /// Something is computed over several events and tested.
    Aggregate,
    /// Events that follow each other are joined and tested.
    Sequence,
}

impl Kind {
    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Aggregate => "aggregate",
            Self::Sequence => "sequence",
        }
    }
}

impl Detection {
    /// A detection that every event passes.
    pub const fn everything() -> Self {
        Self {
            filters: Vec::new(),
            steps: Vec::new(),
            fidelity: Fidelity::Exact,
            notes: Vec::new(),
            macros: Vec::new(),
            shown: Vec::new(),
            tied: BTreeSet::new(),
            data_models: Vec::new(),
        }
    }

    /// How many events it looks at together.
    pub fn kind(&self) -> Kind {
        let is_sequence = |step: &Step| matches!(step, Step::Transaction(_));
        match self.steps.as_slice() {
            [] => Kind::Event,
            steps if steps.iter().any(is_sequence) => Kind::Sequence,
            _ => Kind::Aggregate,
        }
    }

    /// The names that only an installation can resolve.
    pub fn holes(&self) -> Vec<&Hole> {
        fn gather<'a>(predicate: &'a Predicate, into: &mut Vec<&'a Hole>) {
            match predicate {
                Predicate::Hole(hole) => into.push(hole),
                Predicate::OneValue(one) => gather(&one.holds, into),
                other => other.children().iter().for_each(|child| gather(child, into)),
            }
        }
        /// Sub-searches are as deep as they are written, which the parser bounds.
        fn gather_all<'a>(steps: &'a [Step], into: &mut Vec<&'a Hole>) {
            for step in steps {
                if let Step::Filter(predicate) = step {
                    gather(predicate, into);
                }
                gather_all(step.other(), into);
            }
        }
        let mut holes = Vec::new();
        self.filters.iter().for_each(|predicate| gather(predicate, &mut holes));
        gather_all(&self.steps, &mut holes);
        holes.dedup_by_key(|hole| (hole.kind, hole.name.as_str()));
        holes
    }

    /// All filters as one predicate: what each event has to pass.
    pub fn predicate(&self) -> Predicate {
        Predicate::and(self.filters.iter().cloned())
    }
}
