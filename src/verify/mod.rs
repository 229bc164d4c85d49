//! Runs the rules that were written and compares them with the search they were made from.
//!
//! In: searches and the text of rules. Out: for each rule how many events agreed, and every difference. Invariant:
//! a rule is read back from its text by a reader of its own for each target, which shares nothing with the backend
//! that wrote it. `exact` has to agree on every event, `wider` may only add, `narrower` may only miss; the
//! intermediate form and the matcher have to agree with the tree on every event.

pub mod eql;
pub mod falco;
pub mod generate;
mod reader;
mod several;
pub mod sigma;

use std::collections::BTreeSet;

use crate::backend::compile::{RuleResult, Status, Understood};
use crate::backend::legalise::{is_single_valued, is_whole_number};
use crate::backend::{Rule, codes};
use crate::detection::scope::STORAGE_FIELDS;
use crate::detection::{Condition, Detection, Fidelity, Predicate, Scope, ValueTest};
use crate::evaluate;
use crate::event::{Event, Value, number};
use crate::function::Context;
use crate::matcher::Matcher;
use crate::source::Span;
use crate::target::{FieldKind, Mapped, Source, project};

/// How the runs of one rule came out.
#[derive(Debug)]
pub struct Outcome {
    /// The target; `reference` for the comparison of tree, intermediate form and matcher.
    pub target: &'static str,
    /// The log source.
    pub source: Option<String>,
    /// What the rule claims.
    pub status: Status,
    /// Events that were run.
    pub events: usize,
    /// Events among them that the search matches.
    pub matching: usize,
    /// Events that the rule's field types cannot hold, which were left out.
    pub outside: usize,
    /// Where it does not hold what it claims.
    pub differences: Vec<Difference>,
    /// Headings of events in the document that name no log source of the search.
    pub unplaced: Vec<String>,
    /// Why the rule could not be run.
    pub unread: Option<String>,
    /// Why the search could not be run, so that nothing is claimed.
    pub not_run: Option<String>,
}

/// An event on which a rule does not hold what it claims.
#[derive(Debug)]
pub struct Difference {
    /// The event, with Splunk's field names.
    pub event: Event,
    /// What the search says.
    pub expected: bool,
    /// What the other side says.
    pub found: bool,
    /// The other side.
    pub by: &'static str,
    /// Where the event stands in the document, if it was not generated.
    pub example: Option<Span>,
}

impl Outcome {
    /// Whether the rule was run and held what it claims.
    pub fn holds(&self) -> bool {
        self.differences.is_empty() && self.unread.is_none()
    }

    fn new(target: &'static str, source: Option<String>, status: Status) -> Self {
        Self {
            target,
            source,
            status,
            events: 0,
            matching: 0,
            outside: 0,
            differences: Vec::new(),
            unplaced: Vec::new(),
            unread: None,
            not_run: None,
        }
    }
}

/// The events that a query is run on: generated ones, and those of its document.
#[derive(Debug)]
pub struct Events {
    /// By log source of the query, in its order.
    by_source: Vec<Vec<Trial>>,
    /// Events of the document that lie in no source of the query.
    others: Vec<Trial>,
}

/// An event with the verdict of the search.
#[derive(Clone, Debug)]
struct Trial {
    event: Event,
    expected: bool,
    example: Option<Span>,
}

