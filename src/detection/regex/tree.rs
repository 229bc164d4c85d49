//! The tree of a pattern.
//!
//! In: nothing but data. Out: nodes that say what is matched, without the flags and spellings of the text: case is in
//! the sets, `(?s)` and `(?m)` in the nodes. Invariant: neighbouring [`Node::Concatenation`]s and
//! [`Node::Alternation`]s are flat, and hold two parts or more.

use super::set::Set;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// The empty text.
    Empty,
    /// One character of a set.
    Set(Set),
    /// A place between characters.
    Assertion(Assertion, usize),
    /// One after the other.
    Concatenation(Vec<Node>),
    /// The first of these that leads to a match.
    Alternation(Vec<Node>),
    /// So many times.
    Repetition(Box<Repetition>),
    /// A capturing group, counted from 1.
    Capture(usize, Box<Node>),
    /// What has no regular equal, and where it stands in the text.
    Special(Special, usize),
}

/// A part that is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repetition {
    pub(super) node: Node,
    pub(super) least: u32,
    /// Nothing is no bound.
    pub(super) most: Option<u32>,
    pub(super) greed: Greed,
    pub(super) at: usize,
}

/// Which number of repetitions is tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greed {
    /// The highest.
    Greedy,
    /// The lowest.
    Lazy,
    /// The highest and no other.
    Possessive,
}

/// A place between characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assertion {
    /// `\A`, and `^` without `(?m)`.
    Start,
    /// `\z`
    End,
    /// `\Z`, and `$` without `(?m)`: at the end, and before a line feed that is last.
    EndOrFinalNewline,
    /// `^` with `(?m)`: at the start, and after a line feed that is not last.
    LineStart,
    /// `$` with `(?m)`: at the end, and before a line feed.
    LineEnd,
    /// `\b`
    WordBoundary,
    /// `\B`
    NotWordBoundary,
    /// `\G`
    SearchStart,
}

/// What has no regular equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// `(?>…)`
    Atomic(Box<Node>),
    /// `(?=…)`, `(?!…)`, `(?<=…)` and `(?<!…)`.
    Look { is_ahead: bool, is_negated: bool, node: Box<Node> },
    /// `\1`, with or without case.
    Reference { group: usize, is_caseless: bool },
    /// `(?(1)…|…)`
    Conditional { group: usize, then: Box<Node>, otherwise: Box<Node> },
    /// `\K`
    KeepOut,
    /// `(*FAIL)`
    Fail,
}

impl Special {
    /// The construct in words.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Atomic(_) => "atomic group `(?>…)`",
            Self::Look { is_ahead: true, is_negated: false, .. } => "look-ahead `(?=…)`",
            Self::Look { is_ahead: true, is_negated: true, .. } => "negative look-ahead `(?!…)`",
            Self::Look { is_ahead: false, is_negated: false, .. } => "look-behind `(?<=…)`",
            Self::Look { is_ahead: false, is_negated: true, .. } => "negative look-behind `(?<!…)`",
            Self::Reference { .. } => "back-reference",
            Self::Conditional { .. } => "conditional group `(?(…)…)`",
            Self::KeepOut => "match start reset `\\K`",
            Self::Fail => "verb `(*FAIL)`",
        }
    }
}

