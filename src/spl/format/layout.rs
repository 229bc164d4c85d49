//! Where lines break: pieces of text in groups, laid out in a width.
//!
//! In: pieces. Out: text. A group stays on one line if it fits there with what follows it up to the next place where
//! a line may break; else its own breaks become line breaks, and each group in it is asked anew (Oppen, "Prettyprinting",
//! 1980; Wadler, "A prettier printer", 1998). Text may hold line breaks of its own, which are written as they are: a
//! string that goes over several lines must not be indented, which is why no library does this. Invariant: no blank
//! stands at the end of a line, but for lines inside of one text. Each group looks at most a line ahead, so laying out
//! is linear.

use std::slice::Iter;

/// Columns of a line.
pub(super) const WIDTH: usize = 100;
/// Columns of a level.
const INDENT: usize = 4;

/// A piece of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text as it is.
    Text(&'t str),
    /// A blank.
    Space,
    /// A blank, or a line break if the group does not fit.
    Line,
    /// Nothing, or a line break if the group does not fit.
    Soft,
    /// A line break.
    Hard,
    /// A line break and an empty line.
    Empty,
    /// Pieces on one line, if they fit.
    Group(Pieces<'t>),
    /// Pieces whose lines are a level deeper.
    Indent(Pieces<'t>),
    /// Pieces whose lines are as deep as the line that they begin on.
    Hang(Pieces<'t>),
}

/// Pieces in order.
pub(super) type Pieces<'t> = Vec<Piece<'t>>;

/// What stands between the last text and the next.
#[derive(Clone, Copy, PartialEq)]
enum Pending {
    Nothing,
    Space,
    /// Line breaks, and the columns that the next line is indented by.
    Breaks(usize, usize),
}

/// Pieces that are laid out, in a group that fits or not.
struct Frame<'d, 't> {
    pieces: Iter<'d, Piece<'t>>,
    indent: usize,
    flat: bool,
}

struct Writer<'d, 't> {
    out: String,
    column: usize,
    /// What this line is indented by.
    indent: usize,
    pending: Pending,
    frames: Vec<Frame<'d, 't>>,
}

/// The text of the pieces, without line breaks at its ends.
pub(super) fn render(pieces: &[Piece<'_>]) -> String {
    let first = Frame { pieces: pieces.iter(), indent: 0, flat: false };
    let mut writer =
        Writer { out: String::new(), column: 0, indent: 0, pending: Pending::Nothing, frames: vec![first] };
    while let Some(frame) = writer.frames.last_mut() {
        let (indent, flat) = (frame.indent, frame.flat);
        match frame.pieces.next() {
            Some(piece) => writer.piece(piece, indent, flat),
            None => drop(writer.frames.pop()),
        }
    }
    writer.out
}

impl<'d, 't> Writer<'d, 't> {
    fn piece(&mut self, piece: &'d Piece<'t>, indent: usize, flat: bool) {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Space => self.space(),
            Piece::Line if flat => self.space(),
            Piece::Soft if flat => {}
            Piece::Line | Piece::Soft | Piece::Hard => self.line_breaks(1, indent),
            Piece::Empty => self.line_breaks(2, indent),
            Piece::Group(inner) => {
                let flat = flat || self.fits(inner);
                self.frames.push(Frame { pieces: inner.iter(), indent, flat });
            }
            Piece::Indent(inner) => {
                self.frames.push(Frame { pieces: inner.iter(), indent: indent + INDENT, flat });
            }
            Piece::Hang(inner) => {
                let indent = if let Pending::Breaks(_, indent) = self.pending { indent } else { self.indent };
                self.frames.push(Frame { pieces: inner.iter(), indent, flat });
            }
        }
    }

    fn space(&mut self) {
        if self.pending == Pending::Nothing {
            self.pending = Pending::Space;
        }
    }

    fn line_breaks(&mut self, count: usize, indent: usize) {
        let before = if let Pending::Breaks(before, _) = self.pending { before } else { 0 };
        self.pending = Pending::Breaks(before.max(count), indent);
    }

    fn text(&mut self, text: &str) {
        // Nothing stands before the first text.
        if !self.out.is_empty() {
            match self.pending {
                Pending::Nothing => {}
                Pending::Space => self.out.push(' '),
                Pending::Breaks(count, indent) => {
                    self.out.extend(std::iter::repeat_n('\n', count));
                    self.out.extend(std::iter::repeat_n(' ', indent));
                    self.indent = indent;
                }
            }
            self.column = self.next_column();
        }
        self.pending = Pending::Nothing;
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = text.get(at + 1..).unwrap_or("").chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    /// The column of the next text.
    fn next_column(&self) -> usize {
        match self.pending {
            _ if self.out.is_empty() => 0,
            Pending::Nothing => self.column,
            Pending::Space => self.column + 1,
            Pending::Breaks(_, indent) => indent,
        }
    }

    /// Whether the pieces fit on this line, with what follows up to the next place where a line may break.
    fn fits(&self, pieces: &[Piece<'t>]) -> bool {
        let Some(mut left) = WIDTH.checked_sub(self.next_column()) else { return false };
        let mut open: Vec<Iter<'_, Piece<'t>>> = vec![pieces.iter()];
        while let Some(last) = open.last_mut() {
            let width = match last.next() {
                None => {
                    open.pop();
                    continue;
                }
                Some(Piece::Hard | Piece::Empty) => return false,
                Some(Piece::Text(text)) if text.contains('\n') => return false,
                Some(Piece::Text(text)) => text.chars().take(left + 1).count(),
                Some(Piece::Space | Piece::Line) => 1,
                Some(Piece::Soft) => 0,
                Some(Piece::Group(inner) | Piece::Indent(inner) | Piece::Hang(inner)) => {
                    open.push(inner.iter());
                    continue;
                }
            };
            let Some(rest) = left.checked_sub(width) else { return false };
            left = rest;
        }
        self.rest_fits(left)
    }

    /// Whether what follows the pieces asked about fits up to the next place where a line may break.
    fn rest_fits(&self, mut left: usize) -> bool {
        for frame in self.frames.iter().rev() {
            let mut open: Vec<Iter<'_, Piece<'t>>> = vec![frame.pieces.clone()];
            while let Some(last) = open.last_mut() {
                let width = match last.next() {
                    None => {
                        open.pop();
                        continue;
                    }
                    Some(Piece::Hard | Piece::Empty) => return true,
                    Some(Piece::Line | Piece::Soft) if !frame.flat => return true,
                    Some(Piece::Text(text)) => match text.find('\n') {
                        Some(at) => return text.get(..at).unwrap_or("").chars().count() <= left,
                        None => text.chars().take(left + 1).count(),
                    },
                    Some(Piece::Space | Piece::Line) => 1,
                    Some(Piece::Soft) => 0,
                    Some(Piece::Group(inner) | Piece::Indent(inner) | Piece::Hang(inner)) => {
                        open.push(inner.iter());
                        continue;
                    }
                };
                let Some(rest) = left.checked_sub(width) else { return false };
                left = rest;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<'t>(words: &[&'t str]) -> Piece<'t> {
        let mut inner = vec![Piece::Soft];
        for (at, word) in words.iter().enumerate() {
            inner.extend((at > 0).then_some(Piece::Line));
            inner.push(Piece::Text(word));
        }
        Piece::Group(vec![Piece::Text("("), Piece::Indent(inner), Piece::Soft, Piece::Text(")")])
    }

    #[test]
    fn a_group_breaks_at_all_of_its_lines_or_at_none() {
        assert_eq!(render(&[list(&["a", "b"])]), "(a b)");
        let long = "x".repeat(WIDTH - 3);
        assert_eq!(render(&[list(&["a", &long])]), format!("(\n    a\n    {long}\n)"));
    }

    #[test]
    fn what_follows_a_group_has_to_fit_too() {
        let word = "x".repeat(WIDTH - 2);
        assert_eq!(render(&[list(&[&word])]), format!("({word})"));
        assert_eq!(render(&[list(&[&word]), Piece::Text(",")]), format!("(\n    {word}\n),"));
    }

    #[test]
    fn the_lines_of_a_text_are_not_indented() {
        let inside = Piece::Indent(vec![Piece::Hard, Piece::Text("\"a\nb\""), Piece::Line, Piece::Text("c")]);
        assert_eq!(render(&[Piece::Text("x"), inside]), "x\n    \"a\nb\"\n    c");
    }

    #[test]
    fn no_blank_stands_before_a_line_break() {
        let pieces =
            [Piece::Hard, Piece::Text("a"), Piece::Space, Piece::Hard, Piece::Empty, Piece::Text("b")];
        assert_eq!(render(&pieces), "a\n\nb");
    }
}
