//! RE2 in POSIX mode, as `regex` of Falco takes it.
//!
//! In: the branches of a pattern. Out: a pattern of the whole text. Invariant: only what egrep knows: groups, sets, `.`
//! for all but a line feed, counts up to 1000 (RE2, `re2.h` and `parse.cc`).

use super::Unprintable;
use super::tree::{Greed, Node};
use super::whole::Branch;
use super::write::{Spelling, quantifier};

/// How often a part may be repeated, all counts around it multiplied.
const MAX_COUNT: u32 = 1000;

const SPELLING: Spelling = Spelling { literal, member };

/// Writes the branches.
pub(super) fn print(branches: &[Branch]) -> Result<String, Unprintable> {
    if branches.is_empty() {
        return Err(Unprintable::new("a pattern that never matches", 0));
    }
    let mut written = Vec::new();
    for branch in branches {
        written.push(row(branch, 1)?);
    }
    Ok(written.join("|"))
}

fn literal(character: char) -> String {
    match character {
        '\\' | '^' | '$' | '.' | '[' | ']' | '|' | '(' | ')' | '?' | '*' | '+' | '{' | '}' => {
            format!("\\{character}")
        }
        _ => visible(character),
    }
}

fn member(character: char) -> String {
    match character {
        '\\' | '^' | '-' | '[' | ']' => format!("\\{character}"),
        _ => visible(character),
    }
}

/// A character as itself where that can be seen, else by its code.
fn visible(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        ' '..='~' => character.to_string(),
        _ if character.is_alphanumeric() => character.to_string(),
        _ => format!("\\x{{{:X}}}", u32::from(character)),
    }
}

fn row(parts: &[Node], count: u32) -> Result<String, Unprintable> {
    let mut out = String::new();
    for node in parts {
        out.push_str(&part(node, count)?);
    }
    Ok(out)
}

/// A part as a row has it: alternatives are in brackets.
fn part(node: &Node, count: u32) -> Result<String, Unprintable> {
    Ok(match node {
        Node::Empty => "()".to_owned(),
        Node::Set(set) if set.is_full() => "(.|\\n)".to_owned(),
        Node::Set(set) if set.is_not_newline() => ".".to_owned(),
        Node::Set(set) => SPELLING.set(set),
        Node::Concatenation(parts) => row(parts, count)?,
        Node::Alternation(parts) => {
            let mut written = Vec::new();
            for node in parts {
                written.push(part(node, count)?);
            }
            format!("({})", written.join("|"))
        }
        Node::Repetition(repetition) => {
            let own = repetition.most.unwrap_or(repetition.least).max(1);
            let count = count.saturating_mul(own);
            if count > MAX_COUNT {
                return Err(Unprintable::new("a repetition beyond 1000", repetition.at));
            }
            let inner = part(&repetition.node, count)?;
            let inner = match repetition.node {
                Node::Set(_) | Node::Alternation(_) | Node::Empty => inner,
                _ => format!("({inner})"),
            };
            inner + &quantifier(repetition.least, repetition.most, Greed::Greedy)
        }
        Node::Capture(_, node) => part(node, count)?,
        // Branches have none.
        Node::Assertion(..) | Node::Special(..) => String::new(),
    })
}
