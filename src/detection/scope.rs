//! Which events a search looks at: the tests of index, sourcetype and the like, split from the rest.
//!
//! In: one predicate. Out: branches, each a conjunction of scope tests with the predicate that holds for events of
//! that scope. Invariant: an event passes the predicate exactly if it passes the scope and predicate of some
//! branch, and a branch holds for its events all that the search says of them. A target's rule has one log
//! source, so the split is what makes one rule a source possible.

use std::collections::BTreeMap;

use crate::detection::predicate::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::{Case, Pattern, fold_text};
use crate::source::{Origin, Span};

/// The fields that say where an event came from, not what happened (Search Reference, search; `searchbnf.conf`,
/// `index-expression` and `search-modifier`).
pub const SCOPE_FIELDS: &[&str] = &["index", "sourcetype", "source", "eventtype", "tag"];

/// Scope fields of which an event has several values: it may pass `tag=a tag=b`, the idiom of searches by data model.
const MULTIVALUED: &[&str] = &["eventtype", "tag"];

/// More branches than this are not split: the search then stays one, with its scope tests in it.
const BRANCHES: usize = 64;

/// A conjunction of scope tests: field to wildcard text, letters folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    tests: BTreeMap<String, (String, Origin)>,
}

/// A scope with what holds for its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Where the events come from; empty if the search does not say.
    pub scope: Scope,
    /// What is asked of them.
    pub predicate: Predicate,
}

impl Scope {
    /// The wildcard text that a scope field is compared with.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.tests.get(field).map(|(text, _)| text.as_str())
    }

    /// Fields and wildcard texts, by field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tests.iter().map(|(field, (text, _))| (field.as_str(), text.as_str()))
    }

    /// Whether the search does not say where the events come from.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// The words of the search that say it.
    pub fn span(&self) -> Option<Span> {
        self.tests.values().map(|(_, origin)| origin.0).reduce(Span::join)
    }

    /// The words that compare this field.
    pub fn span_of(&self, field: &str) -> Option<Span> {
        self.tests.get(field).map(|(_, origin)| origin.0)
    }

    /// The scope tests as a predicate.
    pub fn predicate(&self) -> Predicate {
        self.predicate_of(|_| true)
    }

    /// The scope tests of the fields that are asked for, as a predicate.
    pub fn predicate_of(&self, wanted: impl Fn(&str) -> bool) -> Predicate {
        let tests = self.tests.iter().filter(|(field, _)| wanted(field));
        Predicate::and(tests.map(|(field, (text, origin))| test_of(field, text, *origin)))
    }

    fn of(field: &str, text: &str, origin: Origin) -> Self {
        Self { tests: BTreeMap::from([(field.to_owned(), (fold_text(text), origin))]) }
    }

    /// Both scopes at once with the tests that do not fit in, or nothing where they exclude each other.
    fn and(&self, other: &Self) -> Option<(Self, Vec<Predicate>)> {
        let mut joined = self.clone();
        let mut rest = Vec::new();
        for (field, (text, origin)) in &other.tests {
            match joined.tests.get(field).map(|(before, _)| before.as_str()) {
                Some(before) if before == text || matches(text, before) => {}
                Some(before) if !matches(before, text) => {
                    let both_wild = before.contains('*') && text.contains('*');
                    if !both_wild && !MULTIVALUED.contains(&field.as_str()) {
                        return None;
                    }
                    rest.push(test_of(field, text, *origin));
                }
                _ => {
                    joined.tests.insert(field.clone(), (text.clone(), *origin));
                }
            }
        }
        Some((joined, rest))
    }

    /// Whether every event of this scope is one of `other`'s.
    fn implies(&self, other: &Self) -> bool {
        other.tests.iter().all(|(field, (wide, _))| {
            self.tests
                .get(field)
                .is_some_and(|(text, _)| text == wide || (!text.contains('*') && matches(wide, text)))
        })
    }
}

fn test_of(field: &str, text: &str, origin: Origin) -> Predicate {
    let pattern = Pattern::wildcard(text, Case::Insensitive);
    let condition = Condition::Some(vec![ValueTest::Matches(pattern)]);
    Predicate::Test(Test { field: field.to_owned(), condition, origin })
}

fn matches(wildcard: &str, text: &str) -> bool {
    !text.contains('*') && Pattern::wildcard(wildcard, Case::Insensitive).matches(text)
}

