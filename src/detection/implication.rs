//! Which tests of a value follow from which, and which exclude each other.
//!
//! In: two tests of one value. Out: whether every value that passes the one passes the other, or none passes both.
//! Invariant: a yes is always so, a no may be an "it cannot be seen". Numbers are finite, as computed values are.
//! Regular expressions are equal or nothing is said of them.

use std::cmp::Ordering;

use crate::detection::predicate::{Order, ValueTest};
use crate::event::pattern::{Case, Pattern, Shape};
use crate::event::{network, number};

impl ValueTest {
    /// Whether every value that passes this test passes `wide` too.
    ///
    /// ```
    /// use splc::detection::{Decimal, Order, ValueTest};
    /// use splc::event::pattern::{Case, Pattern};
    /// let text = |text| ValueTest::Matches(Pattern::wildcard(text, Case::Insensitive));
    /// assert!(text("docker exec").implies(&text("docker *")));
    /// assert!(text("1.50").implies(&ValueTest::Equals(Decimal(1.5))));
    /// assert!(ValueTest::Equals(Decimal(1.5)).implies(&ValueTest::Number(Order::Less, Decimal(2.0))));
    /// ```
    pub fn implies(&self, wide: &Self) -> bool {
        match (self, wide) {
            (_, Self::Matches(pattern)) if pattern.shape() == Shape::Everything => true,
            (Self::Matches(pattern), _) => match wide {
                Self::Matches(wide) => wide.covers(pattern),
                _ => verdict_on_text(pattern, wide) == Some(true),
            },
            (Self::In(narrow), Self::In(wide)) => wide.contains(narrow),
            (Self::Equals(one), Self::Equals(two)) => one == two,
            (Self::Equals(number), Self::Number(order, than)) => admits(*order, number.0, than.0),
            (Self::Equals(number), Self::Compares(order, than)) => {
                number::parse(than).is_some_and(|than| number.0.is_finite() && admits(*order, number.0, than))
            }
            (Self::Number(narrow, than), Self::Number(wide, bound)) => {
                follows(*narrow, *wide, than.0.partial_cmp(&bound.0))
            }
            (Self::Compares(narrow, than), Self::Compares(wide, bound)) => {
                orders(than, bound).is_some_and(|all| all.into_iter().all(|it| follows(*narrow, *wide, it)))
            }
            (Self::Regex(one), Self::Regex(two)) => one == two,
            _ => false,
        }
    }

    /// Whether no value passes both tests.
    ///
    /// ```
    /// use splc::detection::ValueTest;
    /// use splc::event::pattern::{Case, Pattern};
    /// let text = |text| ValueTest::Matches(Pattern::wildcard(text, Case::Insensitive));
    /// assert!(text("root").excludes(&text("admin*")));
    /// assert!(!text("*root*").excludes(&text("*admin*")));
    /// ```
    pub fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Matches(one), Self::Matches(two)) => one.excludes(two),
            (Self::Matches(pattern), test) | (test, Self::Matches(pattern)) => {
                verdict_on_text(pattern, test) == Some(false)
            }
            (Self::In(one), Self::In(two)) => !one.contains(two) && !two.contains(one),
            (Self::Equals(one), Self::Equals(two)) => one != two,
            (Self::Equals(number), Self::Number(order, than))
            | (Self::Number(order, than), Self::Equals(number)) => !admits(*order, number.0, than.0),
            (Self::Number(one, than), Self::Number(two, bound)) => {
                match (is_upper(*one), is_upper(*two), than.0.partial_cmp(&bound.0)) {
                    (true, false, Some(order)) => are_apart(*one, *two, order),
                    (false, true, Some(order)) => are_apart(*two, *one, order.reverse()),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// What a test says of a pattern that is one text: the same for each way to write its letters, or nothing.
fn verdict_on_text(pattern: &Pattern, test: &ValueTest) -> Option<bool> {
    let Shape::Exact(text) = pattern.shape() else { return None };
    match test {
        ValueTest::Matches(_) | ValueTest::Regex(_) => None,
        ValueTest::In(network) => Some(network::holds(*network, text)),
        ValueTest::Equals(than) => Some(number::parse(text) == Some(than.0)),
        ValueTest::Number(order, than) => {
            Some(number::parse(text).is_some_and(|number| admits(*order, number, than.0)))
        }
        ValueTest::Compares(order, than) => {
            let are_numbers = number::parse(text).is_some() && number::parse(than).is_some();
            let is_one_text = pattern.case() == Case::Sensitive
                || text.chars().all(|c| c.is_ascii() && !c.is_ascii_alphabetic());
            (are_numbers || is_one_text).then(|| order.admits(number::compare(text, than)))
        }
    }
}

fn admits(order: Order, number: f64, than: f64) -> bool {
    number.partial_cmp(&than).is_some_and(|ordering| order.admits(ordering))
}

/// Whether it is `<` or `<=`.
fn is_upper(order: Order) -> bool {
    matches!(order, Order::Less | Order::LessEqual)
}

/// Whether what is in an order to one bound is in the other order to a second bound; `bounds` is the order of the two.
fn follows(narrow: Order, wide: Order, bounds: Option<Ordering>) -> bool {
    let Some(bounds) = bounds else { return false };
    let inside = if is_upper(narrow) { Ordering::Less } else { Ordering::Greater };
    is_upper(narrow) == is_upper(wide)
        && (bounds == inside || bounds.is_eq() && (narrow == wide || is_strict(narrow)))
}

fn is_strict(order: Order) -> bool {
    matches!(order, Order::Less | Order::Greater)
}

/// Whether no number lies below an upper bound and above a lower one; `bounds` is the order of the two.
fn are_apart(upper: Order, lower: Order, bounds: Ordering) -> bool {
    bounds.is_lt() || bounds.is_eq() && (is_strict(upper) || is_strict(lower))
}

/// The orders in which two bounds of `search` stand for some value: as numbers and as texts, if both are numbers, as
/// texts if none is. A bound of each kind has no order that holds for every value.
fn orders(one: &str, two: &str) -> Option<Vec<Option<Ordering>>> {
    match (number::parse(one), number::parse(two)) {
        (Some(a), Some(b)) => Some(vec![a.partial_cmp(&b), Some(one.cmp(two))]),
        (None, None) => Some(vec![Some(one.cmp(two))]),
        _ => None,
    }
}
