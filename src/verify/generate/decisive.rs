//! Events in which one test of a predicate decides.
//!
//! In: a predicate. Out: for each of its tests an event that passes the test and one that does not, in both of which
//! the whole has the verdict of that test (or its opposite under NOT): everything that stands beside it in an AND holds,
//! and nothing does in an OR. Invariant: deterministic; of very many tests an even share is looked at, and none of those in
//! one AND or OR of more than [`TESTS`].

use std::collections::BTreeSet;

use super::values::{edges, passing, text};
use super::witness::all_of;
use super::{Assignment, event};
use crate::detection::{Condition, Formula, Predicate};
use crate::evaluate;
use crate::event::Event;
use crate::function::Context;

/// The most tests of a predicate that are looked at.
const TESTS: usize = 300;

/// The most ways of settling what stands beside a test.
const WAYS: usize = 8;

/// The most values that are tried for the fields of a test in each of these ways.
const VALUES: usize = 48;

/// The most fields of a formula that are varied.
const FIELDS: usize = 40;

/// What was found for the tests of a predicate.
#[derive(Clone, Debug, Default)]
pub struct Decisive {
    /// The events.
    pub events: Vec<Event>,
    /// The tests that were looked at.
    pub tests: usize,
    /// Those of them that decide an event for true and another for false.
    pub decided: usize,
}

/// A test with what has to hold beside it.
type Beside<'p> = Vec<(&'p Predicate, bool)>;

/// Events in which each test decides.
///
/// ```
/// use splc::{function::Context, verify::generate};
/// let predicate = splc::command::lower(&splc::command::parse("a=1 (b=2 OR NOT c=*)").pipeline).unwrap().predicate();
/// let found = generate::decisive(&predicate, Context::nothing());
/// assert_eq!((found.tests, found.decided), (3, 3));
/// ```
pub fn decisive(predicate: &Predicate, context: &Context) -> Decisive {
    let mut leaves = Leaves { stride: count(predicate).div_ceil(TESTS).max(1), seen: 0, chosen: Vec::new() };
    leaves.gather(predicate, &mut Vec::new());
    let mut found = Decisive::default();
    for (leaf, beside) in &leaves.chosen {
        let pair = pair(leaf, beside, context);
        found.tests += 1;
        found.decided += usize::from(pair.iter().all(Option::is_some));
        found.events.extend(pair.into_iter().flatten());
    }
    found
}

/// The tests of a predicate of which one in so many is chosen, each with what has to hold beside it.
struct Leaves<'p> {
    stride: usize,
    seen: usize,
    chosen: Vec<(&'p Predicate, Beside<'p>)>,
}

impl<'p> Leaves<'p> {
    fn gather(&mut self, predicate: &'p Predicate, beside: &mut Beside<'p>) {
        match predicate {
            Predicate::And(children) | Predicate::Or(children) if children.len() <= TESTS => {
                let wanted = matches!(predicate, Predicate::And(_));
                for child in children {
                    let before = beside.len();
                    let others = children.iter().filter(|other| !std::ptr::eq(*other, child));
                    beside.extend(others.map(|other| (other, wanted)));
                    self.gather(child, beside);
                    beside.truncate(before);
                }
            }
            Predicate::Not(child) => self.gather(child, beside),
            Predicate::Test(_) | Predicate::Computed(_) | Predicate::OneValue(_) => {
                if self.seen.is_multiple_of(self.stride) {
                    self.chosen.push((predicate, beside.clone()));
                }
                self.seen += 1;
            }
            _ => {}
        }
    }
}

/// How many tests there are to choose from.
fn count(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::And(children) | Predicate::Or(children) if children.len() <= TESTS => {
            children.iter().map(count).sum()
        }
        Predicate::Not(child) => count(child),
        Predicate::Test(_) | Predicate::Computed(_) | Predicate::OneValue(_) => 1,
        _ => 0,
    }
}

/// An event that passes the test and one that does not, in both of which it decides.
fn pair(leaf: &Predicate, beside: &Beside<'_>, context: &Context) -> [Option<Event>; 2] {
    let mut pair = [None, None];
    let holds = |predicate: &Predicate, event: &Event| evaluate::predicate_given(predicate, event, context);
    for way in all_of(beside.iter().copied(), WAYS) {
        for assignment in variations(leaf, &way) {
            let event = event(assignment);
            let Some(place) = pair.get_mut(usize::from(!holds(leaf, &event))) else { continue };
            if place.is_none() && beside.iter().all(|(other, wanted)| holds(other, &event) == *wanted) {
                *place = Some(event);
            }
        }
        if pair.iter().all(Option::is_some) {
            break;
        }
    }
    pair
}

