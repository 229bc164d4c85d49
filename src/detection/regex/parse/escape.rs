//! What a backslash begins, outside classes and inside.
//!
//! In: the text after it. Out: a node or a character. Invariant: what only Perl or only PCRE2 knows is refused.

use super::{Parser, Result, error};
use crate::detection::regex::set::Set;
use crate::detection::regex::tree::{Assertion, Node, Special};

impl Parser<'_> {
    /// An escape outside classes; `start` is where its backslash stands.
    pub(super) fn escape(&mut self, start: usize) -> Result<Node> {
        let Some(letter) = self.peek() else { return Err(error("a backslash ends the pattern", start)) };
        let assertion = match letter {
            'A' => Some(Assertion::Start),
            'z' => Some(Assertion::End),
            'Z' => Some(Assertion::EndOrFinalNewline),
            'b' => Some(Assertion::WordBoundary),
            'B' => Some(Assertion::NotWordBoundary),
            'G' => Some(Assertion::SearchStart),
            _ => None,
        };
        if let Some(assertion) = assertion {
            self.at += 1;
            return Ok(Node::Assertion(assertion, start));
        }
        match letter {
            'K' => {
                self.at += 1;
                Ok(Node::Special(Special::KeepOut, start))
            }
            'N' => {
                self.at += 1;
                let before = self.at;
                if self.eat("{") && self.counts(start)?.is_none() {
                    return Err(error("`\\N{…}` is not supported", start));
                }
                self.at = before;
                Ok(Node::Set(Set::not_newline()))
            }
            'R' => {
                self.at += 1;
                let any = Node::alternation([Node::text("\r\n"), Node::Set(Set::vertical())]);
                Ok(Node::Special(Special::Atomic(Box::new(any)), start))
            }
            // One byte, also a part of a character; taken as one character, which is the same where it is ASCII.
            'C' => {
                self.at += 1;
                Ok(Node::Set(Set::full()))
            }
            'X' => Err(error("`\\X` is not supported", start)),
            'k' => self.named_reference(start),
            'g' => self.general_reference(start),
            '1'..='9' => self.numbered_reference(start),
            _ => match self.set_escape(start)? {
                Some(set) => Ok(Node::Set(set)),
                None => Ok(self.character_escape(start).map(|character| self.literal(character))?),
            },
        }
    }

    /// The set that the escape names, as `\d`, `\P{Lu}`; nothing, and nothing eaten, if it names none.
    pub(super) fn set_escape(&mut self, start: usize) -> Result<Option<Set>> {
        let Some(letter) = self.peek() else { return Ok(None) };
        if let Some(set) = Set::escape(letter) {
            self.at += 1;
            return Ok(Some(set));
        }
        if !matches!(letter, 'p' | 'P') {
            return Ok(None);
        }
        self.at += 1;
        let name = if self.eat("{") {
            self.until('}').ok_or_else(|| error("`\\p{` is not closed", start))?
        } else {
            let one = self.rest().get(..1).ok_or_else(|| error("`\\p` lacks a property", start))?;
            self.at += 1;
            one
        };
        let (negated, name) = name.strip_prefix('^').map_or((false, name), |name| (true, name));
        let set = Set::property(name).ok_or_else(|| error(format!("unknown property `{name}`"), start))?;
        Ok(Some(if negated == (letter == 'P') { set } else { set.complement() }))
    }

    /// The one character that the escape stands for (pcrepattern, "Non-printing characters").
    pub(super) fn character_escape(&mut self, start: usize) -> Result<char> {
        let Some(letter) = self.next() else { return Err(error("a backslash ends the pattern", start)) };
        Ok(match letter {
            'a' => '\x07',
            'e' => '\x1B',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'c' => {
                let control = self.next().filter(|control| matches!(control, ' '..='~'));
                let control = control.ok_or_else(|| error("`\\c` lacks a printable character", start))?;
                // Bit 6 of the upper-case letter is inverted.
                char::from(control.to_ascii_uppercase() as u8 ^ 0x40)
            }
            'x' if self.eat("{") => self.code('}', 16, start)?,
            'x' => self.digits(2, 16, start)?,
            'o' if self.eat("{") => self.code('}', 8, start)?,
            'o' => return Err(error("`\\o` lacks its braces", start)),
            '0' => self.digits(2, 8, start)?,
            '1'..='7' => {
                self.at -= 1;
                self.digits(3, 8, start)?
            }
            'L' | 'l' | 'U' | 'u' => {
                return Err(error(format!("PCRE does not support `\\{letter}`"), start));
            }
            // Any other letter is itself in PCRE 8 (pcreapi, `PCRE_EXTRA`).
            other => other,
        })
    }

    /// Digits up to `end`: the code of a character.
    fn code(&mut self, end: char, radix: u32, start: usize) -> Result<char> {
        let digits = self.until(end).ok_or_else(|| error("an escape is not closed", start))?;
        let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number);
        code.and_then(char::from_u32).ok_or_else(|| error("an escape gives no character's code", start))
    }

    /// Up to `most` digits: the code of a character. None at all are zero.
    fn digits(&mut self, most: usize, radix: u32, start: usize) -> Result<char> {
        let count = self.rest().chars().take(most).take_while(|digit| digit.is_digit(radix)).count();
        let code =
            self.rest().get(..count).map_or(0, |digits| u32::from_str_radix(digits, radix).unwrap_or(0));
        self.at += count;
        char::from_u32(code).ok_or_else(|| error("an escape gives no character's code", start))
    }

    /// `\1`: a reference below 10 or to a group that is open by then, else the octal code of a character.
    fn numbered_reference(&mut self, start: usize) -> Result<Node> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let number = self.rest().get(..digits).and_then(|digits| digits.parse::<usize>().ok());
        match number {
            Some(group) if group < 10 || group <= self.groups.len() => {
                self.at += digits;
                self.reference(group, start)
            }
            _ if self.rest().starts_with(['8', '9']) => {
                let digit = self.next().unwrap_or('8');
                Ok(self.literal(digit))
            }
            _ => {
                let character = self.digits(3, 8, start)?;
                Ok(self.literal(character))
            }
        }
    }

    /// `\k<name>`, `\k'name'` and `\k{name}`.
    fn named_reference(&mut self, start: usize) -> Result<Node> {
        self.at += 1;
        let end = match self.next() {
            Some('<') => '>',
            Some('\'') => '\'',
            Some('{') => '}',
            _ => return Err(error("`\\k` lacks a name", start)),
        };
        let name = self.until(end).ok_or_else(|| error("`\\k` lacks a name", start))?;
        let group = self.group_named(name, start)?;
        self.reference(group, start)
    }

    /// `\g1`, `\g-1`, `\g{1}`, `\g{-1}` and `\g{name}`; with `<` or a quote it would call the group.
    fn general_reference(&mut self, start: usize) -> Result<Node> {
        self.at += 1;
        let text = if self.eat("{") {
            self.until('}').ok_or_else(|| error("`\\g{` is not closed", start))?
        } else {
            let sign = usize::from(self.rest().starts_with('-'));
            let count = self.rest().get(sign..).unwrap_or("").bytes().take_while(u8::is_ascii_digit).count();
            let text = self.rest().get(..sign + count).unwrap_or("");
            self.at += text.len();
            text
        };
        let relative = text.strip_prefix('-').and_then(|back| back.parse::<usize>().ok());
        let group = match (relative, text.parse::<usize>()) {
            (Some(back), _) => {
                let group = (self.groups.len() + 1).checked_sub(back).filter(|_| back > 0);
                group.ok_or_else(|| error("a relative reference reaches before the first group", start))?
            }
            (None, Ok(group)) => group,
            (None, Err(_)) if self.rest().starts_with(['<', '\'']) => {
                return Err(error("calls of groups are not supported", start));
            }
            (None, Err(_)) => self.group_named(text, start)?,
        };
        self.reference(group, start)
    }

    /// A reference to a group that is somewhere in the pattern.
    pub(super) fn reference(&self, group: usize, start: usize) -> Result<Node> {
        let exists = self.known.as_ref().is_none_or(|known| group <= known.len());
        if group == 0 || !exists {
            return Err(error(format!("there is no group {group}"), start));
        }
        let is_caseless = self.flags.is_caseless;
        Ok(Node::Special(Special::Reference { group, is_caseless }, start))
    }

    /// The number of a group by its name.
    pub(super) fn group_named(&self, name: &str, start: usize) -> Result<usize> {
        // While groups are gathered any number serves.
        let Some(known) = &self.known else { return Ok(1) };
        let index = known.iter().position(|group| group.as_deref() == Some(name));
        index.map(|index| index + 1).ok_or_else(|| error(format!("there is no group `{name}`"), start))
    }
}
