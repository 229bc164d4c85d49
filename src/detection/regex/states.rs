//! The size of the automaton that reads a pattern without steps back.
//!
//! In: the tree of a pattern. Out: the number of its states, or nothing where Lucene would not
//! build it. Invariant: what is counted is the subset construction over the positions of the pattern, which are the states
//! of an automaton without empty transitions (Glushkov), as Lucene's has none; Lucene makes the parts minimal before it
//! puts them together, so its own count may be lower.

use std::collections::{BTreeMap, BTreeSet};

use super::set::Set;
use super::tree::{Assertion, Node, Repetition};
use super::whole;

/// The most states (Elasticsearch, "Regexp query", `max_determinized_states`), which EQL leaves at its default.
const MOST_STATES: usize = 10_000;

/// The most work: the states that subsets hold, all together. Since version 9 Lucene bounds this instead, at ten times
/// the number of states (`Operations.determinize`, LUCENE-9981).
const MOST_WORK: usize = 10 * MOST_STATES;

/// States of bytes that a transition over characters outside of ASCII becomes, about: Lucene makes the automaton one of
/// UTF-8 and bounds the work for that alike (`UTF32ToUTF8`).
const STATES_OF_BYTES: usize = 10;

/// The most positions and pairs of neighbours of a pattern; one with more of them has more states than are allowed.
const MOST_POSITIONS: usize = 20_000;
const MOST_NEIGHBOURS: usize = 500_000;

/// The number of states of the automaton of the values in which the pattern is found, if Lucene builds it.
pub(super) fn count(tree: &Node) -> Option<usize> {
    if let Some(row) = whole_value(tree) {
        return of_rows([row]);
    }
    of_rows(whole::branches(tree).ok()?.iter().map(Vec::as_slice))
}

/// The parts of a pattern that stands for the whole value and has no other place between characters: of such a one the
/// tree says the same as its branches, which are bounded.
fn whole_value(tree: &Node) -> Option<&[Node]> {
    let Node::Concatenation(parts) = tree else { return None };
    let [Node::Assertion(Assertion::Start, _), row @ .., Node::Assertion(Assertion::End, _)] =
        parts.as_slice()
    else {
        return None;
    };
    let is_more = |node: &Node| matches!(node, Node::Assertion(..) | Node::Special(..));
    let has_more = row.iter().any(|part| part.any(&mut |node| is_more(node)));
    (!has_more).then_some(row)
}

fn of_rows<'a>(rows: impl IntoIterator<Item = &'a [Node]>) -> Option<usize> {
    let mut positions = Positions::default();
    let mut whole = Part::default();
    for row in rows {
        whole = whole.or(positions.row(row)?);
    }
    positions.determinised(&whole)
}

/// The characters of a pattern, one by one, and which of them follows which.
#[derive(Default)]
struct Positions<'a> {
    sets: Vec<&'a Set>,
    followers: Vec<Vec<usize>>,
    neighbours: usize,
}

/// The positions that a part begins and ends with.
#[derive(Clone, Default)]
struct Part {
    may_be_empty: bool,
    first: Vec<usize>,
    last: Vec<usize>,
}

impl Part {
    fn empty() -> Self {
        Self { may_be_empty: true, ..Self::default() }
    }

    fn or(mut self, other: Self) -> Self {
        self.may_be_empty |= other.may_be_empty;
        self.first.extend(other.first);
        self.last.extend(other.last);
        self
    }
}

impl<'a> Positions<'a> {
    fn row(&mut self, parts: &'a [Node]) -> Option<Part> {
        parts.iter().try_fold(Part::empty(), |before, part| {
            let part = self.part(part)?;
            self.joined(before, part)
        })
    }

    /// As deep as the pattern, which is bounded.
    fn part(&mut self, node: &'a Node) -> Option<Part> {
        match node {
            // There are none.
            Node::Assertion(..) | Node::Special(..) | Node::Empty => Some(Part::empty()),
            Node::Set(set) => {
                let position = self.sets.len();
                self.sets.push(set);
                self.followers.push(Vec::new());
                let only = vec![position];
                let part = Part { may_be_empty: false, first: only.clone(), last: only };
                (position < MOST_POSITIONS).then_some(part)
            }
            Node::Concatenation(parts) => self.row(parts),
            Node::Alternation(parts) => {
                let nothing = Part::default();
                parts.iter().try_fold(nothing, |all, part| Some(all.or(self.part(part)?)))
            }
            Node::Repetition(repetition) => self.repetition(repetition),
            Node::Capture(_, inner) => self.part(inner),
        }
    }

