//! Folds the filters of a pipeline into one predicate.
//!
//! `base | search more` keeps what passes both, so a piped search is part of the base search (Search Manual,
//! "Quick tips for optimization": filter as early as possible). Keeps the matched set: each filter sees the same
//! event.

use crate::detection::{Detection, Predicate};

/// All filters of a detection as one predicate.
pub fn fold(detection: &Detection) -> Predicate {
    detection.predicate()
}
