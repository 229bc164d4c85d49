//! What is added to steps once it is known what later ones ask for.
//!
//! In: steps, and what each of them waits for. Out: the steps with functions over fields that a star stands for, and with
//! the fields of rows that are joined. Invariant: nothing is added that no later step asks for.

use std::collections::BTreeSet;

use super::Pending;
use super::fields::{Fields, Joined};
use super::group::Starred;
use crate::detection::Step;
use crate::detection::step::{Group, Join};
use crate::diagnostic::Diagnostic;

/// Completes steps whose rows are asked for these fields, and gives the place of each step that asks for something that is
/// not known. Sub-searches are as deep as they are written, which the parser bounds.
pub(super) fn complete(
    steps: &mut [Step],
    pending: Vec<(usize, Pending)>,
    of_rows: &BTreeSet<String>,
) -> Vec<(usize, Diagnostic)> {
    let mut reasons = Vec::new();
    for (at, pending) in pending.into_iter().rev() {
        let asked = asked(steps.get(at + 1..).unwrap_or(&[]), of_rows);
        let found = match (pending, steps.get_mut(at)) {
            (Pending::Starred(functions, before), Some(Step::Group(group))) => {
                add_starred(group, &functions, &before, asked)
            }
            (Pending::Other(joined, pending), Some(step)) => {
                if let (Step::Join(join), Some(joined)) = (&mut *step, joined) {
                    reasons.extend(add_fields(join, &joined, asked).into_iter().map(|reason| (at, reason)));
                }
                of_other(step, pending)
            }
            _ => Vec::new(),
        };
        reasons.extend(found.into_iter().map(|reason| (at, reason)));
    }
    reasons
}

/// The fields that steps ask for of the rows that go into them, and of what comes out if no group is made of it.
fn asked(steps: &[Step], of_rows: &BTreeSet<String>) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    for step in steps {
        step.for_each_field(&mut |field| {
            asked.insert(field.to_owned());
        });
        if matches!(step, Step::Group(_)) {
            return asked;
        }
    }
    asked.extend(of_rows.iter().cloned());
    asked
}

/// Adds to the group the functions whose results are asked for, and says why one of them is not known.
fn add_starred(
    group: &mut Group,
    functions: &[Starred],
    before: &Fields,
    asked: BTreeSet<String>,
) -> Vec<Diagnostic> {
    let mut reasons = Vec::new();
    for field in asked {
        if group.names().all(|name| name != field) {
            match functions.iter().find_map(|starred| starred.aggregate(&field, before)) {
                Some(Ok(aggregate)) => group.aggregates.push(aggregate),
                Some(Err(reason)) => reasons.push(reason),
                None => {}
            }
        }
    }
    reasons
}

/// Adds to the join the fields of the other row that are asked for.
fn add_fields(join: &mut Join, joined: &Joined, asked: BTreeSet<String>) -> Vec<Diagnostic> {
    let mut reasons = Vec::new();
    for field in asked {
        match joined.name_in_other(&field).map(|name| joined.other.get(name)) {
            Some(Ok(formula)) => join.fields.push((field, formula)),
            Some(Err(reason)) => reasons.push(*reason),
            None => {}
        }
    }
    reasons
}

/// Completes the sub-search of a step by what the step asks of its rows.
fn of_other(step: &mut Step, pending: Vec<(usize, Pending)>) -> Vec<Diagnostic> {
    let mut asked = BTreeSet::new();
    for formula in step.asked_of_other() {
        formula.for_each_field(&mut |field| {
            asked.insert(field.to_owned());
        });
    }
    let other = match step {
        Step::Join(join) => &mut join.other,
        Step::Mark(mark) => &mut mark.other,
        _ => return Vec::new(),
    };
    complete(other, pending, &asked).into_iter().map(|(_, reason)| reason).collect()
}
