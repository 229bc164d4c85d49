//! Detections made from Splunk searches by `splc`: change the searches, not this file.
//!
//! Each search is a function that tells whether an event matches, and an entry of [`RULES`]; or one that tells which
//! of several events do together, and an entry of [`CORRELATIONS`]. Events are anything that implements [`Event`]:
//! `serde_json::Value` does, and [`Line`] adds the text that it was read from. This file can be a module of a program
//! or the root of a crate. It needs `serde_json` and nothing else.
//!
//! Plain tests allocate nothing. No test panics, and time is at most the product of the lengths of text and pattern.

// A program may use some of the rules only, and a rule says what its search says, even where less would do.
#![allow(
    dead_code,
    clippy::approx_constant,
    clippy::nonminimal_bool,
    clippy::overly_complex_bool_expr
)]

use std::cmp::Ordering;
use std::net::IpAddr;

use Part::{Any, One, Text};

/// All rules that judge each event alone.
pub static RULES: &[Rule] = &[];

/// All rules that look at several events together.
pub static CORRELATIONS: &[Rule<OfSeveral>] = &[];

/// Whether an event matches.
pub type OfOne = fn(&dyn Event) -> bool;

/// The events that contribute to a result, by index, in order. They are given as a search finds them: newest first.
pub type OfSeveral = fn(&[&dyn Event]) -> Vec<usize>;

/// A rule with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Rule<F = OfOne> {
    /// A UUID.
    pub id: &'static str,
    /// The title of the search.
    pub title: &'static str,
    /// The log source whose events the rule is meant for, if it is known.
    pub source: Option<&'static str>,
    /// ATT&CK technique ids.
    pub techniques: &'static [&'static str],
    /// How bad a match is: `informational`, `low`, `medium`, `high` or `critical`.
    pub level: Option<&'static str>,
    /// `exact` if the rule matches just the events that the search does, `wider` if it may match more, `narrower`
    /// if it may miss some.
    pub fidelity: &'static str,
    /// The log source whose events the rule looks at in place of those of `source`.
    pub substitute: Option<&'static str>,
    /// The search.
    pub spl: &'static str,
    /// The function of the rule.
    pub matches: F,
}

/// A test of a text.
pub type Test<'a> = &'a mut dyn FnMut(&str) -> bool;

/// An event: named fields, each with one or more values.
///
/// A field that is there has at least one value, which may be the empty text; numbers and Booleans are passed as
/// their text. For a type with one value a field:
///
/// ```ignore
/// impl Event for MyEvent {
///     fn some(&self, field: &str, test: Test<'_>) -> bool {
///         match field {
///             "user" => test(&self.user),
///             "command" => self.command.as_deref().is_some_and(test),
///             _ => false,
///         }
///     }
///     fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
///         ["user", "command"].iter().any(|field| is_wanted(field) && self.some(field, test))
///     }
/// }
/// ```
pub trait Event {
    /// Whether some value of the field passes; false without asking if the event does not have the field.
    fn some(&self, field: &str, test: Test<'_>) -> bool;

    /// Whether some value of some field with a wanted name passes. Only tests of names with `*` ask this.
    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool;

    /// Whether the event as it was written passes: the first value of `_raw`. False if it is not known.
    fn raw(&self, test: Test<'_>) -> bool {
        let mut passes = false;
        self.some("_raw", &mut |text| {
            passes = test(text);
            true
        });
        passes
    }
}

impl<E: Event + ?Sized> Event for &E {
    fn some(&self, field: &str, test: Test<'_>) -> bool {
        (**self).some(field, test)
    }

    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
        (**self).some_named(is_wanted, test)
    }

    fn raw(&self, test: Test<'_>) -> bool {
        (**self).raw(test)
    }
}

/// An event and the text it was read from, which is its raw text unless it has a field `_raw`.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a, E: ?Sized> {
    /// The event.
    pub event: &'a E,
    /// The text.
    pub text: &'a str,
}

