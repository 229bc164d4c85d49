//! The syntax of the `regex` crate, and of `fancy-regex`, which adds what backtracks.
//!
//! In: a tree. Out: a pattern. Invariant: everything is spelled out, so that no class, case or anchor of those crates
//! means something else: sets are lists of characters, boundaries are ASCII, no flag is left on.

use super::Unprintable;
use super::set::Set;
use super::tree::{Assertion, Greed, Node, Repetition, Special};
use super::whole::{self, is_anything};
use super::write::{Spelling, quantifier};

/// Which of the two crates reads the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crate {
    /// `regex`, with the names of groups.
    Regex,
    /// `fancy-regex`, with the numbers of groups alone.
    Fancy,
}

const SPELLING: Spelling = Spelling { literal, member };

/// Writes the tree, exactly: the same texts, the same places, the same groups.
pub(super) fn print(tree: &Node, names: &[Option<String>], to: Crate) -> Result<String, Unprintable> {
    let mut printer = Printer { names, to, groups: tree.groups(), out: String::new() };
    printer.node(tree)?;
    Ok(printer.out)
}

/// Writes a pattern for the `regex` crate that is found in the same texts, where places and groups do not count.
pub(super) fn print_search(tree: &Node) -> Result<String, Unprintable> {
    if let Ok(pattern) = print(tree, &[], Crate::Regex) {
        return Ok(pattern);
    }
    let branches = whole::branches(tree)?;
    if branches.is_empty() {
        return Ok("[a&&b]".to_owned());
    }
    let mut written = Vec::new();
    for branch in &branches {
        let (open, parts) = match branch.as_slice() {
            [first, rest @ ..] if is_anything(first) => ("", rest),
            parts => ("\\A", parts),
        };
        let (parts, close) = match parts {
            [rest @ .., last] if is_anything(last) => (rest, ""),
            parts => (parts, "\\z"),
        };
        let row = print(&Node::concatenation(parts.iter().cloned()), &[], Crate::Regex)?;
        let row = if matches!(parts, [Node::Alternation(_)]) { format!("(?:{row})") } else { row };
        written.push(format!("{open}{row}{close}"));
    }
    Ok(written.join("|"))
}

/// A character that stands for itself.
fn literal(character: char) -> String {
    if character.is_ascii_graphic() && !character.is_ascii_alphanumeric() {
        let plain = "!\"%',/:;<=>@_`";
        return if plain.contains(character) { character.to_string() } else { format!("\\{character}") };
    }
    visible(character)
}

