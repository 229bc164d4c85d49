//! What a detection does over several events: groups, running numbers, transactions, and what order and limits say.
//!
//! In: nothing but data. Out: steps, each from rows to rows. Invariant: a formula or predicate in a step sees the rows
//! that the step before it gives: those of a [`Step::Group`] have its keys and aggregates and nothing else, and every other
//! step keeps the fields of its rows and adds its own. The first step sees the events.

use crate::detection::formula::{Decimal, Formula};
use crate::detection::predicate::Predicate;
use crate::source::Origin;

/// One step over rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Keeps the rows that pass.
    Filter(Predicate),
    /// One row for each group: `stats`, `chart`, `timechart`, `tstats`.
    Group(Group),
    /// Adds to each row what is computed over its group: `eventstats`.
    Annotate(Group),
    /// Adds to each row what is computed over the rows up to it: `streamstats`.
    Run(Run),
    /// One row for each value of a field: `mvexpand`.
    Expand(Expand),
    /// Keeps the first rows of each combination of values: `dedup`.
    Distinct(Distinct),
    /// Keeps this many of the first rows: `head`.
    First(usize),
    /// Keeps this many of the last rows, the last one first (Search Reference, `tail`).
    Last(usize),
    /// Puts rows in order: `sort`.
    Sort(Sort),
    /// Turns the order round: `reverse`.
    Reverse,
    /// Joins events that belong together to one row: `transaction`.
    Transaction(Box<Transaction>),
    /// Adds to each row what rows of a sub-search hold: `join`.
    Join(Box<Join>),
    /// Marks the rows that are like one of a sub-search: `[search …]` in a search.
    Mark(Box<Mark>),
}

/// Groups of rows and what is computed over each.
///
/// A row is in the group of each combination of its values, and twice in that of a value it has twice (Search Reference,
/// `stats`, `dedup_splitvals`); one that lacks a key is in none. The keys of the rows that come out are texts, and the rows
/// are in the order of their keys: numbers by value, then other texts by their bytes. Without keys there is one group,
/// even of no rows. A step that adds to rows counts each row once in a group, leaves a row of no group as it is, and gives
/// one of several groups what the last of them has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The fields by which rows are grouped: a name in the rows that come out, and what it is in those that go in.
    pub by: Vec<(String, Formula)>,
    /// What is computed.
    pub aggregates: Vec<Aggregate>,
    /// When a row is, for functions and windows that ask for its time.
    pub time: Formula,
    /// The seconds between rows if each stretch of time between the first and the last has one, with or without events
    /// (Search Reference, `timechart`, `cont`): there `count` is 0, and other functions have no value.
    pub stretches: Option<Decimal>,
    /// The words of the search that say it.
    pub origin: Origin,
}

/// A function over the rows of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// The field that holds the result.
    pub name: String,
    /// The function, by its name in lower case.
    pub function: String,
    /// Over what; nothing for `count` of rows.
    pub argument: Option<Formula>,
}

/// Running numbers (Search Reference, `streamstats`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Groups and functions.
    pub group: Group,
    /// Whether the row itself counts.
    pub current: bool,
    /// How many rows back, if that is bounded.
    pub window: Option<usize>,
    /// The rows are fewer seconds away, if that is bounded.
    pub seconds: Option<Decimal>,
    /// Whether the window counts the rows of all groups.
    pub global: bool,
}

/// One row for each value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expand {
    /// The field that holds one value in each row.
    pub field: String,
    /// All of them.
    pub of: Formula,
}

/// The first rows of each combination of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distinct {
    /// How many.
    pub keep: usize,
    /// The fields; rows are alike that have the same values of each.
    pub by: Vec<Formula>,
    /// Whether rows that lack a field are kept, all of them.
    pub keeps_empty: bool,
    /// Whether only neighbouring rows are compared.
    pub consecutive: bool,
    /// The words of the search that say it.
    pub origin: Origin,
}

/// How many rows an order keeps where the search names no limit (Search Reference, `sort`).
pub const DEFAULT_MOST: usize = 10_000;

/// An order of rows: by the first key, where that is equal by the second, and so on; equal rows keep their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// What decides.
    pub keys: Vec<SortKey>,
    /// Whether the whole order is turned round in the end.
    pub reversed: bool,
    /// How many of the first rows are kept, if not all.
    pub most: Option<usize>,
    /// The words of the search that say it.
    pub origin: Origin,
}

/// What the values of a key are compared as (Search Reference, `sort`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// As addresses if all are, else numbers before other texts: `auto`.
    Automatic,
    /// As numbers; other texts come last: `num`.
    Number,
    /// As texts: `str`.
    Text,
    /// As addresses; other texts come last: `ip`.
    Address,
}

