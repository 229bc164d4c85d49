//! Sets of events for a detection about several of them.
//!
//! In: a detection with steps. Out: sets of events: copies of one that passes its filters, with the same or other values
//! of the fields that the steps ask for, near in time or far, newest first. There are as many copies as a threshold of the
//! search says, one fewer and one more, and they lie as far apart as its windows say, a second less and a second more.
//! Invariant: deterministic, and the number of events is bounded.

use std::collections::BTreeSet;

use super::generate::{self, constants, passing};
use super::with_default_fields;
use crate::detection::step::Group;
use crate::detection::{Condition, Decimal, Detection, Formula, Predicate, Step, ValueTest};
use crate::evaluate;
use crate::event::{Event, Value, number};

/// Events that are copied, those that pass first.
const BASES: usize = 3;

/// How many copies: thresholds are mostly small.
const COPIES: &[u32] = &[1, 2, 4, 12, 40];

/// The most copies that a threshold asks for.
const MOST_COPIES: u32 = 130;

/// Seconds between events.
const GAPS: &[u32] = &[1, 120, 4_000];

/// The most events in all sets.
const EVENTS: usize = 12_000;

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

/// What sets of events are made from.
struct Material {
    bases: Vec<Event>,
    /// The fields that the steps ask for and the filters do not.
    asked: BTreeSet<String>,
    /// The fields that tie events together.
    keys: BTreeSet<String>,
    /// Values of fields with which an event passes or fails what the steps ask of single events.
    phases: Vec<Vec<(String, String)>>,
    /// Numbers that the steps compare with.
    numbers: BTreeSet<u32>,
    /// Seconds that the steps count.
    spans: BTreeSet<u32>,
}

/// The sets.
pub(super) fn sets(detection: &Detection) -> Vec<Vec<Event>> {
    let material = Material::of(detection);
    let mut plans = Vec::new();
    for base in 0..material.bases.len() {
        for (copies, gap) in material.shapes() {
            for varied in [Varied::None, Varied::Others, Varied::Alternately, Varied::All] {
                plans.push((base, copies, gap, varied));
            }
        }
    }
    let total: usize = plans.iter().map(|(_, copies, ..)| usize::try_from(*copies).unwrap_or(0)).sum();
    let stride = total.div_ceil(EVENTS).max(1);
    // A stride that divides the number of variations would keep to one of them.
    let stride = if stride.is_multiple_of(2) { stride + 1 } else { stride };
    let chosen = plans.into_iter().step_by(stride);
    chosen.filter_map(|(base, copies, gap, varied)| material.set(base, copies, gap, varied)).collect()
}

impl Material {
    fn of(detection: &Detection) -> Self {
        let predicate = detection.predicate();
        let (passing_, failing): (Vec<Event>, Vec<Event>) = generate::events(&predicate)
            .into_iter()
            .partition(|event| evaluate::predicate(&predicate, event));
        let tested: BTreeSet<&str> =
            predicate.tests().into_iter().map(|(test, _)| test.field.as_str()).collect();
        let mut material = Self {
            bases: passing_.into_iter().chain(failing).take(BASES).collect(),
            asked: BTreeSet::new(),
            keys: BTreeSet::new(),
            phases: Vec::new(),
            numbers: BTreeSet::new(),
            spans: BTreeSet::new(),
        };
        for step in &detection.steps {
            step.for_each_field(&mut |field| {
                if !tested.contains(field) && !["_time", "_raw"].contains(&field) {
                    material.asked.insert(field.to_owned());
                }
            });
            material.learn(step);
        }
        material
    }

    /// Takes the keys, numbers and spans of a step, and what it asks of single events.
    fn learn(&mut self, step: &Step) {
        match step {
            Step::Filter(predicate) => self.ask(predicate),
            Step::Group(group) | Step::Annotate(group) => self.group(group),
            Step::Run(run) => {
                self.group(&run.group);
                self.spans.extend(run.seconds.and_then(whole));
                self.numbers.extend(run.window.and_then(|window| u32::try_from(window).ok()));
            }
            Step::Transaction(transaction) => {
                self.keys_of(&transaction.by);
                self.spans.extend(transaction.longest_span.and_then(whole));
                self.spans.extend(transaction.longest_pause.and_then(whole));
                for condition in transaction.starts.iter().chain(&transaction.ends) {
                    self.phase(condition);
                }
            }
            Step::Join(join) => {
                for (own, _) in &join.on {
                    own.for_each_field(&mut |field| _ = self.keys.insert(field.to_owned()));
                }
                // An event of the search, and one of the other search.
                self.phases.push(Vec::new());
                let filters = join.other.iter().filter_map(|step| match step {
                    Step::Filter(predicate) => Some(predicate.clone()),
                    _ => None,
                });
                self.phase(&Predicate::and(filters.collect::<Vec<_>>()));
            }
            _ => {}
        }
    }

