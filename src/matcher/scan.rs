//! Reads what rules ask for out of a line of JSON, without building anything of the rest.
//!
//! In: a line, and the names that are asked for. Out: the values of these names, or that the line needs a full reading.
//! Invariant: for a line that [`Event::from_json_text`] reads, the values are the same as its fields have, or the line
//! is handed back. Looked at are: the object from its first to its last brace, every key of the event and of the
//! objects that names lead into, colons and commas between them, and each value that is asked for. What is not asked
//! for is skipped by its quotes and brackets alone, so a line may be wrong there without being noticed; before a hit is
//! reported of it, it is read in full.
//!
//! Handed back, because they are rare and the reading of them is not worth writing twice: a key that stands twice in an
//! object, and a field that has values of a literal dotted key and of nested keys.
//!
//! [`Event::from_json_text`]: crate::event::Event::from_json_text

use crate::matcher::bits::Bits;
use crate::matcher::names::{Name, Names, Place, ROOT};
use crate::matcher::values::{Mixed, Values};

/// Objects and arrays within each other that are walked; as many as `serde_json` reads.
const DEEPEST: usize = 127;

/// The line has to be read in full, which tells what is wrong with it if anything is.
#[derive(Debug)]
pub(crate) struct Odd;

impl From<Mixed> for Odd {
    fn from(_: Mixed) -> Self {
        Self
    }
}

/// Memory of the walk.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    bits: Bits,
    /// The object in which each name was seen last.
    seen: Vec<Seen>,
    objects: u64,
    key: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    object: u64,
    joined: usize,
}

impl Scanner {
    /// Reads the values of a line that is UTF-8 without white space around it.
    pub(crate) fn read(&mut self, line: &[u8], names: &Names, values: &mut Values) -> Result<(), Odd> {
        if line.first() != Some(&b'{') {
            return Err(Odd);
        }
        self.bits.read(line);
        if self.seen.len() != names.len() {
            self.seen = vec![Seen::default(); names.len()];
        }
        let first = self.objects + 1;
        let mut walk = Walk { scanner: self, line, names, values, first };
        let end = walk.object(1, ROOT, 0, 0)?;
        if end == line.len() { Ok(()) } else { Err(Odd) }
    }
}

struct Walk<'a> {
    scanner: &'a mut Scanner,
    line: &'a [u8],
    names: &'a Names,
    values: &'a mut Values,
    /// The number of the first object of this line.
    first: u64,
}

