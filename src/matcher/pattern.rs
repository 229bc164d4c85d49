//! Patterns cut into runs between wildcards, so that matching looks for whole runs of bytes.
//!
//! In: a pattern. Out: whether a text matches as a whole. Invariant: the same answer as `Pattern::matches`. A run of
//! UTF-8 is found in UTF-8 only between characters, so bytes are compared; what stands for one character is left to
//! the reference.

use memchr::memmem::Finder;

use crate::event::pattern::{Case, Pattern, Piece, fold_text};

/// A pattern ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    case: Case,
    runs: Runs,
}

#[derive(Debug)]
enum Runs {
    Exact(Box<[u8]>),
    /// What stands before the first star, between stars and behind the last one.
    Stars {
        first: Box<[u8]>,
        inner: Vec<Finder<'static>>,
        last: Box<[u8]>,
    },
    Other(Pattern),
}

impl Compiled {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let case = pattern.case();
        if pattern.pieces().contains(&Piece::One) {
            return Self { case, runs: Runs::Other(pattern.clone()) };
        }
        let mut runs = vec![String::new()];
        for piece in pattern.pieces() {
            match (piece, runs.last_mut()) {
                (Piece::Literal(text), Some(run)) => run.push_str(&folded(case, text)),
                _ => runs.push(String::new()),
            }
        }
        let last = runs.pop().unwrap_or_default();
        let Some((first, inner)) = runs.split_first() else {
            return Self { case, runs: Runs::Exact(last.into_bytes().into()) };
        };
        let inner = inner.iter().map(|run| Finder::new(run).into_owned()).collect();
        let first = first.clone().into_bytes().into();
        Self { case, runs: Runs::Stars { first, inner, last: last.into_bytes().into() } }
    }

    /// Whether a value matches; `text` gives it as it is, `folded` is the same with its letters folded.
    pub(crate) fn matches<'t>(&self, text: impl Fn() -> &'t str, folded: &[u8]) -> bool {
        let bytes = if self.case == Case::Sensitive { text().as_bytes() } else { folded };
        match &self.runs {
            Runs::Exact(whole) => bytes == &**whole,
            Runs::Stars { first, inner, last } => {
                let rest = bytes.strip_prefix(&**first).and_then(|rest| rest.strip_suffix(&**last));
                // The leftmost place of each run leaves the most room for the next.
                rest.is_some_and(|rest| {
                    let after =
                        |rest: &'_ [u8], run: &Finder<'_>| run.find(rest).map(|at| at + run.needle().len());
                    let mut rest = rest;
                    inner.iter().all(|run| match after(rest, run) {
                        Some(at) => {
                            rest = rest.get(at..).unwrap_or(&[]);
                            true
                        }
                        None => false,
                    })
                })
            }
            Runs::Other(pattern) => pattern.matches(text()),
        }
    }
}

fn folded(case: Case, text: &str) -> String {
    if case == Case::Sensitive { text.to_owned() } else { fold_text(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_reference(wildcard in "[ab*ÄȺ]{0,6}", text in "[abAäÄⱥȺ]{0,8}", sensitive: bool) {
            let case = if sensitive { Case::Sensitive } else { Case::Insensitive };
            let pattern = Pattern::wildcard(&wildcard, case);
            let compiled = Compiled::new(&pattern);
            prop_assert_eq!(compiled.matches(|| text.as_str(), fold_text(&text).as_bytes()), pattern.matches(&text));
        }
    }
}
