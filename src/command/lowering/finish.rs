//! Turns the steps of a search into one predicate, as far as they ask nothing of several events.
//!
//! In: steps. Out: a [`Detection`]. An event matches if it contributes to a row of the result, so what only groups, orders
//! or shows rows asks no more than that the keys are there; a step whose results are tested stays a step. Invariant: what
//! is left out from the end of the steps leaves at least the same events.

use crate::command::lowering::truth::{Asker, MOST_UNFOLDED};
use crate::command::lowering::{Lowering, Unknown};
use crate::command::lowering::{asked, pending, refused};
use crate::detection::formula::Formula;
use crate::detection::predicate::OneValue;
use crate::detection::step::{DEFAULT_MOST, Distinct, Expand, Group, Join, Step};
use crate::detection::{Detection, Fidelity, Predicate};
use crate::diagnostic::Diagnostic;
use crate::source::Origin;
use std::cell::Cell;
use std::collections::BTreeSet;

/// The detection that the steps come to.
pub(super) fn finish(lowering: Lowering<'_>) -> Result<Detection, Diagnostic> {
    let Lowering { mut steps, notes, shown, data_models, mut fidelity, others, pending, mut unknown, .. } =
        lowering;
    for (at, _) in &others {
        // What later stages ask of the rows that were added is asked of fields that are not known.
        if let Some(step) = steps.get(*at..).unwrap_or(&[]).iter().find(|step| asks(step)) {
            return Err(refused::stored("append", step.origin().0));
        }
    }
    let tied = asked::tied(&steps);
    let reasons = pending::complete(&mut steps, pending, &BTreeSet::new());
    unknown.extend(reasons.into_iter().map(|(at, reason)| (Unknown::Rows, at, reason)));
    let mut rest: Vec<Predicate> = Vec::new();
    // A join that only adds fields is left out where each event is judged alone: else events of its sub-search contribute.
    let mut with_joins = None;
    while let Some(step) = steps.pop() {
        if with_joins.is_none() && matches!(step, Step::Join(_)) {
            with_joins =
                Some(([steps.as_slice(), std::slice::from_ref(&step)].concat(), rest.clone(), fidelity));
        }
        if let Step::Group(group) = &step {
            rest = asked::beyond_one(group, rest, &steps);
        }
        match without(&step, std::mem::take(&mut rest)) {
            Ok((before, thins)) => {
                rest = before;
                if thins {
                    fidelity = Fidelity::Wider;
                }
            }
            Err(after) => {
                rest = after;
                steps.push(step);
                break;
            }
        }
    }
    if let (false, Some(before)) = (steps.is_empty(), with_joins) {
        (steps, rest, fidelity) = before;
    }
    let depends = |what: Unknown, at: usize| {
        let mut kept = steps.get(at..).unwrap_or(&[]).iter();
        match what {
            Unknown::Rows => kept.next().is_some(),
            Unknown::Order => kept.any(Step::asks_for_order),
        }
    };
    if let Some((.., reason)) = unknown.into_iter().find(|(what, at, _)| depends(*what, *at)) {
        return Err(reason);
    }
    let mut filters = if steps.is_empty() { rest } else { before_steps(&mut steps, rest) };
    if steps.is_empty() {
        filters = of_events(filters, others.into_iter().map(|(_, predicate)| predicate).collect());
    }
    Ok(Detection { filters, steps, fidelity, notes, macros: Vec::new(), shown, tied, data_models })
}

/// What events have to pass where no step is left: the filters, or what the events of other searches pass.
fn of_events(filters: Vec<Predicate>, others: Vec<Predicate>) -> Vec<Predicate> {
    let room = Cell::new(MOST_UNFOLDED);
    let all = if others.is_empty() {
        filters
    } else {
        vec![Predicate::or(std::iter::once(Predicate::and(filters)).chain(others))]
    };
    all.into_iter().map(|filter| of_event(filter, &room)).collect()
}

/// A predicate on rows that are events after all: their fields hold texts, so that more of it is tests of fields.
fn of_event(predicate: Predicate, room: &Cell<usize>) -> Predicate {
    match predicate {
        Predicate::Computed(computed) if computed.condition.is_none() => {
            Asker { is_computed: &|_| false, origin: computed.origin, room }.truth(&computed.formula, true)
        }
        other => other.map_children(&mut |child| of_event(child, room)),
    }
}