fn member(character: char) -> String {
    match character {
        '[' | ']' | '\\' | '^' | '-' | '&' | '~' => format!("\\{character}"),
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

struct Printer<'n> {
    names: &'n [Option<String>],
    to: Crate,
    /// The groups of the tree in the order in which they are written; some of the pattern may be left out.
    groups: Vec<usize>,
    out: String,
}

impl Printer<'_> {
    fn node(&mut self, node: &Node) -> Result<(), Unprintable> {
        match node {
            Node::Empty => self.out.push_str("(?:)"),
            Node::Set(set) => self.set(set),
            Node::Assertion(assertion, at) => self.assertion(*assertion, *at)?,
            Node::Concatenation(parts) => {
                for part in parts {
                    self.part(part, matches!(part, Node::Alternation(_)))?;
                }
            }
            Node::Alternation(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    if *part != Node::Empty {
                        self.node(part)?;
                    }
                }
            }
            Node::Repetition(repetition) => self.repetition(repetition)?,
            Node::Capture(index, node) => {
                let name = self.names.get(index - 1).and_then(Option::as_ref);
                match name.filter(|_| self.to == Crate::Regex) {
                    Some(name) => self.out.push_str(&format!("(?P<{name}>")),
                    None => self.out.push('('),
                }
                self.node(node)?;
                self.out.push(')');
            }
            Node::Special(special, at) => self.special(special, *at)?,
        }
        Ok(())
    }

    /// A part, in brackets where it would else come apart.
    fn part(&mut self, node: &Node, is_bracketed: bool) -> Result<(), Unprintable> {
        if !is_bracketed {
            return self.node(node);
        }
        self.out.push_str("(?:");
        self.node(node)?;
        self.out.push(')');
        Ok(())
    }

    fn set(&mut self, set: &Set) {
        if set.is_full() {
            self.out.push_str("(?s:.)");
        } else if set.is_not_newline() {
            self.out.push('.');
        } else if set.is_empty() {
            self.out.push_str("[a&&b]");
        } else {
            self.out.push_str(&SPELLING.set(set));
        }
    }

    fn repetition(&mut self, repetition: &Repetition) -> Result<(), Unprintable> {
        let Repetition { node, least, most, greed, at } = repetition;
        if *greed == Greed::Possessive && self.to == Crate::Regex {
            return Err(Unprintable::new("possessive quantifier", *at));
        }
        let is_possessive = *greed == Greed::Possessive;
        if is_possessive {
            self.out.push_str("(?>");
        }
        let is_one = matches!(node, Node::Set(_) | Node::Capture(..));
        self.part(node, !is_one)?;
        // `a{2}+` is a repetition of a repetition outside PCRE, so the group says what is meant.
        let greed = if is_possessive { Greed::Greedy } else { *greed };
        self.out.push_str(&quantifier(*least, *most, greed));
        if is_possessive {
            self.out.push(')');
        }
        Ok(())
    }

    fn assertion(&mut self, assertion: Assertion, at: usize) -> Result<(), Unprintable> {
        let is_fancy = self.to == Crate::Fancy;
        let word = "[0-9A-Z_a-z]";
        let text = match assertion {
            Assertion::Start => "\\A".to_owned(),
            Assertion::End => "\\z".to_owned(),
            Assertion::LineEnd if is_fancy => "(?=\\n|\\z)".to_owned(),
            Assertion::LineEnd => "(?m:$)".to_owned(),
            Assertion::WordBoundary if is_fancy => {
                format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")
            }
            Assertion::NotWordBoundary if is_fancy => {
                format!("(?:(?<={word})(?={word})|(?<!{word})(?!{word}))")
            }
            Assertion::WordBoundary => "(?-u:\\b)".to_owned(),
            Assertion::NotWordBoundary => "(?-u:\\B)".to_owned(),
            Assertion::EndOrFinalNewline if is_fancy => "(?=\\n?\\z)".to_owned(),
            Assertion::LineStart if is_fancy => "(?:\\A|(?<=\\n)(?!\\z))".to_owned(),
            Assertion::SearchStart if is_fancy => "\\G".to_owned(),
            Assertion::EndOrFinalNewline => {
                return Err(Unprintable::new("`$`, which also matches before a final line feed", at));
            }
            Assertion::LineStart => {
                return Err(Unprintable::new("`^` under `(?m)`, which does not match at the end", at));
            }
            Assertion::SearchStart => return Err(Unprintable::new("`\\G`", at)),
        };
        self.out.push_str(&text);
        Ok(())
    }

    fn special(&mut self, special: &Special, at: usize) -> Result<(), Unprintable> {
        if self.to == Crate::Regex && *special != Special::Fail {
            return Err(Unprintable::new(special.name(), at));
        }
        match special {
            Special::Fail => self.out.push_str("[a&&b]"),
            Special::KeepOut => self.out.push_str("\\K"),
            Special::Atomic(node) => self.bracketed("(?>", node)?,
            Special::Look { is_ahead, is_negated, node } => {
                let open = match (is_ahead, is_negated) {
                    (true, false) => "(?=",
                    (true, true) => "(?!",
                    (false, false) => "(?<=",
                    (false, true) => "(?<!",
                };
                self.bracketed(open, node)?;
            }
            Special::Reference { group, is_caseless } => match self.number(*group) {
                Some(number) if *is_caseless => self.out.push_str(&format!("(?i:\\{number})")),
                Some(number) => self.out.push_str(&format!("(?:\\{number})")),
                // A group that never takes part equals nothing.
                None => self.out.push_str("[a&&b]"),
            },
            Special::Conditional { group, then, otherwise } => match self.number(*group) {
                Some(number) => {
                    self.out.push_str(&format!("(?({number})"));
                    self.part(then, true)?;
                    self.out.push('|');
                    self.part(otherwise, true)?;
                    self.out.push(')');
                }
                None => self.part(otherwise, true)?,
            },
        }
        Ok(())
    }

    /// The number of a group among those that are written.
    fn number(&self, group: usize) -> Option<usize> {
        Some(self.groups.iter().position(|written| *written == group)? + 1)
    }

    fn bracketed(&mut self, open: &str, node: &Node) -> Result<(), Unprintable> {
        self.out.push_str(open);
        self.node(node)?;
        self.out.push(')');
        Ok(())
    }
}