/// Makes the events of a query and compares the tree with the document, the intermediate form and the matcher. A search
/// that holds names that nobody knows is not run, and says so.
///
/// Nothing for a query that was not lowered: there is no rule to hold to it.
pub fn reference(understood: &Understood<'_>) -> Option<(Outcome, Events)> {
    let detection = understood.detection.as_ref().ok()?;
    let mut events = Events { by_source: Vec::new(), others: Vec::new() };
    if let Some(hole) = detection.holes().first() {
        let mut outcome = Outcome::new("reference", None, Status::Exact);
        outcome.not_run =
            Some(format!("what the {} `{}` stands for is not known", hole.kind.word(), hole.name));
        return Some((outcome, events));
    }
    if !detection.steps.is_empty() {
        return Some((together(understood, detection), events));
    }
    let predicate = detection.predicate();
    let matcher = Matcher::new([&predicate]).given(understood.context);
    let mut outcome = Outcome::new("reference", None, Status::Exact);
    for sourced in &understood.sourced {
        let stores = stores(&predicate);
        let generated = generate::events(&sourced.predicate);
        let scoped = generated.iter().flat_map(|event| {
            sourced.scopes.iter().map(|scope| in_scope(event.clone(), scope, sourced.source))
        });
        events.by_source.push(scoped.filter_map(|event| stored(understood, &event, &stores)).collect());
    }
    for example in &understood.analytic.examples {
        let Some(trial) = trial(understood, example.event.clone(), Some(example.span)) else { continue };
        if trial.expected != example.matches {
            outcome.differences.push(difference(&trial, example.matches, trial.expected, "search"));
        }
        let place = understood.sourced.iter().position(|sourced| {
            example.source.is_some()
                && sourced.source.map(|source| source.name.as_str()) == example.source.as_deref()
        });
        if let Some(list) = place.and_then(|place| events.by_source.get_mut(place)) {
            list.push(trial);
        } else {
            outcome.unplaced.extend(example.source.clone().filter(|name| !outcome.unplaced.contains(name)));
            events.others.push(trial);
        }
    }
    for trial in events.by_source.iter().flatten().chain(&events.others) {
        outcome.events += 1;
        outcome.matching += usize::from(trial.expected);
        let lowered = evaluate::predicate_given(&predicate, &trial.event, understood.context);
        let matched = matcher.matches(&trial.event).next().is_some();
        for (by, found) in [("intermediate form", lowered), ("matcher", matched)] {
            if found != trial.expected && !(found && detection.fidelity == Fidelity::Wider) {
                outcome.differences.push(difference(trial, trial.expected, found, by));
            }
        }
    }
    if outcome.events == 0 {
        outcome.not_run =
            evaluate::matches(&understood.parsed.pipeline, &Event::new()).err().map(|it| it.message);
    }
    Some((outcome, events))
}

/// Compares the tree with the steps of a detection about several events, on sets of them. The events of the document are
/// one set, in their order.
fn together(understood: &Understood<'_>, detection: &Detection) -> Outcome {
    let mut outcome = Outcome::new("reference", None, Status::Exact);
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
    }
    outcome
}

fn trial(understood: &Understood<'_>, event: Event, example: Option<Span>) -> Option<Trial> {
    let expected = evaluate::matches_given(&understood.parsed.pipeline, &event, understood.context).ok()?;
    Some(Trial { event, expected, example })
}

fn difference(trial: &Trial, expected: bool, found: bool, by: &'static str) -> Difference {
    Difference { event: trial.event.clone(), expected, found, by, example: trial.example }
}

/// Values that put an event into the stores that a search tests: index names and the like, which a rule does not.
fn stores(predicate: &Predicate) -> Vec<(String, String)> {
    let mut stores = Vec::new();
    for (test, _) in
        predicate.tests().into_iter().filter(|(test, _)| STORAGE_FIELDS.contains(&test.field.as_str()))
    {
        let named = generate::passing(test).into_iter().flatten();
        stores.extend(named.chain(["zzz".to_owned()]).map(|value| (test.field.clone(), value)));
    }
    stores
}

/// A trial of the event in the store in which the search finds it, if there is one: where an event is stored is not
/// what a rule is about.
fn stored(understood: &Understood<'_>, event: &Event, stores: &[(String, String)]) -> Option<Trial> {
    let first = trial(understood, event.clone(), None)?;
    if first.expected {
        return Some(first);
    }
    let others = stores.iter().filter(|(field, _)| !event.has(field));
    let elsewhere =
        others.filter_map(|(field, value)| trial(understood, event.clone().with(field, value), None));
    Some(elsewhere.into_iter().find(|trial| trial.expected).unwrap_or(first))
}

/// The event with fields that put it into a scope, and under a name of its source.
pub fn in_scope(mut event: Event, scope: &Scope, source: Option<&Source>) -> Event {
    for (field, text) in scope.iter() {
        event = event.with(field, text.replace('*', "x"));
    }
    let is_named = source.is_some_and(|source| source.example_name().any(|(field, _)| event.has(field)));
    for (field, name) in source.filter(|_| !is_named).into_iter().flat_map(Source::example_name) {
        event = event.with(field, name);
    }
    event
}