impl Node {
    /// One after the other.
    pub(super) fn concatenation(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Empty => {}
                Self::Concatenation(parts) => flat.extend(parts),
                part => flat.push(part),
            }
        }
        match flat.len() {
            0 => Self::Empty,
            1 => flat.pop().unwrap_or(Self::Empty),
            _ => Self::Concatenation(flat),
        }
    }

    /// The first of these that leads to a match.
    pub(super) fn alternation(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Alternation(parts) => flat.extend(parts),
                part => flat.push(part),
            }
        }
        match flat.len() {
            0 => Self::Special(Special::Fail, 0),
            1 => flat.pop().unwrap_or(Self::Empty),
            _ => Self::Alternation(flat),
        }
    }

    /// A text.
    pub(super) fn text(text: &str) -> Self {
        Self::concatenation(text.chars().map(|character| Self::Set(Set::one(character))))
    }

    /// A part that is repeated. One that is to be there zero times is nothing at all, with its groups; what takes no characters is so once or not at all, as a second round changes nothing.
    pub(super) fn repetition(repetition: Repetition) -> Self {
        let Repetition { node, least, most, greed, at } = repetition;
        if most == Some(0) {
            return Self::Empty;
        }
        if (least, most) == (1, Some(1)) && greed != Greed::Possessive {
            return node;
        }
        if node.length().1 != Some(0) {
            return Self::Repetition(Box::new(Repetition { node, least, most, greed, at }));
        }
        if least > 0 || node == Self::Empty {
            return node;
        }
        match greed {
            Greed::Greedy => Self::Alternation(vec![node, Self::Empty]),
            Greed::Lazy => Self::Alternation(vec![Self::Empty, node]),
            Greed::Possessive => {
                let first = Self::Alternation(vec![node, Self::Empty]);
                Self::Special(Special::Atomic(Box::new(first)), at)
            }
        }
    }

    /// So many times, as many as possible.
    pub(super) fn repeated(self, least: u32, most: Option<u32>) -> Self {
        self.repeated_at(least, most, 0)
    }

    /// So many times, as a repetition in the text says.
    pub(super) fn repeated_at(self, least: u32, most: Option<u32>, at: usize) -> Self {
        match (least, most) {
            (_, Some(0)) => return Self::Empty,
            (1, Some(1)) => return self,
            _ => {}
        }
        let greed = Greed::Greedy;
        Self::Repetition(Box::new(Repetition { node: self, least, most, greed, at }))
    }

    /// Direct parts.
    pub(super) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Empty | Self::Set(_) | Self::Assertion(..) => Vec::new(),
            Self::Concatenation(parts) | Self::Alternation(parts) => parts.iter().collect(),
            Self::Repetition(repetition) => vec![&repetition.node],
            Self::Capture(_, node) => vec![node],
            Self::Special(special, _) => match special {
                Special::Atomic(node) | Special::Look { node, .. } => vec![node],
                Special::Conditional { then, otherwise, .. } => vec![then, otherwise],
                Special::Reference { .. } | Special::KeepOut | Special::Fail => Vec::new(),
            },
        }
    }

    /// The groups that it has, in the order of their brackets.
    pub(super) fn groups(&self) -> Vec<usize> {
        let mut groups = Vec::new();
        self.any(&mut |node| {
            if let Self::Capture(group, _) = node {
                groups.push(*group);
            }
            false
        });
        groups
    }

    /// Whether some part, or the node itself, is so.
    pub(super) fn any(&self, test: &mut dyn FnMut(&Self) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|child| child.any(test))
    }

    /// How much an engine has to hold for the node: each counted repetition is written out.
    pub(super) fn size(&self) -> usize {
        let inner = self.children().into_iter().fold(0, |sum: usize, child| sum.saturating_add(child.size()));
        let own = match self {
            Self::Set(set) => 1 + set.ranges().count() / 4,
            _ => 1,
        };
        let times = match self {
            Self::Repetition(repetition) => repetition.most.unwrap_or(repetition.least.saturating_add(1)),
            _ => 1,
        };
        own.saturating_add(inner.saturating_mul(times.max(1) as usize))
    }

    /// The lengths of the texts that it matches in characters: the least and the highest, where there is one.
    /// Nothing can be said of the length of a back-reference.
    pub(super) fn length(&self) -> (usize, Option<usize>) {
        match self {
            Self::Empty | Self::Assertion(..) => (0, Some(0)),
            Self::Set(_) => (1, Some(1)),
            Self::Concatenation(parts) => parts.iter().fold((0, Some(0)), |(least, most), part| {
                let (low, high) = part.length();
                let most = most.zip(high).and_then(|(a, b): (usize, usize)| a.checked_add(b));
                (least.saturating_add(low), most)
            }),
            Self::Alternation(parts) => Self::span(parts.iter()),
            Self::Repetition(repetition) => {
                let (low, high) = repetition.node.length();
                let most = repetition.most.zip(high).map(|(times, high)| high.saturating_mul(times as usize));
                let most = if high == Some(0) { Some(0) } else { most };
                (low.saturating_mul(repetition.least as usize), most)
            }
            Self::Capture(_, node) => node.length(),
            Self::Special(special, _) => match special {
                Special::Atomic(node) => node.length(),
                Special::Look { .. } | Special::KeepOut | Special::Fail => (0, Some(0)),
                Special::Reference { .. } => (0, None),
                Special::Conditional { then, otherwise, .. } => {
                    Self::span([then.as_ref(), otherwise.as_ref()].into_iter())
                }
            },
        }
    }

    fn span<'a>(parts: impl Iterator<Item = &'a Self>) -> (usize, Option<usize>) {
        let lengths = parts.map(Self::length);
        let joined = lengths.reduce(|a, b| (a.0.min(b.0), a.1.zip(b.1).map(|(a, b)| a.max(b))));
        joined.unwrap_or((0, Some(0)))
    }
}
