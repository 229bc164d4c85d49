//! Predicates on one event.
//!
//! Invariant: two-valued. A test of a field that is missing is false, whatever it asks; only [`Predicate::Not`]
//! turns that round. A test of a field with several values asks for *some* value.

use ipnet::IpNet;

use crate::event::pattern::Pattern;
use crate::event::raw::Term;
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
    /// The text stands in this order to the given one: as numbers if both are, else byte by byte.
    Compares(Order, String),
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

    /// Direct parts.
    pub fn children(&self) -> &[Self] {
        match self {
            Self::And(children) | Self::Or(children) => children,
            Self::Not(child) => std::slice::from_ref(child),
            Self::Constant(_) | Self::Test(_) => &[],
        }
    }

    /// All tests, in order, each with whether it stands under an even number of NOT.
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
            leaf @ (Self::Constant(_) | Self::Test(_)) => leaf,
        }
    }
}

impl From<Test> for Predicate {
    fn from(test: Test) -> Self {
        Self::Test(test)
    }
}
