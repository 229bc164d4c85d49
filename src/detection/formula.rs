//! Expressions of `eval` over the fields of an event, with everything that `eval`, `rename` and `rex` did put in.
//!
//! In: nothing but data. Out: a tree whose leaves are constants and fields of the event itself. Invariant: a formula has
//! at most [`MOST_NODES`] nodes and is at most [`DEEPEST`] deep, since a search may use a field it made in the next one it
//! makes, twice; so a walk may recurse.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use crate::detection::predicate::{HoleKind, Predicate};
use crate::detection::regex::{Regex, Sed};
use crate::spl::eval::BinaryOperator;

/// The most nodes of a formula.
pub const MOST_NODES: usize = 20_000;

/// The deepest nesting of a formula.
pub const DEEPEST: usize = 100;

/// An expression over the fields of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Formula {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// The values of a field.
    Field(String),
    /// `NOT`; of null it is null.
    Not(Box<Formula>),
    /// The number with the other sign.
    Minus(Box<Formula>),
    /// Two operands joined by an operator.
    Binary(BinaryOperator, Box<Formula>, Box<Formula>),
    /// A function, by its name in lower case.
    Call(String, Vec<Formula>),
    /// A field that `rex` sets.
    Extract(Box<Extract>),
    /// What `rex mode=sed` makes of each value.
    Edit(Box<Formula>, Sed),
    /// `mvmap` and `mvfilter`: an expression for each value of another.
    Each(Box<Each>),
    /// Whether the event passes: true or false, never null.
    Holds(Box<Predicate>),
    /// What only the Splunk installation knows: the output of a lookup that is not given.
    Unknown(Box<Unknown>),
}

/// A column of a table that is not given, in the row that an event finds there. Two of them are one if they are equal;
/// whether different ones hold different values is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unknown {
    /// What holds the table: a lookup or a database of places.
    pub kind: HoleKind,
    /// The lookup.
    pub name: String,
    /// The column, or the search over the table.
    pub column: String,
    /// The columns that the row is found by, and what stands in them.
    pub keys: Vec<(String, Formula)>,
}

/// The values of a named group of a regular expression where it matches, else another formula.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Extract {
    /// What is searched; each value on its own.
    pub from: Formula,
    /// The expression.
    pub regex: Regex,
    /// The group.
    pub group: String,
    /// The most matches; none for no bound.
    pub most: Option<usize>,
    /// The field where the group has no match: what it was before.
    pub otherwise: Formula,
}

/// An expression for each value of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Each {
    /// The values.
    pub values: Formula,
    /// The field that stands for one of them in the body.
    pub field: String,
    /// What is computed for each.
    pub body: Formula,
    /// Whether the value is kept where the body is true (`mvfilter`), or replaced by the body (`mvmap`).
    pub filters: bool,
}

/// A number that can be compared for equality: two are equal if their order is.
#[derive(Clone, Copy, Debug)]
pub struct Decimal(pub f64);

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normal().total_cmp(&other.normal())
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal().to_bits().hash(state);
    }
}

impl Decimal {
    /// Zero has one form.
    fn normal(self) -> f64 {
        if self.0 == 0.0 { 0.0 } else { self.0 }
    }
}

impl Formula {
    /// Calls `visit` for each direct part that is a formula.
    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Not(inner) | Self::Minus(inner) | Self::Edit(inner, _) => visit(inner),
            Self::Binary(_, left, right) => {
                visit(left);
                visit(right);
            }
            Self::Call(_, arguments) => arguments.iter().for_each(visit),
            Self::Extract(extract) => {
                visit(&extract.from);
                visit(&extract.otherwise);
            }
            Self::Each(each) => {
                visit(&each.values);
                visit(&each.body);
            }
            Self::Null
            | Self::Boolean(_)
            | Self::Text(_)
            | Self::Number(_)
            | Self::Field(_)
            | Self::Holds(_) => {}
            Self::Unknown(unknown) => unknown.keys.iter().for_each(|(_, key)| visit(key)),
        }
    }

    /// Calls `visit` for each field in it, as often as it stands there.
    pub fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str)) {
        match self {
            Self::Field(field) => visit(field),
            Self::Holds(predicate) => predicate.for_each_field(visit),
            other => other.for_each_child(&mut |child| child.for_each_field(visit)),
        }
    }

    /// Rebuilds the formula with every direct part that is a formula replaced.
    #[must_use]
    pub fn map_children(self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        match self {
            Self::Not(inner) => Self::Not(Box::new(change(*inner))),
            Self::Minus(inner) => Self::Minus(Box::new(change(*inner))),
            Self::Edit(inner, sed) => Self::Edit(Box::new(change(*inner)), sed),
            Self::Binary(operator, left, right) => {
                Self::Binary(operator, Box::new(change(*left)), Box::new(change(*right)))
            }
            Self::Call(name, arguments) => Self::Call(name, arguments.into_iter().map(change).collect()),
            Self::Extract(extract) => {
                let Extract { from, regex, group, most, otherwise } = *extract;
                let (from, otherwise) = (change(from), change(otherwise));
                Self::Extract(Box::new(Extract { from, regex, group, most, otherwise }))
            }
            Self::Each(each) => {
                let Each { values, field, body, filters } = *each;
                let (values, body) = (change(values), change(body));
                Self::Each(Box::new(Each { values, field, body, filters }))
            }
            leaf => leaf,
        }
    }

    /// Whether it is the same for every event.
    pub fn is_constant(&self) -> bool {
        matches!(self, Self::Null | Self::Boolean(_) | Self::Text(_) | Self::Number(_))
    }
}
