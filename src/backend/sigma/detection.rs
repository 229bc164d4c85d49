//! The `detection` of a Sigma rule: named selections and the condition that joins them.
//!
//! In: a predicate. Out: a map of selections and a condition. Tests that hold together become one map, which a
//! reader sees at a glance; alternatives become a list of maps; what is excluded is named `filter_main_…`, as
//! `SigmaHQ` does. Invariant: every selection is used in the condition exactly once.

use std::collections::{HashMap, HashSet};

use crate::backend::legalise::same_text_of;
use crate::backend::sigma::condition::Expression;
use crate::backend::sigma::name::{hint, unique};
use crate::backend::sigma::value;
use crate::backend::yaml::Node;
use crate::detection::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::{Case, Shape};

/// Keys with their values.
type Entries = Vec<(String, Node)>;

/// The detection of a rule.
pub(crate) fn node(predicate: &Predicate) -> Node {
    let mut writer = Writer { selections: Vec::new() };
    let condition = writer.expression(predicate, Role::Selection);
    let names = names(&writer.selections);
    let condition = condition.text(&names);
    let nodes = writer.selections.into_iter().map(|selection| selection.node);
    let mut entries: Entries = names.into_iter().zip(nodes).collect();
    entries.push(("condition".to_owned(), Node::Text(condition)));
    Node::Map(entries)
}

struct Writer {
    selections: Vec<Selection>,
}

struct Selection {
    role: Role,
    /// What it holds, as a part of its name.
    hint: String,
    node: Node,
}

/// What a selection is for, which decides its name.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Selection,
    Keywords,
    Filter,
}

impl Writer {
    fn expression(&mut self, predicate: &Predicate, role: Role) -> Expression {
        if let Some(alternatives) = alternatives(predicate) {
            return self.add(role, hint(predicate), listed(alternatives));
        }
        match predicate {
            Predicate::And(children) => self.conjunction(children, role),
            Predicate::Or(children) => {
                Expression::Or(children.iter().map(|child| self.expression(child, role)).collect())
            }
            Predicate::Not(child) => Expression::Not(Box::new(self.expression(child, flipped(role)))),
            Predicate::Test(test) => self.keywords(test, role),
            // Legalising leaves nothing else.
            Predicate::Constant(_) | Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Hole(_) => {
                Expression::And(Vec::new())
            }
        }
    }

    /// Tests that fit in one map, then everything else.
    fn conjunction(&mut self, children: &[Predicate], role: Role) -> Expression {
        let (together, rest) = one_map(children);
        let mut parts = Vec::new();
        if !together.is_empty() {
            // What is left is in the order of all.
            let mut left = rest.iter();
            let first =
                children.iter().find(|child| !left.next().is_some_and(|other| std::ptr::eq(*other, *child)));
            let hint = first.map(hint).unwrap_or_default();
            parts.push(self.add(role, hint, Node::Map(together)));
        }
        parts.extend(rest.into_iter().map(|child| self.expression(child, role)));
        Expression::And(parts)
    }

    /// Texts that are looked for in the whole event (Sigma specification, "Detection", lists).
    fn keywords(&mut self, test: &Test, role: Role) -> Expression {
        let texts = match &test.condition {
            Condition::Some(tests) => value::keywords(tests),
            _ => Vec::new(),
        };
        let role = if role == Role::Selection { Role::Keywords } else { role };
        self.add(role, "keywords".to_owned(), Node::List(texts))
    }

    fn add(&mut self, role: Role, hint: String, node: Node) -> Expression {
        self.selections.push(Selection { role, hint, node });
        Expression::Name(self.selections.len() - 1)
    }
}

const fn flipped(role: Role) -> Role {
    match role {
        Role::Selection | Role::Keywords => Role::Filter,
        Role::Filter => Role::Selection,
    }
}

/// The names of all selections: one that is alone in its role needs to say nothing more.
fn names(selections: &[Selection]) -> Vec<String> {
    let is_alone = selections.iter().filter(|one| one.role == Role::Selection).count() == 1;
    let name = |selection: &Selection| match selection.role {
        Role::Selection if is_alone => "selection".to_owned(),
        Role::Selection => format!("selection_{}", selection.hint),
        Role::Keywords => selection.hint.clone(),
        Role::Filter => format!("filter_main_{}", selection.hint),
    };
    unique(selections.iter().map(name))
}

