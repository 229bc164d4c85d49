//! Conditions on one subject, a field or a formula, plain or under NOT, and what follows from what.
//!
//! In: parts of an AND or OR. Out: those that ask something of a subject, by subject, and whether one implies another.
//! Invariant: as a subject may have several values, two conditions that ask for different values do not exclude each
//! other; a yes is always so.

use foldhash::{HashMap, HashMapExt as _};

use crate::detection::{Condition, Formula, Predicate, ValueTest};
use crate::optimise::cover::Cover;

/// The most pairs that are compared where nothing finds them faster.
pub(super) const PAIRS: usize = 4_096;

/// The most values that are looked up for one AND or OR.
const LOOKUPS: usize = 50_000;

/// Pairs that are compared faster than an index of them is made.
const FEW: usize = 16;

/// What a condition is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Subject<'a> {
    Field(&'a str),
    Formula(&'a Formula),
}

/// A condition on a subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) condition: &'a Condition,
    /// Whether no NOT stands before it.
    pub(super) positive: bool,
}

/// The predicate as a condition on a subject, if it is one.
pub(super) fn literal(predicate: &Predicate) -> Option<Literal<'_>> {
    match predicate {
        Predicate::Test(test) => {
            let subject = Subject::Field(&test.field);
            Some(Literal { subject, condition: &test.condition, positive: true })
        }
        Predicate::Computed(computed) => {
            let subject = Subject::Formula(&computed.formula);
            let condition = computed.condition.as_ref()?;
            Some(Literal { subject, condition, positive: true })
        }
        Predicate::Not(inner) => match **inner {
            Predicate::Not(_) => None,
            ref inner => literal(inner).map(|literal| Literal { positive: false, ..literal }),
        },
        _ => None,
    }
}

/// The condition of a test, plain or under NOT, to change.
pub(super) fn condition_mut(predicate: &mut Predicate) -> Option<&mut Condition> {
    match predicate {
        Predicate::Test(test) => Some(&mut test.condition),
        Predicate::Computed(computed) => computed.condition.as_mut(),
        Predicate::Not(inner) => match **inner {
            Predicate::Not(_) => None,
            ref mut inner => condition_mut(inner),
        },
        _ => None,
    }
}

/// The places of conditions in a list, by subject, for subjects that have several; in the order of the list.
pub(super) fn groups(children: &[Predicate]) -> Vec<Vec<usize>> {
    let mut places: HashMap<Subject<'_>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, child) in children.iter().enumerate() {
        let Some(literal) = literal(child) else { continue };
        let group = *places.entry(literal.subject).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Says what follows from what among the parts of one AND or OR, until that gets too much.
pub(super) struct Judge {
    left: usize,
}

impl Judge {
    pub(super) const fn new() -> Self {
        Self { left: LOOKUPS }
    }

    /// Whether the second condition holds wherever the first does, both on one subject.
    pub(super) fn implies(&mut self, narrow: &Condition, wide: &Condition) -> bool {
        match (narrow, wide) {
            (Condition::Some(_) | Condition::SomeOther(_) | Condition::Exists, Condition::Exists) => true,
            (Condition::Some(narrow), Condition::Some(wide)) => self.all_in(narrow, wide),
            (Condition::SomeOther(narrow), Condition::SomeOther(wide)) => self.all_in(wide, narrow),
            (Condition::Some(narrow), Condition::SomeOther(wide)) => self.all_apart(narrow, wide),
            (Condition::Holds(narrow), Condition::Holds(wide)) => {
                self.takes(narrow.len().saturating_mul(wide.len()))
                    && narrow.iter().all(|term| wide.iter().any(|wide| term == wide || term.implies(wide)))
            }
            _ => false,
        }
    }

    /// The values of `tests` that no test of `of` covers.
    pub(super) fn outside(&mut self, tests: &[ValueTest], of: &[ValueTest]) -> Vec<ValueTest> {
        if !self.takes(tests.len() + of.len()) {
            return tests.to_vec();
        }
        let cover = Cover::new(of);
        tests.iter().filter(|test| !cover.has(test, |_| true)).cloned().collect()
    }

    /// Whether each test implies one of the others.
    fn all_in(&mut self, narrow: &[ValueTest], wide: &[ValueTest]) -> bool {
        if narrow.is_empty() {
            return true;
        }
        if !self.takes(narrow.len() + wide.len()) {
            return false;
        }
        if narrow.len().saturating_mul(wide.len()) <= FEW {
            return narrow.iter().all(|test| wide.iter().any(|wide| test.implies(wide)));
        }
        let cover = Cover::new(wide);
        narrow.iter().all(|test| cover.has(test, |_| true))
    }

    fn all_apart(&mut self, one: &[ValueTest], two: &[ValueTest]) -> bool {
        let pairs = one.len().saturating_mul(two.len());
        pairs <= PAIRS
            && self.takes(pairs)
            && one.iter().all(|test| two.iter().all(|other| test.excludes(other)))
    }

    /// Whether it says no from now on.
    pub(super) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    fn takes(&mut self, work: usize) -> bool {
        let enough = self.left >= work;
        self.left = if enough { self.left - work } else { 0 };
        enough
    }
}
