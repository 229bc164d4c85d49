//! What several events come to, over the target's fields.
//!
//! In: steps over Splunk's fields. Out: the same over the target's, if the target can say them. Invariant: a field is
//! renamed while rows are events; what a step made keeps its name. Only a test of events may become wider, and where more
//! events could lead to fewer results that counts as narrower too.

use crate::backend::codes;
use crate::detection::growth::only_grows;
use crate::detection::step::{Aggregate, Group, Join, Mark, Run};
use crate::detection::{Formula, Predicate, Step};
use crate::diagnostic::Diagnostic;

use super::Legaliser;

/// The events that steps see.
#[derive(Clone, Copy)]
pub struct Passing<'a> {
    /// What they pass, as the target tests it.
    pub predicate: &'a Predicate,
    /// Whether a field of the target holds at most one value.
    pub is_single_valued: &'a dyn Fn(&str) -> bool,
}

/// How what a target says of several events differs from what the steps ask.
#[derive(Clone, Debug, Default)]
pub struct Loss {
    /// Whether other events may contribute to an alert.
    pub adds: bool,
    /// Whether events that contribute to a result may contribute to no alert.
    pub misses: bool,
    /// Why, with spans in the query.
    pub notes: Vec<Diagnostic>,
}

/// What of several events a target cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The step, by index.
    pub step: usize,
    /// Why, as a clause.
    pub reason: String,
    /// What can be done instead.
    pub help: String,
}

impl Beyond {
    /// The first step, since a rule of the target looks at one event.
    ///
    /// # Errors
    /// Always.
    pub fn one_event(_passing: &Passing<'_>, _steps: &[Step]) -> Result<Loss, Self> {
        Err(Self {
            step: 0,
            reason: "a rule looks at one event".to_owned(),
            help: "run the search with `splc match`, or write the part before it as a rule of its own"
                .to_owned(),
        })
    }
}

impl Legaliser<'_> {
    /// `predicate` is what the events pass, as the target tests it.
    pub(super) fn steps(&mut self, predicate: &Predicate, steps: &[Step]) -> Result<Vec<Step>, Diagnostic> {
        let (legal, _) = self.renamed(steps)?;
        if legal.is_empty() {
            return Ok(legal);
        }
        let is_single_valued = |field: &str| !self.with_several_values.contains(field);
        let passing = Passing { predicate, is_single_valued: &is_single_valued };
        let loss = (self.capabilities.several)(&passing, &legal).map_err(|beyond| {
            let step = legal.get(beyond.step).or(legal.first());
            let words = step.map_or("this is", Step::in_words);
            let message = format!("{words} about several events, and {}", beyond.reason);
            let span = step.map(|step| step.origin().0).unwrap_or_default();
            Diagnostic::new(&codes::SEVERAL_EVENTS, span, message).help(beyond.help)
        })?;
        if self.adds && !only_grows(&legal) {
            self.misses = true;
        }
        self.adds |= loss.adds;
        self.misses |= loss.misses;
        self.notes.extend(loss.notes);
        Ok(legal)
    }

    /// The steps over the target's fields, and whether rows are still events after them.
    fn renamed(&mut self, steps: &[Step]) -> Result<(Vec<Step>, bool), Diagnostic> {
        let mut legal = Vec::new();
        let mut is_event = true;
        for step in steps {
            if !is_event {
                legal.push(step.clone());
                continue;
            }
            let step = self.step(step).map_err(|reason| {
                let message = format!("{} cannot be taken over: {reason}", step.subject());
                Diagnostic::new(&codes::SEVERAL_EVENTS, step.origin().0, message)
            })?;
            is_event = !matches!(step, Step::Group(_));
            legal.push(step);
        }
        Ok((legal, is_event))
    }

    /// The steps of a sub-search, which sees the events anew, and what formulas over its rows are.
    fn sub_search(&mut self, steps: &[Step], formulas: &mut [&mut Formula]) -> Result<Vec<Step>, String> {
        let outside = std::mem::take(&mut self.made);
        let renamed = self.renamed(steps).map_err(|reason| reason.message).and_then(|(steps, is_event)| {
            if is_event {
                for formula in formulas {
                    **formula = self.formula(formula)?;
                }
            }
            Ok(steps)
        });
        self.made = outside;
        renamed
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
            Step::Join(join) => Step::Join(Box::new(self.join(join)?)),
            Step::Mark(mark) => Step::Mark(Box::new(self.mark(mark)?)),
            Step::First(_) | Step::Last(_) | Step::Reverse => step.clone(),
        })
    }

    fn join(&mut self, join: &Join) -> Result<Join, String> {
        let mut join = join.clone();
        for (own, _) in &mut join.on {
            *own = self.formula(own)?;
        }
        if let Some(limit) = &mut join.limit {
            limit.time = self.formula(&limit.time)?;
        }
        let of_other = join.on.iter_mut().map(|(_, other)| other);
        let of_other = of_other.chain(join.fields.iter_mut().map(|(_, other)| other));
        let of_other = of_other.chain(join.limit.iter_mut().map(|limit| &mut limit.other));
        join.other = self.sub_search(&join.other.clone(), &mut of_other.collect::<Vec<_>>())?;
        self.made.extend(join.fields.iter().map(|(name, _)| name.clone()));
        Ok(join)
    }

    fn mark(&mut self, mark: &Mark) -> Result<Mark, String> {
        let mut mark = mark.clone();
        for (own, _) in &mut mark.fields {
            *own = self.formula(own)?;
        }
        let mut of_other: Vec<_> = mark.fields.iter_mut().map(|(_, other)| other).collect();
        mark.other = self.sub_search(&mark.other.clone(), &mut of_other)?;
        self.made.insert(mark.name.clone());
        Ok(mark)
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