fn listed(mut maps: Vec<Entries>) -> Node {
    match maps.pop() {
        Some(only) if maps.is_empty() => Node::Map(only),
        Some(last) => {
            maps.push(last);
            Node::List(maps.into_iter().map(Node::Map).collect())
        }
        None => Node::Map(Vec::new()),
    }
}

/// The maps of which one has to fit, if the predicate can be said so.
fn alternatives(predicate: &Predicate) -> Option<Vec<Entries>> {
    match predicate {
        Predicate::Test(test) => Some(entries(test)?.into_iter().map(|entry| vec![entry]).collect()),
        Predicate::And(_) | Predicate::Computed(_) => single_map(predicate).map(|entries| vec![entries]),
        Predicate::Or(children) => {
            let mut all = Vec::new();
            for child in children {
                all.extend(alternatives(child)?);
            }
            Some(all)
        }
        Predicate::Constant(_) | Predicate::Not(_) | Predicate::OneValue(_) | Predicate::Hole(_) => None,
    }
}

/// The map that says the predicate, if one does: tests with one operator each, under different keys.
fn single_map(predicate: &Predicate) -> Option<Entries> {
    match predicate {
        Predicate::Test(test) => entries(test).filter(|entries| entries.len() == 1),
        Predicate::Computed(computed) => {
            let (left, right) = same_text_of(computed)?;
            Some(vec![(format!("{left}|fieldref"), Node::text(right))])
        }
        Predicate::And(children) => {
            let (map, rest) = one_map(children);
            rest.is_empty().then_some(map)
        }
        _ => None,
    }
}

/// What of several tests goes into one map, and the rest. Texts that one field has to hold all are one entry.
fn one_map(children: &[Predicate]) -> (Entries, Vec<&Predicate>) {
    let mut held: HashMap<(&str, Case), Vec<&str>> = HashMap::new();
    for (field, case, text) in children.iter().filter_map(held_text) {
        held.entry((field, case)).or_default().push(text);
    }
    held.retain(|_, texts| texts.len() > 1);
    let mut written: HashSet<(&str, Case)> = HashSet::new();
    let (mut map, mut keys): (Entries, HashSet<String>) = (Vec::new(), HashSet::new());
    let mut rest = Vec::new();
    for child in children {
        let of_field = held_text(child).map(|(field, case, _)| (field, case));
        if let Some((texts, place)) = of_field.and_then(|place| Some((held.get(&place)?, place))) {
            if written.insert(place) {
                let entry = value::all_of(place.0, place.1, texts);
                keys.insert(entry.0.clone());
                map.push(entry);
            }
            continue;
        }
        match single_map(child) {
            Some(entries) if entries.iter().all(|(key, _)| !keys.contains(key)) => {
                keys.extend(entries.iter().map(|(key, _)| key.clone()));
                map.extend(entries);
            }
            _ => rest.push(child),
        }
    }
    (map, rest)
}

/// The text that a field has to hold somewhere, if that is all that is asked.
fn held_text(predicate: &Predicate) -> Option<(&str, Case, &str)> {
    let Predicate::Test(Test { field, condition: Condition::Some(tests), .. }) = predicate else {
        return None;
    };
    match tests.as_slice() {
        [ValueTest::Matches(pattern)] if field != "_raw" => match pattern.shape() {
            Shape::Contains(text) => Some((field, pattern.case(), text)),
            _ => None,
        },
        _ => None,
    }
}

/// The entries of a test: one for each operator that its values need; nothing for keywords, which stand in no map.
fn entries(test: &Test) -> Option<Entries> {
    match &test.condition {
        _ if test.field == "_raw" => None,
        Condition::Exists => Some(vec![(format!("{}|exists", test.field), Node::Bool(true))]),
        Condition::Some(tests) => Some(value::entries(&test.field, tests)),
        // Not declared as capabilities, so legalising has removed them.
        Condition::SomeOther(_) | Condition::Holds(_) => None,
    }
}
