//! Places in the text of a search, which a program does not have.
//!
//! In: nothing. Out: a place that is none. Invariant: all places are equal.

/// A place in the text of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin;
