//! Runs detections over events.
//!
//! In: predicates. Out: which of them an event passes. Invariant: the same verdict as `evaluate::predicate` on every
//! event, which property tests check. What can be done once for a rule is done when it is compiled: letters are
//! folded, exact values are in a hash set, patterns are cut in units.

mod pattern;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

use ipnet::IpNet;

use crate::detection::{Condition, Order, Predicate, Regex, Test, ValueTest};
use crate::evaluate;
use crate::event::pattern::{Case, Pattern, Shape, fold_text};
use crate::event::raw::Term;
use crate::event::{Event, Value, is_reached, network, number};
use crate::function::Context;
use pattern::Compiled;

/// Predicates made ready to run. `Send` and `Sync`: share one among threads.
///
/// ```
/// use splc::{command, event::Event, matcher::Matcher};
/// let parsed = command::parse("user=root action IN (start, exec*)");
/// let matcher = Matcher::new([&command::lower(&parsed.pipeline).unwrap().predicate()]);
/// let event = Event::new().with("user", "Root").with("action", "exec_start");
/// assert_eq!(matcher.matches(&event).collect::<Vec<_>>(), [0]);
/// ```
#[derive(Debug)]
pub struct Matcher {
    rules: Vec<Node>,
    given: Context,
}

#[derive(Debug)]
enum Node {
    Constant(bool),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Exists(Field),
    /// Some value passes.
    Some(Field, Values),
    /// Some value does not pass.
    SomeOther(Field, Values),
    Holds(Vec<Term>),
    /// What is computed or asked of one value: the reference says.
    Other(Predicate),
}

#[derive(Debug)]
enum Field {
    Name(String),
    /// The name as it is written, and its pattern.
    Pattern(String, Compiled),
}

#[derive(Debug, Default)]
struct Values {
    /// Folded texts.
    insensitive: HashSet<String>,
    sensitive: HashSet<String>,
    patterns: Vec<Compiled>,
    networks: Vec<IpNet>,
    orders: Vec<(Order, String)>,
    equal: Vec<f64>,
    numbers: Vec<(Order, f64)>,
    regexes: Vec<Regex>,
}

impl Matcher {
    /// Compiles predicates; a match names one by its place in the list.
    pub fn new<'a>(predicates: impl IntoIterator<Item = &'a Predicate>) -> Self {
        Self { rules: predicates.into_iter().map(compiled).collect(), given: Context::default() }
    }

    /// The same with the time that the user states, if one is.
    #[must_use]
    pub fn given(self, given: &Context) -> Self {
        Self { given: given.clone(), ..self }
    }

    /// The predicates that the event passes, as places in the list, in order.
    pub fn matches(&self, event: &Event) -> impl Iterator<Item = usize> {
        self.rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.passes(event, &self.given))
            .map(|(index, _)| index)
    }
}

fn compiled(predicate: &Predicate) -> Node {
    match predicate {
        Predicate::Constant(value) => Node::Constant(*value),
        Predicate::And(children) => Node::And(children.iter().map(compiled).collect()),
        Predicate::Or(children) => Node::Or(children.iter().map(compiled).collect()),
        Predicate::Not(child) => Node::Not(Box::new(compiled(child))),
        Predicate::Test(test) => compiled_test(test),
        other @ (Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Hole(_)) => {
            Node::Other(other.clone())
        }
    }
}

fn compiled_test(test: &Test) -> Node {
    let field = if test.field.contains('*') {
        Field::Pattern(test.field.clone(), Compiled::new(&Pattern::wildcard(&test.field, Case::Sensitive)))
    } else {
        Field::Name(test.field.clone())
    };
    match &test.condition {
        Condition::Exists => Node::Exists(field),
        Condition::Some(tests) => Node::Some(field, Values::new(tests)),
        Condition::SomeOther(tests) => Node::SomeOther(field, Values::new(tests)),
        Condition::Holds(terms) => Node::Holds(terms.clone()),
    }
}

impl Node {
    fn passes(&self, event: &Event, given: &Context) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::And(children) => children.iter().all(|child| child.passes(event, given)),
            Self::Or(children) => children.iter().any(|child| child.passes(event, given)),
            Self::Not(child) => !child.passes(event, given),
            Self::Exists(field) => field.any(event, |_| true),
            Self::Some(field, values) => field.any(event, |value| values.pass(&value.text())),
            Self::SomeOther(field, values) => field.any(event, |value| !values.pass(&value.text())),
            Self::Other(predicate) => evaluate::predicate_given(predicate, event, given),
            Self::Holds(terms) => {
                let raw: Option<Cow<'_, str>> = event.raw();
                raw.is_some_and(|raw| terms.iter().any(|term| term.is_in(&raw)))
            }
        }
    }
}

impl Field {
    fn any(&self, event: &Event, test: impl Fn(&Value) -> bool) -> bool {
        match self {
            Self::Name(name) => event.values(name).iter().any(test),
            Self::Pattern(written, pattern) => event
                .fields()
                .filter(|(name, _)| is_reached(written, name) && pattern.matches(name))
                .any(|(_, values)| values.iter().any(&test)),
        }
    }
}

impl Values {
    fn new(tests: &[ValueTest]) -> Self {
        let mut values = Self::default();
        for test in tests {
            match test {
                ValueTest::Matches(pattern) => match (pattern.shape(), pattern.case()) {
                    (Shape::Exact(text), Case::Insensitive) => {
                        values.insensitive.insert(fold_text(text));
                    }
                    (Shape::Exact(text), Case::Sensitive) => {
                        values.sensitive.insert(text.to_owned());
                    }
                    _ => values.patterns.push(Compiled::new(pattern)),
                },
                ValueTest::In(network) => values.networks.push(*network),
                ValueTest::Compares(order, text) => values.orders.push((*order, text.clone())),
                ValueTest::Equals(number) => values.equal.push(number.0),
                ValueTest::Number(order, number) => values.numbers.push((*order, number.0)),
                ValueTest::Regex(regex) => values.regexes.push(regex.clone()),
            }
        }
        values
    }

    fn passes_as_number(&self, text: &str) -> bool {
        if self.equal.is_empty() && self.numbers.is_empty() {
            return false;
        }
        let Some(number) = number::parse(text) else { return false };
        let order = |than: &f64| number.partial_cmp(than).unwrap_or(Ordering::Equal);
        self.equal.iter().any(|than| order(than).is_eq())
            || self.numbers.iter().any(|(wanted, than)| wanted.admits(order(than)))
    }

    fn pass(&self, text: &str) -> bool {
        (!self.sensitive.is_empty() && self.sensitive.contains(text))
            || (!self.insensitive.is_empty() && self.insensitive.contains(fold_text(text).as_str()))
            || self.patterns.iter().any(|pattern| pattern.matches(text))
            || self.networks.iter().any(|network| network::holds(*network, text))
            || self.orders.iter().any(|(order, than)| order.admits(number::compare(text, than)))
            || self.passes_as_number(text)
            || self.regexes.iter().any(|regex| regex.is_match(text))
    }
}
