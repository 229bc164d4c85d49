//! Which test of a long list another test of a value implies.
//!
//! In: a list of tests. Out: for a test, those of the list that it may imply, found by what they share: a text, the
//! rarest letters of a pattern, a network, a number. Invariant: what is found does imply; of lists made to share
//! everything, some may not be found, since at most [`LOOKED_AT`] are compared with one test.

use foldhash::{HashMap, HashMapExt as _};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::detection::{Decimal, Order, Regex, ValueTest};
use crate::event::number;
use crate::event::pattern::{Pattern, Shape, fold, fold_text};

/// The most tests that one test is compared with.
const LOOKED_AT: usize = 64;

/// The letters by which a pattern is found.
const LETTERS: usize = 6;

/// A list of tests, indexed.
pub(super) struct Cover<'a> {
    tests: &'a [ValueTest],
    places: HashMap<Key<'a>, Vec<usize>>,
    /// Tests that share nothing with what they cover.
    others: Vec<usize>,
    /// Which numbers of letters patterns are found by.
    lengths: [bool; LETTERS + 1],
    has_networks: bool,
    has_numbers: bool,
}

/// What a test has in common with those that imply it.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// A text without wildcards, folded.
    Text(String),
    /// Letters of a pattern, folded.
    Letters(Letters),
    Network(IpNet),
    Number(Decimal),
    Regex(&'a Regex),
}

/// At most [`LETTERS`] letters, filled up with the character zero.
type Letters = [char; LETTERS];

impl<'a> Cover<'a> {
    pub(super) fn new(tests: &'a [ValueTest]) -> Self {
        let counts = counts(tests);
        let mut cover = Self {
            tests,
            places: HashMap::new(),
            others: Vec::new(),
            lengths: [false; LETTERS + 1],
            has_networks: tests.iter().any(|test| matches!(test, ValueTest::In(_))),
            has_numbers: tests.iter().any(|test| matches!(test, ValueTest::Equals(_))),
        };
        for (at, test) in tests.iter().enumerate() {
            match key(test, &counts) {
                Some((key, length)) => {
                    cover.lengths.iter_mut().skip(length).take(1).for_each(|used| *used = true);
                    cover.places.entry(key).or_default().push(at);
                }
                None => cover.others.push(at),
            }
        }
        cover.others.retain(widest(tests));
        cover
    }

    /// Whether a test of the list that is `wanted` is implied by the test.
    pub(super) fn has(&self, test: &ValueTest, wanted: impl Fn(usize) -> bool) -> bool {
        let mut left = LOOKED_AT;
        let mut covers = |at: &usize| {
            if left == 0 || !wanted(*at) {
                return false;
            }
            left -= 1;
            self.tests.get(*at).is_some_and(|wide| test.implies(wide))
        };
        if self.others.iter().any(&mut covers) {
            return true;
        }
        let mut found =
            |key: Key<'_>| self.places.get(&key).is_some_and(|places| places.iter().any(&mut covers));
        match test {
            ValueTest::Matches(pattern) => {
                let is_text_found = match pattern.shape() {
                    Shape::Exact(text) => self.keys_of_text(text).into_iter().any(&mut found),
                    _ => false,
                };
                is_text_found || self.letters(pattern, &mut found)
            }
            ValueTest::In(network) => networks(*network).map(Key::Network).any(found),
            ValueTest::Equals(number) => found(Key::Number(*number)),
            ValueTest::Regex(regex) => found(Key::Regex(regex)),
            ValueTest::Compares(..) | ValueTest::Number(..) => false,
        }
    }

    /// By what tests are found that a text passes, apart from patterns.
    fn keys_of_text(&self, text: &str) -> Vec<Key<'a>> {
        let mut keys = vec![Key::Text(fold_text(text))];
        if self.has_numbers {
            keys.extend(number::parse(text).map(|number| Key::Number(Decimal(number))));
        }
        if self.has_networks
            && let Ok(address) = text.parse::<IpAddr>()
        {
            keys.extend(networks(address.into()).map(Key::Network));
        }
        keys
    }

    /// Whether it is found by some letters of the pattern.
    fn letters(&self, pattern: &Pattern, found: &mut impl FnMut(Key<'_>) -> bool) -> bool {
        // What is found by no letters is found otherwise.
        if !self.lengths.iter().skip(1).any(|used| *used) {
            return false;
        }
        pattern.literals().any(|literal| {
            let literal: Vec<char> = literal.chars().map(fold).collect();
            let lengths = (1..=LETTERS).filter(|length| self.lengths.get(*length) == Some(&true));
            lengths
                .into_iter()
                .any(|length| literal.windows(length).any(|window| found(Key::Letters(letters(window)))))
        })
    }
}

/// What a test that implies this one has in common with it, and how many letters that is; nothing if it need not have
/// anything.
fn key<'a>(test: &'a ValueTest, counts: &HashMap<Letters, usize>) -> Option<(Key<'a>, usize)> {
    match test {
        ValueTest::Matches(pattern) => {
            if let Shape::Exact(text) = pattern.shape() {
                return Some((Key::Text(fold_text(text)), 0));
            }
            let literal = longest(pattern);
            let length = literal.len().min(LETTERS);
            let windows = literal.windows(length.max(1)).map(letters);
            let rarest = windows.min_by_key(|letters| counts.get(letters).copied().unwrap_or(0))?;
            Some((Key::Letters(rarest), length))
        }
        ValueTest::In(network) => Some((Key::Network(network.trunc()), 0)),
        ValueTest::Equals(number) => Some((Key::Number(*number), 0)),
        ValueTest::Regex(regex) => Some((Key::Regex(regex), 0)),
        ValueTest::Compares(..) | ValueTest::Number(..) => None,
    }
}

/// How often each run of letters stands in the longest literals of patterns with wildcards.
fn counts(tests: &[ValueTest]) -> HashMap<Letters, usize> {
    let mut counts = HashMap::new();
    for test in tests {
        let ValueTest::Matches(pattern) = test else { continue };
        if !matches!(pattern.shape(), Shape::Exact(_)) {
            for window in longest(pattern).windows(LETTERS) {
                *counts.entry(letters(window)).or_default() += 1;
            }
        }
    }
    counts
}

fn longest(pattern: &Pattern) -> Vec<char> {
    let longest = pattern.literals().max_by_key(|literal| literal.len()).unwrap_or("");
    longest.chars().map(fold).collect()
}

fn letters(window: &[char]) -> Letters {
    let mut letters = ['\0'; LETTERS];
    letters.iter_mut().zip(window).for_each(|(letter, given)| *letter = *given);
    letters
}

/// The network and all networks round it.
fn networks(network: IpNet) -> impl Iterator<Item = IpNet> {
    std::iter::successors(Some(network.trunc()), IpNet::supernet)
}

/// Leaves of the orders to numbers the widest in each direction, which covers what the others do.
fn widest(tests: &[ValueTest]) -> impl Fn(&usize) -> bool {
    let mut best: [Option<usize>; 2] = [None, None];
    for (at, test) in tests.iter().enumerate() {
        let ValueTest::Number(order, _) = test else { continue };
        let upper = usize::from(matches!(order, Order::Less | Order::LessEqual));
        let Some(place) = best.get_mut(upper) else { continue };
        let is_wider =
            place.and_then(|best| tests.get(best)).is_none_or(|best| best != test && best.implies(test));
        if is_wider {
            *place = Some(at);
        }
    }
    let is_number: Vec<bool> = tests.iter().map(|test| matches!(test, ValueTest::Number(..))).collect();
    move |at| best.contains(&Some(*at)) || is_number.get(*at) == Some(&false)
}
