//! Events on the edge of a predicate.
//!
//! In: the predicate of a search. Out: events, some of which pass it and some of which just fail. For each test:
//! values that pass and values that almost do (other case, a character more at either end, empty, missing, several,
//! numbers written otherwise, wildcards filled with nothing and with much), each put into events in which the test
//! decides; how many of the tests decide some event is counted. Invariant: deterministic, and the number of events is
//! bounded.

mod decisive;
mod values;
mod witness;

use std::collections::BTreeMap;

use crate::detection::Predicate;
use crate::event::{Event, Value};

pub(crate) use decisive::constants;
pub use decisive::{Decisive, decisive};
pub(crate) use values::passing;

use values::{edges, text};
use witness::witnesses;

/// The most events for one predicate.
const MOST: usize = 3_000;

/// Values of fields; no values is a missing field.
type Assignment = BTreeMap<String, Vec<String>>;

/// Events on the edge of `predicate`.
pub fn events(predicate: &Predicate) -> Vec<Event> {
    let candidates = candidates(predicate);
    let mut assignments = witnesses(predicate, true);
    if assignments.is_empty() {
        assignments.push(Assignment::new());
    }
    let mut all: Vec<Assignment> = assignments.clone();
    let values: Vec<(&String, &Vec<String>)> = candidates
        .iter()
        .flat_map(|(field, values)| values.iter().map(move |value| (field, value)))
        .collect();
    // Every value in every witness, or where that is too much an even share of them.
    let pairs = assignments.len() * values.len();
    let stride = pairs.div_ceil(MOST).max(1);
    for pair in (0..pairs).step_by(stride) {
        // Shifted by one each round, so that a stride does not keep to some values.
        let (witness, value) = (pair / values.len(), (pair + pair / values.len()) % values.len());
        if let (Some(witness), Some((field, value))) = (assignments.get(witness), values.get(value)) {
            let mut varied = witness.clone();
            varied.insert((*field).clone(), (*value).clone());
            all.push(varied);
        }
    }
    all.extend(mixed(&candidates));
    all.sort();
    all.dedup();
    all.into_iter().map(event).collect()
}

/// Combinations of candidates in a fixed pseudo-random order, for tests that hang together.
fn mixed(candidates: &BTreeMap<String, Vec<Vec<String>>>) -> Vec<Assignment> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut next = move |below: usize| {
        // xorshift64, which is enough to mix.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % (below.max(1) as u64)).unwrap_or(0)
    };
    let mut assignment = || {
        let choose = |(field, values): (&String, &Vec<Vec<String>>)| {
            let value = values.get(next(values.len()))?;
            Some((field.clone(), value.clone()))
        };
        candidates.iter().filter_map(choose).collect::<Assignment>()
    };
    (0..if candidates.len() > 1 { 300 } else { 0 }).map(|_| assignment()).collect()
}

fn event(assignment: Assignment) -> Event {
    let mut event = Event::new();
    for (field, values) in assignment {
        // A wildcard in a name stands for one field here.
        let field = field.replace('*', "x");
        event.set(field, values.into_iter().map(Value::Text).collect());
    }
    event
}

/// For each field of the predicate, the values that its tests make interesting.
fn candidates(predicate: &Predicate) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut all: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (test, _) in predicate.tests() {
        let values =
            all.entry(test.field.clone()).or_insert_with(|| vec![vec![], vec![String::new()], text("zzz")]);
        let mut edges = edges(test);
        // Values that pass together with one that does not.
        let both: Vec<Vec<String>> =
            edges.iter().take(4).map(|edge| vec!["zzz".to_owned(), edge.clone()]).collect();
        values.extend(edges.drain(..).map(|edge| vec![edge]));
        values.extend(both);
    }
    for values in all.values_mut() {
        values.sort();
        values.dedup();
    }
    all
}
