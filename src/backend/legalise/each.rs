//! Each event that contributes to a result as an alert of its own, where the target has no words for what several come to.
//!
//! In: what events pass before the steps, and the steps. Out: a shape of several events, or what each of them passes.
//! Invariant: an event that contributes to a result passes; a test of a value that is no place has to be left, since a rule
//! that matches every event of its log source is worth nothing.

use std::collections::HashSet;

use crate::backend::codes;
use crate::backend::shape::{Ask, Shape, words};
use crate::detection::{Condition, Formula, Predicate, Step, Test, tree};
use crate::diagnostic::Diagnostic;
use crate::optimise;
use crate::source::Origin;

use super::content::tests_a_value;
use super::shapes::{Judge, is_any_event, with_keys};
use super::{Legaliser, SeveralValues};

impl Legaliser<'_> {
    /// What events pass, and what they come to together if the target can say that.
    pub(super) fn several(
        &mut self,
        passing: Predicate,
        steps: &[Step],
        judge: Judge,
    ) -> Result<(Predicate, Option<Shape>), Diagnostic> {
        let before = (self.adds, self.misses, self.notes.len());
        let reason = match self.shape(steps, judge) {
            Ok(shape) => {
                let each = shape.each.iter().cloned().chain([passing.clone()]);
                let passing = with_keys(Predicate::and(each), &shape.by);
                match self.unfit(&passing, &shape, before.1) {
                    Some(reason) => Diagnostic::new(&codes::SEVERAL_EVENTS, shape.origin.0, reason),
                    None => return Ok((passing, Some(shape).filter(|shape| !is_any_event(shape)))),
                }
            }
            Err(reason) => reason,
        };
        (self.adds, self.misses) = (before.0, before.1);
        self.notes.truncate(before.2);
        // Nothing is asked of the events of a sub-search that `join` adds, which contribute too.
        if reason.code.id != codes::SEVERAL_EVENTS.id
            || steps.iter().any(|step| matches!(step, Step::Join(_)))
        {
            return Err(reason);
        }
        self.each_event(passing, steps, reason).map(|each| (each, None))
    }

    /// Why a shape that the target can say makes no rule worth having.
    fn unfit(&self, passing: &Predicate, shape: &Shape, missed: bool) -> Option<String> {
        if self.several_values != SeveralValues::NoneEqual && self.misses && !missed {
            return Some("the events are grouped, and more of them may lead to fewer results".to_owned());
        }
        if is_any_event(shape) {
            return None;
        }
        let are_without_value = |ask: &Ask| match ask {
            Ask::Together(together) => !together.parts.iter().any(tests_a_value),
            Ask::Threshold(_) | Ask::Beside(_) => false,
        };
        if !shape.left_out.is_empty()
            && !tests_a_value(passing)
            && shape.alternatives.iter().all(are_without_value)
        {
            return Some("the events are grouped, and no value of theirs is asked for".to_owned());
        }
        if (shape.lacks_keys || !shape.filled.is_empty()) && !tests_a_value(passing) {
            return Some(
                "events are grouped by something computed, without which all of the log source count together"
                    .to_owned(),
            );
        }
        (*passing == Predicate::Constant(true))
            .then(|| "the events are grouped, and nothing is asked of each of them".to_owned())
    }

    fn each_event(
        &mut self,
        passing: Predicate,
        steps: &[Step],
        mut reason: Diagnostic,
    ) -> Result<Predicate, Diagnostic> {
        let asked: Vec<Predicate> = asked(steps).iter().map(|asked| self.predicate(asked, true)).collect();
        let each = optimise::predicate(Predicate::and(std::iter::once(passing).chain(asked)));
        if !tests_a_value(&each) {
            reason.message.push_str("; without that the search tests nothing that happened");
            return Err(reason);
        }
        self.adds = true;
        let what = together(steps);
        let message = format!("{what} not tested{CONSEQUENCE}{}", reason.message);
        self.notes.push(Diagnostic::new(
            &codes::THRESHOLD_DROPPED,
            reason.span().unwrap_or_default(),
            message,
        ));
        Ok(each)
    }
}

/// What follows where several events are not looked at together; behind it stands why they are not.
const CONSEQUENCE: &str = ", so each event that may be part of a result is an alert: ";

/// What is not asked of several events, where each of them is an alert.
pub(crate) fn untested(notes: &[Diagnostic]) -> Option<&str> {
    let note = notes.iter().find(|note| note.code.id == codes::THRESHOLD_DROPPED.id)?;
    note.message.split_once(CONSEQUENCE).map(|(what, _)| what)
}

/// What the steps ask of several events, with its verb.
fn together(steps: &[Step]) -> String {
    let after = steps.iter().skip_while(|step| matches!(step, Step::Filter(_)));
    let asked: Vec<String> = after
        .filter_map(
            |step| if let Step::Filter(predicate) = step { Some(tree::cut(words(predicate))) } else { None },
        )
        .collect();
    match asked.as_slice() {
        [] => "what the events come to is".to_owned(),
        [one] => format!("{one} is"),
        [one, other] => format!("{one} and {other} are"),
        [one, rest @ ..] => format!("{one} and {} more conditions are", rest.len()),
    }
}

/// What steps ask of the fields of each event, as long as rows are events.
fn asked(steps: &[Step]) -> Vec<Predicate> {
    let mut made: HashSet<&str> = HashSet::new();
    let mut asked = Vec::new();
    for step in steps {
        match step {
            Step::Filter(predicate) => {
                let parts: &[Predicate] = if let Predicate::And(parts) = predicate {
                    parts
                } else {
                    std::slice::from_ref(predicate)
                };
                asked.extend(parts.iter().filter(|part| !mentions(part, &made)).cloned());
            }
            Step::Annotate(group) => made.extend(group.aggregates.iter().map(|one| one.name.as_str())),
            Step::Run(run) => made.extend(run.group.aggregates.iter().map(|one| one.name.as_str())),
            Step::Expand(expand) => _ = made.insert(&expand.field),
            Step::Mark(mark) => _ = made.insert(&mark.name),
            Step::Group(group) => {
                let keys = group.by.iter().filter_map(|(_, formula)| match formula {
                    Formula::Field(field) if field != "_time" && !made.contains(field.as_str()) => {
                        Some(field)
                    }
                    _ => None,
                });
                asked.extend(keys.map(|field| exists(field, group.origin)));
                break;
            }
            Step::Transaction(_) | Step::Join(_) => break,
            Step::Distinct(_) | Step::First(_) | Step::Last(_) | Step::Sort(_) | Step::Reverse => {}
        }
    }
    asked
}

fn exists(field: &str, origin: Origin) -> Predicate {
    Predicate::Test(Test { field: field.to_owned(), condition: Condition::Exists, origin })
}

/// Whether it asks for one of the fields.
pub(crate) fn mentions(predicate: &Predicate, fields: &HashSet<&str>) -> bool {
    let mut found = false;
    predicate.for_each_field(&mut |field| found |= fields.contains(field));
    found
}
