//! Scalars of YAML: the text of each style, and which bytes of the file every byte of it comes from.
//!
//! In: the file, and where a parser found a scalar, with its value. Out: a snippet with that value. Invariant: the
//! text is always the parser's; a style is read again here only to place it, and should the two ever differ, the whole
//! value stands for the whole scalar. A folded line break maps to the break, an escape to the escape (YAML 1.2.2,
//! chapters 6.5, 7.3 and 8.1).

use saphyr_parser::ScalarStyle;

use crate::document::tree::escape;
use crate::source::{Snippet, Span, Writing};

/// A scalar as the parser found it.
pub(super) struct Found<'t> {
    /// The file.
    pub(super) text: &'t str,
    /// The bytes of the scalar, with quotes and perhaps an anchor and a tag; for a block, from its first character.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// How it is written.
    pub(super) style: ScalarStyle,
    /// What it says.
    pub(super) value: &'t str,
}

impl Found<'_> {
    /// The value with the way back to the file.
    pub(super) fn snippet(&self) -> Snippet {
        let read = self.read();
        let snippet = if read.text() == self.value {
            read
        } else {
            let mut whole = Snippet::default();
            whole.push_for(self.value, Span::new(self.start, self.end));
            whole
        };
        snippet.written(match self.style {
            ScalarStyle::Literal => Writing::AsIs,
            ScalarStyle::Folded => Writing::Folded,
            ScalarStyle::Plain => Writing::Plain,
            ScalarStyle::SingleQuoted => Writing::SingleQuotes,
            ScalarStyle::DoubleQuoted => Writing::DoubleQuotes,
        })
    }

    /// Reads the scalar again, piece by piece.
    fn read(&self) -> Snippet {
        match self.style {
            ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.flow(),
            ScalarStyle::Literal | ScalarStyle::Folded => self.block(),
        }
    }

    /// Plain and quoted scalars.
    fn flow(&self) -> Snippet {
        let raw = Span::new(0, self.end).of(self.text);
        let quote = match self.style {
            ScalarStyle::SingleQuoted => Some('\''),
            ScalarStyle::DoubleQuoted => Some('"'),
            _ => None,
        };
        let at = after_properties(raw, self.start) + quote.map_or(0, char::len_utf8);
        let mut flow = Flow { text: self.text, at, end: self.end, out: Snippet::default() };
        while flow.at < flow.end && flow.out.text().len() <= self.value.len() {
            flow.step(quote);
        }
        flow.out
    }

    /// Literal and folded blocks.
    fn block(&self) -> Snippet {
        let before = self.text.get(..self.start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let indent = self.start - line_start;
        let mut at = line_start;
        // Blank lines before the first character are part of the value, but not of what the parser points at.
        for _ in 0..self.value.bytes().take_while(|byte| *byte == b'\n').count() {
            let before = self.text.get(..at.saturating_sub(1)).unwrap_or("");
            at = before.rfind('\n').map_or(0, |newline| newline + 1);
        }
        let mut block = Block {
            out: Snippet::default(),
            breaks: Vec::new(),
            before: Line::None,
            limit: self.value.len(),
        };
        let folds = self.style == ScalarStyle::Folded;
        while block.out.text().len() < self.value.len() {
            let line = self.text.get(at..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or("");
            let content = line.trim_end_matches('\n');
            let content = content.strip_suffix('\r').unwrap_or(content);
            let stripped = content.len() - content.trim_start_matches(' ').len();
            let stripped = stripped.min(indent);
            if at + stripped >= self.end {
                break;
            }
            block.line(content.get(stripped..).unwrap_or(""), at + stripped, folds);
            block.breaks.push(Span::new(at + content.len(), at + line.len()));
            at += line.len();
        }
        block.finished()
    }
}

/// Where the scalar itself begins, behind an anchor and a tag.
fn after_properties(text: &str, mut at: usize) -> usize {
    while let Some(rest) = text.get(at..).filter(|rest| rest.starts_with(['&', '!'])) {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let blank = rest.get(word..).unwrap_or("");
        at += word + (blank.len() - blank.trim_start().len());
    }
    at
}

/// Reads a plain or quoted scalar.
struct Flow<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    out: Snippet,
}

impl Flow<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn step(&mut self, quote: Option<char>) {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if let Some(width) = line_break(rest.get(blank..).unwrap_or("")) {
            self.at += blank;
            self.fold(width, false);
        } else if blank > 0 {
            self.copy(blank);
        } else if quote == Some('\'') && rest.starts_with("''") {
            self.stand_in("'", 2);
        } else if quote.is_some_and(|quote| rest.starts_with(quote)) {
            // A comment may stand between the closing quote and what the parser takes for the end.
            self.at = self.end;
        } else if quote == Some('"') && rest.starts_with('\\') {
            if let Some(width) = rest.get(1..).and_then(line_break) {
                self.fold(1 + width, true);
            } else if let Some((character, width)) = escape(rest) {
                self.stand_in(character.encode_utf8(&mut [0; 4]), width);
            } else {
                self.copy(1);
            }
        } else {
            let stop = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\'' | '"' | '\\');
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let run = rest.get(first..).and_then(|rest| rest.find(stop)).map_or(rest.len(), |at| first + at);
            self.copy(run);
        }
    }

    fn copy(&mut self, length: usize) {
        let text = self.text.get(self.at..self.at + length).unwrap_or("");
        self.out.push(text, self.at);
        self.at += length.max(1);
    }

    fn stand_in(&mut self, text: &str, length: usize) {
        self.out.push_for(text, Span::new(self.at, self.at + length));
        self.at += length;
    }

    /// A line break of `width` bytes: a space, or a newline for each empty line behind it.
    fn fold(&mut self, width: usize, is_escaped: bool) {
        let first = self.at;
        self.at += width;
        let mut empty = 0;
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let at = self.at + blank;
            let Some(width) = line_break(rest.get(blank..).unwrap_or("")) else {
                self.at = at;
                break;
            };
            self.out.push_for("\n", Span::new(at, at + width));
            self.at = at + width;
            empty += 1;
        }
        if empty == 0 && !is_escaped {
            self.out.push_for(" ", Span::new(first, self.at));
        }
    }
}