/// Runs a rule that was written on the events of its source.
///
/// Nothing for a rule that was not written, or that only a compiler can run.
pub fn rule(
    understood: &Understood<'_>,
    target: &'static str,
    result: &RuleResult<'_>,
    events: &Events,
) -> Option<Outcome> {
    let (rule, emission, place) = result.written.as_ref()?;
    let mut outcome = Outcome::new(target, result.source.clone(), result.status);
    let readable = match reader::read(target, rule, emission)? {
        Ok(readable) => readable,
        Err(reason) => {
            outcome.unread = Some(reason);
            return Some(outcome);
        }
    };
    let sourced = understood.sourced.get(*place)?;
    let predicate = &sourced.predicate;
    let tested: BTreeSet<&str> = predicate.tests().into_iter().map(|(test, _)| test.field.as_str()).collect();
    let assumed = Assumed::new(rule, predicate);
    for trial in events.by_source.get(*place)? {
        // Where an event came from is decided by its log source, and not in the event.
        let mut event = trial.event.clone();
        for field in sourced.decided.iter().filter(|field| !tested.contains(field.as_str())) {
            event.set(field, Vec::new());
        }
        let seen = project(&event, rule.mapping, rule.view, &|field| tested.contains(field));
        let Some(seen) = seen.filter(|_| assumed.fits(&trial.event)) else {
            outcome.outside += 1;
            continue;
        };
        outcome.events += 1;
        outcome.matching += usize::from(trial.expected);
        for found in readable.verdicts(&seen) {
            if !allowed(result.status, rule, trial.expected, found) {
                outcome.differences.push(difference(trial, trial.expected, found, target));
            }
        }
    }
    Some(outcome)
}

/// Whether a rule of that status may give this verdict. A rule that may add and miss is held to nothing.
const fn allowed(status: Status, rule: &Rule<'_>, expected: bool, found: bool) -> bool {
    match status {
        Status::Exact => expected == found,
        Status::Wider => found || !expected,
        Status::Narrower | Status::Refused => expected || !found || rule.legal.adds,
    }
}

/// Whether the event can be one of those that the rule is made for.
///
/// The values are of the types that the mapping states, and a field of a source that holds one value holds one.
pub fn fits(rule: &Rule<'_>, predicate: &Predicate, event: &Event) -> bool {
    Assumed::new(rule, predicate).fits(event)
}

/// What a rule assumes about the values of its fields, as its notes say.
struct Assumed<'a> {
    rule: &'a Rule<'a>,
    predicate: &'a Predicate,
    /// Fields that hold numbers.
    numbers: BTreeSet<&'a str>,
    /// Fields that hold a number in one spelling only.
    spelling: BTreeSet<&'a str>,
}

impl<'a> Assumed<'a> {
    fn new(rule: &'a Rule<'a>, predicate: &'a Predicate) -> Self {
        let notes = |code: &str| rule.legal.notes.iter().any(|note| note.code.id == code);
        let fields = |chosen: &dyn Fn(&ValueTest) -> bool| {
            let tests = predicate.tests().into_iter().filter(|(test, _)| match &test.condition {
                Condition::Some(tests) | Condition::SomeOther(tests) => tests.iter().any(chosen),
                Condition::Exists | Condition::Holds(_) => false,
            });
            tests.map(|(test, _)| test.field.as_str()).collect::<BTreeSet<&str>>()
        };
        let numbers = if notes(codes::NUMBERS_ASSUMED.id) {
            fields(&|test| matches!(test, ValueTest::Compares(..)))
        } else {
            BTreeSet::new()
        };
        let is_number = |test: &ValueTest| matches!(test, ValueTest::Matches(pattern) if is_whole_number(&pattern.to_string()));
        let spelling = if notes(codes::NUMBER_SPELLING.id) { fields(&is_number) } else { BTreeSet::new() };
        Self { rule, predicate, numbers, spelling }
    }

    /// Whether the event can be one of the rule's: its values are of the types that the mapping states, and a field
    /// of a source that holds one value holds one.
    fn fits(&self, event: &Event) -> bool {
        self.predicate.tests().iter().all(|(test, _)| {
            let field = test.field.as_str();
            let values = event.values(field);
            let all = |fits: &dyn Fn(&str) -> bool| values.iter().all(|value| fits(&value.text()));
            let single = is_single_valued(self.rule.source, field);
            (!single || values.len() <= 1)
                && self.fits_type(field, values)
                && (!self.numbers.contains(field) || all(&|text| number::parse(text).is_some()))
                && (!self.spelling.contains(field)
                    || all(&|text| number::parse(text).is_none() || is_whole_number(text)))
        })
    }

    fn fits_type(&self, field: &str, values: &[Value]) -> bool {
        let Mapped::Field(field) = self.rule.mapping.field(field) else { return true };
        let all = |fits: &dyn Fn(&str) -> bool| values.iter().all(|value| fits(&value.text()));
        (!field.empty_is_absent || all(&|text| !text.is_empty()))
            && match field.kind {
                FieldKind::Keyword | FieldKind::Wildcard => true,
                FieldKind::Long => all(&is_whole_number),
                FieldKind::Boolean => all(&|text| matches!(text, "true" | "false")),
                FieldKind::Ip => all(&|text| text.parse::<std::net::IpAddr>().is_ok()),
            }
    }
}
