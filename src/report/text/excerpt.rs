//! The part of a file that a finding needs, made safe to print, with the way from the file to it.
//!
//! In: a file and spans in it. Out: a few lines as one text, and ranges in that text. Invariant: the text is as
//! long as the spans' number allows, never as long as the file's lines; every offset of the file has a place in
//! it, at a character boundary. Which lines are needed is settled here, how they are drawn is not.

use std::ops::{Range, RangeInclusive};

use super::super::{File, visible_char};
use crate::source::Span;

/// A longer line, in bytes, is cut to what surrounds the ends of spans.
const MAX_LINE: usize = 400;
/// Bytes kept on each side of an end of a span in a line that is cut.
const AROUND: usize = 60;
/// Spans further apart, in lines, are shown apart.
const NEAR: usize = 20;

/// Lines to show together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The lines, from 1.
    pub(super) lines: RangeInclusive<usize>,
    /// Which of the spans lie in them.
    pub(super) spans: Vec<usize>,
}

/// Groups spans that lie near each other, in the order of the first span of each group.
pub(super) fn windows(file: &File, spans: &[Span]) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        let (first, last) = (file.position(span.start).line, file.position(span.end).line);
        let near =
            |window: &&mut Window| first <= window.lines.end() + NEAR && last + NEAR >= *window.lines.start();
        if let Some(window) = windows.iter_mut().find(near) {
            window.lines = first.min(*window.lines.start())..=last.max(*window.lines.end());
            window.spans.push(at);
        } else {
            windows.push(Window { lines: first..=last, spans: vec![at] });
        }
    }
    windows
}

/// A few lines of a file.
#[derive(Debug)]
pub(super) struct Excerpt {
    first_line: usize,
    text: String,
    /// Offsets in the file and in the text from which on both run alike.
    marks: Vec<(usize, usize)>,
}

impl Excerpt {
    /// Takes the lines; of long ones, what surrounds the ends of the spans.
    pub(super) fn new(file: &File, lines: RangeInclusive<usize>, spans: &[Span]) -> Self {
        let mut excerpt = Self { first_line: *lines.start(), text: String::new(), marks: Vec::new() };
        for number in lines {
            let Some(line) = file.lines.line(&file.text, number) else { break };
            if number != excerpt.first_line {
                excerpt.text.push('\n');
            }
            excerpt.push_line(&file.text, line.range(), spans);
        }
        excerpt
    }

    /// The number of the first line.
    pub(super) fn first_line(&self) -> usize {
        self.first_line
    }

    /// The lines.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where a span of the file lies in [`Excerpt::text`].
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let (start, end) = (self.locate(span.start as usize), self.locate(span.end as usize));
        start..end.max(start)
    }

    fn push_line(&mut self, file: &str, line: Range<usize>, spans: &[Span]) {
        let mut end = line.start;
        for piece in pieces(file, &line, spans) {
            self.push_gap(end, piece.start);
            self.push(file, piece.clone());
            end = piece.end;
        }
        self.push_gap(end, line.end);
    }

    /// Stands for what is left out.
    fn push_gap(&mut self, start: usize, end: usize) {
        if start < end {
            self.marks.push((start, self.text.len()));
            self.text.push('…');
        }
    }

    /// Copies bytes of the file, with a mark wherever a character changes its length.
    fn push(&mut self, file: &str, range: Range<usize>) {
        self.marks.push((range.start, self.text.len()));
        let piece = file.get(range.clone()).unwrap_or("");
        // A carriage return before the newline belongs to it.
        let shown = if file.get(range.end..).is_some_and(|rest| rest.starts_with('\n')) {
            piece.strip_suffix('\r').unwrap_or(piece)
        } else {
            piece
        };
        for (at, c) in shown.char_indices() {
            let safe = visible_char(c);
            self.text.push(safe);
            if safe.len_utf8() != c.len_utf8() {
                self.marks.push((range.start + at + c.len_utf8(), self.text.len()));
            }
        }
    }

    fn locate(&self, offset: usize) -> usize {
        let after = self.marks.partition_point(|(in_file, _)| *in_file <= offset);
        let Some((in_file, in_text)) = after.checked_sub(1).and_then(|at| self.marks.get(at)) else {
            return 0;
        };
        // What is left out, and what a changed character covers, ends where the next run starts.
        let limit = self.marks.get(after).map_or(self.text.len(), |(_, in_text)| *in_text);
        floor(&self.text, (in_text + (offset - in_file)).min(limit))
    }
}

