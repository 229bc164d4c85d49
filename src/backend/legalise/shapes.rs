//! Several events in one of the few shapes that targets have words for, over the target's fields.
//!
//! In: steps over Splunk's fields. Out: their shape over the target's, if it has one and the target can say it. Invariant:
//! what a kind of event has to pass may become wider, and where more events could lead to fewer results that counts as
//! narrower too; the fields that tie events together are taken over whole or not at all.

use crate::backend::codes;
use crate::backend::shape::{Ask, Filled, Function, LeftOut, Shape, Threshold, Together, shape, words};
use crate::detection::scope::{Branch, STORAGE_FIELDS, split};
use crate::detection::{Condition, Predicate, Step, Test};
use crate::diagnostic::Diagnostic;
use crate::optimise;
use crate::source::Origin;
use crate::target::{Mapped, Source, TargetField};

use super::{Beyond, Legaliser, is_single_valued};

/// How a target says a shape.
pub type Judge = fn(&Shape) -> Result<Approximation, Beyond>;

/// How what a target says of several events differs from what it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approximation {
    /// Whether more events may contribute.
    pub adds: bool,
    /// Whether fewer may.
    pub misses: bool,
    /// What is assumed or differs, each as a sentence.
    pub notes: Vec<String>,
}

impl Legaliser<'_> {
    /// The shape of the steps over the target's fields.
    pub(super) fn shape(&mut self, steps: &[Step], judge: Judge) -> Result<Shape, Diagnostic> {
        let refused = |beyond: Beyond| {
            let step = steps.get(beyond.step).or(steps.first());
            let words = step.map_or("this is", Step::in_words);
            let message = format!("{words} about several events, and {}", beyond.reason);
            let span = step.map(|step| step.origin().0).unwrap_or_default();
            Diagnostic::new(&codes::SEVERAL_EVENTS, span, message).help(beyond.help)
        };
        let found = shape(steps).map_err(refused)?;
        let origin = found.origin;
        let beyond = |reason: String| {
            let message = format!("the events are grouped, and {reason}");
            Diagnostic::new(&codes::SEVERAL_EVENTS, origin.0, message)
        };
        let shape = self.over_fields(&found).map_err(beyond)?;
        if shape.alternatives.is_empty() {
            return Err(Diagnostic::new(&codes::NEVER_TRUE, origin.0, "no group of events can match"));
        }
        self.note_left_out(&shape);
        if is_any_event(&shape) {
            return Ok(shape);
        }
        let loses = self.adds && !shape.grows();
        self.misses |= loses;
        let keys = found.by.iter().chain(found.filled.iter().map(|filled| &filled.field));
        for field in keys.filter(|field| !is_single_valued(self.source, field)) {
            let message = format!("`{field}` is taken to hold one value in an event");
            self.notes.push(Diagnostic::new(&codes::CORRELATION, origin.0, message));
        }
        let approximation = judge(&shape).map_err(refused)?;
        self.adds |= approximation.adds;
        self.misses |= approximation.misses;
        let notes = approximation.notes.into_iter();
        self.notes.extend(notes.map(|text| Diagnostic::new(&codes::CORRELATION, origin.0, text)));
        if loses {
            let message =
                "more events are counted than in the search, and fewer results may come of more events";
            self.notes.push(Diagnostic::new(&codes::CORRELATION, origin.0, message));
        }
        Ok(shape)
    }

    fn over_fields(&mut self, shape: &Shape) -> Result<Shape, String> {
        let (mut by, mut left_out) = (Vec::new(), shape.left_out.clone());
        for field in &shape.by {
            match self.mapping.field(field) {
                _ if self.is_of_splunk(field) => left_out.push(LeftOut {
                    what: format!("the key `{field}`, which Splunk alone gives to an event,"),
                    counts: true,
                    origin: shape.origin,
                }),
                // The paths are more than their last parts, so groups by them would be smaller.
                Mapped::Field(TargetField { name, separators: Some(_), .. }) => left_out.push(LeftOut {
                    what: format!("the key `{field}`, of which the target has only the whole path `{name}`,"),
                    counts: true,
                    origin: shape.origin,
                }),
                _ => by.push(self.name(field)?),
            }
        }
        let mut filled = shape.filled.clone();
        for Filled { field, .. } in &mut filled {
            *field = self.name(field)?;
        }
        let lacks_keys = shape.lacks_keys || left_out.len() > shape.left_out.len();
        let mut alternatives = Vec::new();
        for ask in &shape.alternatives {
            alternatives.extend(self.ask(ask)?);
        }
        if let Some(texts) = shape.alternatives.iter().find_map(Ask::texts) {
            self.adds = true;
            self.misses |= !texts.relation.grows();
            let message = "the rule counts events with the same text each, and `dc(_raw)` counts them once";
            self.notes.push(Diagnostic::new(&codes::CORRELATION, shape.origin.0, message));
        }
        let each = shape.each.iter().map(|each| self.predicate(each, true)).collect();
        Ok(Shape { by, filled, alternatives, each, left_out, lacks_keys, ..shape.clone() })
    }

    /// The same asked of the target's fields; nothing if no group passes.
    fn ask(&mut self, ask: &Ask) -> Result<Option<Ask>, String> {
        Ok(match ask {
            Ask::Threshold(threshold) => {
                let of = optimise::predicate(self.predicate(&threshold.of, true));
                let function = match &threshold.function {
                    Function::Count => Function::Count,
                    // No target has the text of an event as a field; events are counted in its place.
                    Function::Distinct(field) if field == "_raw" => Function::Count,
                    Function::Distinct(field) => Function::Distinct(self.distinct(field, threshold)?),
                    Function::Sum(field) => Function::Sum(self.name(field)?),
                    Function::Average(field) => Function::Average(self.name(field)?),
                };
                Some(Ask::Threshold(Threshold { of, function, ..threshold.clone() }))
            }
            Ask::Together(together) => {
                let mut parts = Vec::new();
                for part in &together.parts {
                    match optimise::predicate(self.predicate(part, true)) {
                        Predicate::Constant(false) => return Ok(None),
                        Predicate::Constant(true) if !together.ordered => {}
                        part => parts.push(part),
                    }
                }
                Some(Ask::Together(Together { parts, ordered: together.ordered }))
            }
            Ask::Beside(beside) => match self.beside(beside)? {
                Predicate::Constant(false) => None,
                beside => Some(Ask::Beside(beside)),
            },
        })
    }

    /// The target's field whose different values are counted. Paths are at least as many as their last parts.
    fn distinct(&mut self, field: &str, threshold: &Threshold) -> Result<String, String> {
        match self.mapping.field(field) {
            Mapped::Field(target) if target.separators.is_some() && threshold.relation.grows() => {
                self.adds = true;
                let name = target.name.clone();
                let message =
                    format!("whole paths in `{name}` are counted, not their last parts in `{field}`");
                self.notes.push(Diagnostic::new(&codes::LAST_PART, threshold.of.origin().0, message));
                self.seen(field, target);
                Ok(name)
            }
            _ => self.name(field),
        }
    }

    /// What an event of a sub-search passes. Where a log source is known, both rules of a correlation are for it, so the
    /// sub-search has to name the same one.
    fn beside(&mut self, beside: &Predicate) -> Result<Predicate, String> {
        let own = self.source.map_or_else(|| Ok(beside.clone()), |source| of_source(beside, source))?;
        let mut asked: Vec<Predicate> = Vec::new();
        for part in conjuncts(&own) {
            let is_stored = |(test, _): &(&Test, bool)| STORAGE_FIELDS.contains(&test.field.as_str());
            if part.tests().iter().any(is_stored) && part.tests().iter().all(is_stored) {
                let why = "where events are stored is recorded, not tested";
                self.left_out(&words(part), part.origin(), true, why);
            } else {
                asked.push(part.clone());
            }
        }
        let passing = optimise::predicate(self.predicate(&Predicate::and(asked), true));
        if passing == Predicate::Constant(true) {
            return Err("nothing is asked of the events of the other search".to_owned());
        }
        Ok(passing)
    }

    fn note_left_out(&mut self, shape: &Shape) {
        for LeftOut { what, counts, origin } in &shape.left_out {
            self.adds = true;
            if *counts && !shape.grows() {
                self.misses = true;
            }
            let message = format!("{what} is left out");
            self.notes.push(Diagnostic::new(&codes::DROPPED_TEST, origin.0, message));
        }
    }
}

