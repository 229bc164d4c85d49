//! What the values of a field say at once about the tests of it.
//!
//! In: the tests that rules are looked at for; a value. Out: the tests that the value passes, or may pass. Invariant: a
//! test that is in the index and passes is always found; one that is found and not decided is asked again.

use crate::detection::{Condition, ValueTest};
use crate::event::pattern::Shape;
use crate::matcher::literals::{self, Literals, Part, Target};
use crate::matcher::order;
use crate::matcher::trigger::{Needs, needs, needs_of_terms};

/// The tests of a field that are collected.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    presence: Vec<Target>,
    literals: literals::Collection,
    order: order::Collection,
}

impl Collection {
    /// Adds an atom by what has to be there for it to be true.
    pub(crate) fn add(&mut self, condition: &Condition, atom: u32) {
        let maybe = Target { atom, decides: false };
        match condition {
            Condition::Exists => self.presence.push(Target { atom, decides: true }),
            Condition::SomeOther(_) => self.presence.push(maybe),
            Condition::Some(tests) => tests.iter().for_each(|test| self.add_test(test, atom)),
            Condition::Holds(terms) => match needs_of_terms(terms) {
                Some(texts) => texts.iter().for_each(|text| self.literals.add(Part::Within, text, maybe)),
                None => self.presence.push(maybe),
            },
        }
    }

    fn add_test(&mut self, test: &ValueTest, atom: u32) {
        match needs(test) {
            Needs::Texts(needles) => {
                for needle in needles {
                    let target = Target { atom, decides: needle.decides };
                    self.literals.add(needle.part, &needle.text, target);
                }
            }
            Needs::Order => self.order.add(test, Target { atom, decides: true }),
            Needs::Presence => {
                let is_any = |shape| matches!(shape, Shape::Everything);
                let decides = matches!(test, ValueTest::Matches(pattern) if is_any(pattern.shape()));
                self.presence.push(Target { atom, decides });
            }
        }
    }

    /// The index of these tests.
    pub(crate) fn build(self) -> Index {
        let order = (!self.order.is_empty()).then_some(self.order);
        Index { presence: self.presence, literals: self.literals.build(), order }
    }
}

/// The tests of a field, by what a value has to be.
#[derive(Debug)]
pub(crate) struct Index {
    presence: Vec<Target>,
    literals: Literals,
    order: Option<order::Collection>,
}

impl Index {
    /// Calls `found` for each test that a value passes or may pass; `text` gives the value as it is.
    pub(crate) fn find<'t>(
        &self,
        folded: &[u8],
        text: impl FnOnce() -> &'t str,
        number: Option<f64>,
        found: &mut impl FnMut(Target),
    ) {
        self.presence.iter().copied().for_each(&mut *found);
        self.literals.find(folded, found);
        if let Some(order) = &self.order {
            order.find(text(), number, found);
        }
    }
}
