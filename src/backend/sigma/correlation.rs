//! Correlation rules (Sigma Correlation Rules Specification 2.1), with the rules that they count.
//!
//! In: a rule of a [`Shape`]. Out: documents, base rules first. Invariant: a correlation refers to rules of its own file
//! by their id, since not every engine finds those that have an id by their name; every event that contributes in the search passes one of its base rules, and base rules are no alerts of
//! their own.

use crate::backend::legalise::{Approximation, Beyond};
use crate::backend::shape::{Ask, Filled, Function, Relation, Shape, Threshold, Together, Window};
use crate::backend::sigma::{detection, header};
use crate::backend::yaml::Node;
use crate::backend::{Rule, codes, name, period};
use crate::detection::{Condition, Decimal, Predicate, Test, ValueTest};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern};
use crate::optimise;

/// How a shape is said, and what cannot be.
pub(super) fn judge(shape: &Shape) -> Result<Approximation, Beyond> {
    let beyond =
        |reason: &str, help: &str| Err(Beyond { step: 0, reason: reason.to_owned(), help: help.to_owned() });
    let mut notes = Vec::new();
    let mut misses = false;
    for ask in &shape.alternatives {
        let Ask::Threshold(threshold) = ask else { continue };
        if threshold.of != Predicate::Constant(true) {
            let help = "test it before the events are grouped: `… | where CONDITION | stats count …`";
            return beyond("events of the group that are not counted would be no part of the alert", help);
        }
        if bound(threshold).is_none() {
            return beyond("a correlation compares with whole numbers", "compare with a whole number");
        }
        if let (Function::Sum(field), true) = (&threshold.function, threshold.relation.grows()) {
            notes.push(format!("`{field}` is taken to hold no negative numbers"));
        }
    }
    match shape.window {
        Window::Search => {}
        Window::Sliding(_) | Window::Tumbling(_) => misses = !shape.grows(),
    }
    if misses {
        notes.push("a number that need not grow is computed over other stretches of time".to_owned());
    }
    Ok(Approximation { adds: true, misses, notes })
}

/// The documents, and what was assumed.
///
/// # Errors
/// A base rule would have no detection.
pub(super) fn documents(rule: &Rule<'_>, shape: &Shape) -> Result<(Vec<Node>, Vec<Diagnostic>), Diagnostic> {
    let (timespan, assumed) = timespan(rule, shape);
    let mut notes = assumed.clone();
    let (mut bases, mut correlations) = (Vec::new(), Vec::new());
    let slug = name::slug(&rule.title);
    for sources in of_sources(rule, shape) {
        let mut names = Vec::new();
        for Groups { predicate, .. } in &sources {
            names.push(named(&slug, bases.len()));
            bases.push((named(&slug, bases.len()), predicate.clone()));
        }
        let Some((first, Groups { predicate, .. })) = names.first().zip(sources.first()) else { continue };
        for ask in &shape.alternatives {
            let correlation = match ask {
                Ask::Threshold(threshold) => of_number(threshold, names.clone()),
                Ask::Together(together) => of_kinds(first, predicate, together, &mut bases),
                Ask::Beside(beside) => of_meeting(first.clone(), beside, &mut bases),
            };
            let by = sources.iter().map(|groups| groups.by.clone()).collect();
            correlations.push(Correlation { by, ..correlation });
        }
    }
    let used =
        |name: &str| correlations.iter().any(|correlation| correlation.rules.iter().any(|rule| rule == name));
    bases.retain(|(name, _)| used(name));
    if let Some(refusal) = bases.iter().find_map(|(_, predicate)| without_detection(predicate)) {
        return Err(refusal);
    }
    let mut documents = Vec::new();
    for (at, (base, predicate)) in bases.iter().enumerate() {
        // Where there are several sources, each group has a rule for each of them.
        let of = rule.members.get(at % rule.members.len().max(1)).unwrap_or(rule);
        let (entries, more) = header::base(rule, of, at, base, detection::node(predicate), &assumed);
        documents.push(entries);
        notes.extend(more);
    }
    let several = correlations.len() > 1;
    for (at, correlation) in correlations.into_iter().enumerate() {
        let ids: Vec<String> = correlation
            .rules
            .iter()
            .filter_map(|rule| bases.iter().position(|(name, _)| name == rule))
            .map(|at| header::base_id(rule, at))
            .collect();
        let node = correlation.node(&ids, &timespan);
        documents.push(header::correlation(rule, several.then_some(at), node));
    }
    let mut seen = std::collections::HashSet::new();
    notes.retain(|note| seen.insert((note.code.id, note.message.clone())));
    Ok((documents, notes))
}