/// A key of an order. Rows that lack it come last either way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// What is compared: its first value.
    pub formula: Formula,
    /// As what.
    pub comparison: Comparison,
    /// Whether the greatest come first.
    pub descending: bool,
}

/// Events that belong together (Search Reference, `transaction`).
///
/// Events come newest first. Each joins the transaction that was opened last among those it fits, or opens one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The fields whose values tie events together, with what they are in the rows that go in.
    pub by: Vec<(String, Formula)>,
    /// All of its events lie within fewer seconds.
    pub longest_span: Option<Decimal>,
    /// The most seconds between two of its events.
    pub longest_pause: Option<Decimal>,
    /// What its first event passes.
    pub starts: Option<Predicate>,
    /// What its last event passes.
    pub ends: Option<Predicate>,
    /// The most events.
    pub most_events: usize,
    /// Whether an event has to share a value with the transaction that it joins: one that only contradicts none opens
    /// its own.
    pub connected: bool,
    /// Whether transactions that were not closed are rows too.
    pub keeps_open: bool,
    /// Whether the search says where transactions close; where it does not, all are rows.
    pub is_bounded: bool,
    /// When an event is.
    pub time: Formula,
    /// The words of the search that say it.
    pub origin: Origin,
}

/// What joins rows with those of a sub-search (Search Reference, `join`).
///
/// The sub-search sees all events, those that the search itself leaves out too (Search Manual, "About subsearches"). Rows
/// meet where all their keys have the same values, with case; one that lacks a key meets none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The steps of the sub-search, the first of which sees the events.
    pub other: Vec<Step>,
    /// The keys: what they are in a row here, and in one of the sub-search.
    pub on: Vec<(Formula, Formula)>,
    /// The fields that a row gets, and what they are in the row of the sub-search.
    pub fields: Vec<(String, Formula)>,
    /// Whether a row that meets none stays as it is.
    pub keeps_all: bool,
    /// How many of the first rows that it meets a row is joined with, if that is bounded.
    pub most: Option<usize>,
    /// Rows meet those that are earlier or later only, if that is asked.
    pub limit: Option<TimeLimit>,
    /// The words of the search that say it.
    pub origin: Origin,
}

/// Which rows meet by their times; those of the same second do, and those that have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeLimit {
    /// Whether the row of the sub-search has to be the earlier one.
    pub is_earlier: bool,
    /// When a row here is.
    pub time: Formula,
    /// When a row of the sub-search is.
    pub other: Formula,
}

/// What marks the rows that are like one of a sub-search (Search Manual, "Change the format of subsearch results").
///
/// A row is like another one if some value of each field that the other one has is equal to one of its values there,
/// without case, where `*` stands for any run, or is an address of the network that it names. A row without fields is like
/// none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The field that rows get which are like one of them.
    pub name: String,
    /// The steps of the sub-search, the first of which sees the events.
    pub other: Vec<Step>,
    /// The fields: what they are in a row here, and in one of the sub-search.
    pub fields: Vec<(Formula, Formula)>,
    /// The words of the search that say it.
    pub origin: Origin,
}

impl Transaction {
    /// Whether every event that has one of the fields is in some row of the result: only transactions that lack the event
    /// they start or end with are left out, and none where nothing closes them.
    pub const fn keeps_every_event(&self) -> bool {
        (self.starts.is_none() && self.ends.is_none()) || self.keeps_open || !self.is_bounded
    }
}

