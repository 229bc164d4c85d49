//! Sets of events for searches and rules about several of them.
//!
//! In: a search with steps, and the rules made from it. Out: outcomes, and the sets with the events that contribute to a
//! result. Invariant: the set of the document, where it has one, comes first and keeps its order.

use super::{Difference, Outcome, Run, SHRUNK, Set, Trial, difference, several, shrink};
use crate::backend::compile::{Status, Understood};
use crate::detection::{Detection, Fidelity};
use crate::evaluate;
use crate::event::{Event, number};
use crate::function::Context;

/// Compares the tree with the steps of a detection about several events, on sets of them. The events of the document are
/// one set, in their order.
pub(super) fn reference(understood: &Understood<'_>, detection: &Detection) -> (Outcome, Vec<Set>) {
    let mut outcome = Outcome::new("reference", None, Status::Exact);
    let mut sets = Vec::new();
    let examples = &understood.analytic.examples;
    let of_document = examples.iter().map(|example| example.event.clone()).collect::<Vec<_>>();
    let is_document = |at: usize| at == 0;
    for (at, set) in std::iter::once(of_document).chain(several::sets(detection)).enumerate() {
        let meant = match evaluate::matches_all(&understood.parsed.pipeline, &set) {
            Ok(meant) => meant,
            Err(reason) => {
                outcome.not_run = Some(reason.message);
                break;
            }
        };
        let found = evaluate::detection(detection, &set, &Context::at(evaluate::latest(&set)));
        outcome.events += set.len();
        outcome.matching += meant.len();
        for (index, event) in set.iter().enumerate() {
            let expected = meant.contains(&index);
            let example = examples.get(index).filter(|_| is_document(at));
            let trial =
                Trial { event: event.clone(), expected, example: example.map(|example| example.span) };
            if let Some(example) = example.filter(|example| example.matches != expected) {
                outcome.differences.push(difference(&trial, example.matches, expected, "search"));
            }
            let found = found.contains(&index);
            if found != expected && !(found && detection.fidelity == Fidelity::Wider) {
                outcome.differences.push(difference(&trial, expected, found, "intermediate form"));
            }
        }
        sets.push((set, meant));
    }
    (outcome, sets)
}

/// Runs a rule about several events on the sets.
pub(super) fn rule(understood: &Understood<'_>, run: &Run<'_>, sets: &[Set], outcome: &mut Outcome) {
    // A rule for one of the log sources that the search counts together is asked for events of that one.
    let own = |set: &[Event], meant: &[usize]| -> Vec<usize> {
        let is_own = |at: &usize| {
            understood.sourced().iter().all(|whole| whole.members.is_empty())
                || !run.sourced.members.is_empty()
                || set.get(*at).is_some_and(|event| run.is_own(event))
        };
        meant.iter().copied().filter(is_own).collect()
    };
    for (set, meant) in sets {
        let meant = &own(set, meant);
        let Some(found) = alerts(run, set) else {
            outcome.outside += set.len();
            continue;
        };
        let found = match found {
            Ok(found) => found,
            Err(reason) => {
                outcome.not_run = Some(reason);
                return;
            }
        };
        outcome.events += set.len();
        outcome.matching += meant.len();
        let Some((index, expected)) = first_difference(outcome.status, run, set.len(), meant, &found) else {
            continue;
        };
        let shown = |set: &[Event]| {
            let meant = own(set, &evaluate::matches_all(&understood.parsed.pipeline, set).ok()?);
            let found = alerts(run, set)?.ok()?;
            first_difference(outcome.status, run, set.len(), &meant, &found)
        };
        let (set, (index, expected)) = if outcome.differences.len() < SHRUNK {
            let smallest = shrink::set(set, &|set| shown(set).is_some());
            let place = shown(&smallest).unwrap_or((index, expected));
            (smallest, place)
        } else {
            (set.clone(), (index, expected))
        };
        let mut others = set;
        let event = if index < others.len() { others.remove(index) } else { Event::new() };
        let by = outcome.target;
        let (example, spl, output) = (None, None, None);
        outcome.differences.push(Difference {
            event,
            others,
            expected,
            found: !expected,
            by,
            example,
            spl,
            output,
        });
    }
}

/// The events that contribute to an alert of the rule; nothing if one of them cannot be the rule's.
fn alerts(run: &Run<'_>, set: &[Event]) -> Option<Result<Vec<usize>, String>> {
    let times = || set.iter().filter_map(|event| number::parse(&event.values("_time").first()?.text()));
    let (first, last) = (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    // A search sees the events of its time range only.
    let is_within =
        |seconds: u64| u32::try_from(seconds).is_ok_and(|seconds| last - first <= f64::from(seconds));
    if set.len() > 1 && !run.rule.looks_back().is_none_or(is_within) {
        return None;
    }
    // When an event happened is known of it, whatever the target calls its fields.
    let seen = |event: &Event| {
        let mut seen = run.seen(event, run.folders.last()?)?;
        seen.set("_time", event.values("_time").to_vec());
        Some(seen)
    };
    let seen: Option<Vec<Event>> = set.iter().map(seen).collect();
    seen.map(|seen| run.readable.alerts(&seen))
}

/// The first event that the rule may not judge as it does, with what the search says of it.
fn first_difference(
    status: Status,
    run: &Run<'_>,
    size: usize,
    meant: &[usize],
    found: &[usize],
) -> Option<(usize, bool)> {
    (0..size).find_map(|index| {
        let expected = meant.contains(&index);
        (!super::allowed(status, run.rule, expected, found.contains(&index))).then_some((index, expected))
    })
}
