//! Places as editors count them: lines from 0, and in a line units of UTF-16.
//!
//! In: bytes of a document. Out: positions of the protocol, and back (LSP 3.17, "Position"). Invariant: a position past
//! the end of its line is the end of the line, and one inside a character the start of it, so every position is a place.

use lsp_types::{Position, Range};

use crate::document::Document;
use crate::source::Span;

/// The position of a byte.
pub(super) fn position(document: &Document, at: u32) -> Position {
    let line = document.lines.position(&document.text, at).line;
    let start = document.lines.line(&document.text, line).map_or(0, |line| line.start);
    let before = document.text.get(start as usize..at as usize).unwrap_or("");
    let units: usize = before.chars().map(char::len_utf16).sum();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position { line: count(line - 1), character: count(units) }
}

/// The range of a span.
pub(super) fn range(document: &Document, span: Span) -> Range {
    Range { start: position(document, span.start), end: position(document, span.end) }
}

/// The byte at a position; past the last line, the end.
pub(super) fn offset(document: &Document, position: Position) -> u32 {
    let text = document.text.as_str();
    let Some(line) = document.lines.line(text, position.line as usize + 1) else {
        return Span::new(text.len(), text.len()).start;
    };
    let content = line.of(text).trim_end_matches('\r');
    let mut left = position.character as usize;
    let mut at = 0;
    for character in content.chars() {
        if character.len_utf16() > left {
            break;
        }
        left -= character.len_utf16();
        at += character.len_utf8();
    }
    line.start + Span::new(at, at).start
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::document::format_of;

    #[test]
    fn positions_count_units_of_utf16_and_lines_end_before_their_break() {
        let path = Path::new("a.spl");
        let document = Document::read(path, "é😀x\r\nb\n".to_owned(), format_of(path).unwrap());
        let at = |line, character| offset(&document, Position { line, character });
        assert_eq!((at(0, 0), at(0, 1), at(0, 2), at(0, 3), at(0, 4), at(0, 99)), (0, 2, 2, 6, 7, 7));
        assert_eq!((at(1, 0), at(1, 1), at(2, 0), at(9, 9)), (9, 10, 11, 11));
        assert_eq!(position(&document, 7), Position { line: 0, character: 4 });
        assert_eq!(position(&document, 10), Position { line: 1, character: 1 });
        assert_eq!(position(&document, 11), Position { line: 2, character: 0 });
    }
}
