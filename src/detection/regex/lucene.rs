//! Lucene's regular expressions, as `regex` of EQL takes them.
//!
//! In: the branches of a pattern. Out: a pattern of the whole value. Invariant: only operators that every version of
//! Lucene has; whatever is no letter, digit or blank is written after a backslash, and sets are lists of characters,
//! since `\d` and the like are known from Lucene 9 on only (Elasticsearch, "Regular expression syntax").

use super::Unprintable;
use super::tree::{Greed, Node};
use super::whole::{Branch, is_anything};
use super::write::{Spelling, quantifier};

/// `index.max_regex_length`, in UTF-16 units.
const MAX_LENGTH: usize = 1000;

const SPELLING: Spelling = Spelling { literal: escaped, member: escaped };

/// Writes the branches.
pub(super) fn print(branches: &[Branch]) -> Result<String, Unprintable> {
    if branches.is_empty() {
        return Err(Unprintable::new("a pattern that never matches", 0));
    }
    let written: Vec<String> = branches.iter().map(|branch| branch.iter().map(part).collect()).collect();
    // Lucene reads no alternative that is empty but as brackets.
    let alternatives: Vec<&str> =
        written.iter().map(|text| if text.is_empty() && branches.len() > 1 { "()" } else { text }).collect();
    let text = alternatives.join("|");
    if text.encode_utf16().count() > MAX_LENGTH {
        return Err(Unprintable::new(
            "a pattern longer than the 1000 characters that Elasticsearch reads",
            0,
        ));
    }
    Ok(text)
}

/// Any punctuation may stand after a backslash, and no letter.
fn escaped(character: char) -> String {
    if character.is_ascii_punctuation() && character != '_' {
        format!("\\{character}")
    } else {
        character.to_string()
    }
}

/// A part as a row has it: alternatives are in brackets.
fn part(node: &Node) -> String {
    match node {
        Node::Empty => "()".to_owned(),
        Node::Set(set) if set.is_full() => ".".to_owned(),
        Node::Set(set) => SPELLING.set(set),
        Node::Concatenation(parts) => parts.iter().map(part).collect(),
        Node::Alternation(parts) => {
            let written: Vec<String> = parts.iter().map(part).collect();
            format!("({})", written.join("|"))
        }
        Node::Repetition(repetition) if is_anything(node) => {
            debug_assert!(repetition.most.is_none());
            ".*".to_owned()
        }
        Node::Repetition(repetition) => {
            let inner = part(&repetition.node);
            let inner = match repetition.node {
                Node::Set(_) | Node::Alternation(_) | Node::Empty => inner,
                _ => format!("({inner})"),
            };
            inner + &quantifier(repetition.least, repetition.most, Greed::Greedy)
        }
        Node::Capture(_, node) => part(node),
        // Branches have none.
        Node::Assertion(..) | Node::Special(..) => String::new(),
    }
}
