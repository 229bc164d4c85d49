//! Writing sets and repetitions, as all dialects do it.
//!
//! In: a part of a tree. Out: its text in a [`Spelling`]. Invariant: a set is written as itself or as its complement,
//! whichever is shorter, and no dialect's own name for a class is used.

use super::set::Set;
use super::tree::Greed;

/// What a dialect's spelling of single characters is.
pub(super) struct Spelling {
    /// A character that stands for itself.
    pub(super) literal: fn(char) -> String,
    /// A character in a set.
    pub(super) member: fn(char) -> String,
}

impl Spelling {
    /// A set in brackets, or its only character.
    pub(super) fn set(&self, set: &Set) -> String {
        if let Some(character) = set.single() {
            return (self.literal)(character);
        }
        let members = self.members(set);
        let others = self.members(&set.clone().complement());
        // Sets that reach the last character are complements in the eyes of their author.
        if set.contains(char::MAX) && !others.is_empty() || members.is_empty() {
            return format!("[^{others}]");
        }
        format!("[{members}]")
    }

    fn members(&self, set: &Set) -> String {
        let range = |(low, high): (char, char)| match u32::from(high) - u32::from(low) {
            0 => (self.member)(low),
            1 => (self.member)(low) + &(self.member)(high),
            _ => format!("{}-{}", (self.member)(low), (self.member)(high)),
        };
        set.ranges().map(range).collect()
    }
}

/// A quantifier as all dialects write it; nothing for exactly once.
pub(super) fn quantifier(least: u32, most: Option<u32>, greed: Greed) -> String {
    let counts = match (least, most) {
        (1, Some(1)) => return String::new(),
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (0, Some(1)) => "?".to_owned(),
        (least, None) => format!("{{{least},}}"),
        (least, Some(most)) if least == most => format!("{{{least}}}"),
        (least, Some(most)) => format!("{{{least},{most}}}"),
    };
    match greed {
        Greed::Greedy => counts,
        Greed::Lazy => counts + "?",
        Greed::Possessive => counts + "+",
    }
}
