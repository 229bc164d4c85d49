//! Patterns that are compiled once.
//!
//! In: the text of a pattern. Out: the pattern, or nothing if it is none. An expression is evaluated once an event with
//! the same few patterns. Invariant: what is kept changes the time that is taken and nothing else, and is bounded.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::detection::regex::Regex;

/// How many patterns a thread keeps; all are forgotten when there are more, since those come from the events.
const MOST_KEPT: usize = 256;

thread_local! {
    static KEPT: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// The pattern of that text.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    KEPT.with_borrow_mut(|kept| {
        if let Some(found) = kept.get(text) {
            return found.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let read = Regex::parse(text).ok();
        kept.insert(text.to_owned(), read.clone());
        read
    })
}
