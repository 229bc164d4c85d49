//! From predicates to a matcher.
//!
//! In: predicates. Out: their trees over numbered atoms, and an index of the atoms that a rule is looked at for. Invariant:
//! an atom stands once, whatever number of rules ask it; a rule is under each of the atoms of its trigger, or among those
//! that look at every event.

use std::collections::HashMap;

use crate::detection::{Computed, Condition, Predicate, Test};
use crate::function::Context;
use crate::matcher::atom::{Atom, Tests};
use crate::matcher::index;
use crate::matcher::names::Names;
use crate::matcher::plain::equal_fields;
use crate::matcher::prefilter::Prefilter;
use crate::matcher::reference::Reference;
use crate::matcher::trigger::{Trigger, Uses, trigger};
use crate::matcher::{Matcher, Node};

#[derive(Default)]
struct Builder {
    fields: Vec<String>,
    numbers: HashMap<String, u32>,
    atoms: Vec<Atom>,
    by_predicate: HashMap<Predicate, u32>,
    index: Vec<index::Collection>,
    /// The rules under each atom.
    rules: Vec<Vec<u32>>,
}

/// Compiles predicates; a match names one by its place in the list.
pub(super) fn compile(predicates: &[Predicate]) -> Matcher {
    let mut uses = Uses::default();
    for predicate in predicates {
        uses.count(predicate);
    }
    let mut builder = Builder::default();
    let (mut nodes, mut unindexed, mut triggers) = (Vec::new(), Vec::new(), Vec::new());
    for (rule, predicate) in predicates.iter().enumerate() {
        nodes.push(builder.node(predicate, &uses));
        match trigger(predicate, true, &uses, &is_found) {
            Some(found) => {
                builder.look_at(rule, &found);
                triggers.push(found);
            }
            None => unindexed.push(rule),
        }
    }
    builder.index.resize_with(builder.fields.len(), index::Collection::default);
    let tests: Vec<&Test> = triggers.iter().flat_map(|found| found.tests.iter().copied()).collect();
    let prefilter = if unindexed.is_empty() { Prefilter::new(&tests) } else { None };
    let raw = builder.numbers.get("_raw").copied();
    Matcher {
        rules: nodes,
        atoms: builder.atoms,
        under: builder.rules,
        unindexed,
        index: builder.index.into_iter().map(index::Collection::build).collect(),
        names: Names::new(builder.fields),
        raw,
        prefilter,
        given: Context::default(),
    }
}

/// Whether a test is of a field that is read from events by its name. An event without `_time` has the time of the run,
/// which the reference knows.
fn is_found(test: &Test) -> bool {
    is_found_by_name(&test.field)
}

fn is_found_by_name(field: &str) -> bool {
    !field.contains('*') && field != "_time" && Names::fits(field)
}

/// The fields that have to be equal, where both are read by their names.
fn equal_found(computed: &Computed) -> Option<[&str; 2]> {
    equal_fields(computed).filter(|fields| fields.iter().all(|field| is_found_by_name(field)))
}

impl Builder {
    fn node(&mut self, predicate: &Predicate, uses: &Uses) -> Node {
        match predicate {
            Predicate::Constant(value) => Node::Constant(*value),
            Predicate::Hole(_) => Node::Constant(false),
            Predicate::Not(child) => Node::Not(Box::new(self.node(child, uses))),
            Predicate::Test(_) | Predicate::Computed(_) | Predicate::OneValue(_) => {
                Node::Atom(self.atom(predicate))
            }
            Predicate::And(children) => Node::And(self.nodes(children, uses, true)),
            Predicate::Or(children) => Node::Or(self.nodes(children, uses, false)),
        }
    }

    /// What decides soonest comes first, and what the reference has to say last.
    fn nodes(&mut self, children: &[Predicate], uses: &Uses, all: bool) -> Vec<Node> {
        let cost = |child: &Predicate| match child {
            Predicate::Test(test) if is_found(test) => {
                let likelihood = uses.likelihood(test);
                if all { likelihood } else { 1.0 - likelihood }
            }
            // Two texts are soon compared, and seldom equal.
            Predicate::Computed(computed) if equal_found(computed).is_some() => {
                if all {
                    0.1
                } else {
                    0.9
                }
            }
            Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Test(_) => 3.0,
            _ => 2.0,
        };
        let mut sorted: Vec<(f64, &Predicate)> = children.iter().map(|child| (cost(child), child)).collect();
        sorted.sort_by(|(one, _), (two, _)| one.total_cmp(two));
        sorted.into_iter().map(|(_, child)| self.node(child, uses)).collect()
    }

    fn atom(&mut self, predicate: &Predicate) -> u32 {
        if let Some(atom) = self.by_predicate.get(predicate) {
            return *atom;
        }
        let atom = match predicate {
            Predicate::Test(test) if is_found(test) => self.test(test),
            Predicate::Computed(computed) => match equal_found(computed) {
                Some(fields) => Atom::Equal(fields.map(|field| self.field(field))),
                None => self.reference(predicate),
            },
            other => self.reference(other),
        };
        let number = u32::try_from(self.atoms.len()).unwrap_or(u32::MAX);
        self.atoms.push(atom);
        self.rules.push(Vec::new());
        self.by_predicate.insert(predicate.clone(), number);
        number
    }

    fn reference(&mut self, predicate: &Predicate) -> Atom {
        Atom::Reference(Box::new(Reference::new(predicate, &mut |field| self.field(field))))
    }

    fn test(&mut self, test: &Test) -> Atom {
        let field = self.field(&test.field);
        match &test.condition {
            Condition::Exists => Atom::Exists(field),
            Condition::Some(tests) => Atom::Some(field, Tests::new(tests)),
            Condition::SomeOther(tests) => Atom::SomeOther(field, Tests::new(tests)),
            // The raw event, whatever the field is called.
            Condition::Holds(terms) => Atom::Holds(self.field("_raw"), terms.clone()),
        }
    }

    fn field(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.fields.len()).unwrap_or(u32::MAX);
        self.fields.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Puts a rule under the atoms of its trigger.
    fn look_at(&mut self, rule: usize, trigger: &Trigger<'_>) {
        for test in &trigger.tests {
            let atom = self.atom(&Predicate::Test((*test).clone()));
            let field = match self.atoms.get(atom as usize) {
                Some(Atom::Holds(field, _)) => *field,
                _ => self.field(&test.field),
            };
            let Some(rules) = self.rules.get_mut(atom as usize) else { continue };
            let is_first = rules.is_empty();
            let rule = u32::try_from(rule).unwrap_or(u32::MAX);
            if rules.last() != Some(&rule) {
                rules.push(rule);
            }
            if is_first {
                let fields = self.fields.len().max(field as usize + 1);
                if self.index.len() < fields {
                    self.index.resize_with(fields, index::Collection::default);
                }
                if let Some(index) = self.index.get_mut(field as usize) {
                    index.add(&test.condition, atom);
                }
            }
        }
    }
}