    fn repetition(&mut self, repetition: &'a Repetition) -> Option<Part> {
        let mut whole = Part::empty();
        for round in 0..repetition.least {
            let mut next = self.part(&repetition.node)?;
            if repetition.most.is_none() && round + 1 == repetition.least {
                next = self.looped(next)?;
            }
            whole = self.joined(whole, next)?;
        }
        match repetition.most {
            None if repetition.least == 0 => {
                let inner = self.part(&repetition.node)?;
                let looped = self.looped(inner)?;
                Some(Part { may_be_empty: true, ..looped })
            }
            None => Some(whole),
            Some(most) => self.optional(whole, repetition, most.saturating_sub(repetition.least)),
        }
    }

    /// The part, and up to so many more rounds, each of which follows the one before.
    fn optional(&mut self, part: Part, repetition: &'a Repetition, rounds: u32) -> Option<Part> {
        let (mut whole, mut before) = (part.clone(), part);
        for _ in 0..rounds {
            let next = self.part(&repetition.node)?;
            let longer = self.joined(before, next.clone())?;
            if whole.may_be_empty {
                whole.first.clone_from(&longer.first);
            }
            whole.last.extend_from_slice(&next.last);
            before = Part { last: if next.may_be_empty { longer.last } else { next.last }, ..longer };
        }
        Some(whole)
    }

    fn looped(&mut self, part: Part) -> Option<Part> {
        self.connect(&part.last, &part.first)?;
        Some(part)
    }

    fn joined(&mut self, mut left: Part, right: Part) -> Option<Part> {
        self.connect(&left.last, &right.first)?;
        if left.may_be_empty {
            left.first.extend(&right.first);
        }
        let mut last = right.last;
        if right.may_be_empty {
            last.extend(left.last);
        }
        Some(Part { may_be_empty: left.may_be_empty && right.may_be_empty, first: left.first, last })
    }

    fn connect(&mut self, from: &[usize], to: &[usize]) -> Option<()> {
        self.neighbours += from.len() * to.len();
        for position in from {
            self.followers.get_mut(*position)?.extend(to);
        }
        (self.neighbours <= MOST_NEIGHBOURS).then_some(())
    }

    /// Goes through the sets of positions that texts lead to.
    fn determinised(&self, whole: &Part) -> Option<usize> {
        let alphabet = Alphabet::of(&self.sets);
        let start = sorted(whole.first.iter().copied());
        let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
        let (mut states, mut work, mut bytes) = (1, 1, 1);
        let mut waiting = vec![start];
        while let Some(next) = waiting.pop() {
            for (read, is_wide) in alphabet.read(&next) {
                bytes += if is_wide { STATES_OF_BYTES } else { 0 };
                if seen.contains(&read) {
                    continue;
                }
                (states, work, bytes) = (states + 1, work + read.len(), bytes + 1);
                waiting.push(sorted(read.iter().flat_map(|position| self.after(*position))));
                seen.insert(read);
            }
            if states > MOST_STATES || work > MOST_WORK || bytes > MOST_WORK {
                return None;
            }
        }
        Some(states)
    }

    fn after(&self, position: usize) -> impl Iterator<Item = usize> + '_ {
        self.followers.get(position).into_iter().flatten().copied()
    }
}

fn sorted(positions: impl Iterator<Item = usize>) -> Vec<usize> {
    let positions: BTreeSet<usize> = positions.collect();
    positions.into_iter().collect()
}

/// Characters that no set of the pattern tells apart, as one letter.
struct Alphabet {
    /// For each letter, whether it holds characters outside of ASCII.
    letters: Vec<bool>,
    /// The kind of set of each position.
    kinds: Vec<usize>,
    /// For each kind, the letters that it holds.
    members: Vec<Vec<bool>>,
}