/// The assignment with the fields of a test given one value after the other.
pub(super) fn variations(leaf: &Predicate, way: &Assignment) -> Vec<Assignment> {
    let mut fields = BTreeSet::new();
    leaf.for_each_field(&mut |field| _ = fields.insert(field));
    let fields: Vec<&str> = fields.into_iter().take(FIELDS).collect();
    let values = values(leaf);
    let mut all = vec![way.clone()];
    for (shift, field) in fields.iter().enumerate() {
        let before = way.get(*field).cloned().unwrap_or_default();
        for (at, value) in values.iter().enumerate().take(VALUES) {
            let mut varied = way.clone();
            // Other fields of a formula take values too, each another one.
            for (other, name) in fields.iter().enumerate().filter(|(other, _)| *other != shift) {
                let beside = values.get((at + other * 7) % values.len().max(1)).cloned().unwrap_or_default();
                varied.entry((*name).to_owned()).or_insert(beside);
            }
            varied.insert((*field).to_owned(), value.clone());
            all.push(varied.clone());
            if !before.is_empty() && !value.is_empty() {
                // What another test asks of the same field, and this: several values, or one text.
                varied.insert((*field).to_owned(), [before.as_slice(), value].concat());
                all.push(varied.clone());
                let joined = format!("{}{}", before.concat(), value.concat());
                varied.insert((*field).to_owned(), text(&joined));
                all.push(varied);
            }
        }
    }
    all
}

/// Values that have to do with a test.
fn values(leaf: &Predicate) -> Vec<Vec<String>> {
    let mut values: Vec<Vec<String>> = vec![vec![], text("zzz"), text("")];
    match leaf {
        Predicate::Test(test) => {
            values.splice(0..0, passing(test));
            values.extend(edges(test).iter().map(|edge| text(edge)));
        }
        Predicate::Computed(computed) => {
            values.splice(0..0, constants(&computed.formula).iter().map(|it| text(it)));
            if let Some(Condition::Some(_) | Condition::SomeOther(_)) = &computed.condition {
                let condition = computed.condition.clone().unwrap_or(Condition::Exists);
                let test =
                    crate::detection::Test { field: String::new(), condition, origin: computed.origin };
                values.splice(0..0, passing(&test));
                values.extend(edges(&test).iter().map(|edge| text(edge)));
            }
        }
        Predicate::OneValue(one) => {
            for (test, _) in one.holds.tests() {
                values.splice(0..0, passing(test));
                values.extend(edges(test).iter().map(|edge| text(edge)));
            }
            values.extend(constants(&one.of).iter().map(|it| text(it)));
        }
        _ => {}
    }
    if !matches!(leaf, Predicate::Test(_)) {
        // A number may be a length.
        let lengths: BTreeSet<usize> = values.iter().flatten().filter_map(|text| text.parse().ok()).collect();
        values.extend(
            lengths.into_iter().filter(|length| *length < 2_000).map(|length| text(&"x".repeat(length))),
        );
    }
    values
}

/// Texts that have to do with the constants of a formula.
pub(crate) fn constants(formula: &Formula) -> Vec<String> {
    let mut all = Vec::new();
    gather_constants(formula, &mut all);
    all.extend(["1", "0", "x", "a,b", "1700000000"].map(str::to_owned));
    all
}

fn gather_constants(formula: &Formula, all: &mut Vec<String>) {
    match formula {
        Formula::Text(text) => {
            all.extend([
                text.clone(),
                text.to_uppercase(),
                format!("x {text} y"),
                text.replace(['%', '*'], ""),
            ]);
        }
        Formula::Number(number) => {
            all.extend([number.0, number.0 + 1.0, number.0 - 1.0].map(|number| number.to_string()));
        }
        Formula::Extract(extract) => all.extend(extract.regex.examples()),
        Formula::Holds(predicate) => {
            for (test, _) in predicate.tests() {
                all.extend(passing(test).into_iter().flatten());
            }
        }
        _ => {}
    }
    formula.for_each_child(&mut |child| gather_constants(child, all));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command;

    fn found(spl: &str) -> (usize, usize) {
        let detection = command::lower(&command::parse(spl).pipeline).unwrap();
        let found = decisive(&detection.predicate(), Context::nothing());
        (found.tests, found.decided)
    }

    #[test]
    fn every_test_decides_some_event() {
        assert_eq!(found("a=1 (b=2 OR NOT (c=3 d=4)) e!=5"), (5, 5));
        assert_eq!(found(r#"a="*x*" a="*y*" | regex b="^(?:c|d)+\d{3}$""#), (3, 3));
        assert_eq!(found("| where len(a) > 8 AND lower(b)=\"x\""), (2, 2));
    }

    #[test]
    fn a_test_that_never_decides_is_not_counted() {
        // What the first test asks holds wherever the second one does.
        assert_eq!(found("(a=x* OR a=xy*) b=1"), (3, 2));
    }
}
