//! Texts that a pattern matches.
//!
//! In: the tree of a pattern. Out: a few texts: with the first branch of each choice and as little repetition as it takes,
//! with the last branch and one round more, and so on. Invariant: at most [`LONGEST`] characters each. What looks around is
//! taken for nothing, so whether a text matches is for the caller to see.

use super::set::Set;
use super::tree::{Node, Special};

/// The longest text, in characters.
const LONGEST: usize = 2_000;

/// The characters that a set is shown by, if it holds one of them: readers know them.
const PREFERRED: &str = "ax10A.- _/\\:";

/// A text that the tree matches, unless what is looked around for forbids it. Each `variant` chooses other branches.
pub(super) fn text(tree: &Node, groups: usize, variant: usize) -> Option<String> {
    let mut writer = Writer { text: String::new(), captured: vec![String::new(); groups + 1], variant };
    writer.node(tree)?;
    Some(writer.text)
}

struct Writer {
    text: String,
    captured: Vec<String>,
    variant: usize,
}

impl Writer {
    fn node(&mut self, node: &Node) -> Option<()> {
        if self.text.len() > LONGEST {
            return None;
        }
        match node {
            Node::Empty | Node::Assertion(..) => {}
            Node::Set(set) => self.text.push(self.character(set)?),
            Node::Concatenation(parts) => {
                for part in parts {
                    self.node(part)?;
                }
            }
            Node::Alternation(parts) => self.node(parts.get(self.variant % parts.len().max(1))?)?,
            Node::Repetition(repetition) => {
                let least = usize::try_from(repetition.least).ok()?;
                let most = repetition.most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
                for _ in 0..(least + self.variant % 3).min(most) {
                    self.node(&repetition.node)?;
                }
            }
            Node::Capture(group, inner) => {
                let before = self.text.len();
                self.node(inner)?;
                let captured = self.text.get(before..)?.to_owned();
                *self.captured.get_mut(*group)? = captured;
            }
            Node::Special(special, _) => self.special(special)?,
        }
        Some(())
    }

    fn special(&mut self, special: &Special) -> Option<()> {
        match special {
            Special::Atomic(inner) => self.node(inner),
            // What has to follow is put there, which is right where nothing else follows.
            Special::Look { is_ahead: true, is_negated: false, node } if self.variant.is_multiple_of(2) => {
                self.node(node)
            }
            Special::Look { is_ahead: false, is_negated: false, node } => self.node(node),
            Special::Look { .. } | Special::KeepOut => Some(()),
            Special::Reference { group, .. } => {
                let captured = self.captured.get(*group)?.clone();
                self.text.push_str(&captured);
                Some(())
            }
            Special::Conditional { then, otherwise, .. } => {
                self.node(if self.variant.is_multiple_of(2) { then } else { otherwise })
            }
            Special::Fail => None,
        }
    }

    fn character(&self, set: &Set) -> Option<char> {
        let preferred: Vec<char> = PREFERRED.chars().filter(|character| set.contains(*character)).collect();
        match preferred.get(self.variant % preferred.len().max(1)) {
            Some(character) => Some(*character),
            None => ('a'..='z').find(|letter| set.contains(*letter)).or_else(|| set.first()),
        }
    }
}
