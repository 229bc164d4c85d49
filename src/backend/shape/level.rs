//! What is known of the rows of a group while steps are read.
//!
//! In: the fields by which events were grouped, and what was computed. Out: what a field of a row is. Invariant: a field of
//! which nothing is known is [`Meaning::Other`], so no condition on it is taken for another one.

use crate::detection::{Order, Predicate};
use crate::source::Origin;

use super::{Filled, Function, Window};

/// Rows of a group.
pub(super) struct Level {
    /// Fields of the events that tie them together.
    pub(super) by: Vec<String>,
    /// Fields that tie them together where they have them, and those that lack them with each other.
    pub(super) filled: Vec<Filled>,
    pub(super) window: Window,
    /// What the fields of a row are.
    pub(super) fields: Vec<(String, Meaning)>,
    /// Whether other fields of a row are those of an event.
    pub(super) keeps_events: bool,
    /// What a transaction asks of its first and its last event.
    pub(super) ends: Option<(Predicate, Predicate)>,
    /// Whether a row may stand for a part of the events that share the keys: they can make several transactions.
    pub(super) is_part: bool,
    /// Whether rows differ in more than their keys, since one was left out.
    pub(super) lacks_keys: bool,
    /// What an event of a sub-search passes that each event of a row has met.
    pub(super) beside: Option<Predicate>,
    pub(super) origin: Origin,
}

/// What a field of a row is.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// The value of a field that all events of the group share.
    Key(String),
    /// A number over the events of the group that pass.
    Number(Function, Predicate),
    /// The values of a field over the events of the group.
    Values(String),
    /// The least or the greatest of them, as numbers; the order in which another event would be it.
    Extreme(String, Order),
    /// Something else.
    Other,
}

impl Level {
    /// Gives up the fields that some events lack: rows of these are no groups that are told by fields alone.
    pub(super) fn without_filled(mut self) -> (Self, Vec<String>) {
        let what = |filled: Filled| format!("the key `{}`, which some events lack,", filled.field);
        let given_up: Vec<String> = self.filled.drain(..).map(what).collect();
        self.lacks_keys |= !given_up.is_empty();
        (self, given_up)
    }

    /// Events that have met others by the values of fields.
    pub(super) fn of_joined(by: Vec<String>, beside: Predicate, origin: Origin) -> Self {
        Self {
            by,
            filled: Vec::new(),
            window: Window::Search,
            fields: Vec::new(),
            keeps_events: true,
            ends: None,
            is_part: false,
            lacks_keys: false,
            beside: Some(beside),
            origin,
        }
    }

    /// What a field of a row is; nothing for one that rows do not have.
    pub(super) fn meaning(&self, name: &str) -> Option<Meaning> {
        let known = self.fields.iter().rev().find(|(other, _)| other == name);
        match known {
            Some((_, meaning)) => Some(meaning.clone()),
            None if self.keeps_events => Some(Meaning::Values(name.to_owned())),
            None => None,
        }
    }
}
