//! Patterns that a target compares without case.
//!
//! In: the branches of a pattern. Out: shorter branches that mean the same to a target that takes every letter in both
//! cases, if these do as well. Invariant: only where each set holds both cases of all its letters.

use super::set::Set;
use super::tree::{Node, Repetition};
use super::whole::Branch;

/// The branches in small letters; nothing if some letter is asked for in one case only, or there is none. Where
/// `keeps_ranges`, only letters that stand alone are changed.
pub(super) fn lowered(branches: &[Branch], keeps_ranges: bool) -> Option<Vec<Branch>> {
    let mut has_letters = false;
    let mut lower = |set: &Set| -> Option<Set> {
        if !set.is_caseless() {
            return None;
        }
        let lowered = if set.contains(char::MAX) {
            // A complement, which is written by what it leaves out.
            set.clone().or(&upper())
        } else {
            set.clone().without(&upper())
        };
        if lowered == *set || keeps_ranges && lowered.single().is_none() {
            return Some(set.clone());
        }
        has_letters = true;
        Some(lowered)
    };
    let lowered: Option<Vec<Branch>> = branches
        .iter()
        .map(|branch| branch.iter().map(|part| with_sets(part, &mut lower)).collect())
        .collect();
    lowered.filter(|_| has_letters)
}

fn upper() -> Set {
    Set::of(&[('A', 'Z')])
}

/// The part with each of its sets changed; nothing if one cannot be, or if it holds what has no regular equal.
pub(super) fn with_sets(node: &Node, change: &mut dyn FnMut(&Set) -> Option<Set>) -> Option<Node> {
    Some(match node {
        Node::Set(set) => Node::Set(change(set)?),
        Node::Concatenation(parts) => {
            Node::Concatenation(parts.iter().map(|part| with_sets(part, change)).collect::<Option<_>>()?)
        }
        Node::Alternation(parts) => {
            Node::Alternation(parts.iter().map(|part| with_sets(part, change)).collect::<Option<_>>()?)
        }
        Node::Repetition(repetition) => {
            let node = with_sets(&repetition.node, change)?;
            Node::Repetition(Box::new(Repetition { node, ..(**repetition).clone() }))
        }
        Node::Capture(index, node) => Node::Capture(*index, Box::new(with_sets(node, change)?)),
        Node::Empty | Node::Assertion(..) => node.clone(),
        Node::Special(..) => return None,
    })
}