    fn group(&mut self, group: &Group) {
        self.keys_of(&group.by);
        self.spans.extend(group.stretches.and_then(whole));
        for argument in group.aggregates.iter().filter_map(|one| one.argument.as_ref()) {
            if let Formula::Holds(predicate) = argument {
                self.phase(predicate);
            }
        }
    }

    fn keys_of(&mut self, by: &[(String, Formula)]) {
        for (_, formula) in by {
            formula.for_each_field(&mut |field| _ = self.keys.insert(field.to_owned()));
            // A key that is not a field is mostly a stretch of time.
            if !matches!(formula, Formula::Field(_)) {
                let numbers = constants(formula).into_iter().filter_map(|text| number::parse(&text));
                self.spans.extend(numbers.filter_map(|number| whole(Decimal(number))));
            }
        }
    }

    /// Takes the numbers that a test of a row compares with, and what it asks of fields.
    fn ask(&mut self, predicate: &Predicate) {
        for (test, _) in predicate.tests() {
            let (Condition::Some(values) | Condition::SomeOther(values)) = &test.condition else { continue };
            for value in values {
                self.numbers.extend(match value {
                    ValueTest::Equals(than) | ValueTest::Number(_, than) => whole(*than),
                    ValueTest::Compares(_, than) => number::parse(than).map(Decimal).and_then(whole),
                    _ => None,
                });
            }
        }
        self.phase(predicate);
    }

    /// Takes values with which events pass a condition.
    fn phase(&mut self, predicate: &Predicate) {
        let tests = predicate.tests();
        let asked = tests.iter().filter(|(test, positive)| *positive && test.field != "_raw");
        let values = asked.filter_map(|(test, _)| {
            let value = passing(test).into_iter().next()?.into_iter().next()?;
            Some((test.field.clone(), value))
        });
        self.phases.push(values.collect());
    }

    /// How many events, and how many seconds between them.
    fn shapes(&self) -> Vec<(u32, u32)> {
        let near = |number: u32| [-1, 0, 1, 2].map(|step| number.saturating_add_signed(step));
        let copies: BTreeSet<u32> = self.numbers.iter().flat_map(|number| near(*number)).collect();
        let copies: Vec<u32> = COPIES
            .iter()
            .copied()
            .chain(copies.into_iter().filter(|it| (1..=MOST_COPIES).contains(it)))
            .collect();
        let mut shapes = Vec::new();
        for copies in &copies {
            shapes.extend(GAPS.iter().map(|gap| (*copies, *gap)));
            for span in &self.spans {
                // All of them just within the span, and just beyond it.
                let between = span / copies.saturating_sub(1).max(1);
                shapes.extend([between.saturating_sub(1), between, between + 1].map(|gap| (*copies, gap)));
            }
        }
        shapes.sort_unstable();
        shapes.dedup();
        shapes
    }

    fn set(&self, base: usize, copies: u32, gap: u32, varied: Varied) -> Option<Vec<Event>> {
        let base = self.bases.get(base)?;
        let amount = self.numbers.iter().next_back().copied();
        let one = |at: u32| {
            let time = NEWEST.saturating_sub(at.saturating_mul(gap));
            let mut event = with_default_fields(base.clone().with("_time", time.to_string()));
            for field in &self.asked {
                let value = match varied {
                    Varied::All => at,
                    Varied::Alternately => at % 2,
                    Varied::Others if !self.keys.contains(field) => at,
                    // An amount such that a few events come to what is asked for.
                    Varied::None if !self.keys.contains(field) => {
                        amount.map_or(0, |all| all / copies + at % 2)
                    }
                    Varied::None | Varied::Others => 0,
                };
                event.set(field, vec![Value::Text(value.to_string())]);
            }
            // One condition after the other, the last one for the oldest event, then an event that meets none.
            let turn =
                usize::try_from(at).unwrap_or(0) % (self.phases.len() + usize::from(copies > 4)).max(1);
            for (field, value) in self.phases.iter().rev().nth(turn).into_iter().flatten() {
                event.set(field, vec![Value::Text(value.clone())]);
            }
            event
        };
        Some((0..copies).map(one).collect())
    }
}

/// A whole number of a size that sets of events can have.
fn whole(number: Decimal) -> Option<u32> {
    let text = number.0.to_string();
    text.parse().ok().filter(|whole| *whole < 1_000_000)
}
