//! Which fields of events the later stages of a query need.
//!
//! In: a pipeline. Out: names of fields, as events have them. Invariant: an event without one of them is in no row that
//! counts, whatever the search before asks; where that is not sure, the field is not named.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::visit;
use crate::spl::ast::{Arguments, Operator, Pipeline, Stage};
use crate::spl::clause::{Clause, Item, ItemKind};
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

/// The fields that a row of the result needs an event to have.
pub(super) fn needed(pipeline: &Pipeline) -> BTreeSet<&str> {
    let mut needed = BTreeSet::new();
    let mut renamed: BTreeMap<&str, &str> = BTreeMap::new();
    for stage in &pipeline.stages {
        let mut own = Vec::new();
        of_stage(stage, &mut own);
        needed.extend(own.iter().map(|field| renamed.get(field).copied().unwrap_or(field)));
        match stage.name.value.as_str() {
            "rename" => renamed.extend(renames(stage)),
            // What comes after is a row of its own.
            name if GROUP.contains(&name) || ADD.contains(&name) => break,
            _ => {}
        }
    }
    needed
}

/// The fields without which a stage drops a row.
pub(super) fn needed_by(stage: &Stage) -> Vec<&str> {
    let mut needed = Vec::new();
    of_stage(stage, &mut needed);
    needed
}

/// Commands that group events by fields.
const GROUP: &[&str] = &["chart", "rare", "stats", "timechart", "top", "transaction", "xyseries", "tstats"];

/// Commands that add rows, which have other fields, or values for missing ones.
const ADD: &[&str] =
    &["append", "appendpipe", "eventstats", "fillnull", "join", "multisearch", "streamstats", "union"];

fn renames(stage: &Stage) -> impl Iterator<Item = (&str, &str)> {
    visit::own_items(stage).filter_map(|item| match (&item.kind, &item.alias) {
        (ItemKind::Word(word), Some(alias)) => Some((alias.text.as_str(), word.text.as_str())),
        _ => None,
    })
}

fn of_stage<'a>(stage: &'a Stage, fields: &mut Vec<&'a str>) {
    match (&stage.arguments, stage.name.value.as_str()) {
        (Arguments::Boolean(eval), "where") => of_condition(eval, fields),
        (Arguments::Clauses(_), "regex") => of_regex(stage, fields),
        (Arguments::Clauses(clauses), "stats" | "chart" | "timechart" | "top" | "rare") => {
            let is_by = |clause: &&Clause| {
                clause.keyword.as_ref().is_some_and(|keyword| matches!(keyword.value.as_str(), "by" | "over"))
            };
            fields.extend(clauses.iter().filter(is_by).flat_map(Clause::items).filter_map(word));
            if matches!(stage.name.value.as_str(), "top" | "rare") {
                fields.extend(visit::own_items(stage).filter_map(word));
            } else {
                fields.extend(only_aggregated(stage));
            }
        }
        (Arguments::Clauses(_), "dedup") => fields.extend(visit::own_items(stage).filter_map(word)),
        _ => {}
    }
}

fn word(item: &Item) -> Option<&str> {
    match &item.kind {
        ItemKind::Word(word) => Some(word.text.as_str()),
        _ => None,
    }
}

/// The field that every function of `stats` looks at, so that nothing is seen of events without it.
fn only_aggregated(stage: &Stage) -> Option<&str> {
    let is_own = |item: &&Item| !matches!(item.kind, ItemKind::Setting(_));
    let mut fields = visit::own_items(stage).filter(is_own).map(argument);
    let first = fields.next().flatten()?;
    fields.all(|field| field == Some(first)).then_some(first)
}

/// The one field that a function looks at.
fn argument(item: &Item) -> Option<&str> {
    match &item.kind {
        ItemKind::Call(_, arguments) if arguments.len() == 1 => arguments.first().and_then(word),
        _ => None,
    }
}

/// `regex field="…"` needs the field.
fn of_regex<'a>(stage: &'a Stage, fields: &mut Vec<&'a str>) {
    fields.extend(visit::own_items(stage).filter_map(|item| match &item.kind {
        ItemKind::Setting(setting) if setting.operator.value == Operator::Equal => {
            Some(setting.name.text.as_str())
        }
        _ => None,
    }));
}

/// The fields of which a condition is null, and so not true, where they are missing.
fn of_condition<'a>(eval: &'a Eval, fields: &mut Vec<&'a str>) {
    match &eval.kind {
        EvalKind::Group(inner) => of_condition(inner, fields),
        EvalKind::Chain(first, rest) if rest.iter().all(|(it, _)| it.value == BinaryOperator::And) => {
            of_condition(first, fields);
            for (_, operand) in rest {
                of_condition(operand, fields);
            }
        }
        EvalKind::Chain(first, rest) if rest.iter().all(|(it, _)| compares(it.value)) => {
            fields.extend(std::iter::once(&**first).chain(rest.iter().map(|(_, it)| it)).filter_map(named));
        }
        EvalKind::In(operand, _) => fields.extend(named(operand)),
        EvalKind::Call(name, arguments) => {
            const NEED: &[&str] = &["cidrmatch", "in", "isnotnull", "isnum", "isstr", "like", "match"];
            if NEED.contains(&name.value.to_ascii_lowercase().as_str()) {
                fields.extend(arguments.iter().filter_map(named));
            }
        }
        _ => {}
    }
}

fn named(eval: &Eval) -> Option<&str> {
    visit::field(eval).map(|(field, _)| field)
}

fn compares(operator: BinaryOperator) -> bool {
    visit::is_equality(operator) || visit::is_order(operator) || operator == BinaryOperator::Like
}