impl<E: Event + ?Sized> Event for Line<'_, E> {
    fn some(&self, field: &str, test: Test<'_>) -> bool {
        match field {
            "_raw" if !exists(self.event, field) => test(self.text),
            _ => self.event.some(field, test),
        }
    }

    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
        self.event.some_named(is_wanted, test)
    }
}

mod json;

/// Whether some value of the field passes.
fn some<E: Event + ?Sized>(event: &E, field: &str, test: impl Fn(Value<'_>) -> bool) -> bool {
    event.some(field, &mut |text| test(Value(text)))
}

/// Whether some value of some field passes whose name matches: `*` is any run of characters, but no internal name.
fn some_named<E: Event + ?Sized>(event: &E, name: &str, test: impl Fn(Value<'_>) -> bool) -> bool {
    let is_reached = |field: &str| !field.starts_with('_') || name.starts_with('_');
    let mut is_wanted = |field: &str| is_reached(field) && Value(field).like_cased(name);
    event.some_named(&mut is_wanted, &mut |text| test(Value(text)))
}

/// Whether the field has a value, if only the empty text.
fn exists<E: Event + ?Sized>(event: &E, field: &str) -> bool {
    event.some(field, &mut |_| true)
}

/// Whether the raw text of the event passes.
fn raw<E: Event + ?Sized>(event: &E, test: impl Fn(Raw<'_>) -> bool) -> bool {
    event.raw(&mut |text| test(Raw(text)))
}

/// A part of a pattern that has more than letters and `*`: a text, any run of characters, exactly one character.
#[derive(Clone, Copy, Debug)]
enum Part {
    Text(&'static str),
    Any,
    One,
}

#[derive(Clone, Copy)]
enum Step {
    Char(char),
    Any,
    One,
}

trait Steps: Iterator<Item = Step> + Clone {}

impl<I: Iterator<Item = Step> + Clone> Steps for I {}

/// What stands for a character, and whether a term may begin or end beside it.
type Fold = fn(char) -> char;
type Breaks = fn(char) -> bool;

/// A pattern: a text in which `*` is any run of characters, or its parts.
trait Pattern: Copy {
    fn steps(self) -> impl Steps;
}

impl Pattern for &str {
    fn steps(self) -> impl Steps {
        self.chars().map(|character| match character {
            '*' => Step::Any,
            other => Step::Char(other),
        })
    }
}

impl<const N: usize> Pattern for &[Part; N] {
    fn steps(self) -> impl Steps {
        self.iter().flat_map(|part| {
            let (text, wildcard) = match part {
                Text(text) => (*text, None),
                Any => ("", Some(Step::Any)),
                One => ("", Some(Step::One)),
            };
            text.chars().map(Step::Char).chain(wildcard)
        })
    }
}

/// The value of a field. Tests ignore case unless their name ends in `_cased`.
#[derive(Clone, Copy, Debug)]
struct Value<'a>(&'a str);

impl Value<'_> {
    fn is(self, text: &str) -> bool {
        if text.is_ascii() {
            return self.0.eq_ignore_ascii_case(text);
        }
        self.0.chars().map(fold).eq(text.chars().map(fold))
    }

    fn is_cased(self, text: &str) -> bool {
        self.0 == text
    }

    fn starts_with(self, text: &str) -> bool {
        if text.is_ascii() {
            let start = self.0.as_bytes().get(..text.len());
            return start.is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()));
        }
        let mut rest = self.0.chars();
        text.chars()
            .all(|expected| rest.next().map(fold) == Some(fold(expected)))
    }

    fn starts_with_cased(self, text: &str) -> bool {
        self.0.starts_with(text)
    }

    fn ends_with(self, text: &str) -> bool {
        let mut rest = self.0.chars().rev();
        let mut expected = text.chars().rev();
        expected.all(|expected| rest.next().map(fold) == Some(fold(expected)))
    }

    fn ends_with_cased(self, text: &str) -> bool {
        self.0.ends_with(text)
    }

    fn contains(self, text: &str) -> bool {
        if text.is_ascii() && !text.is_empty() {
            let mut windows = self.0.as_bytes().windows(text.len());
            return windows.any(|window| window.eq_ignore_ascii_case(text.as_bytes()));
        }
        let starts = self.0.char_indices().map(|(at, _)| at);
        text.is_empty()
            || starts
                .filter_map(|at| self.0.get(at..))
                .any(|rest| Value(rest).starts_with(text))
    }

    fn contains_cased(self, text: &str) -> bool {
        self.0.contains(text)
    }

    fn like(self, pattern: impl Pattern) -> bool {
        glob(pattern.steps(), self.0, fold)
    }

    fn like_cased(self, pattern: impl Pattern) -> bool {
        glob(pattern.steps(), self.0, same)
    }

    fn less_than(self, than: &str) -> bool {
        compare(self.0, than).is_lt()
    }

    fn at_most(self, than: &str) -> bool {
        compare(self.0, than).is_le()
    }

    fn more_than(self, than: &str) -> bool {
        compare(self.0, than).is_gt()
    }

    fn at_least(self, than: &str) -> bool {
        compare(self.0, than).is_ge()
    }

    /// Whether the value is a number that passes, however it is written.
    fn number(self, test: impl Fn(f64) -> bool) -> bool {
        number(self.0).is_some_and(test)
    }

    /// Whether the value is an address in the network of IPv4.
    fn in_v4(self, network: [u8; 4], length: u32) -> bool {
        let mask = u32::MAX.checked_shl(32 - length.min(32)).unwrap_or(0);
        let is_in = |address| u32::from(address) & mask == u32::from_be_bytes(network) & mask;
        matches!(self.0.parse(), Ok(IpAddr::V4(address)) if is_in(address))
    }

    /// Whether the value is an address in the network of IPv6.
    fn in_v6(self, network: u128, length: u32) -> bool {
        let mask = u128::MAX.checked_shl(128 - length.min(128)).unwrap_or(0);
        let is_in = |address| u128::from(address) & mask == network & mask;
        matches!(self.0.parse(), Ok(IpAddr::V6(address)) if is_in(address))
    }
}