/// The parts of a line to show: all of it, or what surrounds the ends of spans, or its start.
fn pieces(file: &str, line: &Range<usize>, spans: &[Span]) -> Vec<Range<usize>> {
    if line.len() <= MAX_LINE {
        return vec![line.clone()];
    }
    let ends = spans.iter().flat_map(|span| [span.start as usize, span.end as usize]);
    let mut ends: Vec<_> = ends.filter(|end| (line.start..=line.end).contains(end)).collect();
    if ends.is_empty() {
        ends.push(line.start);
    }
    ends.sort_unstable();
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for end in ends {
        let start = floor(file, end.saturating_sub(AROUND).max(line.start));
        let stop = floor(file, (end + AROUND).min(line.end));
        match pieces.last_mut() {
            Some(last) if start <= last.end => last.end = stop,
            _ => pieces.push(start..stop),
        }
    }
    pieces
}

/// The last character boundary up to `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LineIndex;

    fn file(text: &str) -> File {
        File { text: text.to_owned(), lines: LineIndex::new(text) }
    }

    #[test]
    fn near_spans_share_a_window() {
        let file = file(&"x\n".repeat(100));
        let spans = [Span::new(100, 101), Span::new(0, 1), Span::new(130, 131), Span::new(2, 7)];
        let wanted =
            [Window { lines: 51..=66, spans: vec![0, 2] }, Window { lines: 1..=4, spans: vec![1, 3] }];
        assert_eq!(windows(&file, &spans), wanted);
    }

    #[test]
    fn offsets_follow_characters_that_change_their_length() {
        let file = file("x\ny\x1b\u{9b}\u{e0041}b=1\r\nz");
        let span = Span::new(10, 11);
        assert_eq!(span.of(&file.text), "b");
        let excerpt = Excerpt::new(&file, 2..=2, &[span]);
        assert_eq!((excerpt.first_line(), excerpt.text()), (2, "y␛\u{fffd}\u{fffd}b=1"));
        assert_eq!(excerpt.text().get(excerpt.range(span)), Some("b"));
        assert_eq!(excerpt.text().get(excerpt.range(Span::new(3, 4))), Some("␛"));
        // The carriage return is not shown; it ends where the line does.
        assert_eq!(excerpt.range(Span::new(13, 14)).start, excerpt.text().len());
    }

    #[test]
    fn a_long_line_keeps_what_surrounds_the_ends_of_spans() {
        let file = file(&format!("{}AB{}CD{}", "é".repeat(1000), "-".repeat(1000), "x".repeat(1000)));
        let span = Span::new(2000, 3004);
        let excerpt = Excerpt::new(&file, 1..=1, &[span]);
        let (left, gap, right) = ("é".repeat(30), "-".repeat(58), "x".repeat(60));
        assert_eq!(excerpt.text(), format!("…{left}AB{gap}…{gap}CD{right}…"));
        assert_eq!(excerpt.text().get(excerpt.range(span)), Some(format!("AB{gap}…{gap}CD").as_str()));
    }

    #[test]
    fn a_long_line_without_an_end_shows_its_start() {
        let file = file(&format!("a\n{}\nb", "é".repeat(1000)));
        let excerpt = Excerpt::new(&file, 1..=3, &[Span::new(0, 2003)]);
        assert_eq!(excerpt.text(), format!("a\n{}…\nb", "é".repeat(30)));
    }
}
