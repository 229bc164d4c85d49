//! Predicates on one event.
//!
//! Invariant: two-valued. A test of a field that is missing is false, whatever it asks; only [`Predicate::Not`]
//! turns that round. A test of a field with several values asks for *some* value. A condition on something computed
//! is false where nothing was computed.

use ipnet::IpNet;

use crate::detection::formula::{Decimal, Formula};
use crate::detection::regex::Regex;
use crate::event::pattern::Pattern;
use crate::event::raw::Term;
use crate::event::{Value, network, number};
use crate::source::Origin;

/// A condition on an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Predicate {
    /// True or false for every event.
    Constant(bool),
    /// All of these.
    And(Vec<Predicate>),
    /// Any of these.
    Or(Vec<Predicate>),
    /// Not this.
    Not(Box<Predicate>),
    /// A test of one field.
    Test(Test),
    /// A condition on something computed from fields.
    Computed(Box<Computed>),
    /// A condition on one of the values of something.
    OneValue(Box<OneValue>),
    /// What only the Splunk installation knows: a macro, an event type or a lookup that is not given.
    Hole(Hole),
}

/// A condition on something computed from fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Computed {
    /// What is computed.
    pub formula: Formula,
    /// What is asked of its values; nothing if the formula itself has to be true, neither false nor null.
    pub condition: Option<Condition>,
    /// The words of the search that ask it.
    pub origin: Origin,
}

/// There is a value of a formula such that a predicate holds where a field has that value alone.
///
/// A row of `stats … by user` stands for one value of `user`, and so does each row that `mvexpand user` makes of an
/// event: what is asked of the row is asked of that one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OneValue {
    /// The values.
    pub of: Formula,
    /// The field that has one of them in the predicate.
    pub field: String,
    /// What has to hold.
    pub holds: Predicate,
}

/// A name that only the Splunk installation can resolve.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hole {
    /// What it names.
    pub kind: HoleKind,
    /// The name.
    pub name: String,
    /// What is asked of it, where the name alone does not say so: two holes of a lookup are one only if the same is
    /// asked of the same column and key.
    pub asked: Option<Box<Computed>>,
    /// Where it stands.
    pub origin: Origin,
}

/// What the name of a hole names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HoleKind {
    /// A macro.
    Macro,
    /// An event type.
    EventType,
    /// A lookup.
    Lookup,
    /// A database of the places of addresses.
    Places,
    /// A saved search.
    SavedSearch,
}

impl HoleKind {
    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Macro => "macro",
            Self::EventType => "eventtype",
            Self::Lookup => "lookup",
            Self::Places => "places",
            Self::SavedSearch => "savedsearch",
        }
    }
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Test {
    /// The field; `*` stands for any part of a name, as `search` allows.
    pub field: String,
    /// What is asked of it.
    pub condition: Condition,
    /// The words of the search that ask it.
    pub origin: Origin,
}

/// What a test asks of the values of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// The field has a value, if only the empty text.
    Exists,
    /// Some value passes one of these.
    Some(Vec<ValueTest>),
    /// Some value passes none of these: `field!=value` (Search Manual, "NOT expressions").
    SomeOther(Vec<ValueTest>),
    /// The raw event holds one of these terms; the field is `_raw`.
    Holds(Vec<Term>),
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueTest {
    /// The whole text matches.
    Matches(Pattern),
    /// The text is an address in the network.
    In(IpNet),
    /// The text stands in this order to the given one: as numbers if both are, else byte by byte (`search`).
    Compares(Order, String),
    /// It is this number, however it is written (`where`).
    Equals(Decimal),
    /// It is a number in this order to the given one; any other text is in no order to it (`where`).
    Number(Order, Decimal),
    /// The expression matches some part of the text.
    Regex(Regex),
}

/// An order of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Condition {
    /// Whether these values of a field pass.
    pub fn holds_for(&self, values: &[Value]) -> bool {
        let some = |test: &dyn Fn(&Value) -> bool| values.iter().any(test);
        match self {
            Self::Exists => !values.is_empty(),
            Self::Some(tests) => some(&|value| tests.iter().any(|test| test.passes(value))),
            Self::SomeOther(tests) => some(&|value| !tests.iter().any(|test| test.passes(value))),
            Self::Holds(terms) => some(&|value| terms.iter().any(|term| term.is_in(&value.text()))),
        }
    }
}

