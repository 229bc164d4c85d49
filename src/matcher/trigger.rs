//! What has to be true of an event before a rule is looked at.
//!
//! In: a predicate. Out: atoms, one of which is true of every event that passes it, or that there are none: the rule asks
//! only for what is absent, or for what is computed. Invariant: atoms are chosen by how rare they are likely to be, which
//! changes what is looked at, never what matches.
//!
//! How rare a text is nobody says, so it is guessed: a long one is rarer than a short one, and one that many rules ask
//! for (`\powershell.exe`, `EventCode=1`) is common in events, or there would be no need of so many rules about it.

use std::collections::HashMap;

use crate::detection::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::{Pattern, Piece, Shape, fold_text};
use crate::matcher::literals::Part;

/// How many rules ask for a text in a field.
#[derive(Debug, Default)]
pub(crate) struct Uses(HashMap<(String, Vec<u8>), f64>);

/// A text that a value has to have.
pub(crate) struct Needle {
    pub(crate) part: Part,
    pub(crate) text: Vec<u8>,
    /// Whether the value passes if it has the text.
    pub(crate) decides: bool,
}

/// What a value has to have to pass a test.
pub(crate) enum Needs {
    /// One of these texts.
    Texts(Vec<Needle>),
    /// A number or address in order.
    Order,
    /// Nothing is known but that there is a value.
    Presence,
}

/// The texts of which a value that passes the test has one.
pub(crate) fn needs(test: &ValueTest) -> Needs {
    match test {
        ValueTest::Matches(pattern) => needs_of_pattern(pattern),
        ValueTest::Regex(regex) => match regex.required_literals() {
            Some(texts) if !texts.is_empty() && texts.iter().all(|text| !text.is_empty()) => {
                let needle = |text: &String| Needle {
                    part: Part::Within,
                    text: text.clone().into_bytes(),
                    decides: false,
                };
                Needs::Texts(texts.iter().map(needle).collect())
            }
            _ => Needs::Presence,
        },
        ValueTest::In(_) | ValueTest::Compares(..) | ValueTest::Equals(_) | ValueTest::Number(..) => {
            Needs::Order
        }
    }
}

fn needs_of_pattern(pattern: &Pattern) -> Needs {
    let is_folded = pattern.case() == crate::event::pattern::Case::Insensitive;
    let needle = |part, text: &str, decides| {
        let text = fold_text(text).into_bytes();
        Needs::Texts(vec![Needle { part, text, decides: decides && is_folded }])
    };
    match pattern.shape() {
        Shape::Everything => Needs::Presence,
        Shape::Exact(text) => needle(Part::Whole, text, true),
        Shape::Prefix(text) => needle(Part::Start, text, true),
        Shape::Suffix(text) => needle(Part::End, text, true),
        Shape::Contains(text) => needle(Part::Within, text, true),
        Shape::Mixed => {
            let pieces = pattern.pieces();
            let literal = |piece: &Piece| match piece {
                Piece::Literal(text) => text.len(),
                Piece::Any | Piece::One => 0,
            };
            let longest = (0..pieces.len()).max_by_key(|at| pieces.get(*at).map(literal));
            match longest.and_then(|at| Some((at, pieces.get(at)?))) {
                Some((0, Piece::Literal(text))) => needle(Part::Start, text, false),
                Some((at, Piece::Literal(text))) if at + 1 == pieces.len() => needle(Part::End, text, false),
                Some((_, Piece::Literal(text))) => needle(Part::Within, text, false),
                _ => Needs::Presence,
            }
        }
    }
}

/// Terms of which the raw event holds one: their longest literals, if all have one.
pub(crate) fn needs_of_terms(terms: &[crate::event::raw::Term]) -> Option<Vec<Vec<u8>>> {
    let longest = |pattern: &Pattern| pattern.literals().max_by_key(|text| text.len()).map(fold_text);
    terms.iter().map(|term| longest(&term.pattern).map(String::into_bytes)).collect()
}

