//! Raw terms: how a word or phrase of a search is found in the text of an event.
//!
//! In: a word, a phrase or the argument of `TERM()`. Out: whether the raw event holds it. A term is found where
//! it stands between breakers (`segmenters.conf`; Search Manual, "Event segmentation and searching"), so `fail`
//! is not in `failed`. Splunk's wording on terms with inner breakers conflicts (facts are open); a contiguous
//! match bounded at both ends is taken, which may find less than the page's loosest reading.

use crate::event::pattern::{Case, Pattern, Piece, fold};

/// What a raw term may be bounded by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bound {
    /// Any breaker: words and phrases.
    Any,
    /// Only major breakers: `TERM()`, which is one index term.
    Major,
}

/// A term that is looked for in the raw event.
///
/// ```
/// use splc::event::pattern::{Case, Pattern};
/// use splc::event::raw::{Bound, Term};
/// let term = |text| Term { pattern: Pattern::wildcard(text, Case::Insensitive), bound: Bound::Any };
/// assert!(term("docker").is_in("the docker-exec call"));
/// assert!(!term("docker").is_in("dockerd started"));
/// assert!(term("docker*").is_in("dockerd started"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// The text, with wildcards that do not cross a major breaker.
    pub pattern: Pattern,
    /// What has to stand round it.
    pub bound: Bound,
}

impl Term {
    /// Whether the raw event holds the term. Time is at most the product of both lengths.
    pub fn is_in(&self, raw: &str) -> bool {
        let folded = |c: char| if self.pattern.case() == Case::Insensitive { fold(c) } else { c };
        let text: Vec<char> = raw.chars().map(folded).collect();
        let pieces: Vec<Step> = self.pattern.pieces().iter().flat_map(|piece| steps(piece, folded)).collect();
        // All positions of the pattern that are reached after the characters read so far.
        let mut reached = vec![false; pieces.len() + 1];
        for position in 0..=text.len() {
            if self.breaks_between(&text, position) {
                reach(&mut reached, &pieces, 0);
            }
            if reached.last() == Some(&true) && self.breaks_between(&text, position) {
                return true;
            }
            let Some(character) = text.get(position) else { break };
            let mut next = vec![false; pieces.len() + 1];
            for (at, step) in pieces.iter().enumerate().filter(|(at, _)| reached.get(*at) == Some(&true)) {
                match step {
                    Step::Char(expected) if expected == character => reach(&mut next, &pieces, at + 1),
                    Step::One => reach(&mut next, &pieces, at + 1),
                    Step::Any if !is_major(*character) => reach(&mut next, &pieces, at),
                    Step::Char(_) | Step::Any => {}
                }
            }
            reached = next;
        }
        false
    }

    /// Whether every raw event that holds this term holds `wide` too, as far as it is a word that no major breaker
    /// divides.
    ///
    /// ```
    /// use splc::event::pattern::{Case, Pattern};
    /// use splc::event::raw::{Bound, Term};
    /// let term = |text| Term { pattern: Pattern::wildcard(text, Case::Insensitive), bound: Bound::Any };
    /// assert!(term("dockerd").implies(&term("docker*")));
    /// assert!(!term("docker exec").implies(&term("docker*")));
    /// ```
    pub fn implies(&self, wide: &Self) -> bool {
        let is_whole = |piece: &Piece| match piece {
            Piece::Literal(text) => !text.contains(is_major),
            Piece::Any => true,
            // It may stand for a breaker.
            Piece::One => false,
        };
        // What major breakers bound, breakers bound.
        let is_bounded = self.bound == wide.bound || self.bound == Bound::Major;
        is_bounded && self.pattern.pieces().iter().all(is_whole) && wide.pattern.covers(&self.pattern)
    }

    fn breaks_between(&self, text: &[char], position: usize) -> bool {
        let breaks = |character: &char| match self.bound {
            Bound::Any => is_major(*character) || is_minor(*character),
            Bound::Major => is_major(*character),
        };
        let before = position.checked_sub(1).and_then(|at| text.get(at));
        // A term that itself begins or ends with a breaker is bounded by it.
        before.is_none_or(breaks) || text.get(position).is_none_or(breaks)
    }
}

enum Step {
    Char(char),
    Any,
    One,
}

fn steps(piece: &Piece, folded: impl Fn(char) -> char) -> Vec<Step> {
    match piece {
        Piece::Literal(text) => text.chars().map(|c| Step::Char(folded(c))).collect(),
        Piece::Any => vec![Step::Any],
        Piece::One => vec![Step::One],
    }
}

fn reach(reached: &mut [bool], steps: &[Step], mut at: usize) {
    loop {
        if let Some(slot) = reached.get_mut(at) {
            *slot = true;
        }
        // A star may also take nothing.
        match steps.get(at) {
            Some(Step::Any) => at += 1,
            _ => break,
        }
    }
}

/// Major breakers of `segmenters.conf` that are one character.
pub fn is_major(character: char) -> bool {
    character.is_whitespace() || "[]<>(){}|!;,'\"*&?+".contains(character)
}

/// Minor breakers of `segmenters.conf`.
pub fn is_minor(character: char) -> bool {
    "/:=@.-$#%\\_".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, raw: &str) -> bool {
        Term { pattern: Pattern::wildcard(text, Case::Insensitive), bound: Bound::Any }.is_in(raw)
    }

    #[test]
    fn a_word_is_bounded_by_breakers_on_both_sides() {
        assert!(found("fail", "login FAIL now"));
        assert!(!found("fail", "login failed"));
        assert!(found("fail*", "login failed"));
        assert!(found("10", "2019-10-21") && found("2019-10-21", "on 2019-10-21."));
        assert!(!found("019", "2019-10-21"));
    }

    #[test]
    fn a_phrase_is_contiguous() {
        assert!(found("web error", "a web error here"));
        assert!(!found("web error", "web and error") && !found("web error", "web errors"));
    }

    #[test]
    fn a_star_stops_at_a_major_breaker() {
        assert!(found("do*er", "the docker"));
        assert!(!found("do*er", "do not err, er"));
    }

    #[test]
    fn term_needs_major_breakers() {
        let term = |raw: &str| {
            Term { pattern: Pattern::wildcard("8.8.8.8", Case::Insensitive), bound: Bound::Major }.is_in(raw)
        };
        assert!(term("to 8.8.8.8 now") && !term("ip=8.8.8.8"));
    }
}
