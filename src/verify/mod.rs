//! Runs the rules that were written and compares them with the search they were made from.
//!
//! In: searches and the text of rules. Out: for each rule how many events agreed, and every difference. Invariant:
//! a rule is read back from its text by a reader of its own for each target, which shares nothing with the backend
//! that wrote it. `exact` has to agree on every event, `wider` may only add, `narrower` may only miss; the
//! intermediate form and the matcher have to agree with the tree on every event.

mod assumed;
pub mod eql;
pub mod falco;
mod folder;
pub mod generate;
mod reader;
mod several;
mod shrink;
pub mod sigma;
mod together;

use std::collections::{BTreeMap, BTreeSet};

use crate::backend::compile::{RuleResult, Status, Understood};
use crate::backend::{Emission, Rule};
use crate::detection::scope::{DEFAULT_FIELDS, STORAGE_FIELDS};
use crate::detection::{Detection, Fidelity, Predicate, Scope, Step};
use crate::evaluate;
use crate::event::{Event, Value};
use crate::matcher::Matcher;
use crate::source::Span;
use crate::target::{Mapped, Source, Sourced, TargetField, project_in};

use assumed::Assumed;
use reader::Readable;

pub use assumed::fits;

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
    /// Why the search or the rule could not be run, so that nothing is claimed.
    pub not_run: Option<String>,
    /// Tests of the search for which events were looked for in which they decide.
    pub tests: usize,
    /// Those of them that decide an event for true and another for false.
    pub decided: usize,
}

/// Why a rule was not run, though there are events.
const NONE_IS_OF_THE_RULE: &str = "none of the events can be one of the rule's";

/// Why a rule was not run, where the search could be.
const NONE_WAS_MADE: &str = "no event was made that decides the search";

/// The most differences of a rule that are made small to be shown.
const SHRUNK: usize = 3;

/// An event on which a rule does not hold what it claims.
#[derive(Debug)]
pub struct Difference {
    /// The event, with Splunk's field names, and as few of them as show the difference.
    pub event: Event,
    /// The other events that it was run with, where several count together.
    pub others: Vec<Event>,
    /// What the search says.
    pub expected: bool,
    /// What the other side says.
    pub found: bool,
    /// The other side.
    pub by: &'static str,
    /// Where the event stands in the document, if it was not generated.
    pub example: Option<Span>,
    /// The test of the search that asks for a field of the event, as a place in the file.
    pub spl: Option<Span>,
    /// The line of the rule that asks for it: its number and text.
    pub output: Option<(usize, String)>,
}

impl Outcome {
    /// The outcome of a rule on these events: where the search was not run on all of them, or the rule on none, it says why.
    fn given(mut self, events: &Events) -> Self {
        if self.unread.is_none() && self.not_run.is_none() {
            self.not_run.clone_from(&events.not_run);
            if self.events == 0 && self.not_run.is_none() {
                let reason = if self.outside > 0 { NONE_IS_OF_THE_RULE } else { NONE_WAS_MADE };
                self.not_run = Some(reason.to_owned());
            }
        }
        self
    }

    /// Whether nothing that was run differs from what is claimed; where nothing was run, [`Outcome::not_run`] says so.
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
            tests: 0,
            decided: 0,
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
    /// Sets of events for a query about several of them, with those that contribute to a result.
    sets: Vec<Set>,
    /// Why the search could not be run.
    not_run: Option<String>,
}