/// The refusal of a base rule that Sigma has no detection for: a rule has at least one selection (Sigma Rules
/// Specification, "Detection"), and an event as a whole is no field.
fn without_detection(predicate: &Predicate) -> Option<Diagnostic> {
    if matches!(predicate, Predicate::Constant(_)) {
        let message = "the search counts all events, and a base rule of a correlation has to test something";
        return Some(
            Diagnostic::without_place(&codes::NO_CONTENT, message).help("add a test of what happened"),
        );
    }
    let is_event = |test: &Test| test.field == "_raw" && test.condition == Condition::Exists;
    let (test, _) = predicate.tests().into_iter().find(|(test, _)| is_event(test))?;
    let message = "a Sigma rule has no name for the whole event, `_raw`";
    Some(Diagnostic::new(&codes::TARGET_LIMIT, test.origin.0, message))
}

/// Groups of events that have the same keys.
struct Groups {
    by: Vec<String>,
    /// What their events pass.
    predicate: Predicate,
}

/// The groups of a shape: those whose events have all the keys, and for each key that events may lack the others too. A
/// correlation leaves out events without one of its fields, so those are counted by one that has not the field.
fn groups(predicate: &Predicate, shape: &Shape) -> Vec<Groups> {
    let mut groups = vec![Groups { by: shape.by.clone(), predicate: predicate.clone() }];
    for Filled { field, text } in &shape.filled {
        let test = |condition: Condition| {
            Predicate::Test(Test { field: field.clone(), condition, origin: shape.origin })
        };
        let is_text = Condition::Some(vec![ValueTest::Matches(Pattern::literal(text, Case::Sensitive))]);
        let lacks = Predicate::or([test(Condition::Exists).negated(), test(is_text)]);
        groups = groups
            .into_iter()
            .flat_map(|group| {
                let with =
                    |asked: Predicate| optimise::predicate(Predicate::and([group.predicate.clone(), asked]));
                let by = group.by.iter().chain([field]).cloned().collect();
                [
                    Groups { by, predicate: with(test(Condition::Exists)) },
                    Groups { predicate: with(lacks.clone()), by: group.by.clone() },
                ]
            })
            .collect();
    }
    groups
}

/// The groups of a shape, each as the log sources have it whose events count together.
fn of_sources(rule: &Rule<'_>, shape: &Shape) -> Vec<Vec<Groups>> {
    if rule.members.is_empty() {
        return groups(&rule.legal.predicate, shape).into_iter().map(|group| vec![group]).collect();
    }
    let of =
        |member: &Rule<'_>| member.legal.shape.as_ref().map(|shape| groups(&member.legal.predicate, shape));
    let mut members: Vec<_> = rule.members.iter().filter_map(of).map(Vec::into_iter).collect();
    std::iter::from_fn(|| members.iter_mut().map(Iterator::next).collect()).collect()
}

/// The fields that tie events together and that log sources name differently: each under the name that the first of them
/// has for it, with the field for the id of each rule (Sigma Correlation Rules Specification, "Field Name Aliases").
fn aliases(by: &[Vec<String>], ids: &[String]) -> Vec<(String, Node)> {
    let alias = |(at, name): (usize, &String)| {
        let fields: Vec<&String> = by.iter().filter_map(|fields| fields.get(at)).collect();
        let by_rule = ids.iter().cloned().zip(fields.iter().map(|field| Node::text(*field))).collect();
        fields.iter().any(|field| *field != name).then(|| (name.clone(), Node::Map(by_rule)))
    };
    by.first().into_iter().flatten().enumerate().filter_map(alias).collect()
}

/// The name of a base rule.
fn named(slug: &str, at: usize) -> String {
    if at == 0 { slug.to_owned() } else { format!("{slug}_{at}") }
}

#[derive(Default)]
struct Correlation {
    kind: &'static str,
    /// The fields that tie events together, for each log source.
    by: Vec<Vec<String>>,
    rules: Vec<String>,
    condition: Option<Node>,
}