/// Puts what is asked of the last rows behind the steps, and takes what the event itself has to pass from before the first
/// other step.
fn before_steps(steps: &mut Vec<Step>, rest: Vec<Predicate>) -> Vec<Predicate> {
    steps.extend(rest.into_iter().map(Step::Filter));
    asked::before_groups(steps);
    let first = steps.iter().position(|step| !matches!(step, Step::Filter(_))).unwrap_or(steps.len());
    let predicate = |step| if let Step::Filter(predicate) = step { Some(predicate) } else { None };
    steps.drain(..first).filter_map(predicate).collect()
}

/// The most parts of a predicate that is asked of the values of `mvexpand`.
const MOST_EXPANDED: usize = 2_000;

/// Whether the step leaves rows out by what is in them.
fn asks(step: &Step) -> bool {
    match step {
        Step::Group(group) => !group.by.is_empty(),
        Step::Join(join) => !join.keeps_all,
        Step::Filter(_) | Step::Distinct(_) | Step::Expand(_) | Step::Transaction(_) => true,
        Step::Annotate(_)
        | Step::Run(_)
        | Step::First(_)
        | Step::Last(_)
        | Step::Sort(_)
        | Step::Reverse
        | Step::Mark(_) => false,
    }
}

/// What the rows before a step have to pass so that what comes of them passes the predicates, and whether the step keeps
/// fewer of them; the predicates as they were if only several rows together can tell.
fn without(step: &Step, after: Vec<Predicate>) -> Result<(Vec<Predicate>, bool), Vec<Predicate>> {
    match step {
        Step::Filter(predicate) => {
            let mut before = vec![predicate.clone()];
            before.extend(after);
            Ok((before, false))
        }
        // Only a limit that is given counts: the default one is for the memory of a search head.
        Step::Sort(sort) => Ok((after, sort.most.is_some_and(|most| most != DEFAULT_MOST))),
        Step::Reverse => Ok((after, false)),
        Step::First(_) | Step::Last(_) => Ok((after, true)),
        Step::Distinct(distinct) => Ok((present(distinct, after), true)),
        Step::Annotate(group) if !mention(&after, aggregates(group)) => Ok((after, false)),
        Step::Run(run) if !mention(&after, aggregates(&run.group)) => Ok((after, false)),
        // What is asked is written twice, for rows that lack the field too.
        Step::Expand(_) if after.iter().map(Predicate::size).sum::<usize>() > MOST_EXPANDED => Err(after),
        Step::Expand(expand) => Ok((expanded(expand, after), false)),
        Step::Group(group) if !mention(&after, aggregates(group)) => Ok((grouped(group, after), false)),
        Step::Transaction(transaction) if after.is_empty() && transaction.keeps_every_event() => {
            // An event without any of the fields belongs to no transaction.
            let some = transaction.by.iter().map(|(_, formula)| exists(formula, transaction.origin));
            let all = if transaction.by.is_empty() { Vec::new() } else { vec![Predicate::or(some)] };
            Ok((all, false))
        }
        Step::Join(join) if join.keeps_all && !mention(&after, |field| has(join, field)) => {
            Ok((after, false))
        }
        Step::Mark(mark) if !mention(&after, |field| field == mark.name) => Ok((after, false)),
        Step::Annotate(_)
        | Step::Run(_)
        | Step::Group(_)
        | Step::Transaction(_)
        | Step::Join(_)
        | Step::Mark(_) => Err(after),
    }
}

fn has(join: &Join, field: &str) -> bool {
    join.fields.iter().any(|(name, _)| name == field)
}

fn aggregates(group: &Group) -> impl Fn(&str) -> bool + '_ {
    |field| group.aggregates.iter().any(|one| one.name == field)
}

/// Rows that lack one of the fields are dropped (Search Reference, `dedup`).
fn present(distinct: &Distinct, after: Vec<Predicate>) -> Vec<Predicate> {
    let by = distinct.by.iter().filter(|_| !distinct.keeps_empty);
    let exist = by.map(|formula| exists(formula, distinct.origin));
    exist.chain(after).collect()
}

fn exists(formula: &Formula, origin: Origin) -> Predicate {
    Asker { is_computed: &|_| true, origin, room: &Cell::new(MOST_UNFOLDED) }.exists(formula)
}

