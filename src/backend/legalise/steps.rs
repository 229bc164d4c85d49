//! What several events come to, over the target's fields.
//!
//! In: steps over Splunk's fields. Out: the same over the target's, if the target can say them. Invariant: a field is
//! renamed while rows are events; what a step made keeps its name. Only a test of events may become wider, and where more
//! events could lead to fewer results that counts as narrower too.

use crate::backend::codes;
use crate::detection::growth::only_grows;
use crate::detection::step::{Aggregate, Group, Run};
use crate::detection::{Formula, Step};
use crate::diagnostic::Diagnostic;

use super::Legaliser;

impl Legaliser<'_> {
    pub(super) fn steps(&mut self, steps: &[Step]) -> Result<Vec<Step>, Diagnostic> {
        let mut legal = Vec::new();
        let mut is_event = true;
        for step in steps {
            if !is_event {
                legal.push(step.clone());
                continue;
            }
            let step = self.step(step).map_err(|reason| {
                let message = format!("{}: {reason}", step.in_words());
                Diagnostic::new(&codes::SEVERAL_EVENTS, step.origin().0, message)
            })?;
            is_event = !matches!(step, Step::Group(_));
            legal.push(step);
        }
        (self.capabilities.several)(&legal).or_else(|beyond| {
            if legal.is_empty() {
                return Ok(());
            }
            let step = legal.get(beyond.step).or(legal.first());
            let words = step.map_or("this is", Step::in_words);
            let message = format!("{words} about several events, and {}", beyond.reason);
            let span = step.map(|step| step.origin().0).unwrap_or_default();
            Err(Diagnostic::new(&codes::SEVERAL_EVENTS, span, message).help(beyond.help))
        })?;
        if self.adds && !only_grows(&legal) {
            self.misses = true;
        }
        Ok(legal)
    }

    fn step(&mut self, step: &Step) -> Result<Step, String> {
        Ok(match step {
            Step::Filter(predicate) => Step::Filter(self.predicate(predicate, true)),
            Step::Group(group) => Step::Group(self.group(group)?),
            Step::Annotate(group) => {
                let group = self.group(group)?;
                self.made.extend(group.aggregates.iter().map(|one| one.name.clone()));
                Step::Annotate(group)
            }
            Step::Run(run) => {
                let group = self.group(&run.group)?;
                self.made.extend(group.aggregates.iter().map(|one| one.name.clone()));
                Step::Run(Run { group, ..run.clone() })
            }
            Step::Expand(expand) => {
                let mut expand = expand.clone();
                expand.of = self.formula(&expand.of)?;
                self.made.insert(expand.field.clone());
                Step::Expand(expand)
            }
            Step::Distinct(distinct) => {
                let mut distinct = distinct.clone();
                distinct.by = self.formulas(&distinct.by)?;
                Step::Distinct(distinct)
            }
            Step::Sort(sort) => {
                let mut sort = sort.clone();
                for key in &mut sort.keys {
                    key.formula = self.formula(&key.formula)?;
                }
                Step::Sort(sort)
            }
            Step::Transaction(transaction) => {
                let mut transaction = transaction.clone();
                for (_, formula) in &mut transaction.by {
                    *formula = self.formula(formula)?;
                }
                for condition in [&mut transaction.starts, &mut transaction.ends].into_iter().flatten() {
                    *condition = self.whole(condition, &[])?;
                }
                self.made.extend(["duration", "eventcount"].map(str::to_owned));
                Step::Transaction(transaction)
            }
            Step::First(_) | Step::Last(_) | Step::Reverse => step.clone(),
        })
    }

    fn group(&mut self, group: &Group) -> Result<Group, String> {
        let mut group = group.clone();
        for (_, formula) in &mut group.by {
            *formula = self.formula(formula)?;
        }
        for Aggregate { argument, .. } in &mut group.aggregates {
            if let Some(argument) = argument {
                *argument = self.formula(argument)?;
            }
        }
        group.time = self.formula(&group.time)?;
        Ok(group)
    }

    fn formulas(&mut self, formulas: &[Formula]) -> Result<Vec<Formula>, String> {
        formulas.iter().map(|formula| self.formula(formula)).collect()
    }
}