impl Correlation {
    fn node(self, ids: &[String], timespan: &str) -> Node {
        let texts = |texts: &[String]| {
            if texts.is_empty() {
                Node::FlowList(Vec::new())
            } else {
                Node::List(texts.iter().map(Node::text).collect())
            }
        };
        let names = self.by.first().cloned().unwrap_or_default();
        let aliases = aliases(&self.by, ids);
        let mut entries = vec![("type", Node::text(self.kind)), ("rules", texts(ids))];
        if !aliases.is_empty() {
            entries.push(("aliases", Node::Map(aliases)));
        }
        entries.extend([("group-by", texts(&names)), ("timespan", Node::text(timespan))]);
        entries.extend(self.condition.map(|condition| ("condition", condition)));
        Node::Map(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
    }
}

/// A number over the events that pass these rules, one for each log source.
fn of_number(threshold: &Threshold, rules: Vec<String>) -> Correlation {
    let kind = match threshold.function {
        Function::Count => "event_count",
        Function::Distinct(_) => "value_count",
        Function::Sum(_) => "value_sum",
        Function::Average(_) => "value_avg",
    };
    // `judge` has seen that there is one.
    let (word, number) = bound(threshold).unwrap_or(("gte", 1));
    let field = threshold.function.field().map(|field| ("field".to_owned(), Node::text(field)));
    let entries = field.into_iter().chain([(word.to_owned(), Node::Number(number))]);
    let condition = Some(Node::Map(entries.collect()));
    Correlation { kind, rules, condition, ..Correlation::default() }
}

/// Kinds of events that happen together. Where other events of the group contribute too, they are a kind as well, and
/// then no order can be asked.
fn of_kinds(
    first: &str,
    all: &Predicate,
    together: &Together,
    bases: &mut Vec<(String, Predicate)>,
) -> Correlation {
    let others = Predicate::and([all.clone(), Predicate::or(together.parts.iter().cloned()).negated()]);
    let covered = optimise::predicate(others) == Predicate::Constant(false);
    let mut rules = if covered { Vec::new() } else { vec![first.to_owned()] };
    for part in &together.parts {
        let predicate = optimise::predicate(Predicate::and([all.clone(), part.clone()]));
        let known = bases.iter().find(|(_, other)| *other == predicate).map(|(name, _)| name.clone());
        let name = known.unwrap_or_else(|| {
            let name = named(first, bases.len());
            bases.push((name.clone(), predicate));
            name
        });
        if !rules.contains(&name) {
            rules.push(name);
        }
    }
    let kind = if together.ordered && covered { "temporal_ordered" } else { "temporal" };
    Correlation { kind, rules, ..Correlation::default() }
}

/// Events that meet others, which pass something else.
fn of_meeting(first: String, beside: &Predicate, bases: &mut Vec<(String, Predicate)>) -> Correlation {
    let name = named(&first, bases.len());
    bases.push((name.clone(), beside.clone()));
    Correlation { kind: "temporal", rules: vec![first, name], ..Correlation::default() }
}

/// The comparison with a whole number that says the same of whole numbers, or is wider for others.
#[allow(clippy::cast_possible_truncation, reason = "numbers beyond those that are exact are left out")]
fn bound(threshold: &Threshold) -> Option<(&'static str, i64)> {
    /// The greatest whole number up to which all are exact.
    const MOST: f64 = 9_007_199_254_740_992.0;
    let Decimal(number) = threshold.number;
    if number.is_nan() || number.abs() >= MOST {
        return None;
    }
    let (down, up) = (number.floor() as i64, number.ceil() as i64);
    let is_whole = down == up;
    Some(match threshold.relation {
        Relation::Greater => ("gt", down),
        Relation::GreaterEqual if is_whole => ("gte", down),
        Relation::GreaterEqual => ("gt", down),
        Relation::Less => ("lt", up),
        Relation::LessEqual if is_whole => ("lte", down),
        Relation::LessEqual => ("lt", up),
        Relation::Equal if is_whole => ("eq", down),
        Relation::NotEqual if is_whole => ("neq", down),
        Relation::Equal | Relation::NotEqual => return None,
    })
}

/// How far back a correlation counts, in the units of the specification.
fn timespan(rule: &Rule<'_>, shape: &Shape) -> (String, Vec<Diagnostic>) {
    let note = |text: String| Diagnostic::new(&codes::CORRELATION, shape.origin.0, text);
    match (shape.window, rule.period) {
        (Window::Sliding(Decimal(seconds)), _) => (written(whole(seconds)), Vec::new()),
        (Window::Tumbling(Decimal(seconds)), _) => {
            let span = written(whole(seconds));
            let text = format!(
                "the search counts in stretches of {span}, the rule in the last {span} before each event"
            );
            (span, vec![note(text)])
        }
        (Window::Search, Some(seconds)) => {
            let span = written(seconds);
            let text = format!("the rule counts over {span}, which is how far back the search looks");
            (span, vec![note(text)])
        }
        (Window::Search, None) => {
            let span = written(period::DEFAULT);
            let text = format!("the search states no time range, so the rule counts over {span}");
            (span, vec![note(text)])
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a span of time is no greater")]
fn whole(seconds: f64) -> u64 {
    seconds.clamp(1.0, 1e9).ceil() as u64
}

/// Seconds in the greatest unit that divides them.
fn written(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let unit = units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length));
    let (length, letter) = unit.unwrap_or((1, 's'));
    format!("{}{letter}", seconds / length)
}
