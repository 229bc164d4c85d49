//! Rewrites a predicate so that rules come out short and cheap, and never changes which events it matches.
//!
//! In: the filters of a detection, or a predicate. Out: one predicate, and on request what each pass did.
//! Invariant: every pass keeps the matched set, checked by a property over random predicates and events. Cost is
//! near linear in the size of the predicate, and the number of rounds is bounded. Adding a pass is one file and
//! one line in [`ALL`].

mod absorb;
pub mod codes;
mod constants;
mod contradiction;
mod cover;
mod factor;
mod flatten;
mod fold;
mod literal;
mod merge;
mod miniscope;
mod negation;
mod order;
mod patterns;
mod subsume;

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use crate::detection::{OneValue, Predicate};
use crate::diagnostic::Diagnostic;

pub use fold::fold;

/// Rounds after which the passes stop even if they would go on.
const ROUNDS: usize = 32;

/// A rewriting of predicates.
pub struct Pass {
    /// Its name, as `explain` shows it.
    pub name: &'static str,
    /// What it does and what it preserves.
    pub summary: &'static str,
    /// The rewriting; it keeps the matched set, and tells which tests it finds to exclude or complete each other.
    pub run: fn(Predicate, &mut dyn FnMut(Diagnostic)) -> Predicate,
}

/// All passes, in the order they run.
pub const ALL: &[&Pass] = &[
    &constants::PASS,
    &flatten::PASS,
    &negation::PASS,
    &miniscope::PASS,
    &patterns::PASS,
    &merge::PASS,
    &subsume::PASS,
    &contradiction::PASS,
    &absorb::PASS,
    &factor::PASS,
    &order::PASS,
];

/// What a pass made of the predicate.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name of the pass.
    pub pass: &'static str,
    /// What the pass does.
    pub summary: &'static str,
    /// The predicate after it.
    pub predicate: Predicate,
    /// Which tests it found to exclude or complete each other.
    pub verdicts: Vec<Diagnostic>,
}

/// Runs the passes until nothing changes.
///
/// ```
/// use splc::{command, detection::tree, optimise};
/// let parsed = command::parse("(a=1 OR a=2) OR a=1");
/// let predicate = optimise::fold(&command::lower(&parsed.pipeline).unwrap());
/// assert_eq!(tree::print(&optimise::predicate(predicate), 0), "a is \"1\" or \"2\"\n");
/// ```
pub fn predicate(predicate: Predicate) -> Predicate {
    to_the_end(predicate, &mut |predicate| passed(predicate, &mut |_| {}))
}

/// Runs the passes and tells each step that changed something.
pub fn traced(predicate: Predicate, tell: &mut dyn FnMut(Step)) -> Predicate {
    to_the_end(predicate, &mut |mut predicate| {
        for pass in ALL {
            let mut verdicts = Vec::new();
            let after = (pass.run)(predicate.clone(), &mut |verdict| verdicts.push(verdict));
            if after != predicate {
                let (pass, summary) = (pass.name, pass.summary);
                tell(Step { pass, summary, predicate: after.clone(), verdicts });
            }
            predicate = after;
        }
        predicate
    })
}

/// Repeats a round of all passes until it changes nothing. Predicates are compared by their hashes, which costs less than
/// to keep them: two of one hash would end the rounds early, and the matched set is the same after each.
fn to_the_end(mut predicate: Predicate, round: &mut dyn FnMut(Predicate) -> Predicate) -> Predicate {
    let hash = |predicate: &Predicate| FixedState::default().hash_one(predicate);
    let mut before = hash(&predicate);
    for _ in 0..ROUNDS {
        predicate = round(predicate);
        let after = hash(&predicate);
        if after == before {
            break;
        }
        before = after;
    }
    predicate
}

fn passed(predicate: Predicate, tell: &mut dyn FnMut(Diagnostic)) -> Predicate {
    ALL.iter().fold(predicate, |predicate, pass| (pass.run)(predicate, tell))
}

/// Runs the passes until nothing changes, and says which tests exclude or complete each other, so that some of them say
/// nothing: notes with places in the query.
///
/// ```
/// use splc::{command, detection::Predicate, optimise};
/// let parsed = command::parse("user=root NOT user=r*");
/// let predicate = optimise::fold(&command::lower(&parsed.pipeline).unwrap());
/// let (optimised, found) = optimise::judged(predicate);
/// assert_eq!((optimised, found[0].code.id), (Predicate::Constant(false), "always-false"));
/// assert_eq!(found[0].message, "no event passes both `user is \"root\"` and the opposite of `user is \"r*\"`");
/// ```
pub fn judged(predicate: Predicate) -> (Predicate, Vec<Diagnostic>) {
    let mut found: Vec<Diagnostic> = Vec::new();
    let optimised = to_the_end(predicate, &mut |predicate| {
        passed(predicate, &mut |verdict| {
            if !found.contains(&verdict) {
                found.push(verdict);
            }
        })
    });
    (optimised, found)
}

/// Applies `change` to every node, inner ones first.
fn bottom_up(predicate: Predicate, change: &mut dyn FnMut(Predicate) -> Predicate) -> Predicate {
    let inside = match predicate {
        Predicate::OneValue(one) => {
            let OneValue { of, field, holds } = *one;
            let holds = bottom_up(holds, change);
            Predicate::OneValue(Box::new(OneValue { of, field, holds }))
        }
        other => other.map_children(&mut |child| bottom_up(child, change)),
    };
    change(inside)
}
