//! What a rule leaves out of a search, and what that makes of it.
//!
//! In: a part of a predicate that the target cannot say. Out: the constant in its place, and a note. Invariant: everything
//! that is not tested is named, also what counts only beside something that is left out.

use crate::backend::codes;
use crate::detection::{Predicate, Test, tree};
use crate::diagnostic::Diagnostic;
use crate::source::Origin;

use super::Legaliser;

impl Legaliser<'_> {
    /// The parts of AND or OR. Where one that is left out `decides` the whole, the others are not tested either.
    pub(super) fn parts(&mut self, children: &[Predicate], positive: bool, decides: bool) -> Vec<Predicate> {
        let said = self.notes.len();
        let rewritten: Vec<Predicate> =
            children.iter().map(|child| self.predicate(child, positive)).collect();
        let dropped = |note: &Diagnostic| note.code.id == codes::DROPPED_TEST.id;
        let is_lost = decides
            && rewritten.contains(&Predicate::Constant(positive))
            && self.notes.get(said..).is_some_and(|notes| notes.iter().any(dropped));
        let others = children.iter().zip(&rewritten);
        for (child, _) in others.filter(|(_, found)| is_lost && !matches!(found, Predicate::Constant(_))) {
            let what = tree::line(child);
            let message = format!("`{what}` is not tested either: it counts only beside what is left out");
            self.notes.push(Diagnostic::new(&codes::DROPPED_TEST, child.origin().0, message));
        }
        rewritten
    }

    /// Replaces a test by the constant that makes the whole wider, and says so.
    pub(super) fn dropped(&mut self, test: &Test, positive: bool, reason: &str) -> Predicate {
        self.left_out(&tree::brief(test), test.origin, positive, reason)
    }

    pub(super) fn left_out(&mut self, what: &str, origin: Origin, positive: bool, reason: &str) -> Predicate {
        self.adds = true;
        let message = format!("`{what}` is not tested: {reason}");
        self.notes.push(Diagnostic::new(&codes::DROPPED_TEST, origin.0, message));
        Predicate::Constant(positive)
    }

    /// Counts a test that is narrower than what it stands for.
    pub(super) fn narrower(&mut self, positive: bool, note: Diagnostic) {
        if positive {
            self.misses = true;
        } else {
            self.adds = true;
        }
        self.notes.push(note);
    }
}
