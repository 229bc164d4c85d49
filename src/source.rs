//! Places in text: byte spans, snippets that map back to the file they were found in, and line numbers.
//!
//! In: byte offsets. Out: offsets in the file and 1-based lines and columns. Invariant: a span never
//! leaves the text it belongs to, and a snippet maps every one of its bytes to one byte of its file.
//! Nothing here knows what the text means.

use std::hash::{Hash, Hasher};

/// A half-open range of bytes in some text.
///
/// ```
/// use splc::source::Span;
/// assert_eq!(Span::new(2, 4).join(Span::new(7, 9)), Span::new(2, 9));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`, in bytes; an `end` before `start` becomes an empty span at `start`.
    pub const fn new(start: usize, end: usize) -> Self {
        let (start, end) = (clamp(start), clamp(end));
        Self { start, end: if end < start { start } else { end } }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span in a text of which this one's text is the part that starts at `offset`.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset, self.end as usize + offset)
    }

    /// The range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text under the span, or nothing where it does not fit.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}

/// Documents are capped far below 4 GiB (`document::load`), so no real offset is cut here.
#[allow(clippy::cast_possible_truncation, reason = "the value was compared with the bound just before")]
const fn clamp(offset: usize) -> u32 {
    if offset > u32::MAX as usize { u32::MAX } else { offset as u32 }
}

/// A value and the place it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// The place an IR node came from, which equality and hashing ignore.
///
/// Two equal tests written at two places are one test: an optimiser that compares places would never
/// see that (the mistake of PRQL #5738).
///
/// ```
/// use splc::source::{Origin, Span};
/// assert_eq!(Origin(Span::new(0, 3)), Origin(Span::new(10, 13)));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin(pub Span);

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Origin {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// Text found in a file, possibly in pieces (a fenced block inside a list is indented on every line),
/// with the way back to the file. Text that the file writes as an escape or a fold stands for the bytes of it.
///
/// ```
/// use splc::source::{Snippet, Span};
/// let mut snippet = Snippet::default();
/// snippet.push("a=1\n", 10);
/// snippet.push("b=2", 20);
/// assert_eq!(snippet.text(), "a=1\nb=2");
/// assert_eq!(snippet.to_file(Span::new(4, 5)), Span::new(20, 21));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    text: String,
    segments: Vec<Segment>,
    writing: Writing,
}

/// How a file writes text, which says how other text is put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    /// As it is, line for line.
    #[default]
    AsIs,
    /// A value of a `.conf` file, in which a backslash stands before a line break (savedsearches.conf.spec).
    Conf,
    /// In double quotes with the escapes of JSON (RFC 8259, section 7), which are escapes of YAML too (YAML 1.2.2, 5.7).
    DoubleQuotes,
    /// In single quotes, of which two stand for one (YAML 1.2.2, 7.3.2).
    SingleQuotes,
    /// Without quotes (YAML 1.2.2, 7.3.3).
    Plain,
    /// In lines that are folded into one (YAML 1.2.2, 8.1.3).
    Folded,
}

impl Writing {
    /// The text as the file would write it; nothing where that would take more than the text itself.
    fn write(self, text: &str) -> Option<String> {
        let on_one_line = || Some(text).filter(|text| !text.contains(['\n', '\r']));
        match self {
            Self::AsIs => Some(text.to_owned()),
            Self::Conf if text.ends_with('\\') => None,
            Self::Conf => Some(text.replace('\n', "\\\n")),
            Self::DoubleQuotes => Some(escaped(text)),
            Self::SingleQuotes => Some(on_one_line()?.replace('\'', "\'\'")),
            // What a comment, a key or the end of a list would begin with.
            Self::Plain => on_one_line()
                .filter(|text| !text.contains([':', '#', ',', '[', ']', '{', '}']))
                .map(str::to_owned),
            Self::Folded => on_one_line().map(str::to_owned),
        }
    }
}

/// The inside of a string of JSON.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out
}

/// A run of snippet bytes and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    snippet_start: u32,
    file_start: u32,
    /// The end of the bytes that the run stands for; nothing for a run that stands in the file as it is.
    stands_to: Option<u32>,
}

impl Segment {
    /// The first byte in the file of the byte that is `offset` into the snippet.
    fn start_of(self, offset: u32) -> u32 {
        if self.stands_to.is_some() {
            self.file_start
        } else {
            self.file_start.saturating_add(offset.saturating_sub(self.snippet_start))
        }
    }

    /// One past its last byte.
    fn end_of(self, offset: u32) -> u32 {
        self.stands_to.unwrap_or_else(|| self.start_of(offset).saturating_add(1))
    }
}

impl Snippet {
    /// A snippet that is the whole file.
    pub fn whole(text: impl Into<String>) -> Self {
        let mut snippet = Self::default();
        snippet.push(&text.into(), 0);
        snippet
    }

