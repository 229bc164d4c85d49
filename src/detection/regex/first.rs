//! What a part can begin with.
//!
//! In: a part without places, or the set that its first character shall be of. Out: the characters it can begin with;
//! the part of its texts that begin so. Invariant: no text is won or lost but those that begin otherwise, or are empty.

use super::set::Set;
use super::tree::{Node, Repetition};

impl Node {
    /// Whether it matches the empty text. Only for parts without places and specials.
    pub(super) fn is_nullable(&self) -> bool {
        self.length().0 == 0
    }

    /// The characters that a text of it can begin with.
    pub(super) fn first(&self) -> Set {
        match self {
            Self::Empty | Self::Assertion(..) | Self::Special(..) => Set::empty(),
            Self::Set(set) => set.clone(),
            Self::Concatenation(parts) => {
                let mut set = Set::empty();
                for part in parts {
                    set = set.or(&part.first());
                    if !part.is_nullable() {
                        break;
                    }
                }
                set
            }
            Self::Alternation(parts) => parts.iter().fold(Set::empty(), |set, part| set.or(&part.first())),
            Self::Repetition(repetition) if repetition.most == Some(0) => Set::empty(),
            Self::Repetition(repetition) => repetition.node.first(),
            Self::Capture(_, node) => node.first(),
        }
    }

    /// The texts of it that are not empty and begin with one of the set; nothing if there is none.
    pub(super) fn beginning_with(&self, set: &Set) -> Option<Self> {
        if !self.is_nullable() && self.first().without(set).is_empty() {
            return Some(self.clone());
        }
        match self {
            Self::Empty | Self::Assertion(..) | Self::Special(..) => None,
            Self::Set(own) => {
                let both = own.clone().and(set);
                (!both.is_empty()).then_some(Self::Set(both))
            }
            Self::Concatenation(parts) => {
                let mut ways = Vec::new();
                for (index, part) in parts.iter().enumerate() {
                    let rest = parts.get(index + 1..).unwrap_or(&[]).iter().cloned();
                    ways.extend(
                        part.beginning_with(set)
                            .map(|part| Self::concatenation([part].into_iter().chain(rest))),
                    );
                    if !part.is_nullable() {
                        break;
                    }
                }
                (!ways.is_empty()).then(|| Self::alternation(ways))
            }
            Self::Alternation(parts) => {
                let ways: Vec<Self> = parts.iter().filter_map(|part| part.beginning_with(set)).collect();
                (!ways.is_empty()).then(|| Self::alternation(ways))
            }
            Self::Repetition(repetition) => {
                let Repetition { node, least, most, .. } = repetition.as_ref();
                // Empty rounds before the first character can be left out, so they count for the lower bound.
                let least = if node.is_nullable() { 0 } else { least.saturating_sub(1) };
                let most = match most {
                    Some(most) => Some(most.checked_sub(1)?),
                    None => None,
                };
                let first = node.beginning_with(set)?;
                Some(Self::concatenation([first, node.clone().repeated(least, most)]))
            }
            Self::Capture(_, node) => node.beginning_with(set),
        }
    }

    /// The texts of it read backwards.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Concatenation(parts) => {
                Self::Concatenation(parts.into_iter().rev().map(Self::reversed).collect())
            }
            Self::Alternation(parts) => Self::Alternation(parts.into_iter().map(Self::reversed).collect()),
            Self::Repetition(mut repetition) => {
                repetition.node = repetition.node.reversed();
                Self::Repetition(repetition)
            }
            Self::Capture(index, node) => Self::Capture(index, Box::new(node.reversed())),
            leaf @ (Self::Empty | Self::Set(_) | Self::Assertion(..) | Self::Special(..)) => leaf,
        }
    }
}
