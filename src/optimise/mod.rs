//! Rewrites a predicate so that rules come out short and cheap, and never changes which events it matches.
//!
//! In: the filters of a detection, or a predicate. Out: one predicate, and on request what each pass did.
//! Invariant: every pass keeps the matched set, checked by a property over random predicates and events. Cost is
//! near linear in the size of the predicate, and the number of rounds is bounded. Adding a pass is one file and
//! one line in [`ALL`].

mod absorb;
mod constants;
mod flatten;
mod fold;
mod merge;
mod order;

use crate::detection::Predicate;

pub use fold::fold;

/// Rounds after which the passes stop even if they would go on.
const ROUNDS: usize = 8;

/// A rewriting of predicates.
pub struct Pass {
    /// Its name, as `explain` shows it.
    pub name: &'static str,
    /// What it does and what it preserves.
    pub summary: &'static str,
    /// The rewriting; it keeps the matched set.
    pub run: fn(Predicate) -> Predicate,
}

/// All passes, in the order they run.
pub const ALL: &[&Pass] = &[&constants::PASS, &flatten::PASS, &merge::PASS, &absorb::PASS, &order::PASS];

/// What a pass made of the predicate.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name of the pass.
    pub pass: &'static str,
    /// The predicate after it.
    pub predicate: Predicate,
}

/// Runs the passes until nothing changes.
///
/// ```
/// use splc::{command, detection::tree, optimise};
/// let parsed = command::parse("(a=1 OR a=2) OR a=1");
/// let predicate = optimise::fold(&command::lower(&parsed.pipeline).unwrap());
/// assert_eq!(tree::print(&optimise::predicate(predicate), 0), "a is \"1\" or \"2\"\n");
/// ```
pub fn predicate(mut predicate: Predicate) -> Predicate {
    for _ in 0..ROUNDS {
        let before = predicate.clone();
        predicate = ALL.iter().fold(predicate, |predicate, pass| (pass.run)(predicate));
        if predicate == before {
            break;
        }
    }
    predicate
}

/// Runs the passes and tells each step that changed something.
pub fn traced(mut predicate: Predicate, tell: &mut dyn FnMut(Step)) -> Predicate {
    for _ in 0..ROUNDS {
        let before = predicate.clone();
        for pass in ALL {
            let after = (pass.run)(predicate.clone());
            if after != predicate {
                tell(Step { pass: pass.name, predicate: after.clone() });
            }
            predicate = after;
        }
        if predicate == before {
            break;
        }
    }
    predicate
}

/// Applies `change` to every node, inner ones first.
fn bottom_up(predicate: Predicate, change: fn(Predicate) -> Predicate) -> Predicate {
    change(predicate.map_children(&mut |child| bottom_up(child, change)))
}