impl Walk<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.line.get(at).copied().unwrap_or(0)
    }

    fn space(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t' | b'\r' | b'\n') {
            at += 1;
        }
        at
    }

    /// Reads an object from behind its brace to behind its end.
    fn object(&mut self, at: usize, place: Place, joined: usize, depth: usize) -> Result<usize, Odd> {
        if depth >= DEEPEST {
            return Err(Odd);
        }
        self.scanner.objects += 1;
        let object = self.scanner.objects;
        let mut at = self.space(at);
        if self.byte(at) == b'}' {
            return Ok(at + 1);
        }
        loop {
            if self.byte(at) != b'"' {
                return Err(Odd);
            }
            let end = self.scanner.bits.quote(at + 1).ok_or(Odd)?;
            let found = self.key(place, at + 1, end)?;
            at = self.space(end + 1);
            if self.byte(at) != b':' {
                return Err(Odd);
            }
            at = self.space(at + 1);
            at = match found {
                None => self.skip(at)?,
                Some(found) => {
                    self.see(found, object, joined)?;
                    self.value(at, self.names.name(found), found, joined, depth)?
                }
            };
            at = self.space(at);
            match self.byte(at) {
                b',' => at = self.space(at + 1),
                b'}' => return Ok(at + 1),
                _ => return Err(Odd),
            }
        }
    }

    /// The place of a key that stands between two quotes.
    fn key(&mut self, place: Place, from: usize, to: usize) -> Result<Option<Place>, Odd> {
        let key = self.line.get(from..to).ok_or(Odd)?;
        if !self.scanner.bits.has_backslash(from, to) {
            return Ok(self.names.find(place, key));
        }
        let Scanner { bits, key, .. } = &mut *self.scanner;
        key.clear();
        unescape(self.line, from, to, bits, key)?;
        Ok(self.names.find(place, key))
    }

    /// Notes a key; a second one of the same name in one object replaces the first, and one that is joined of other
    /// keys counts or does not.
    fn see(&mut self, place: Place, object: u64, joined: usize) -> Result<(), Odd> {
        let seen = self.scanner.seen.get_mut(place as usize).ok_or(Odd)?;
        let before = std::mem::replace(seen, Seen { object, joined });
        if before.object >= self.first && (before.object == object || before.joined != joined) {
            return Err(Odd);
        }
        Ok(())
    }

    /// Reads a value of a name that is asked for, or leads to one; gives where it ends.
    fn value(
        &mut self,
        at: usize,
        name: Name,
        place: Place,
        joined: usize,
        depth: usize,
    ) -> Result<usize, Odd> {
        match self.byte(at) {
            b'{' if name.is_prefix() => self.object(at + 1, place, joined + 1, depth + 1),
            b'[' if name.field().is_some() || name.elements().is_some() => {
                self.array(at + 1, name, joined, depth + 1)
            }
            b'{' | b'[' => self.skip(at),
            _ => self.scalar(at, [name.field(), None], joined),
        }
    }

    /// Reads an array from behind its bracket. A text in it is a value of `name{}`, and of `name` itself.
    fn array(&mut self, at: usize, name: Name, joined: usize, depth: usize) -> Result<usize, Odd> {
        if depth >= DEEPEST {
            return Err(Odd);
        }
        let elements = name.elements();
        let of_elements = elements.map(|place| self.names.name(place));
        let mut at = self.space(at);
        if self.byte(at) == b']' {
            return Ok(at + 1);
        }
        loop {
            at = match (self.byte(at), elements, of_elements) {
                (b'{' | b'[', Some(place), Some(of_elements)) => {
                    self.value(at, of_elements, place, joined, depth)?
                }
                (b'{' | b'[', ..) => self.skip(at)?,
                _ => self.scalar(at, [of_elements.and_then(|name| name.field()), name.field()], joined)?,
            };
            at = self.space(at);
            match self.byte(at) {
                b',' => at = self.space(at + 1),
                b']' => return Ok(at + 1),
                _ => return Err(Odd),
            }
        }
    }

    /// Reads a text, number or word as a value of these fields.
    fn scalar(&mut self, at: usize, fields: [Option<u32>; 2], joined: usize) -> Result<usize, Odd> {
        let (from, to, end, is_plain) = if self.byte(at) == b'"' {
            let to = self.scanner.bits.quote(at + 1).ok_or(Odd)?;
            (at + 1, to, to + 1, !self.scanner.bits.has_backslash(at + 1, to))
        } else {
            let end = self.word(at)?;
            (at, end, end, true)
        };
        let text = self.line.get(from..to).ok_or(Odd)?;
        let is_text = from != at;
        // Without an early end the loop is one over many bytes at once.
        if is_text && text.iter().fold(0, |before, byte| before | u8::from(*byte < b' ')) > 0 {
            return Err(Odd);
        }
        if !is_text && text == b"null" {
            return Ok(end);
        }
        let is_as_written = is_text || matches!(text, b"true" | b"false") || is_plain_number(text);
        for field in fields.into_iter().flatten() {
            if is_plain && is_as_written {
                self.values.add_of_line(field, self.line, from, to, joined)?;
                continue;
            }
            let mut result = Ok(());
            self.values.add(field, joined, None, |own| {
                result = if is_text {
                    unescape(self.line, from, to, &self.scanner.bits, own)
                } else {
                    number(text, own)
                };
            })?;
            result?;
        }
        Ok(end)
    }

    /// The end of a number or word.
    fn word(&self, at: usize) -> Result<usize, Odd> {
        let rest = self.line.get(at..).ok_or(Odd)?;
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
        match rest.iter().position(ends) {
            Some(0) | None => Err(Odd),
            Some(length) => Ok(at + length),
        }
    }

    /// The end of a value that nobody asks for.
    fn skip(&self, at: usize) -> Result<usize, Odd> {
        match self.byte(at) {
            b'"' => Ok(self.scanner.bits.quote(at + 1).ok_or(Odd)? + 1),
            b'{' | b'[' => {
                let (mut depth, mut at) = (1_usize, at);
                while depth > 0 {
                    at = self.scanner.bits.bracket(at + 1).ok_or(Odd)?;
                    depth = if matches!(self.byte(at), b'{' | b'[') { depth + 1 } else { depth - 1 };
                }
                Ok(at + 1)
            }
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => self.word(at),
            _ => Err(Odd),
        }
    }
}

/// Whether a number is printed as it is written: whole, and of few digits.
fn is_plain_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let is_short = (1..=18).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_short && (digits.first() != Some(&b'0') || text == b"0")
}

/// Any other number, or what is none.
fn number(text: &[u8], own: &mut Vec<u8>) -> Result<(), Odd> {
    let number: serde_json::Number = serde_json::from_slice(text).map_err(|_| Odd)?;
    own.extend_from_slice(number.to_string().as_bytes());
    Ok(())
}

/// Appends the text that stands in a line with escapes. Paths have one every few bytes, so each is found by its bit.
fn unescape(line: &[u8], from: usize, to: usize, bits: &Bits, own: &mut Vec<u8>) -> Result<(), Odd> {
    let mut at = from;
    while let Some(found) = bits.backslash(at).filter(|found| *found < to) {
        own.extend_from_slice(line.get(at..found).ok_or(Odd)?);
        let escape = line.get(found..to).ok_or(Odd)?;
        let (plain, length) = match escape.get(1).ok_or(Odd)? {
            byte @ (b'"' | b'\\' | b'/') => (*byte, 2),
            b'b' => (8, 2),
            b'f' => (12, 2),
            b'n' => (b'\n', 2),
            b'r' => (b'\r', 2),
            b't' => (b'\t', 2),
            b'u' => (0, unescape_unit(escape, own)?),
            _ => return Err(Odd),
        };
        if escape.get(1) != Some(&b'u') {
            own.push(plain);
        }
        at = found + length;
    }
    own.extend_from_slice(line.get(at..to).ok_or(Odd)?);
    Ok(())
}

/// Appends the character of `\u0041`, or of two of these that stand for one; gives how long it is.
fn unescape_unit(escape: &[u8], own: &mut Vec<u8>) -> Result<usize, Odd> {
    let unit = |from: usize| {
        let digits = escape.get(from..from + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0_u32, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    };
    let first = unit(0).ok_or(Odd)?;
    let (code, length) = match first {
        0xD800..=0xDBFF => {
            let second = unit(6).filter(|unit| (0xDC00..=0xDFFF).contains(unit)).ok_or(Odd)?;
            (0x1_0000 + ((first - 0xD800) << 10 | (second - 0xDC00)), 12)
        }
        unit => (unit, 6),
    };
    let character = char::from_u32(code).ok_or(Odd)?;
    own.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(length)
}

#[cfg(test)]
mod tests;
