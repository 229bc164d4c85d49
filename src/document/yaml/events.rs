//! Drives the YAML parser: events become trees, one a document of the file.
//!
//! In: text. Out: trees, and a finding where the parser gave up. Invariant: size and depth are bounded before anything
//! is built, an alias of a list or map is left out (so no text grows by aliases), and after an error reading goes on at
//! the next `---`. The parser counts characters; everything handed on counts bytes.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Marks};

use super::scalar::Found;
use crate::diagnostic::Diagnostic;
use crate::document::codes;
use crate::document::tree::{Builder, Node, Text, TooDeep, rest_of_line};

/// Documents over this size, in bytes, are refused: written by people, they stay below a tenth of it.
const LIMIT: usize = 4 * 1024 * 1024;

/// Errors after which a file is taken for something else than YAML.
const ERRORS: usize = 20;

/// The documents of a file, and what could not be read.
pub(super) fn read(text: &str) -> (Vec<Node>, Vec<Diagnostic>) {
    let mut trees = Vec::new();
    let mut findings = Vec::new();
    if text.len() > LIMIT {
        let message = format!("YAML over {} MiB is not read", LIMIT / (1024 * 1024));
        return (trees, vec![Diagnostic::without_place(&codes::BAD_YAML, message)]);
    }
    let mut start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    while let Some((at, message)) = Reader::new(text, start).read(&mut trees) {
        findings.push(Diagnostic::new(&codes::BAD_YAML, rest_of_line(text, at), message));
        let next = text.get(at..).and_then(|rest| rest.find("\n---")).map(|newline| at + newline + 1);
        match next.filter(|next| *next > start && findings.len() < ERRORS) {
            Some(next) => start = next,
            None => break,
        }
    }
    (trees, findings)
}

/// Reads from one place to the end or to the first error.
struct Reader<'t> {
    text: &'t str,
    /// The byte and the character that were reached; places come in order.
    byte: usize,
    character: usize,
    builder: Builder,
    /// Scalars that an alias may name.
    anchors: HashMap<usize, Text>,
    /// The bytes that aliases may still add.
    aliased: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, start: usize) -> Self {
        Self {
            text,
            byte: start,
            character: 0,
            builder: Builder::default(),
            anchors: HashMap::new(),
            aliased: LIMIT,
        }
    }

    /// Adds the documents; gives place and reason where it had to stop.
    fn read(mut self, into: &mut Vec<Node>) -> Option<(usize, String)> {
        let mut parser = Parser::new_from_str(self.text.get(self.byte..)?);
        let stopped = loop {
            match parser.next_event() {
                None | Some(Ok((Event::StreamEnd, _))) => break None,
                Some(Ok((event, marks))) => {
                    if self.take(event, &marks, into).is_err() {
                        break Some((
                            self.byte_of(marks.start),
                            "lists and maps are nested too deep".to_owned(),
                        ));
                    }
                }
                Some(Err(error)) => {
                    break Some((
                        self.byte_of(*error.marker()),
                        format!("this is not YAML: {}", error.info()),
                    ));
                }
            }
        };
        into.extend(self.builder.take());
        stopped
    }

    fn take(&mut self, event: Event<'_>, marks: &Marks, into: &mut Vec<Node>) -> Result<(), TooDeep> {
        match event {
            Event::MappingStart(..) => self.builder.open_map()?,
            Event::SequenceStart(..) => self.builder.open_list()?,
            Event::MappingEnd | Event::SequenceEnd => self.builder.close(),
            Event::Scalar(value, style, anchor, _) => {
                let text = self.scalar(&value, style, marks);
                if anchor > 0 {
                    self.anchors.insert(anchor, text.clone());
                }
                self.builder.text(text);
            }
            Event::Alias(anchor) => {
                let text = self.alias(anchor);
                self.builder.text(text);
            }
            Event::DocumentEnd => into.extend(self.builder.take()),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(())
    }

    /// The scalar that an alias names; an empty one for a list or map, and where aliases repeat too much.
    fn alias(&mut self, anchor: usize) -> Text {
        let Some(text) = self.anchors.get(&anchor) else { return Text::default() };
        let Some(left) = self.aliased.checked_sub(text.snippet.text().len()) else { return Text::default() };
        self.aliased = left;
        text.clone()
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, marks: &Marks) -> Text {
        let start = self.byte_of(marks.start);
        let end = self.byte_of(marks.end);
        let found = Found { text: self.text, start, end, style, value };
        let is_string = style != ScalarStyle::Plain || !is_number_or_word(value);
        Text { snippet: found.snippet(), is_string }
    }

    /// The byte of a place. Going back, which only an error does, counts from the last place that is known.
    fn byte_of(&mut self, marker: Marker) -> usize {
        while self.character < marker.index() {
            let Some(next) = self.text.get(self.byte..).and_then(|rest| rest.chars().next()) else { break };
            self.byte += next.len_utf8();
            self.character += 1;
        }
        let mut at = self.byte;
        for _ in marker.index()..self.character {
            let before = self.text.get(..at).and_then(|before| before.chars().next_back());
            at -= before.map_or(0, char::len_utf8);
        }
        at
    }
}

/// Whether a plain scalar is a number, a truth value or null, in YAML 1.1 or 1.2.
fn is_number_or_word(value: &str) -> bool {
    let word = value.to_ascii_lowercase();
    matches!(word.as_str(), "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off")
        || value.parse::<f64>().is_ok()
}