/// The letter that stands for all letters equal to it without case; one of ASCII never equals one outside it.
fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) if !only.is_ascii() => only,
        _ => character,
    }
}

/// The letter itself, where case counts.
fn same(character: char) -> char {
    character
}

/// Matches the whole text: on a mismatch the last star takes one more character.
fn glob(pattern: impl Steps, text: &str, folded: Fold) -> bool {
    let (mut steps, mut rest) = (pattern, text.chars());
    let mut star = None;
    while let Some(character) = rest.clone().next() {
        let mut after = steps.clone();
        let fits = match after.next() {
            Some(Step::Any) => {
                star = Some((after.clone(), rest.clone()));
                steps = after;
                continue;
            }
            Some(Step::Char(expected)) => folded(expected) == folded(character),
            Some(Step::One) => true,
            None => false,
        };
        if fits {
            steps = after;
            rest.next();
        } else if let Some((after_star, taken)) = &mut star {
            taken.next();
            steps = after_star.clone();
            rest = taken.clone();
        } else {
            return false;
        }
    }
    steps.all(|step| matches!(step, Step::Any))
}

/// The number that a text is: a decimal with optional sign, fraction and exponent.
fn number(text: &str) -> Option<f64> {
    let is_start = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
    let is_part = |byte: u8| is_start(byte) || matches!(byte, b'e' | b'E');
    if text.bytes().next().is_some_and(is_start) && text.bytes().all(is_part) {
        text.parse().ok().filter(|number: &f64| number.is_finite())
    } else {
        None
    }
}

/// The order of two texts: as numbers if both are, else byte by byte.
fn compare(left: &str, right: &str) -> Ordering {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.partial_cmp(&right).unwrap_or(Ordering::Equal),
        _ => left.cmp(right),
    }
}