/// Splits a predicate by scope. Branches come in the order of the search.
///
/// ```
/// use splc::command::lower;
/// use splc::detection::scope::split;
/// let parsed = splc::command::parse("(sourcetype=a x=1) OR (sourcetype=b y=2)");
/// let branches = split(&lower(&parsed.pipeline).unwrap().predicate());
/// assert_eq!(branches.len(), 2);
/// assert_eq!(branches[0].scope.get("sourcetype"), Some("a"));
/// ```
pub fn split(predicate: &Predicate) -> Vec<Branch> {
    let whole = || vec![Branch { scope: Scope::default(), predicate: predicate.clone() }];
    let branches = pairs(predicate).unwrap_or_else(whole);
    let completed: Vec<Branch> = branches
        .iter()
        .map(|branch| {
            // What the search asks of a wider scope it asks of this one too.
            let holding = branches.iter().filter(|other| branch.scope.implies(&other.scope));
            let predicate = Predicate::or(holding.map(|other| other.predicate.clone()));
            Branch { scope: branch.scope.clone(), predicate }
        })
        .collect();
    completed.into_iter().filter(|branch| branch.predicate != Predicate::Constant(false)).collect()
}

/// Branches of a predicate, one for each scope; nothing if there would be too many.
fn pairs(predicate: &Predicate) -> Option<Vec<Branch>> {
    let found = match predicate {
        Predicate::Test(test) => match scope_texts(test) {
            Some(texts) => {
                let scopes = texts.into_iter().map(|text| Scope::of(&test.field, &text, test.origin));
                scopes.map(|scope| Branch { scope, predicate: Predicate::Constant(true) }).collect()
            }
            None => vec![unscoped(predicate)],
        },
        Predicate::Or(children) => {
            let mut all = Vec::new();
            for child in children {
                all.extend(pairs(child)?);
            }
            all
        }
        Predicate::And(children) => {
            let mut product = vec![unscoped(&Predicate::Constant(true))];
            for child in children {
                product = multiplied(&product, &pairs(child)?)?;
            }
            product
        }
        Predicate::Constant(_) | Predicate::Not(_) => vec![unscoped(predicate)],
    };
    let merged = merged(found);
    (merged.len() <= BRANCHES).then_some(merged)
}

fn multiplied(left: &[Branch], right: &[Branch]) -> Option<Vec<Branch>> {
    let mut product = Vec::new();
    for (a, b) in left.iter().flat_map(|a| right.iter().map(move |b| (a, b))) {
        let Some((scope, rest)) = a.scope.and(&b.scope) else { continue };
        let parts = [a.predicate.clone(), b.predicate.clone()].into_iter().chain(rest);
        let parts = parts.filter(|part| *part != Predicate::Constant(true));
        product.push(Branch { scope, predicate: Predicate::and(parts) });
    }
    (product.len() <= BRANCHES * BRANCHES).then(|| merged(product))
}

fn unscoped(predicate: &Predicate) -> Branch {
    Branch { scope: Scope::default(), predicate: predicate.clone() }
}

/// Branches of the same scope become one.
fn merged(branches: Vec<Branch>) -> Vec<Branch> {
    let mut order: Vec<Scope> = Vec::new();
    let mut parts: BTreeMap<Scope, Vec<Predicate>> = BTreeMap::new();
    for branch in branches {
        if !parts.contains_key(&branch.scope) {
            order.push(branch.scope.clone());
        }
        let same = parts.entry(branch.scope).or_default();
        if !same.contains(&branch.predicate) {
            same.push(branch.predicate);
        }
    }
    let merge = |scope: Scope| {
        let predicate = Predicate::or(parts.remove(&scope).unwrap_or_default());
        Branch { scope, predicate }
    };
    order.into_iter().map(merge).collect()
}

/// The texts that a test compares a scope field with, if that is all it does.
fn scope_texts(test: &Test) -> Option<Vec<String>> {
    if !SCOPE_FIELDS.contains(&test.field.as_str()) {
        return None;
    }
    match &test.condition {
        Condition::Some(tests) => tests
            .iter()
            .map(|test| match test {
                ValueTest::Matches(pattern) if pattern.case() == Case::Insensitive => {
                    Some(pattern.to_string())
                }
                _ => None,
            })
            .collect(),
        _ => None,
    }
}
