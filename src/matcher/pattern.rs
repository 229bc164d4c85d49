//! Patterns cut into runs between wildcards, so that matching looks for whole runs.
//!
//! In: a pattern. Out: whether a text matches as a whole. Invariant: the same answer as `Pattern::matches`.

use crate::event::pattern::{Case, Pattern, Piece, fold};

/// A pattern ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    case: Case,
    /// Characters between stars; `None` is any one character.
    runs: Vec<Vec<Option<char>>>,
}

impl Compiled {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let case = pattern.case();
        let mut runs = vec![Vec::new()];
        for piece in pattern.pieces() {
            match (piece, runs.last_mut()) {
                (Piece::Any, _) => runs.push(Vec::new()),
                (Piece::One, Some(run)) => run.push(None),
                (Piece::Literal(text), Some(run)) => run.extend(text.chars().map(|c| Some(folded(case, c)))),
                (_, None) => {}
            }
        }
        Self { case, runs }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().map(|c| folded(self.case, c)).collect();
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else { return false };
        if self.runs.len() == 1 {
            return text.len() == first.len() && starts(&text, first);
        }
        if text.len() < first.len() + last.len() || !starts(&text, first) {
            return false;
        }
        let (mut rest, end) = text.split_at(text.len() - last.len());
        if !starts(end, last) {
            return false;
        }
        rest = rest.get(first.len()..).unwrap_or(&[]);
        // The leftmost place of each run leaves the most room for the next.
        self.runs.iter().skip(1).take(self.runs.len() - 2).all(|run| {
            let found = (0..=rest.len()).find(|at| starts(rest.get(*at..).unwrap_or(&[]), run));
            rest = found.and_then(|at| rest.get(at + run.len()..)).unwrap_or(&[]);
            found.is_some()
        })
    }
}

fn folded(case: Case, character: char) -> char {
    if case == Case::Sensitive { character } else { fold(character) }
}

fn starts(text: &[char], run: &[Option<char>]) -> bool {
    text.len() >= run.len()
        && run.iter().zip(text).all(|(expected, found)| expected.is_none_or(|c| c == *found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_reference(wildcard in "[ab*Ä]{0,6}", text in "[abAä]{0,8}") {
            let pattern = Pattern::wildcard(&wildcard, Case::Insensitive);
            prop_assert_eq!(Compiled::new(&pattern).matches(&text), pattern.matches(&text));
        }
    }
}
