//! Sets of events for a detection about several of them.
//!
//! In: a detection with steps. Out: sets of events: copies of one that passes its filters, with the same or other values
//! of the fields that the steps ask for, near in time or far, newest first. Invariant: deterministic, and the number of
//! sets is bounded.

use std::collections::BTreeSet;

use super::generate;
use crate::detection::{Detection, Formula, Step};
use crate::evaluate;
use crate::event::{Event, Value};

/// Events that are copied, those that pass first.
const BASES: usize = 4;

/// How many copies: thresholds are mostly small.
const COPIES: &[u32] = &[1, 2, 4, 12, 40];

/// Seconds between events.
const GAPS: &[u32] = &[1, 120, 4_000];

/// The time of the newest event: 2023-11-14.
const NEWEST: u32 = 1_700_000_000;

/// Which of the fields that the steps ask for have another value in each event.
#[derive(Clone, Copy)]
enum Varied {
    None,
    /// All but those that tie events together.
    Others,
    Alternately,
    All,
}

/// The sets.
pub(super) fn sets(detection: &Detection) -> Vec<Vec<Event>> {
    let predicate = detection.predicate();
    let (passing, failing): (Vec<Event>, Vec<Event>) =
        generate::events(&predicate).into_iter().partition(|event| evaluate::predicate(&predicate, event));
    let tested: BTreeSet<&str> = predicate.tests().into_iter().map(|(test, _)| test.field.as_str()).collect();
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for step in &detection.steps {
        step.for_each_field(&mut |field| {
            asked.insert(field);
        });
    }
    asked.retain(|field| !tested.contains(field) && !["_time", "_raw"].contains(field));
    let keys = keys(&detection.steps);
    let mut sets = Vec::new();
    for base in passing.iter().chain(&failing).take(BASES) {
        for (copies, gap) in COPIES.iter().flat_map(|copies| GAPS.iter().map(move |gap| (*copies, *gap))) {
            for varied in [Varied::None, Varied::Others, Varied::Alternately, Varied::All] {
                let one = |at: u32| {
                    let mut event = base.clone().with("_time", (NEWEST - at * gap).to_string());
                    for field in &asked {
                        let value = match varied {
                            Varied::All => at,
                            Varied::Alternately => at % 2,
                            Varied::Others if !keys.contains(field) => at,
                            Varied::None | Varied::Others => 0,
                        };
                        event.set(*field, vec![Value::Text(value.to_string())]);
                    }
                    event
                };
                sets.push((0..copies).map(one).collect());
            }
        }
    }
    sets
}

/// The fields that tie events together.
fn keys(steps: &[Step]) -> BTreeSet<&str> {
    let mut keys = BTreeSet::new();
    for step in steps {
        let by: &[(String, Formula)] = match step {
            Step::Group(group) | Step::Annotate(group) => &group.by,
            Step::Run(run) => &run.group.by,
            Step::Transaction(transaction) => &transaction.by,
            _ => &[],
        };
        for (_, formula) in by {
            formula.for_each_field(&mut |field| {
                keys.insert(field);
            });
        }
    }
    keys
}
