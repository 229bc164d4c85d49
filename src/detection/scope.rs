//! Which events a search looks at: the tests of index, sourcetype and the like, split from the rest.
//!
//! In: one predicate. Out: branches, each a conjunction of scope tests with the predicate that holds for events of
//! that scope. Invariant: an event passes the predicate exactly if it passes the scope and predicate of some
//! branch, and a branch holds for its events all that the search says of them. A target's rule has one log
//! source, so the split is what makes one rule a source possible.

use std::collections::{BTreeMap, HashSet};

use crate::detection::predicate::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::{Case, Pattern, fold_text};
use crate::source::{Origin, Span};

/// The fields that say where an event came from, not what happened (Search Reference, search; `searchbnf.conf`,
/// `index-expression` and `search-modifier`); for Windows events the channel, as XML and as text name it (Splunk Add-on for
/// Microsoft Windows), and for data models the data set (Search Reference, tstats, `nodename`).
pub const SCOPE_FIELDS: &[&str] =
    &["index", "sourcetype", "source", "eventtype", "tag", "Channel", "LogName", "nodename"];

/// Scope fields of which an event has several values: it may pass `tag=a tag=b`, the idiom of searches by data model, and it
/// is in a data set and in those above it.
const MULTIVALUED: &[&str] = &["eventtype", "tag", "nodename"];

/// Fields that say in which store or on which indexer of one installation an event lies.
pub const STORAGE_FIELDS: &[&str] = &["index", "splunk_server"];

/// Fields that every event has, once (Knowledge Manager Manual, "Use default fields").
pub const DEFAULT_FIELDS: &[&str] = &["index", "splunk_server", "sourcetype", "source", "host"];

/// Whether every event has the field, once.
pub fn is_default_field(field: &str) -> bool {
    DEFAULT_FIELDS.contains(&field)
}

/// Whether the field names searches, tags or data sets that are saved in one installation, so that its values are not in
/// the event; `tag::host` holds the tags of one field (Knowledge Manager Manual, "About tags and aliases").
pub fn is_knowledge_object(field: &str) -> bool {
    MULTIVALUED.contains(&field) || field.starts_with("tag::")
}

/// More branches than this are not split: the search then stays one, with its scope tests in it.
const BRANCHES: usize = 64;

/// A conjunction of scope tests: field to wildcard text, letters folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    tests: BTreeMap<String, (String, Words)>,
}

/// How a scope test is written, and where; two that mean the same are equal.
#[derive(Clone, Debug, Default)]
struct Words {
    text: String,
    origin: Origin,
}

impl PartialEq for Words {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Words {}

impl PartialOrd for Words {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Words {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
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

    /// Fields and wildcard texts as they are written, by field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tests.iter().map(|(field, (_, words))| (field.as_str(), words.text.as_str()))
    }

    /// The predicate for events of this scope: tests of a field that the scope decides are true or false for all of
    /// them, wherever they stand.
    pub fn decide(&self, predicate: Predicate) -> Predicate {
        match predicate {
            Predicate::Test(test) => match self.verdict(&test) {
                Some(verdict) => Predicate::Constant(verdict),
                None => Predicate::Test(test),
            },
            other => other.map_children(&mut |child| self.decide(child)),
        }
    }

    /// What the test says of every event of the scope, if the scope settles it.
    fn verdict(&self, test: &Test) -> Option<bool> {
        let (text, _) = self.tests.get(&test.field)?;
        if text.contains('*') || MULTIVALUED.contains(&test.field.as_str()) {
            return None;
        }
        let passes = |tests: &[ValueTest]| {
            let all = tests.iter().map(|test| match test {
                ValueTest::Matches(pattern) if pattern.case() == Case::Insensitive => {
                    Some(pattern.matches(text))
                }
                _ => None,
            });
            all.collect::<Option<Vec<bool>>>().map(|all| all.contains(&true))
        };
        match &test.condition {
            Condition::Exists => Some(true),
            Condition::Some(tests) => passes(tests),
            Condition::SomeOther(tests) => passes(tests).map(|passes| !passes),
            Condition::Holds(_) => None,
        }
    }

    /// Whether the search does not say where the events come from.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// The words of the search that say it.
    pub fn span(&self) -> Option<Span> {
        self.tests.values().map(|(_, words)| words.origin.0).reduce(Span::join)
    }

    /// The words that compare this field.
    pub fn span_of(&self, field: &str) -> Option<Span> {
        self.tests.get(field).map(|(_, words)| words.origin.0)
    }

    /// The fields whose tests stand in a stretch of the query.
    pub fn fields_in(&self, stretch: Span) -> impl Iterator<Item = &str> {
        let stands = move |origin: &Origin| stretch.start <= origin.0.start && origin.0.end <= stretch.end;
        self.tests
            .iter()
            .filter(move |(_, (_, words))| stands(&words.origin))
            .map(|(field, _)| field.as_str())
    }

    /// The scope tests as a predicate.
    pub fn predicate(&self) -> Predicate {
        self.predicate_of(|_| true)
    }

