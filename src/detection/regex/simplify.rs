//! Simpler trees of the same meaning.
//!
//! In: the tree of a pattern. Out: a tree without the possessive quantifiers, atomic groups and places that change
//! nothing.
//! Invariant: the same matches with the same groups. A possessive run of a set gives nothing back, and neither does a
//! greedy one where what follows cannot begin with a character of the set: `[^"]++"` is `[^"]+"`.

use super::set::Set;
use super::tree::{Greed, Node, Repetition, Special};

/// The tree without what changes nothing.
pub(super) fn simplify(node: Node) -> Node {
    inside(node, &Follow::End)
}

/// What follows a part.
#[derive(Clone)]
enum Follow {
    /// The match ends, so nothing is ever given back.
    End,
    /// A text that begins with one of these.
    First(Set),
    /// Anything, or nothing that is known.
    Unknown,
}

fn inside(node: Node, follow: &Follow) -> Node {
    match node {
        Node::Concatenation(parts) => row(parts, follow),
        Node::Alternation(parts) => {
            Node::Alternation(parts.into_iter().map(|part| inside(part, follow)).collect())
        }
        Node::Capture(index, node) => Node::Capture(index, Box::new(inside(*node, follow))),
        Node::Repetition(repetition) => repeated(*repetition, follow),
        Node::Special(Special::Atomic(node), at) => {
            let node = inside(*node, &Follow::End);
            if is_settled(&node, follow) { node } else { Node::Special(Special::Atomic(Box::new(node)), at) }
        }
        Node::Special(Special::Look { is_ahead, is_negated, node }, at) => {
            let node = Box::new(inside(*node, &Follow::End));
            Node::Special(Special::Look { is_ahead, is_negated, node }, at)
        }
        other => other,
    }
}

fn row(parts: Vec<Node>, follow: &Follow) -> Node {
    let mut out: Vec<Node> = Vec::new();
    let mut follow = follow.clone();
    for part in parts.into_iter().rev() {
        // A place that is asked for twice is the same place.
        if matches!((&part, out.last()), (Node::Assertion(one, _), Some(Node::Assertion(other, _))) if one == other)
        {
            continue;
        }
        let part = inside(part, &follow);
        follow = before(&part, &follow);
        out.push(part);
    }
    out.reverse();
    Node::concatenation(out)
}

/// What follows the part before this one.
fn before(part: &Node, follow: &Follow) -> Follow {
    if part.any(&mut |node| matches!(node, Node::Assertion(..) | Node::Special(..))) {
        return Follow::Unknown;
    }
    match (part.is_nullable(), follow) {
        (false, _) => Follow::First(part.first()),
        (true, Follow::First(set)) => Follow::First(part.first().or(set)),
        (true, Follow::End | Follow::Unknown) => Follow::Unknown,
    }
}

fn repeated(repetition: Repetition, follow: &Follow) -> Node {
    let Repetition { node, least, most, greed, at } = repetition;
    // Within a round the next may follow, or what follows them all.
    let node = inside(node, if most == Some(1) { follow } else { &Follow::Unknown });
    let mut repetition = Repetition { node, least, most, greed, at };
    if greed == Greed::Possessive {
        repetition.greed = Greed::Greedy;
        if !is_settled(&Node::Repetition(Box::new(repetition.clone())), follow) {
            repetition.greed = Greed::Possessive;
        }
    }
    Node::Repetition(Box::new(repetition))
}

/// Whether the first way to match the part is the only one that what follows can go on from.
fn is_settled(node: &Node, follow: &Follow) -> bool {
    match (node, follow) {
        (Node::Empty | Node::Set(_) | Node::Assertion(..), _) | (_, Follow::End) => true,
        (Node::Concatenation(parts), _) => match parts.split_last() {
            Some((last, others)) => {
                is_settled(last, follow) && others.iter().all(|part| matches!(part, Node::Set(_)))
            }
            None => true,
        },
        (Node::Repetition(repetition), _) => match &repetition.node {
            Node::Set(_) if repetition.most == Some(repetition.least) => true,
            Node::Set(set) if repetition.greed == Greed::Greedy => {
                matches!(follow, Follow::First(next) if next.clone().and(set).is_empty())
            }
            _ => false,
        },
        _ => false,
    }
}