/// Events with those that contribute to a result of the search, by index.
type Set = (Vec<Event>, Vec<usize>);

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
    let mut events = Events { by_source: Vec::new(), others: Vec::new(), sets: Vec::new(), not_run: None };
    if let Some(hole) = detection.holes().first() {
        let mut outcome = Outcome::new("reference", None, Status::Exact);
        outcome.not_run =
            Some(format!("what the {} `{}` stands for is not known", hole.kind.word(), hole.name));
        events.not_run.clone_from(&outcome.not_run);
        return Some((outcome, events));
    }
    if !detection.steps.is_empty() {
        let (outcome, sets) = together::reference(understood, detection);
        events.sets = sets;
        events.not_run.clone_from(&outcome.not_run);
        return Some((outcome, events));
    }
    let stores = stores(&detection.predicate());
    let mut outcome = Outcome::new("reference", None, Status::Exact);
    for sourced in understood.sourced() {
        let mut generated = generate::events(&sourced.predicate);
        let decisive = generate::decisive(&sourced.predicate, understood.context);
        outcome.tests += decisive.tests;
        outcome.decided += decisive.decided;
        generated.extend(decisive.events);
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
        let place = understood.sourced().iter().position(|sourced| {
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
    compare(understood, detection, &events, &mut outcome);
    if outcome.events == 0 {
        outcome.not_run =
            evaluate::matches(&understood.parsed.pipeline, &Event::new()).err().map(|it| it.message);
        events.not_run.clone_from(&outcome.not_run);
    }
    Some((outcome, events))
}

/// Compares the intermediate form and the matcher with the verdicts of the tree.
fn compare(understood: &Understood<'_>, detection: &Detection, events: &Events, outcome: &mut Outcome) {
    let predicate = detection.predicate();
    let matcher = Matcher::of_predicates([&predicate]).given(understood.context);
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
}

fn trial(understood: &Understood<'_>, event: Event, example: Option<Span>) -> Option<Trial> {
    let expected = evaluate::matches_given(&understood.parsed.pipeline, &event, understood.context).ok()?;
    Some(Trial { event, expected, example })
}

fn difference(trial: &Trial, expected: bool, found: bool, by: &'static str) -> Difference {
    Difference {
        event: trial.event.clone(),
        others: Vec::new(),
        expected,
        found,
        by,
        example: trial.example,
        spl: None,
        output: None,
    }
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
    let absent = |field: &&&str| !event.has(field);
    let somewhere =
        STORAGE_FIELDS.iter().filter(absent).fold(event.clone(), |it, field| it.with(*field, "zzz"));
    let first = trial(understood, somewhere.clone(), None)?;
    if first.expected {
        return Some(first);
    }
    let others = stores.iter().filter(|(field, _)| !event.has(field));
    let elsewhere = others.filter_map(|(field, value)| {
        let mut stored = somewhere.clone();
        stored.set(field, vec![Value::Text(value.clone())]);
        trial(understood, stored, None)
    });
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
    with_default_fields(event)
}

/// The event with the fields that every event has and that do not tell where it is stored.
fn with_default_fields(mut event: Event) -> Event {
    for field in DEFAULT_FIELDS.iter().filter(|field| !STORAGE_FIELDS.contains(*field)) {
        if !event.has(field) {
            event.set(*field, vec![Value::from("zzz")]);
        }
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
    let whole = understood.sourced().get(*place)?;
    let is_own = |member: &&Sourced<'_>| {
        member.source.is_some() && source_name(member.source) == source_name(rule.source)
    };
    let sourced = whole.members.iter().find(is_own).unwrap_or(whole);
    let steps = understood.detection.as_ref().map_or(&[][..], |detection| detection.steps.as_slice());
    let asked = asked(&sourced.predicate, steps);
    let run = Run::new(sourced, rule, &readable, &asked);
    if !steps.is_empty() {
        together::rule(understood, &run, &events.sets, &mut outcome);
        return Some(outcome.given(events));
    }
    for made in events.by_source.get(*place)? {
        let aligned = run.aligned(&made.event).filter(|_| made.example.is_none());
        let aligned = aligned.and_then(|event| trial(understood, event, None));
        let trial = aligned.as_ref().unwrap_or(made);
        let Some(verdicts) = run.verdicts(&trial.event) else {
            outcome.outside += 1;
            continue;
        };
        outcome.events += 1;
        outcome.matching += usize::from(trial.expected);
        for found in verdicts {
            if !allowed(result.status, rule, trial.expected, found) {
                let mut difference = difference(trial, trial.expected, found, target);
                if outcome.differences.len() < SHRUNK {
                    run.explain(understood, emission, &mut difference);
                }
                outcome.differences.push(difference);
            }
        }
    }
    Some(outcome.given(events))
}

/// A rule that was read back, with what it was made from.
struct Run<'r> {
    sourced: &'r Sourced<'r>,
    rule: &'r Rule<'r>,
    readable: &'r Readable,
    assumed: Assumed<'r>,
    /// The fields that the search asks for.
    asked: &'r BTreeSet<String>,
    /// Those of them that are one field of the target, with what they are of it.
    names: Vec<Vec<(&'r str, TargetField)>>,
    /// What stands before the last part of a path, of which the search knows no more.
    folders: Vec<String>,
    /// The same for each of the log sources whose events count together.
    members: Vec<Self>,
}

fn source_name(source: Option<&Source>) -> Option<&str> {
    source.map(|source| source.name.as_str())
}

/// The names that the target has one field for, where there are several; those that hold all of it come first.
fn names<'a>(asked: &'a BTreeSet<String>, rule: &Rule<'_>) -> Vec<Vec<(&'a str, TargetField)>> {
    let mut named: BTreeMap<String, Vec<(&str, TargetField)>> = BTreeMap::new();
    for name in asked {
        if let Mapped::Field(field) = rule.mapping.field(name) {
            named.entry(field.name.clone()).or_default().push((name, field));
        }
    }
    let mut several: Vec<_> = named.into_values().filter(|names| names.len() > 1).collect();
    for names in &mut several {
        names.sort_by_key(|(_, field)| field.separators.is_some());
    }
    several
}

/// The fields that a search asks for, before its steps and in them.
fn asked(predicate: &Predicate, steps: &[Step]) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    predicate.for_each_field(&mut |field| _ = asked.insert(field.to_owned()));
    Step::for_each_field_in(steps, &mut |field| _ = asked.insert(field.to_owned()));
    asked
}