    /// The scope tests of the fields that are asked for, as a predicate.
    pub fn predicate_of(&self, wanted: impl Fn(&str) -> bool) -> Predicate {
        let tests = self.tests.iter().filter(|(field, _)| wanted(field));
        Predicate::and(tests.map(|(field, (_, words))| test_of(field, &words.text, words.origin)))
    }

    fn of(field: &str, text: &str, origin: Origin) -> Self {
        let words = Words { text: text.to_owned(), origin };
        Self { tests: BTreeMap::from([(field.to_owned(), (fold_text(text), words))]) }
    }

    /// Both scopes at once with the tests that do not fit in, or nothing where they exclude each other.
    fn and(&self, other: &Self) -> Option<(Self, Vec<Predicate>)> {
        let mut joined = self.clone();
        let mut rest = Vec::new();
        for (field, (text, words)) in &other.tests {
            match joined.tests.get(field).map(|(before, _)| before.as_str()) {
                Some(before) if before == text || matches(text, before) => {}
                Some(before) if !matches(before, text) => {
                    let both_wild = before.contains('*') && text.contains('*');
                    if !both_wild && !MULTIVALUED.contains(&field.as_str()) {
                        return None;
                    }
                    rest.push(test_of(field, &words.text, words.origin));
                }
                _ => {
                    joined.tests.insert(field.clone(), (text.clone(), words.clone()));
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
            let predicate = branch.scope.decide(Predicate::or(holding.map(|other| other.predicate.clone())));
            Branch { scope: branch.scope.clone(), predicate }
        })
        .collect();
    completed.into_iter().filter(|branch| branch.predicate != Predicate::Constant(false)).collect()
}

/// A scope with the predicates that have to hold, all of them; none is true.
type Conjunction = (Scope, Vec<Predicate>);

/// Branches of a predicate, one for each scope; nothing if there would be too many.
fn pairs(predicate: &Predicate) -> Option<Vec<Branch>> {
    let found = match predicate {
        Predicate::Test(test) => match scope_texts(test) {
            Some(texts) => {
                let scopes = texts.into_iter().map(|text| Scope::of(&test.field, &text, test.origin));
                scopes.map(|scope| Branch { scope, predicate: Predicate::Constant(true) }).collect()
            }
            None => return Some(vec![unscoped(predicate)]),
        },
        Predicate::Or(children) => {
            let mut all = Vec::new();
            for child in children {
                all.extend(pairs(child)?);
            }
            all
        }
        Predicate::And(children) => {
            let mut product: Vec<Conjunction> = vec![(Scope::default(), Vec::new())];
            for child in children {
                product = multiplied(product, pairs(child)?)?;
            }
            let joined = |(scope, parts)| Branch { scope, predicate: Predicate::and(parts) };
            product.into_iter().map(joined).collect()
        }
        Predicate::Constant(_)
        | Predicate::Not(_)
        | Predicate::Computed(_)
        | Predicate::OneValue(_)
        | Predicate::Hole(_) => return Some(vec![unscoped(predicate)]),
    };
    let merged = merged(found);
    (merged.len() <= BRANCHES).then_some(merged)
}

fn multiplied(mut left: Vec<Conjunction>, mut right: Vec<Branch>) -> Option<Vec<Conjunction>> {
    if right.len() == 1 && right.iter().all(|branch| branch.scope.is_empty()) {
        // What holds whatever the scope joins each product as it is.
        let always =
            right.pop().map(|branch| branch.predicate).filter(|part| *part != Predicate::Constant(true));
        for (_, parts) in &mut left {
            parts.extend(always.clone());
        }
        return Some(left);
    }
    if left.len() * right.len() > BRANCHES * BRANCHES {
        return None;
    }
    let mut product = Vec::new();
    for ((scope, parts), branch) in left.iter().flat_map(|a| right.iter().map(move |b| (a, b))) {
        let Some((scope, rest)) = scope.and(&branch.scope) else { continue };
        let more = std::iter::once(branch.predicate.clone()).chain(rest);
        let parts = parts.iter().cloned().chain(more).filter(|part| *part != Predicate::Constant(true));
        product.push((scope, parts.collect()));
    }
    (product.len() <= BRANCHES).then_some(product)
}

fn unscoped(predicate: &Predicate) -> Branch {
    Branch { scope: Scope::default(), predicate: predicate.clone() }
}

/// Branches of the same scope become one.
fn merged(branches: Vec<Branch>) -> Vec<Branch> {
    let mut order: Vec<Scope> = Vec::new();
    let mut parts: BTreeMap<Scope, (Vec<Predicate>, HashSet<Predicate>)> = BTreeMap::new();
    for branch in branches {
        if !parts.contains_key(&branch.scope) {
            order.push(branch.scope.clone());
        }
        let (same, seen) = parts.entry(branch.scope).or_default();
        if seen.insert(branch.predicate.clone()) {
            same.push(branch.predicate);
        }
    }
    let merge = |scope: Scope| {
        let predicate = Predicate::or(parts.remove(&scope).unwrap_or_default().0);
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