impl Uses {
    /// Counts the texts of a rule.
    pub(crate) fn count(&mut self, predicate: &Predicate) {
        let mut own: Vec<(String, Vec<u8>)> = Vec::new();
        for (test, is_positive) in predicate.tests() {
            if let (Condition::Some(tests), true) = (&test.condition, is_positive) {
                for needle in tests.iter().filter_map(texts).flatten() {
                    own.push((test.field.clone(), needle.text));
                }
            }
        }
        own.sort();
        own.dedup();
        for text in own {
            *self.0.entry(text).or_default() += 1.0;
        }
    }

    /// How likely an event passes a test, at most 1.
    pub(crate) fn likelihood(&self, test: &Test) -> f64 {
        let of_text = |needle: &Needle| {
            let key = (test.field.clone(), needle.text.clone());
            let uses = self.0.get(&key).copied().unwrap_or(1.0);
            by_length(needle) * uses
        };
        let of_test = |test: &ValueTest| match needs(test) {
            Needs::Texts(needles) => needles.iter().map(of_text).sum(),
            Needs::Order => 0.3,
            Needs::Presence => 0.8,
        };
        match &test.condition {
            Condition::Exists | Condition::SomeOther(_) => 0.8,
            Condition::Some(tests) => tests.iter().map(of_test).sum::<f64>().min(0.8),
            Condition::Holds(terms) => match needs_of_terms(terms) {
                Some(texts) => {
                    let needle = |text| Needle { part: Part::Within, text, decides: false };
                    texts.into_iter().map(|text| by_length(&needle(text))).sum::<f64>().min(0.8)
                }
                None => 0.8,
            },
        }
    }
}

fn texts(test: &ValueTest) -> Option<Vec<Needle>> {
    match needs(test) {
        Needs::Texts(needles) => Some(needles),
        Needs::Order | Needs::Presence => None,
    }
}

/// The likelihood of a text, by its length: the whole of a value is rarer than a part of it.
fn by_length(needle: &Needle) -> f64 {
    let more = match needle.part {
        Part::Whole => 2,
        Part::Start | Part::End => 0,
        Part::Within => 0,
    };
    match needle.text.len() + more {
        0 | 1 => 0.6,
        2 => 0.3,
        3 => 0.1,
        4 => 0.05,
        5 => 0.02,
        6 | 7 => 0.01,
        8..=11 => 0.005,
        _ => 0.002,
    }
}

/// Tests, one of which every event passes that passes the predicate, and how likely that is.
pub(crate) struct Trigger<'p> {
    pub(crate) tests: Vec<&'p Test>,
    pub(crate) likelihood: f64,
}

/// What has to be true before the predicate can be `wanted`; nothing if it may be so whatever the event holds.
/// `is_found` says of which tests it is known at once that they may be true.
pub(crate) fn trigger<'p>(
    predicate: &'p Predicate,
    wanted: bool,
    uses: &Uses,
    is_found: &dyn Fn(&Test) -> bool,
) -> Option<Trigger<'p>> {
    let of = |child: &'p Predicate| trigger(child, wanted, uses, is_found);
    let nothing = || Some(Trigger { tests: Vec::new(), likelihood: 0.0 });
    match predicate {
        Predicate::Constant(value) => (*value != wanted).then(nothing)?,
        // What nothing is known of is false.
        Predicate::Hole(_) => wanted.then(nothing)?,
        Predicate::Not(child) => trigger(child, !wanted, uses, is_found),
        Predicate::Test(test) => {
            let likelihood = uses.likelihood(test);
            (wanted && is_found(test)).then(|| Trigger { tests: vec![test], likelihood })
        }
        Predicate::Computed(_) | Predicate::OneValue(_) => None,
        Predicate::And(children) | Predicate::Or(children) => {
            if matches!(predicate, Predicate::And(_)) == wanted {
                children.iter().filter_map(of).min_by(|one, two| one.likelihood.total_cmp(&two.likelihood))
            } else {
                children.iter().map(of).try_fold(
                    Trigger { tests: Vec::new(), likelihood: 0.0 },
                    |mut all, one| {
                        let one = one?;
                        all.tests.extend(one.tests);
                        all.likelihood += one.likelihood;
                        Some(all)
                    },
                )
            }
        }
    }
}