impl Alphabet {
    fn of(sets: &[&Set]) -> Self {
        let mut distinct: Vec<&Set> = Vec::new();
        let kinds = sets
            .iter()
            .map(|set| {
                distinct.iter().position(|known| known == set).unwrap_or_else(|| {
                    distinct.push(set);
                    distinct.len() - 1
                })
            })
            .collect();
        let ranges = || distinct.iter().flat_map(|set| set.ranges());
        // Where a letter begins: at the start of a range, or behind the end of one.
        let starts: BTreeSet<u32> = std::iter::once(0)
            .chain(ranges().flat_map(|(low, high)| [u32::from(low), u32::from(high) + 1]))
            .collect();
        let letters: Vec<(u32, u32)> = starts
            .iter()
            .copied()
            .zip(starts.iter().copied().skip(1).chain([u32::from(char::MAX) + 1]))
            .filter(|(low, high)| low < high)
            .collect();
        let holds = |set: &&Set| {
            let of_letter = |(low, _): &(u32, u32)| char::from_u32(*low).is_some_and(|low| set.contains(low));
            letters.iter().map(of_letter).collect()
        };
        let members = distinct.iter().map(holds).collect();
        Self { letters: letters.iter().map(|(_, high)| *high > 0x80).collect(), kinds, members }
    }

    /// The positions that each letter leads to of those that may come next, and whether a letter outside of ASCII does.
    fn read(&self, next: &[usize]) -> BTreeMap<Vec<usize>, bool> {
        let mut all = BTreeMap::new();
        for (letter, is_wide) in self.letters.iter().enumerate() {
            let read: Vec<usize> =
                next.iter().copied().filter(|position| self.holds(*position, letter)).collect();
            if !read.is_empty() {
                *all.entry(read).or_default() |= *is_wide;
            }
        }
        all
    }

    fn holds(&self, position: usize, letter: usize) -> bool {
        let kind = self.kinds.get(position).and_then(|kind| self.members.get(*kind));
        kind.and_then(|members| members.get(letter)).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Regex;

    fn states(pattern: &str) -> Option<usize> {
        Regex::parse(&format!("(?s)\\A(?:{pattern})\\z")).unwrap().lucene_states()
    }

    #[test]
    fn what_is_searched_for_is_counted_as_it_is_found() {
        let found = |pattern: &str| Regex::parse(pattern).unwrap().lucene_states();
        assert_eq!(found("(?s)ab"), states(".*ab.*"));
        assert_eq!(found("(?s)\\Aab"), states("ab.*"));
        assert_eq!(found(r"(a)\1"), None);
    }

    #[test]
    fn small_automata_are_counted_to_the_state() {
        assert_eq!(states("abc"), Some(4));
        assert_eq!(states(".*"), Some(2));
        assert_eq!(states("a{3}"), Some(4));
        assert_eq!(states("a{2,4}"), Some(5));
        assert_eq!(states("(ab){0,2}"), Some(5));
        assert_eq!(states("a|b"), Some(3));
        // Each of the last three characters may have been an `a`.
        assert_eq!(states("(a|b)*a(a|b){2}"), states("[ab]*a[ab]{2}"));
    }

    #[test]
    fn repetitions_multiply() {
        assert_eq!(states("a{1,1000}"), Some(1001));
        assert!(states("(a{1,100}b){1,99}").is_some());
        assert!(states("(a{1,100}b){1,100}").is_none(), "10,100 states");
        assert!(states("a{9999}").is_some() && states("a{10000}").is_none());
        assert!(states("(ab{0,100}){0,50}").is_some());
        assert!(states("(a{0,150}b){0,80}").is_none());
    }

    #[test]
    fn a_count_behind_anything_doubles_with_each_character() {
        assert!(states(".*a.{5}").is_some_and(|states| states >= 64));
        assert!(states(".*a.{20}").is_none());
        assert!(states(".*a[^a]{200}.*").is_some(), "each `a` starts anew");
    }

    #[test]
    fn characters_outside_of_ascii_are_states_of_bytes() {
        assert!(states("[a-z]{9000}").is_some());
        assert!(states(".{5000}").is_some() && states(".{9500}").is_none());
    }
}
