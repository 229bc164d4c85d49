//! What several events come to, in the few shapes that targets have words for: a number over a group, or events that
//! happen together.
//!
//! In: the steps of a detection. Out: a [`Shape`] over the fields of the events, or the step that has none. Invariant: an
//! event that contributes to a result of the steps contributes to one of the shape; where the shape leaves something
//! out, it says so, and whether more events could then lead to fewer results.

mod constant;
mod joined;
mod keys;
mod level;
mod recognise;

use crate::detection::{Decimal, Predicate};
use crate::source::Origin;

pub use recognise::shape;
pub(crate) use recognise::words;

/// What events that share the values of some fields have to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The fields whose values tie events together; an event that lacks one is in no group.
    pub by: Vec<String>,
    /// Fields that tie events together too, and events that lack one as well.
    pub filled: Vec<Filled>,
    /// How far apart in time they may be.
    pub window: Window,
    /// What they have to come to: one of these.
    pub alternatives: Vec<Ask>,
    /// What each event passes, since its group is one of some values of `by`.
    pub each: Vec<Predicate>,
    /// What else the search asks, which the shape does not.
    pub left_out: Vec<LeftOut>,
    /// Whether the search also ties events together by something computed.
    pub lacks_keys: bool,
    /// The words of the search that group the events.
    pub origin: Origin,
}

/// A field that ties events together, with the text that the search takes for it where an event lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The field.
    pub field: String,
    /// The text; events that have it in the field are of the same group.
    pub text: String,
}

/// How far apart in time the events of a group may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// As far as the time range of the search.
    Search,
    /// So many seconds back from each event.
    Sliding(Decimal),
    /// Within stretches of so many seconds that follow each other.
    Tumbling(Decimal),
}

/// What a group of events has to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A number over its events.
    Threshold(Threshold),
    /// Events of several kinds.
    Together(Together),
    /// An event that passes this, and need not pass what the others do: one of a sub-search.
    Beside(Predicate),
}

impl Ask {
    /// The number of different texts of events that is compared: `dc(_raw)`.
    pub(crate) fn texts(&self) -> Option<&Threshold> {
        match self {
            Self::Threshold(threshold) if matches!(&threshold.function, Function::Distinct(field) if field == "_raw") => {
                Some(threshold)
            }
            _ => None,
        }
    }
}

/// A number over events that is compared with a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// What an event has to pass to be counted.
    pub of: Predicate,
    /// The number.
    pub function: Function,
    /// How it compares.
    pub relation: Relation,
    /// The constant.
    pub number: Decimal,
}

/// A number over events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Function {
    /// How many there are.
    Count,
    /// How many different values the field has.
    Distinct(String),
    /// The sum of the values of the field.
    Sum(String),
    /// The mean of the values of the field.
    Average(String),
}

impl Function {
    /// The field it is computed from.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Count => None,
            Self::Distinct(field) | Self::Sum(field) | Self::Average(field) => Some(field),
        }
    }
}

/// How a number compares with a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is less.
    Less,
    /// It is less or equal.
    LessEqual,
    /// It is greater.
    Greater,
    /// It is greater or equal.
    GreaterEqual,
    /// It is equal.
    Equal,
    /// It is another one.
    NotEqual,
}

/// Events of several kinds in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// The kinds: for each there is an event that passes.
    pub parts: Vec<Predicate>,
    /// Whether the events of the kinds follow each other in this order.
    pub ordered: bool,
}

/// Something that the search asks and the shape does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is, as the subject of a sentence.
    pub what: String,
    /// Whether events are left out before they are counted, so that a number may come out greater than in the search.
    pub counts: bool,
    /// The words of the search.
    pub origin: Origin,
}

impl Relation {
    /// Whether a greater number passes wherever a smaller one does.
    pub const fn grows(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterEqual)
    }
}

impl Shape {
    /// Whether every event that contributes to a result still does where others are added. A sum is taken to be one of
    /// numbers that are not negative.
    pub fn grows(&self) -> bool {
        self.alternatives.iter().all(|ask| match ask {
            Ask::Threshold(threshold) => {
                threshold.relation.grows() && !matches!(threshold.function, Function::Average(_))
            }
            Ask::Together(_) | Ask::Beside(_) => true,
        })
    }
}
