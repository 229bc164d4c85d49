//! The values of one event that rules ask for.
//!
//! In: texts with the number of their field. Out: for each field its values, as they are and with letters folded.
//! Invariant: memory is kept from event to event, and values of an earlier event are never seen again.

use crate::event::pattern::fold;

/// A value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) field: u32,
    /// The number, where it is one that was computed and no text.
    pub(crate) number: Option<f64>,
    text: Text,
    folded: (usize, usize),
    next: Option<u32>,
}

/// Where the text of a value is.
#[derive(Clone, Copy, Debug)]
enum Text {
    Line(usize, usize),
    Own(usize, usize),
}

/// The first and the last value of a field.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    event: u32,
    first: u32,
    last: u32,
    joined: usize,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Values {
    event: u32,
    values: Vec<Value>,
    /// Texts that do not stand in the line as they are.
    own: Vec<u8>,
    folded: Vec<u8>,
    fields: Vec<Ends>,
}

/// A field has values of a literal key and of nested ones.
#[derive(Debug)]
pub(crate) struct Mixed;

impl Values {
    /// Begins an event; there are so many fields.
    pub(crate) fn clear(&mut self, fields: usize) {
        self.values.clear();
        self.own.clear();
        self.folded.clear();
        if self.fields.len() != fields || self.event == u32::MAX {
            self.fields.clear();
            self.fields.resize(fields, Ends::default());
            self.event = 0;
        }
        self.event += 1;
    }

    /// Adds a value that stands in the line as it is.
    pub(crate) fn add_of_line(
        &mut self,
        field: u32,
        line: &[u8],
        from: usize,
        to: usize,
        joined: usize,
    ) -> Result<(), Mixed> {
        let folded = fold_into(&mut self.folded, line.get(from..to).unwrap_or(&[]));
        self.push(field, Text::Line(from, to), folded, None, joined)
    }

    /// Adds a value that `write` makes.
    pub(crate) fn add(
        &mut self,
        field: u32,
        joined: usize,
        number: Option<f64>,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), Mixed> {
        let start = self.own.len();
        write(&mut self.own);
        let folded = fold_into(&mut self.folded, self.own.get(start..).unwrap_or(&[]));
        self.push(field, Text::Own(start, self.own.len()), folded, number, joined)
    }

    fn push(
        &mut self,
        field: u32,
        text: Text,
        folded: (usize, usize),
        number: Option<f64>,
        joined: usize,
    ) -> Result<(), Mixed> {
        let Some(ends) = self.fields.get_mut(field as usize) else { return Ok(()) };
        let own = u32::try_from(self.values.len()).map_err(|_| Mixed)?;
        if ends.event != self.event {
            *ends = Ends { event: self.event, first: own, last: own, joined };
        } else if ends.joined == joined {
            if let Some(last) = self.values.get_mut(ends.last as usize) {
                last.next = Some(own);
            }
            ends.last = own;
        } else {
            return Err(Mixed);
        }
        self.values.push(Value { field, number, text, folded, next: None });
        Ok(())
    }

    /// All values, in the order of the event.
    pub(crate) fn all(&self) -> &[Value] {
        &self.values
    }

    /// The values of a field.
    pub(crate) fn of(&self, field: u32) -> impl Iterator<Item = &Value> {
        let ends = self.fields.get(field as usize).filter(|ends| ends.event == self.event);
        let first = ends.and_then(|ends| self.values.get(ends.first as usize));
        std::iter::successors(first, |value| self.values.get(value.next? as usize))
    }

    /// A value as it is.
    pub(crate) fn text<'v>(&'v self, value: &Value, line: &'v [u8]) -> &'v str {
        // The line was found to be UTF-8 before it was read.
        std::str::from_utf8(self.bytes(value, line)).unwrap_or("")
    }

    /// The bytes of a value as it is.
    pub(crate) fn bytes<'v>(&'v self, value: &Value, line: &'v [u8]) -> &'v [u8] {
        let bytes = match value.text {
            Text::Line(from, to) => line.get(from..to),
            Text::Own(from, to) => self.own.get(from..to),
        };
        bytes.unwrap_or(&[])
    }

    /// A value with its letters folded.
    pub(crate) fn folded(&self, value: &Value) -> &[u8] {
        self.folded.get(value.folded.0..value.folded.1).unwrap_or(&[])
    }
}

/// Appends a text with its letters folded, as [`crate::event::pattern::fold_text`] has it; gives where it stands.
fn fold_into(folded: &mut Vec<u8>, text: &[u8]) -> (usize, usize) {
    let start = folded.len();
    if text.is_ascii() {
        folded.extend_from_slice(text);
        if let Some(own) = folded.get_mut(start..) {
            own.make_ascii_lowercase();
        }
    } else {
        let mut buffer = [0; 4];
        for character in String::from_utf8_lossy(text).chars() {
            folded.extend_from_slice(fold(character).encode_utf8(&mut buffer).as_bytes());
        }
    }
    (start, folded.len())
}