/// The event as it was written. A word stands between breakers, a term between major ones; see `segmenters.conf`.
#[derive(Clone, Copy, Debug)]
struct Raw<'a>(&'a str);

impl Raw<'_> {
    fn word(self, pattern: impl Pattern) -> bool {
        is_bounded(self.0, pattern.steps(), fold, is_breaker)
    }

    fn word_cased(self, pattern: impl Pattern) -> bool {
        is_bounded(self.0, pattern.steps(), same, is_breaker)
    }

    fn term(self, pattern: impl Pattern) -> bool {
        is_bounded(self.0, pattern.steps(), fold, is_major)
    }

    fn term_cased(self, pattern: impl Pattern) -> bool {
        is_bounded(self.0, pattern.steps(), same, is_major)
    }
}

fn is_major(character: char) -> bool {
    character.is_whitespace() || "[]<>(){}|!;,'\"*&?+".contains(character)
}

fn is_breaker(character: char) -> bool {
    is_major(character) || "/:=@.-$#%\\_".contains(character)
}

/// Whether the text holds the pattern between breakers; a star stops at a major breaker.
fn is_bounded(text: &str, pattern: impl Steps, folded: Fold, breaks: Breaks) -> bool {
    if pattern.clone().all(|step| matches!(step, Step::Char(_))) {
        return is_bounded_text(text, pattern, folded, breaks);
    }
    let steps: Vec<Step> = pattern.collect();
    // The places in the pattern that are reached after the characters so far.
    let mut reached = vec![false; steps.len() + 1];
    let mut next = reached.clone();
    let mut before = None;
    let mut rest = text.chars();
    loop {
        let after = rest.next();
        if is_bound(before, after, breaks) {
            reach(&mut reached, &steps, 0);
            if reached.last() == Some(&true) {
                return true;
            }
        }
        let Some(character) = after else {
            return false;
        };
        next.fill(false);
        let is_reached = |(at, _): &(usize, &Step)| reached.get(*at) == Some(&true);
        for (at, step) in steps.iter().enumerate().filter(is_reached) {
            match step {
                Step::Char(expected) if folded(*expected) == folded(character) => {
                    reach(&mut next, &steps, at + 1);
                }
                Step::One => reach(&mut next, &steps, at + 1),
                Step::Any if !is_major(character) => reach(&mut next, &steps, at),
                Step::Char(_) | Step::Any => {}
            }
        }
        std::mem::swap(&mut reached, &mut next);
        before = Some(character);
    }
}

/// Marks a place in the pattern, and those behind the stars there, for a star may take nothing.
fn reach(reached: &mut [bool], steps: &[Step], at: usize) {
    for (place, step) in (at..).zip(reached.iter_mut().skip(at)) {
        *step = true;
        if !matches!(steps.get(place), Some(Step::Any)) {
            break;
        }
    }
}

/// The same for a pattern of characters only, without allocation.
fn is_bounded_text(text: &str, pattern: impl Steps, folded: Fold, breaks: Breaks) -> bool {
    let mut start = text.chars();
    let mut before_start = None;
    loop {
        let (mut rest, mut before) = (start.clone(), before_start);
        let fits = |step| match (step, rest.next()) {
            (Step::Char(expected), Some(found)) => {
                before = Some(found);
                folded(expected) == folded(found)
            }
            _ => false,
        };
        if is_bound(before_start, start.clone().next(), breaks)
            && pattern.clone().all(fits)
            && is_bound(before, rest.next(), breaks)
        {
            return true;
        }
        before_start = start.next();
        if before_start.is_none() {
            return false;
        }
    }
}

/// Whether a term may begin or end between these two characters: one that itself begins or ends with a breaker is
/// bounded by it.
fn is_bound(before: Option<char>, after: Option<char>, breaks: Breaks) -> bool {
    before.is_none_or(breaks) || after.is_none_or(breaks)
}

#[cfg(test)]
mod tests;