    /// Adds text that starts at byte `file_start` of the file.
    pub fn push(&mut self, text: &str, file_start: usize) {
        let (snippet_start, file_start) = (clamp(self.text.len()), clamp(file_start));
        self.text.push_str(text);
        let goes_on = self
            .segments
            .last()
            .is_some_and(|last| last.stands_to.is_none() && last.start_of(snippet_start) == file_start);
        if !goes_on {
            self.segments.push(Segment { snippet_start, file_start, stands_to: None });
        }
    }

    /// Adds text that the file writes in another way, such as an escape or a folded line break.
    ///
    /// ```
    /// use splc::source::{Snippet, Span};
    /// let file = r#"{"search": "a=\"b\""}"#;
    /// let mut snippet = Snippet::default();
    /// snippet.push("a=", 12);
    /// snippet.push_for("\"", Span::new(14, 16));
    /// snippet.push("b", 16);
    /// snippet.push_for("\"", Span::new(17, 19));
    /// assert_eq!(snippet.text(), "a=\"b\"");
    /// assert_eq!(snippet.to_file(Span::new(2, 5)).of(file), r#"\"b\""#);
    /// ```
    pub fn push_for(&mut self, text: &str, span: Span) {
        let snippet_start = clamp(self.text.len());
        self.text.push_str(text);
        self.segments.push(Segment { snippet_start, file_start: span.start, stands_to: Some(span.end) });
    }

    /// Says how the file writes the text.
    #[must_use]
    pub fn written(mut self, writing: Writing) -> Self {
        self.writing = writing;
        self
    }

    /// Whether the file writes the text in quotes, escapes or folded lines.
    pub const fn is_quoted(&self) -> bool {
        !matches!(self.writing, Writing::AsIs | Writing::Conf)
    }

    /// Other text as it can be put into the file in the place of some of this one; nothing where it cannot: where lines
    /// are indented, a line break would need what the file puts before each line.
    ///
    /// ```
    /// use splc::source::{Snippet, Writing};
    /// assert_eq!(Snippet::whole("a").encoded("\"b\""), Some("\"b\"".to_owned()));
    /// let quoted = Snippet::whole("a").written(Writing::DoubleQuotes);
    /// assert_eq!(quoted.encoded("\"b\""), Some("\\\"b\\\"".to_owned()));
    /// ```
    pub fn encoded(&self, text: &str) -> Option<String> {
        let has_margin = self.writing == Writing::AsIs && self.segments.len() > 1;
        if has_margin && text.contains('\n') { None } else { self.writing.write(text) }
    }

    /// The snippet that is a part of this one.
    ///
    /// ```
    /// use splc::source::{Snippet, Span};
    /// let mut snippet = Snippet::default();
    /// snippet.push("# note\n", 10);
    /// snippet.push("a=1\n", 20);
    /// let part = snippet.part(Span::new(7, 11));
    /// assert_eq!((part.text(), part.to_file(Span::new(0, 3))), ("a=1\n", Span::new(20, 23)));
    /// ```
    #[must_use]
    pub fn part(&self, span: Span) -> Self {
        let text = span.of(&self.text).to_owned();
        let mut part = Self { text, segments: Vec::new(), writing: self.writing };
        for (index, segment) in self.segments.iter().enumerate() {
            let next = self.segments.get(index + 1).map_or(clamp(self.text.len()), |next| next.snippet_start);
            let start = segment.snippet_start.max(span.start);
            if start < next.min(span.end) {
                let file_start = segment.start_of(start);
                part.segments.push(Segment { snippet_start: start - span.start, file_start, ..*segment });
            }
        }
        part
    }

    /// The text, without what the file puts round it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a span of the snippet stands in the file. A span over several pieces covers what lies between.
    pub fn to_file(&self, span: Span) -> Span {
        let start = self.segment_at(span.start).map_or(span.start, |segment| segment.start_of(span.start));
        if span.end <= span.start {
            // Behind the last piece is behind what it stands for.
            let is_end = span.start > 0 && span.start as usize == self.text.len();
            let start = if is_end {
                self.to_file(Span { start: span.start - 1, end: span.start }).end
            } else {
                start
            };
            return Span { start, end: start };
        }
        // The end belongs to the piece of the last byte: a piece's end is not the start of the next one.
        let last = span.end - 1;
        let end = self.segment_at(last).map_or(span.end, |segment| segment.end_of(last));
        Span { start, end: end.max(start) }
    }

