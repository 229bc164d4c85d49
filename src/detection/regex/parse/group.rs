//! What `(` begins.
//!
//! In: the text after it. Out: a node, or a change of settings. Invariant: a group closes what it opened, and
//! settings made inside it end with it.

use super::{Flags, Parser, Result, error};
use crate::detection::regex::tree::{Node, Special};

impl Parser<'_> {
    /// A group; nothing for a setting. Comments that end are skipped before. `start` is where its bracket stands.
    pub(super) fn group(&mut self, start: usize) -> Result<Option<Node>> {
        if self.eat("*") {
            if self.eat("FAIL)") || self.eat("F)") {
                return Ok(Some(Node::Special(Special::Fail, start)));
            }
            return Err(error("verbs other than `(*FAIL)` are not supported", start));
        }
        if !self.eat("?") {
            return self.capture(None, start).map(Some);
        }
        if self.eat("#") {
            return Err(error("a comment is not closed", start));
        }
        if self.eat(":") {
            return self.inside(start).map(Some);
        }
        if self.eat(">") {
            let node = Box::new(self.inside(start)?);
            return Ok(Some(Node::Special(Special::Atomic(node), start)));
        }
        for (mark, is_ahead, is_negated) in
            [("=", true, false), ("!", true, true), ("<=", false, false), ("<!", false, true)]
        {
            if self.eat(mark) {
                return self.look(is_ahead, is_negated, start).map(Some);
            }
        }
        self.named_or_special(start)
    }

    fn named_or_special(&mut self, start: usize) -> Result<Option<Node>> {
        if self.eat("<") || self.eat("P<") {
            return self.named('>', start).map(Some);
        }
        if self.eat("'") {
            return self.named('\'', start).map(Some);
        }
        if self.eat("P=") {
            let name = self.until(')').ok_or_else(|| error("a group is not closed", start))?;
            let group = self.group_named(name, start)?;
            return self.reference(group, start).map(Some);
        }
        if self.eat("(") {
            return self.conditional(start).map(Some);
        }
        if self.eat("|") {
            return Err(error("branch reset groups `(?|…)` are not supported", start));
        }
        let mut call = self.rest().chars();
        match call.next() {
            Some('R' | '&' | '0'..='9' | '+') => Err(error("calls of groups are not supported", start)),
            Some('-') if call.next().is_some_and(|digit| digit.is_ascii_digit()) => {
                Err(error("calls of groups are not supported", start))
            }
            Some('P') if call.next() == Some('>') => Err(error("calls of groups are not supported", start)),
            Some('C') => Err(error("callouts are not supported", start)),
            _ => self.settings(start),
        }
    }

    /// What stands in a group, and its closing bracket.
    fn inside(&mut self, start: usize) -> Result<Node> {
        let node = self.alternation()?;
        if self.is_quoted || !self.eat(")") {
            return Err(error("a group is not closed", start));
        }
        Ok(node)
    }

    fn capture(&mut self, name: Option<String>, start: usize) -> Result<Node> {
        self.groups.push(name);
        let index = self.groups.len();
        Ok(Node::Capture(index, Box::new(self.inside(start)?)))
    }

    fn named(&mut self, end: char, start: usize) -> Result<Node> {
        let name = self.until(end).ok_or_else(|| error("the name of a group is not closed", start))?;
        let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || !is_word || name.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(error(format!("`{name}` is no name of a group"), start));
        }
        if name.len() > 32 {
            return Err(error("the name of a group is longer than 32 characters", start));
        }
        let is_taken = self.groups.iter().any(|group| group.as_deref() == Some(name));
        if is_taken && !self.flags.may_repeat_names {
            return Err(error(format!("two groups have the name `{name}`"), start));
        }
        self.capture(Some(name.to_owned()), start)
    }

    fn look(&mut self, is_ahead: bool, is_negated: bool, start: usize) -> Result<Node> {
        let node = Box::new(self.inside(start)?);
        // Each alternative of a look-behind has a length of its own (pcrepattern, "Lookbehind assertions").
        let has_length = |node: &Node| matches!(node.length(), (least, Some(most)) if least == most);
        let is_fixed = match node.as_ref() {
            Node::Alternation(parts) => parts.iter().all(has_length),
            node => has_length(node),
        };
        if !is_ahead && !is_fixed {
            return Err(error("a look-behind has no fixed length", start));
        }
        Ok(Node::Special(Special::Look { is_ahead, is_negated, node }, start))
    }

    /// `(?(1)…|…)`, `(?(<name>)…|…)` and `(?(?=…)…|…)`; the second bracket is eaten already.
    fn conditional(&mut self, start: usize) -> Result<Node> {
        if self.rest().starts_with("?=") || self.rest().starts_with("?!") || self.rest().starts_with("?<") {
            let at = self.at - 1;
            return match self.group(at)? {
                Some(Node::Special(Special::Look { node, .. }, _))
                    if node.any(&mut |node| matches!(node, Node::Capture(..))) =>
                {
                    Err(error("capturing groups in a condition are not supported", start))
                }
                Some(Node::Special(Special::Look { is_ahead, is_negated, node }, _)) => {
                    let (then, otherwise) = self.branches(start)?;
                    let look = |is_negated| {
                        Node::Special(Special::Look { is_ahead, is_negated, node: node.clone() }, start)
                    };
                    Ok(Node::alternation([
                        Node::concatenation([look(is_negated), then]),
                        Node::concatenation([look(!is_negated), otherwise]),
                    ]))
                }
                _ => Err(error("the condition of a group is neither a group nor a look-around", start)),
            };
        }
        let text = self.until(')').ok_or_else(|| error("a condition is not closed", start))?;
        let quoted = |open, close| text.strip_prefix(open).and_then(|name| name.strip_suffix(close));
        let name = quoted('<', '>').or_else(|| quoted('\'', '\'')).unwrap_or(text);
        let group = match text.parse::<usize>() {
            Ok(group) => group,
            Err(_) if text == "DEFINE" || text.starts_with('R') || text.starts_with(['+', '-']) => {
                return Err(error(format!("the condition `({text})` is not supported"), start));
            }
            Err(_) => self.group_named(name, start)?,
        };
        self.reference(group, start)?;
        let (then, otherwise) = self.branches(start)?;
        let (then, otherwise) = (Box::new(then), Box::new(otherwise));
        Ok(Node::Special(Special::Conditional { group, then, otherwise }, start))
    }

    /// The one or two branches of a conditional group, and its closing bracket.
    fn branches(&mut self, start: usize) -> Result<(Node, Node)> {
        self.enter()?;
        let flags = self.flags;
        let then = self.concatenation()?;
        let otherwise = if self.eat("|") { self.concatenation()? } else { Node::Empty };
        self.flags = flags;
        self.depth -= 1;
        if !self.eat(")") {
            return Err(error("a conditional group has more than two branches or is not closed", start));
        }
        Ok((then, otherwise))
    }

    /// `(?i)`, `(?i-s:…)` and the like.
    fn settings(&mut self, start: usize) -> Result<Option<Node>> {
        let outer = self.flags;
        let mut flags = self.flags;
        let mut value = true;
        loop {
            let at = self.at;
            match self.next() {
                Some('-') if value => value = false,
                Some(')') => {
                    self.flags = flags;
                    return Ok(None);
                }
                Some(':') => {
                    self.flags = flags;
                    let node = self.inside(start)?;
                    self.flags = outer;
                    return Ok(Some(node));
                }
                Some('x') if self.rest().starts_with('x') => {
                    return Err(error("`(?xx)` is not supported", at));
                }
                Some(letter) => {
                    let flag = flag(&mut flags, letter);
                    *flag.ok_or_else(|| error(format!("unknown setting or group `(?{letter}`"), at))? = value;
                }
                None => return Err(error("a group is not closed", start)),
            }
        }
    }
}

fn flag(flags: &mut Flags, letter: char) -> Option<&mut bool> {
    Some(match letter {
        'i' => &mut flags.is_caseless,
        'm' => &mut flags.is_multiline,
        's' => &mut flags.is_dotall,
        'x' => &mut flags.is_extended,
        'U' => &mut flags.is_ungreedy,
        'J' => &mut flags.may_repeat_names,
        _ => return None,
    })
}
