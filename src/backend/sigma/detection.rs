//! The `detection` of a Sigma rule: named selections and the condition that joins them.
//!
//! In: a predicate. Out: a map of selections and a condition. Tests that hold together become one map, which a
//! reader sees at a glance; alternatives become a list of maps; what is excluded is named `filter_main_…`, as
//! `SigmaHQ` does. Invariant: every selection is used in the condition exactly once.

use std::collections::HashMap;

use crate::backend::Legal;
use crate::backend::group::grouped;
use crate::backend::name::slug;
use crate::backend::sigma::value;
use crate::backend::yaml::Node;
use crate::detection::{Condition, Predicate, Test};

type Entries = Vec<(String, Node)>;

/// The detection of a rule.
pub(crate) fn node(legal: &Legal) -> Node {
    let mut writer = Writer { selections: Vec::new(), names: HashMap::new() };
    let condition = writer.expression(&legal.predicate, Place::Top, Role::Selection).text;
    let mut entries = writer.selections;
    entries.push(("condition".to_owned(), Node::Text(condition)));
    Node::Map(entries)
}

struct Writer {
    selections: Entries,
    /// How often each name was asked for.
    names: HashMap<String, usize>,
}

/// How an expression binds, which decides about parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Place {
    Top,
    Or,
    And,
    Not,
}

/// What a selection is for, which decides its name.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Selection,
    Filter,
}

struct Expression {
    text: String,
    place: Place,
}

impl Writer {
    fn expression(&mut self, predicate: &Predicate, place: Place, role: Role) -> Expression {
        if let Some(alternatives) = alternatives(predicate) {
            let name = self.select(predicate, alternatives, role);
            return Expression { text: name, place: Place::Not };
        }
        let expression = match predicate {
            Predicate::And(children) => self.conjunction(children, role),
            Predicate::Or(children) => {
                let parts: Vec<String> =
                    children.iter().map(|child| self.expression(child, Place::Or, role).text).collect();
                Expression { text: parts.join(" or "), place: Place::Or }
            }
            Predicate::Not(child) => {
                let inner = self.expression(child, Place::Not, flipped(role));
                Expression { text: format!("not {}", inner.text), place: Place::Not }
            }
            // Legalising leaves no constant, and every test has alternatives.
            Predicate::Constant(_)
            | Predicate::Test(_)
            | Predicate::Computed(_)
            | Predicate::OneValue(_)
            | Predicate::Hole(_) => Expression { text: String::new(), place: Place::Not },
        };
        if expression.place < place && place != Place::Top {
            return Expression { text: format!("({})", expression.text), place: Place::Not };
        }
        expression
    }

    /// Tests that fit in one map, then everything else.
    fn conjunction(&mut self, children: &[Predicate], role: Role) -> Expression {
        let mut together: Entries = Vec::new();
        let mut rest = Vec::new();
        for child in children {
            match single_map(child) {
                Some(entries)
                    if entries.iter().all(|(key, _)| together.iter().all(|(other, _)| other != key)) =>
                {
                    together.extend(entries);
                }
                _ => rest.push(child),
            }
        }
        let mut parts = Vec::new();
        if !together.is_empty() {
            let name = match role {
                Role::Selection => "selection".to_owned(),
                Role::Filter => "filter_main".to_owned(),
            };
            parts.push(self.add(&name, Node::Map(together)));
        }
        for child in rest {
            parts.push(self.expression(child, Place::And, role).text);
        }
        Expression { text: parts.join(" and "), place: Place::And }
    }

    fn select(&mut self, predicate: &Predicate, mut alternatives: Vec<Entries>, role: Role) -> String {
        let field = predicate.tests().first().map(|(test, _)| slug(&test.field)).unwrap_or_default();
        let name = match role {
            Role::Selection if self.selections.is_empty() => "selection".to_owned(),
            Role::Selection => format!("selection_{field}"),
            Role::Filter => format!("filter_main_{field}"),
        };
        let node = match alternatives.pop() {
            Some(only) if alternatives.is_empty() => Node::Map(only),
            Some(last) => {
                alternatives.push(last);
                Node::List(alternatives.into_iter().map(Node::Map).collect())
            }
            None => Node::Map(Vec::new()),
        };
        self.add(&name, node)
    }

    /// Adds a selection under a name that is not taken.
    fn add(&mut self, name: &str, node: Node) -> String {
        let mut free = name.to_owned();
        // A number may have been taken by a field that ends in one.
        while self.names.contains_key(&free) {
            let count = self.names.entry(name.to_owned()).or_insert(1);
            *count += 1;
            free = format!("{name}_{count}");
        }
        self.names.insert(free.clone(), 1);
        self.selections.push((free.clone(), node));
        free
    }
}

fn flipped(role: Role) -> Role {
    match role {
        Role::Selection => Role::Filter,
        Role::Filter => Role::Selection,
    }
}

/// The maps of which one has to fit, if the predicate can be said so.
fn alternatives(predicate: &Predicate) -> Option<Vec<Entries>> {
    match predicate {
        Predicate::Test(test) => Some(entries(test).into_iter().map(|entry| vec![entry]).collect()),
        Predicate::And(_) => single_map(predicate).map(|entries| vec![entries]),
        Predicate::Or(children) => {
            let mut all = Vec::new();
            for child in children {
                all.extend(alternatives(child)?);
            }
            Some(all)
        }
        Predicate::Constant(_)
        | Predicate::Not(_)
        | Predicate::Computed(_)
        | Predicate::OneValue(_)
        | Predicate::Hole(_) => None,
    }
}

/// The map that says the predicate, if one does: tests with one operator each, under different keys.
fn single_map(predicate: &Predicate) -> Option<Entries> {
    match predicate {
        Predicate::Test(test) => {
            let entries = entries(test);
            (entries.len() == 1).then_some(entries)
        }
        Predicate::And(children) => {
            let mut map: Entries = Vec::new();
            for child in children {
                let entries = single_map(child)?;
                if entries.iter().any(|(key, _)| map.iter().any(|(other, _)| other == key)) {
                    return None;
                }
                map.extend(entries);
            }
            Some(map)
        }
        _ => None,
    }
}

/// The entries of a test: one for each operator that its values need.
fn entries(test: &Test) -> Entries {
    match &test.condition {
        Condition::Exists => vec![(format!("{}|exists", test.field), Node::Bool(true))],
        Condition::Some(tests) => {
            grouped(tests).iter().map(|group| (value::key(&test.field, group), value::node(group))).collect()
        }
        // Not declared as capabilities, so legalising has removed them.
        Condition::SomeOther(_) | Condition::Holds(_) => Vec::new(),
    }
}
