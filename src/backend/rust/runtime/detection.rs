//! Conditions as functions.
//!
//! In: an event and what is known beside it. Out: what a formula gives, or a verdict. Invariant: a function here is one
//! expression of the search.

use crate::event::Event;
use crate::function::{Context, Operand};

pub use predicate::ValueTest;
pub use step::Step;

/// What an expression gives for an event.
#[derive(Clone, Copy, Debug)]
pub struct Formula(pub fn(&Event, &Context) -> Operand);

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Formula {}

/// Whether an event passes.
#[derive(Clone, Copy, Debug)]
pub struct Predicate(pub fn(&Event, &Context) -> bool);

impl PartialEq for Predicate {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Predicate {}

/// What a search asks of several events.
#[derive(Clone, Debug)]
pub struct Detection {
    /// What each event has to pass.
    pub filters: Vec<Predicate>,
    /// What those that pass have to come to.
    pub steps: Vec<Step>,
}
