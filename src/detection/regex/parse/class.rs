//! Classes: `[a-z\d[:alpha:]]`.
//!
//! In: the text after `[`. Out: a [`Set`]. Invariant: `&&`, `~~` and a second `[` are ordinary characters, as
//! everywhere but in the `regex` crate and its like.

use super::{Parser, Result, error};
use crate::detection::regex::set::Set;

/// One member of a class.
enum Member {
    Character(char),
    Set(Set),
}

impl Parser<'_> {
    /// A class; `start` is where its bracket stands.
    pub(super) fn class(&mut self, start: usize) -> Result<Set> {
        if self.rest().starts_with("[:<:]]") || self.rest().starts_with("[:>:]]") {
            return Err(error("`[[:<:]]` and `[[:>:]]` are not supported", start));
        }
        if self.posix_name().is_some() {
            return Err(error("a POSIX class stands outside a class", start));
        }
        let is_negated = self.eat("^");
        let mut set = Set::empty();
        let mut is_first = true;
        while let Some(member) = self.member(is_first, start)? {
            is_first = false;
            set = match member {
                Member::Set(other) => set.or(&other),
                Member::Character(low) => {
                    let high = self.range_end(low, start)?;
                    set.or(&self.cased(Set::of(&[(low, high)])))
                }
            };
        }
        Ok(if is_negated { set.complement() } else { set })
    }

    fn cased(&self, set: Set) -> Set {
        if self.flags.is_caseless { set.caseless() } else { set }
    }

    /// The next member; nothing at the closing bracket, which cannot be first.
    fn member(&mut self, is_first: bool, start: usize) -> Result<Option<Member>> {
        self.skip_quotation_marks();
        let at = self.at;
        let Some(character) = self.next() else { return Err(error("a class is not closed", start)) };
        if self.is_quoted {
            return Ok(Some(Member::Character(character)));
        }
        match character {
            ']' if !is_first => Ok(None),
            '[' => Ok(Some(self.posix_class(at)?.map_or(Member::Character('['), Member::Set))),
            '\\' => self.class_escape(at).map(Some),
            other => Ok(Some(Member::Character(other))),
        }
    }

    fn skip_quotation_marks(&mut self) {
        loop {
            if self.eat("\\E") {
                self.is_quoted = false;
            } else if !self.is_quoted && self.eat("\\Q") {
                self.is_quoted = true;
            } else {
                return;
            }
        }
    }

    fn class_escape(&mut self, at: usize) -> Result<Member> {
        match self.peek() {
            Some('b') => {
                self.at += 1;
                Ok(Member::Character('\x08'))
            }
            Some('N') => Err(error("`\\N` does not stand in a class", at)),
            _ => match self.set_escape(at)? {
                Some(set) => Ok(Member::Set(set)),
                None => self.character_escape(at).map(Member::Character),
            },
        }
    }

    /// The upper end of a range that begins with `low`, or `low` itself. A hyphen before the closing bracket or a
    /// set is a character.
    fn range_end(&mut self, low: char, start: usize) -> Result<char> {
        let before = (self.at, self.is_quoted);
        self.skip_quotation_marks();
        if self.is_quoted || !self.eat("-") || self.rest().starts_with(']') {
            (self.at, self.is_quoted) = before;
            return Ok(low);
        }
        match self.member(true, start)? {
            Some(Member::Character(high)) if high < low => Err(error("a range is out of order", start)),
            Some(Member::Character(high)) => Ok(high),
            Some(Member::Set(_)) | None => {
                (self.at, self.is_quoted) = before;
                Ok(low)
            }
        }
    }

    /// What stands between `[:` and `:]`, or `[.` and `.]` or `[=` and `=]`, behind the bracket.
    fn posix_name(&self) -> Option<(char, &str)> {
        let mark = self.peek().filter(|mark| matches!(mark, ':' | '.' | '='))?;
        let inside = self.rest().get(1..)?;
        let name = inside.get(..inside.find(&format!("{mark}]"))?)?;
        (!name.contains([']', '[', '\\'])).then_some((mark, name))
    }

    /// `[:name:]`; nothing if the bracket is a character.
    fn posix_class(&mut self, at: usize) -> Result<Option<Set>> {
        let Some((mark, name)) = self.posix_name() else { return Ok(None) };
        if mark != ':' {
            return Err(error("collating elements are not supported", at));
        }
        let length = name.len();
        let name = self.rest().get(1..=length).unwrap_or("");
        self.at += 1 + length + 2;
        let (is_negated, name) = name.strip_prefix('^').map_or((false, name), |name| (true, name));
        let set = Set::posix(name).ok_or_else(|| error(format!("unknown class `[:{name}:]`"), at))?;
        let set = self.cased(set);
        Ok(Some(if is_negated { set.complement() } else { set }))
    }
}
