//! Sigma's `re`.
//!
//! In: the branches of a pattern. Out: a pattern that is searched for. Invariant: only what the specification admits:
//! PCRE with `.`, `^`, `$`, `*`, `+`, `?`, `{n,m}`, sets, groups and `|` (Sigma Modifiers, "Regular Expression"). So `$`
//! has the meaning of PCRE, also before a final line feed. The modifiers `i` and `s` are offered, `m` is never needed.

use super::Unprintable;
use super::set::Set;
use super::tree::{Greed, Node};
use super::whole::{Branch, is_anything};
use super::write::{Spelling, quantifier};

const SPELLING: Spelling = Spelling { literal, member };

/// Writes the branches; with `dot_all`, the modifier `s` goes with them.
pub(super) fn print(branches: &[Branch], dot_all: bool) -> Result<String, Unprintable> {
    if branches.is_empty() {
        return Err(Unprintable::new("a pattern that never matches", 0));
    }
    let mut written = Vec::new();
    for branch in branches {
        written.push(Printer { dot_all }.branch(branch)?);
    }
    Ok(written.join("|"))
}

/// Whether some part takes any one character, between the ends that a search leaves open.
pub(super) fn has_any_character(branches: &[Branch]) -> bool {
    let is_full = &mut |node: &Node| matches!(node, Node::Set(set) if set.is_full());
    branches.iter().any(|branch| {
        let inner = branch.iter().enumerate().filter(|(index, part)| {
            let is_end = *index == 0 || index + 1 == branch.len();
            !(is_end && is_anything(part))
        });
        inner.map(|(_, part)| part).any(|part| match optional(part).map(Vec::as_slice) {
            Some([first, rest @ ..]) if is_anything(first) => rest.iter().any(|part| part.any(is_full)),
            Some([rest @ .., last]) if is_anything(last) => rest.iter().any(|part| part.any(is_full)),
            _ => part.any(is_full),
        })
    })
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
        // The last two are operators to some engines.
        '\\' | '^' | '-' | '[' | ']' | '&' | '~' => format!("\\{character}"),
        _ => visible(character),
    }
}

/// Control characters by escapes that every engine has.
fn visible(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        '\0'..='\x1F' | '\x7F'..='\u{A0}' => format!("\\x{:02X}", u32::from(character)),
        _ => character.to_string(),
    }
}

/// The parts of what may be left out.
fn optional(part: &Node) -> Option<&Vec<Node>> {
    match part {
        Node::Repetition(repetition) if (repetition.least, repetition.most) == (0, Some(1)) => {
            match &repetition.node {
                Node::Concatenation(parts) => Some(parts),
                _ => None,
            }
        }
        _ => None,
    }
}

struct Printer {
    dot_all: bool,
}

impl Printer {
    fn branch(&self, branch: &[Node]) -> Result<String, Unprintable> {
        let mut parts = branch;
        let head = match parts {
            [first, rest @ ..] if is_anything(first) => {
                parts = rest;
                if parts.is_empty() {
                    // Any value at all.
                    return Ok(".*".to_owned());
                }
                String::new()
            }
            [first, rest @ ..] => match optional(first).map(Vec::as_slice) {
                Some([open, before @ ..]) if is_anything(open) && !rest.is_empty() => {
                    parts = rest;
                    format!("(^|{})", self.row(before))
                }
                _ => "^".to_owned(),
            },
            [] => "^".to_owned(),
        };
        let newline = Node::Set(Set::one('\n')).repeated(0, Some(1));
        let tail = match parts {
            [rest @ .., last] if is_anything(last) => {
                parts = rest;
                String::new()
            }
            [rest @ .., last] if *last == newline => {
                parts = rest;
                "$".to_owned()
            }
            [rest @ .., last] => match optional(last).map(Vec::as_slice) {
                // Before a final line feed the set matches wherever `$` does.
                Some([Node::Set(set), open]) if is_anything(open) && set.contains('\n') => {
                    parts = rest;
                    format!("({}|$)", self.part(&Node::Set(set.clone())))
                }
                _ => return Err(Unprintable::new("`\\z`, the very end", 0)),
            },
            [] => return Err(Unprintable::new("`\\z`, the very end", 0)),
        };
        Ok(head + &self.row(parts) + &tail)
    }

    fn row(&self, parts: &[Node]) -> String {
        parts.iter().map(|part| self.part(part)).collect()
    }

    /// A part as a row has it: alternatives are in brackets.
    fn part(&self, node: &Node) -> String {
        match node {
            Node::Empty => "()".to_owned(),
            Node::Set(set) if set.is_full() => if self.dot_all { "." } else { "(.|\\n)" }.to_owned(),
            Node::Set(set) if set.is_not_newline() && !self.dot_all => ".".to_owned(),
            Node::Set(set) => SPELLING.set(set),
            Node::Concatenation(parts) => self.row(parts),
            Node::Alternation(parts) => {
                let written: Vec<String> = parts.iter().map(|part| self.part(part)).collect();
                format!("({})", written.join("|"))
            }
            Node::Repetition(repetition) => {
                let inner = self.part(&repetition.node);
                let inner = match repetition.node {
                    Node::Set(_) | Node::Alternation(_) | Node::Empty => inner,
                    _ => format!("({inner})"),
                };
                inner + &quantifier(repetition.least, repetition.most, Greed::Greedy)
            }
            Node::Capture(_, node) => self.part(node),
            // Branches have none.
            Node::Assertion(..) | Node::Special(..) => String::new(),
        }
    }
}