/// A row without the field stays one row.
fn expanded(expand: &Expand, after: Vec<Predicate>) -> Vec<Predicate> {
    if !mention(&after, |field| field == expand.field) {
        return after;
    }
    let holds = Predicate::and(after);
    let one = OneValue { of: expand.of.clone(), field: expand.field.clone(), holds: holds.clone() };
    let missing = Predicate::and([
        exists(&expand.of, Origin::default()).negated(),
        replaced(holds, &expand.field, &Formula::Null),
    ]);
    vec![Predicate::or([Predicate::OneValue(Box::new(one)), missing])]
}

/// A row of a group has one value of each key, and an event is in the groups of all its values; rows that lack a key
/// vanish (Search Reference, `stats`).
pub(super) fn grouped(group: &Group, after: Vec<Predicate>) -> Vec<Predicate> {
    let mut keys: Vec<(String, Formula)> = group.by.clone();
    let mut holds = after;
    // A key may bear the name of a field that another one, which is asked for too, is made from.
    for at in 0..keys.len() {
        let Some((name, _)) = keys.get(at).cloned() else { continue };
        let is_used = keys.iter().enumerate().any(|(other, (asked, formula))| {
            other != at && mentions(formula, &|it| it == name) && mention(&holds, |it| it == asked)
        });
        if is_used {
            let fresh = format!("{name} (of the group)");
            holds = holds.into_iter().map(|predicate| renamed(predicate, &name, &fresh)).collect();
            if let Some(key) = keys.get_mut(at) {
                key.0 = fresh;
            }
        }
    }
    // What is asked of the event itself is not about its value in the group.
    let mut all: Vec<(Predicate, bool)> = holds.into_iter().map(|predicate| (predicate, true)).collect();
    for (name, of) in keys.into_iter().rev() {
        let (about, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(predicate, of_group)| {
            *of_group && mention(std::slice::from_ref(predicate), |field| field == name)
        });
        let asked = if about.is_empty() {
            (exists(&of, group.origin), false)
        } else {
            let holds = Predicate::and(about.into_iter().map(|(predicate, _)| predicate));
            (Predicate::OneValue(Box::new(OneValue { of, field: name, holds })), true)
        };
        others.insert(0, asked);
        all = others;
    }
    all.into_iter().map(|(predicate, _)| predicate).collect()
}

/// Whether a predicate asks for a field that passes the test.
fn mention(predicates: &[Predicate], of: impl Fn(&str) -> bool) -> bool {
    predicates.iter().any(|predicate| mentioned(predicate, &of))
}

fn mentioned(predicate: &Predicate, of: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    predicate.for_each_field(&mut |field| found = found || of(field));
    found
}

fn mentions(formula: &Formula, of: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    formula.for_each_field(&mut |field| found = found || of(field));
    found
}

/// The predicate with a field under another name.
fn renamed(predicate: Predicate, from: &str, to: &str) -> Predicate {
    replaced(predicate, from, &Formula::Field(to.to_owned()))
}

/// The predicate with another field, or no value, in the place of a field.
fn replaced(predicate: Predicate, field: &str, by: &Formula) -> Predicate {
    match predicate {
        Predicate::Test(mut test) if test.field == field => match by {
            Formula::Field(to) => {
                to.clone_into(&mut test.field);
                Predicate::Test(test)
            }
            // No value passes no test.
            _ => Predicate::Constant(false),
        },
        Predicate::Computed(mut computed) => {
            computed.formula = replaced_in(computed.formula, field, by);
            Predicate::Computed(computed)
        }
        Predicate::OneValue(one) => {
            let OneValue { of, field: bound, holds } = *one;
            let of = replaced_in(of, field, by);
            let holds = if bound == field { holds } else { replaced(holds, field, by) };
            Predicate::OneValue(Box::new(OneValue { of, field: bound, holds }))
        }
        other => other.map_children(&mut |child| replaced(child, field, by)),
    }
}

fn replaced_in(formula: Formula, field: &str, by: &Formula) -> Formula {
    match formula {
        Formula::Field(own) if own == field => by.clone(),
        Formula::Holds(predicate) => Formula::Holds(Box::new(replaced(*predicate, field, by))),
        other => other.map_children(&mut |child| replaced_in(child, field, by)),
    }
}
