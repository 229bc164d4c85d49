//! Ways to make a predicate true, or false.
//!
//! In: a predicate and the verdict that is wanted. Out: assignments of values to fields that should lead to it. Invariant:
//! at most [`WITNESSES`]; whether one does is for the caller to see, since tests of one field may hang together.

use super::decisive::variations;
use super::values::passing;
use super::{Assignment, event};
use crate::detection::Predicate;
use crate::evaluate;

/// The most ways that are tried.
const WITNESSES: usize = 64;

/// The most ways to make a formula come out as it should.
const COMPUTED: usize = 3;

/// Assignments that make the predicate `wanted`, at most [`WITNESSES`].
pub(super) fn witnesses(predicate: &Predicate, wanted: bool) -> Vec<Assignment> {
    let mut found = match predicate {
        Predicate::Constant(value) => {
            if *value == wanted {
                vec![Assignment::new()]
            } else {
                Vec::new()
            }
        }
        Predicate::Not(child) => witnesses(child, !wanted),
        Predicate::And(children) if wanted => joined(children, wanted),
        Predicate::Or(children) if !wanted => joined(children, wanted),
        Predicate::And(children) | Predicate::Or(children) => {
            children.iter().flat_map(|child| witnesses(child, wanted)).take(WITNESSES).collect()
        }
        Predicate::Test(test) => {
            let values = if wanted { passing(test) } else { vec![vec![]] };
            values.into_iter().map(|values| Assignment::from([(test.field.clone(), values)])).collect()
        }
        Predicate::Hole(_) => vec![Assignment::new()],
        Predicate::Computed(_) | Predicate::OneValue(_) => {
            let leads_to = |way: &Assignment| evaluate::predicate(predicate, &event(way.clone())) == wanted;
            let ways = variations(predicate, &Assignment::new()).into_iter().filter(leads_to);
            let mut ways: Vec<Assignment> = ways.take(COMPUTED).collect();
            if ways.is_empty() {
                // None is found; other tests of the search put values into its fields.
                ways.push(Assignment::new());
            }
            ways
        }
    };
    found.truncate(WITNESSES);
    found
}

fn joined(children: &[Predicate], wanted: bool) -> Vec<Assignment> {
    all_of(children.iter().map(|child| (child, wanted)), WITNESSES)
}

/// Assignments that give each predicate its verdict, at most so many.
pub(super) fn all_of<'p>(
    wanted: impl Iterator<Item = (&'p Predicate, bool)>,
    most: usize,
) -> Vec<Assignment> {
    let mut all = vec![Assignment::new()];
    for (child, wanted) in wanted {
        let ways = witnesses(child, wanted);
        let combined = all.iter().flat_map(|before| ways.iter().flat_map(move |way| both(before, way)));
        all = combined.take(most).collect();
    }
    all
}

/// Two assignments as one. What is already assigned stays: an absence is only assumed where nothing else is known. Where
/// both give a field a value, one text after the other may pass both of its tests.
fn both(before: &Assignment, way: &Assignment) -> Vec<Assignment> {
    let mut kept = way.clone();
    let mut joined: Option<Assignment> = None;
    for (field, values) in before {
        let other = way.get(field);
        if !values.is_empty() || other.is_none() {
            kept.insert(field.clone(), values.clone());
        }
        if let Some(other) = other.filter(|other| !other.is_empty() && !values.is_empty() && *other != values)
        {
            let text = format!("{}{}", values.concat(), other.concat());
            joined.get_or_insert_with(|| way.clone()).insert(field.clone(), vec![text]);
        }
    }
    if let Some(joined) = &mut joined {
        for (field, values) in &kept {
            joined.entry(field.clone()).or_insert_with(|| values.clone());
        }
    }
    joined.into_iter().chain([kept]).collect()
}