    /// The byte of the text that stands at a byte of the file: of what stands between two pieces, the one behind it.
    ///
    /// ```
    /// use splc::source::Snippet;
    /// let mut snippet = Snippet::default();
    /// snippet.push("a=1\n", 10);
    /// snippet.push("b=2", 20);
    /// assert_eq!((snippet.from_file(12), snippet.from_file(17), snippet.from_file(21)), (2, 4, 5));
    /// assert_eq!((snippet.from_file(0), snippet.from_file(99)), (0, 7));
    /// ```
    #[allow(clippy::wrong_self_convention, reason = "the counterpart of `to_file`, which makes no snippet")]
    pub fn from_file(&self, at: u32) -> usize {
        let after = self.segments.partition_point(|segment| segment.file_start <= at);
        let next = self.segments.get(after).map_or(self.text.len(), |next| next.snippet_start as usize);
        let Some(segment) = after.checked_sub(1).and_then(|index| self.segments.get(index)) else { return 0 };
        let start = segment.snippet_start as usize;
        let place = match segment.stands_to {
            Some(end) if at >= end => next,
            Some(_) => start,
            None => start.saturating_add((at - segment.file_start) as usize).min(next),
        };
        (0..=place).rev().find(|place| self.text.is_char_boundary(*place)).unwrap_or(0)
    }

    fn segment_at(&self, offset: u32) -> Option<Segment> {
        let after = self.segments.partition_point(|segment| segment.snippet_start <= offset);
        self.segments.get(after.checked_sub(1)?).copied()
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
}

/// Turns byte offsets of one text into positions, in logarithmic time, however long its lines are.
///
/// ```
/// use splc::source::{LineIndex, Position, Span};
/// let text = "é=1\nb=2";
/// let lines = LineIndex::new(text);
/// assert_eq!(lines.position(text, 2), Position { line: 1, column: 2 });
/// assert_eq!(lines.position(text, 5), Position { line: 2, column: 1 });
/// assert_eq!(lines.line(text, 1), Some(Span::new(0, 4)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters start before byte `n * CHUNK`, for every `n`.
    characters: Vec<u32>,
}

/// Bytes between two counts of characters: a line of 50 MB must not be counted again for every finding in it.
const CHUNK: usize = 256;

impl LineIndex {
    /// Indexes the lines of `text`.
    pub fn new(text: &str) -> Self {
        let after_newline =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| clamp(at + 1));
        let counts = text.as_bytes().chunks(CHUNK).scan(0, |total, chunk| {
            *total += clamp(characters(chunk));
            Some(*total)
        });
        Self {
            starts: std::iter::once(0).chain(after_newline).collect(),
            characters: std::iter::once(0).chain(counts).collect(),
        }
    }

    /// The position of byte `offset` of the text this index was made from; past the end, the end.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.characters_before(text, offset).saturating_sub(self.characters_before(text, start));
        Position { line, column: 1 + before }
    }

    /// The bytes of a line, counted from 1, without its newline.
    pub fn line(&self, text: &str, line: usize) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).map_or(text.len(), |next| *next as usize - 1);
        Some(Span::new(start as usize, end))
    }

    fn characters_before(&self, text: &str, offset: u32) -> usize {
        let offset = (offset as usize).min(text.len());
        let chunk = offset / CHUNK;
        let counted = self.characters.get(chunk).copied().unwrap_or(0) as usize;
        counted + text.as_bytes().get(chunk * CHUNK..offset).map_or(0, characters)
    }
}

/// Counts characters; a byte that continues one starts with the bits 10.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_covered_whole_and_its_end_is_behind_it() {
        let mut snippet = Snippet::default();
        snippet.push("ab", 1);
        snippet.push("c", 3);
        snippet.push_for("é", Span::new(4, 10));
        let place = |start, end| snippet.to_file(Span::new(start, end));
        assert_eq!((place(0, 3), place(1, 5)), (Span::new(1, 4), Span::new(2, 10)));
        // The second byte of a character that is written as an escape is at the escape too.
        assert_eq!((place(3, 5), place(4, 5)), (Span::new(4, 10), Span::new(4, 10)));
        assert_eq!((place(3, 3), place(5, 5)), (Span::new(4, 4), Span::new(10, 10)));
        assert_eq!(snippet.segments.len(), 2, "what goes on in the file is one piece");
    }

    #[test]
    fn columns_count_characters_across_chunks() {
        let text = format!("x\n{}y", "é".repeat(CHUNK * 2 + 1));
        let lines = LineIndex::new(&text);
        let last = clamp(text.len() - 1);
        assert_eq!(lines.position(&text, last), Position { line: 2, column: CHUNK * 2 + 2 });
        assert_eq!(lines.position(&text, u32::MAX), Position { line: 2, column: CHUNK * 2 + 3 });
    }

    #[test]
    fn lines_end_before_their_newline() {
        let lines = LineIndex::new("a\n\nbc");
        let of = |line| lines.line("a\n\nbc", line);
        assert_eq!(of(1), Some(Span::new(0, 1)));
        assert_eq!(of(2), Some(Span::new(2, 2)));
        assert_eq!(of(3), Some(Span::new(3, 5)));
        assert_eq!((of(0), of(4)), (None, None));
    }
}