impl<'r> Run<'r> {
    fn new(
        sourced: &'r Sourced<'r>,
        rule: &'r Rule<'r>,
        readable: &'r Readable,
        asked: &'r BTreeSet<String>,
    ) -> Self {
        let members = sourced.members.iter().zip(&rule.members);
        let members = members.map(|(sourced, rule)| Self::new(sourced, rule, readable, asked)).collect();
        let assumed = Assumed::new(rule, &sourced.predicate);
        let folders = folder::all(rule, &sourced.predicate, asked);
        Self { sourced, rule, readable, assumed, asked, names: names(asked, rule), folders, members }
    }

    /// Whether the event lies where the search looks for events of the log source.
    fn is_own(&self, event: &Event) -> bool {
        let is_told = |field: &str| !STORAGE_FIELDS.contains(&field);
        let mut scopes = self.sourced.scopes.iter();
        scopes.any(|scope| evaluate::predicate(&scope.predicate_of(is_told), event))
    }

    /// The event as the target sees it, paths in a folder; nothing if it cannot be one of the rule's.
    fn seen(&self, event: &Event, folder: &str) -> Option<Event> {
        if let Some(member) = self.members.iter().find(|member| member.is_own(event)) {
            return member.seen(event, folder);
        }
        let tested = &self.asked;
        // Where an event came from is decided by its log source, and not in the event.
        let mut plain = event.clone();
        for field in self.sourced.decided.iter().filter(|field| !tested.contains(*field)) {
            plain.set(field, Vec::new());
        }
        let shown = |field: &str| tested.contains(field);
        let seen = project_in(folder, &plain, self.rule.mapping, self.rule.view, &shown);
        seen.filter(|_| self.aligned(event).is_none() && self.assumed.fits(event))
    }

    /// The event with one value under all names that the target has one field for, as its source writes it; nothing if
    /// it is so already.
    fn aligned(&self, event: &Event) -> Option<Event> {
        let mut aligned = event.clone();
        for names in &self.names {
            let target = folder::joined(names, event);
            for (name, field) in names {
                aligned.set(*name, target.iter().map(|value| folder::part(field, value)).collect());
            }
        }
        (aligned != *event).then_some(aligned)
    }

    /// What the rule says of the event; nothing if it cannot be one of the rule's.
    fn verdicts(&self, event: &Event) -> Option<Vec<bool>> {
        let seen: Option<Vec<Event>> = self.folders.iter().map(|folder| self.seen(event, folder)).collect();
        Some(seen?.iter().flat_map(|seen| self.readable.verdicts(seen)).collect())
    }

    /// Makes the event of a difference as small as it may be, and adds the words and the line that ask for it.
    fn explain(&self, understood: &Understood<'_>, emission: &Emission, difference: &mut Difference) {
        let (expected, found) = (difference.expected, difference.found);
        // Without the names of its source it would be none of the rule's events.
        let original = difference.event.clone();
        let is_named = |event: &Event| {
            self.sourced.decided.iter().all(|field| event.values(field) == original.values(field))
        };
        let differs = |event: &Event| {
            let meant = evaluate::matches_given(&understood.parsed.pipeline, event, understood.context);
            is_named(event)
                && meant.is_ok_and(|meant| meant == expected)
                && self.verdicts(event).is_some_and(|verdicts| verdicts.contains(&found))
        };
        difference.event = shrink::event(&difference.event, &differs);
        let tests = self.sourced.predicate.tests();
        let of_event = tests.iter().find(|(test, _)| difference.event.has(&test.field)).or(tests.first());
        let Some((test, _)) = of_event else { return };
        let in_query = understood.expanded.to_query(test.origin.0);
        difference.spl = Some(understood.analytic.snippet.to_file(in_query));
        let name = match self.rule.mapping.field(&test.field) {
            Mapped::Field(field) => field.name,
            _ => test.field.clone(),
        };
        difference.output = emission.texts.iter().find_map(|(_, text)| {
            let asks = |line: &str| line.contains(&name) && !line.trim_start().starts_with('#');
            let (at, line) = text.lines().enumerate().find(|(_, line)| asks(line))?;
            Some((at + 1, line.trim().to_owned()))
        });
    }
}

/// Whether a rule of that status may give this verdict. A rule that may add and miss is held to nothing.
const fn allowed(status: Status, rule: &Rule<'_>, expected: bool, found: bool) -> bool {
    match status {
        Status::Exact => expected == found,
        Status::Wider => found || !expected,
        Status::Narrower | Status::Refused => expected || !found || rule.legal.adds,
    }
}