impl Step {
    /// What it is, as the subject of a sentence, with its verb.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Self::Filter(_) => "this test is",
            Self::Group(_) => "this group is",
            Self::Annotate(_) => "what `eventstats` computes is",
            Self::Run(_) => "what `streamstats` computes is",
            Self::Expand(_) => "the values of a field are",
            Self::Distinct(_) => "`dedup` is",
            Self::First(_) | Self::Last(_) => "a limit of how many rows are kept is",
            Self::Sort(_) => "keeping the first rows of an order is",
            Self::Reverse => "`reverse` is",
            Self::Transaction(_) => "a transaction is",
            Self::Join(_) => "`join` is",
            Self::Mark(_) => "a sub-search is",
        }
    }

    /// What it is, as the subject of a sentence.
    ///
    /// ```
    /// use splc::detection::Step;
    /// assert_eq!(Step::Reverse.subject(), "`reverse`");
    /// ```
    pub fn subject(&self) -> &'static str {
        let words = self.in_words();
        words.strip_suffix(" is").or_else(|| words.strip_suffix(" are")).unwrap_or(words)
    }

    /// The words of the search that say it, where they are known.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Filter(predicate) => predicate.origin(),
            Self::Group(group) | Self::Annotate(group) => group.origin,
            Self::Run(run) => run.group.origin,
            Self::Distinct(distinct) => distinct.origin,
            Self::Transaction(transaction) => transaction.origin,
            Self::Sort(sort) => sort.origin,
            Self::Join(join) => join.origin,
            Self::Mark(mark) => mark.origin,
            Self::Expand(_) | Self::First(_) | Self::Last(_) | Self::Reverse => Origin::default(),
        }
    }

    /// Whether what comes of it may depend on the order of the rows.
    pub fn asks_for_order(&self) -> bool {
        let by_order = |group: &Group| {
            let functions = ["first", "last", "list", "mode", "earliest", "latest", "rate"];
            group.aggregates.iter().any(|one| functions.contains(&one.function.as_str()))
        };
        match self {
            Self::First(_) | Self::Last(_) | Self::Run(_) | Self::Distinct(_) | Self::Transaction(_) => true,
            Self::Sort(sort) => sort.most.is_some(),
            Self::Group(group) | Self::Annotate(group) => by_order(group),
            Self::Filter(_) | Self::Expand(_) | Self::Reverse | Self::Join(_) | Self::Mark(_) => false,
        }
    }

    /// Calls `visit` for each field of the rows that go in that it asks for, as often as it does.
    pub fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str)) {
        let of_group = |group: &'a Group, visit: &mut dyn FnMut(&'a str)| {
            group.by.iter().for_each(|(_, formula)| formula.for_each_field(visit));
            group.time.for_each_field(visit);
            group
                .aggregates
                .iter()
                .filter_map(|one| one.argument.as_ref())
                .for_each(|it| it.for_each_field(visit));
        };
        match self {
            Self::Filter(predicate) => predicate.for_each_field(visit),
            Self::Group(group) | Self::Annotate(group) => of_group(group, visit),
            Self::Run(run) => of_group(&run.group, visit),
            Self::Expand(expand) => expand.of.for_each_field(visit),
            Self::Distinct(distinct) => distinct.by.iter().for_each(|formula| formula.for_each_field(visit)),
            Self::Sort(sort) => sort.keys.iter().for_each(|key| key.formula.for_each_field(visit)),
            Self::Transaction(transaction) => {
                transaction.by.iter().for_each(|(_, formula)| formula.for_each_field(visit));
                transaction.time.for_each_field(visit);
                let conditions = transaction.starts.iter().chain(&transaction.ends);
                conditions.for_each(|predicate| predicate.for_each_field(visit));
            }
            Self::Join(join) => {
                join.on.iter().for_each(|(own, _)| own.for_each_field(visit));
                join.limit.iter().for_each(|limit| limit.time.for_each_field(visit));
            }
            Self::Mark(mark) => mark.fields.iter().for_each(|(own, _)| own.for_each_field(visit)),
            Self::First(_) | Self::Last(_) | Self::Reverse => {}
        }
    }

    /// Calls `visit` for each field that steps and the sub-searches in them ask for, as often as they do; these are as deep as
    /// they are written, which the parser bounds.
    pub fn for_each_field_in<'a>(steps: &'a [Self], visit: &mut dyn FnMut(&'a str)) {
        for step in steps {
            step.for_each_field(visit);
            for formula in step.asked_of_other() {
                formula.for_each_field(visit);
            }
            Self::for_each_field_in(step.other(), visit);
        }
    }

    /// The steps of the sub-search that it looks at; none if it has none.
    pub fn other(&self) -> &[Self] {
        match self {
            Self::Join(join) => &join.other,
            Self::Mark(mark) => &mark.other,
            _ => &[],
        }
    }

    /// What it asks of the rows of its sub-search.
    pub fn asked_of_other(&self) -> Vec<&Formula> {
        match self {
            Self::Join(join) => {
                let keys = join.on.iter().map(|(_, other)| other);
                let fields = join.fields.iter().map(|(_, other)| other);
                keys.chain(fields).chain(join.limit.iter().map(|limit| &limit.other)).collect()
            }
            Self::Mark(mark) => mark.fields.iter().map(|(_, other)| other).collect(),
            _ => Vec::new(),
        }
    }
}

impl Group {
    /// The names that rows have after it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by
            .iter()
            .map(|(name, _)| name.as_str())
            .chain(self.aggregates.iter().map(|one| one.name.as_str()))
    }
}