/// The length of the line break at the start of a text.
fn line_break(text: &str) -> Option<usize> {
    if text.starts_with("\r\n") { Some(2) } else { text.starts_with(['\n', '\r']).then_some(1) }
}

/// What a line of a folded block is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// There is none yet.
    None,
    /// It starts with a character.
    Text,
    /// It is indented further, so that line breaks round it stay.
    Spaced,
}

/// Reads a block line by line.
struct Block {
    out: Snippet,
    /// Line breaks since the last line with text.
    breaks: Vec<Span>,
    before: Line,
    /// The length of the value, which says how many line breaks at its end are part of it.
    limit: usize,
}

impl Block {
    fn line(&mut self, content: &str, at: usize, folds: bool) {
        if content.is_empty() {
            return;
        }
        let this = if content.starts_with([' ', '\t']) { Line::Spaced } else { Line::Text };
        let breaks = std::mem::take(&mut self.breaks);
        match breaks.as_slice() {
            [one] if folds && self.before == Line::Text && this == Line::Text => self.out.push_for(" ", *one),
            [_, rest @ ..] if folds && self.before == Line::Text && this == Line::Text => self.newlines(rest),
            all => self.newlines(all),
        }
        self.before = this;
        self.out.push(content, at);
    }

    fn newlines(&mut self, breaks: &[Span]) {
        for span in breaks {
            self.out.push_for("\n", *span);
        }
    }

    fn finished(mut self) -> Snippet {
        let missing = self.limit.saturating_sub(self.out.text().len());
        let breaks = std::mem::take(&mut self.breaks);
        self.newlines(breaks.get(..missing.min(breaks.len())).unwrap_or(&[]));
        self.out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saphyr_parser::{Event, Parser};

    use super::*;

    /// Every scalar of an ASCII text that the parser accepts: what it says, and what is read again.
    fn scalars(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut parser = Parser::new_from_str(text);
        while let Some(Ok((event, marks))) = parser.next_event() {
            let Event::Scalar(value, style, ..) = event else { continue };
            let (start, end) = (marks.start.index(), marks.end.index());
            let scalar = Found { text, start, end, style, value: &value };
            found.push((value.clone().into_owned(), scalar.read().text().to_owned()));
        }
        found
    }

    #[test]
    fn every_style_is_read_as_the_parser_reads_it() {
        let texts = [
            "a: plain  words\n  go on\n\n  here # not this\n",
            "a: &anchor !!str tagged\nb: !x 'it''s'\n",
            "a: 'it''s \n\n\n  folded\t\n  twice '\n",
            "a: \"one \\\n  two\\\n\n  \\ three \\x41\\u00e9\\/ \\\" \n  end\"\n",
            "a: |\n\n\n  leading\n    deeper\n\n  end\n\n\nb: 1\n",
            "a: |2-\n   x\n  y\n\n",
            "a: |+\n  keep\n\n\nb: c\n",
            "a: >\n  one\n  two\n\n  three\n    deep\n    er\n\n  end\n",
            "a: >-\n\n  x\n\n\n   spaced\n\n  y\n\n",
            "- >+\n a\n\n b\n\n- |\r\n  crlf\r\n  line\r\n",
            "k: '''\n  ' #'\nl: \"a\" # \"\n",
            "- 'cr\r\n  lf\r\n\r\n  x'\n",
        ];
        for text in texts {
            let found = scalars(text);
            assert!(!found.is_empty(), "{text:?}");
            for (value, read) in found {
                assert_eq!(read, value, "{text:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn whatever_the_parser_accepts_is_read_alike(
            opening in prop::sample::select(vec!["", "'", "\"", "|\n", "|-\n", "|+\n", ">\n", ">-\n", ">+\n", "|1\n", ">1-\n"]),
            lines in prop::collection::vec("( {0,3}|\t)[a-c'\\\\n\"#: ]{0,6}", 1..8),
        ) {
            let quote = if opening.len() == 1 { opening } else { "" };
            let text = format!("k: {opening}{}{quote}\nl: 1\n", lines.join("\n  "));
            // Of a block without text the parser points at what follows it; nobody searches for nothing.
            for (value, read) in scalars(&text).into_iter().filter(|(value, _)| !value.trim().is_empty()) {
                prop_assert_eq!(read, value, "{:?}", text);
            }
        }
    }
}