impl ValueTest {
    /// Whether a value passes.
    pub fn passes(&self, value: &Value) -> bool {
        let text = value.text();
        let as_number = || match value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => number::parse(text),
        };
        match self {
            Self::Matches(pattern) => pattern.matches(&text),
            Self::In(network) => network::holds(*network, &text),
            Self::Compares(order, than) => order.admits(number::compare(&text, than)),
            Self::Equals(than) => as_number().is_some_and(|number| Decimal(number) == *than),
            Self::Number(order, than) => {
                as_number().and_then(|it| it.partial_cmp(&than.0)).is_some_and(|it| order.admits(it))
            }
            Self::Regex(regex) => regex.is_match(&text),
        }
    }
}

impl Order {
    /// The operator as SPL writes it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }

    /// Whether two values in this order to each other pass.
    pub fn admits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterEqual => ordering.is_ge(),
        }
    }
}

impl Predicate {
    /// All of the parts: one alone stands for itself, none is true.
    pub fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, Self::And, true)
    }

    /// Any of the parts: one alone stands for itself, none is false.
    pub fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, Self::Or, false)
    }

    fn joined(parts: impl IntoIterator<Item = Self>, node: fn(Vec<Self>) -> Self, none: bool) -> Self {
        let mut parts: Vec<Self> = parts.into_iter().collect();
        match parts.len() {
            0 => Self::Constant(none),
            1 => parts.pop().unwrap_or(Self::Constant(none)),
            _ => node(parts),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The words of the search that its first test stands for.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Test(test) => test.origin,
            Self::Computed(computed) => computed.origin,
            Self::OneValue(one) => one.holds.origin(),
            Self::Hole(hole) => hole.origin,
            _ => self.children().first().map(Self::origin).unwrap_or_default(),
        }
    }

    /// How many parts it has, itself among them.
    pub fn size(&self) -> usize {
        1 + match self {
            Self::OneValue(one) => one.holds.size(),
            _ => self.children().iter().map(Self::size).sum(),
        }
    }

    /// Direct parts.
    pub fn children(&self) -> &[Self] {
        match self {
            Self::And(children) | Self::Or(children) => children,
            Self::Not(child) => std::slice::from_ref(child),
            Self::Constant(_) | Self::Test(_) | Self::Computed(_) | Self::OneValue(_) | Self::Hole(_) => &[],
        }
    }

    /// Calls `visit` for each field that it asks for, as often as it does.
    pub fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str)) {
        match self {
            Self::Test(test) => visit(&test.field),
            Self::Computed(computed) => computed.formula.for_each_field(visit),
            Self::OneValue(one) => {
                one.of.for_each_field(visit);
                one.holds.for_each_field(visit);
            }
            _ => self.children().iter().for_each(|child| child.for_each_field(visit)),
        }
    }

    /// All tests of fields of the event, in order, each with whether it stands under an even number of NOT.
    pub fn tests(&self) -> Vec<(&Test, bool)> {
        fn gather<'a>(predicate: &'a Predicate, positive: bool, into: &mut Vec<(&'a Test, bool)>) {
            match predicate {
                Predicate::Test(test) => into.push((test, positive)),
                Predicate::Not(child) => gather(child, !positive, into),
                _ => predicate.children().iter().for_each(|child| gather(child, positive, into)),
            }
        }
        let mut tests = Vec::new();
        gather(self, true, &mut tests);
        tests
    }

    /// Rebuilds the predicate with every direct part replaced.
    #[must_use]
    pub fn map_children(self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        match self {
            Self::And(children) => Self::And(children.into_iter().map(change).collect()),
            Self::Or(children) => Self::Or(children.into_iter().map(change).collect()),
            Self::Not(child) => Self::Not(Box::new(change(*child))),
            leaf @ (Self::Constant(_)
            | Self::Test(_)
            | Self::Computed(_)
            | Self::OneValue(_)
            | Self::Hole(_)) => leaf,
        }
    }
}

impl From<Test> for Predicate {
    fn from(test: Test) -> Self {
        Self::Test(test)
    }
}