/// What events of the source pass, without the tests by which the predicate names it.
///
/// # Errors
/// The predicate passes events that may be of another source.
fn of_source(predicate: &Predicate, source: &Source) -> Result<Predicate, String> {
    let other = || format!("the other search may look at events that are none of `{}`", source.name);
    let mut parts = Vec::new();
    for Branch { scope, predicate } in split(predicate) {
        let by = source.named_by(&scope).filter(|_| source.has_all(&predicate)).ok_or_else(other)?;
        let kept = scope.predicate_of(|field| !by.iter().any(|told| told == field));
        parts.push(Predicate::and([kept, source.decide(&predicate)]));
    }
    Ok(optimise::predicate(Predicate::or(parts)))
}

/// The parts of an "and", of one in it too.
fn conjuncts(predicate: &Predicate) -> Vec<&Predicate> {
    let mut parts = Vec::new();
    let mut open = vec![predicate];
    while let Some(next) = open.pop() {
        match next {
            Predicate::And(children) => open.extend(children.iter().rev()),
            part => parts.push(part),
        }
    }
    parts
}

/// Whether each event of a group is an alert of its own.
pub(super) fn is_any_event(shape: &Shape) -> bool {
    let is_enough = |ask: &Ask| matches!(ask, Ask::Together(together) if together.parts.is_empty());
    shape.alternatives.iter().any(is_enough)
}

/// The predicate, and that events have the fields that tie them together: one that lacks a key is in no group (Search
/// Reference, `stats`).
pub(super) fn with_keys(predicate: Predicate, by: &[String]) -> Predicate {
    // Every event is of some host.
    let exists = by.iter().filter(|field| *field != "host").map(|field| {
        let (condition, origin) = (Condition::Exists, Origin::default());
        Predicate::Test(Test { field: field.clone(), condition, origin })
    });
    optimise::predicate(Predicate::and(std::iter::once(predicate).chain(exists)))
}
