//! A place in the text of a query that is laid out, and what stands between the parts of its tree.
//!
//! In: the text. Out: pieces of it, in order. Invariant: the cursor only goes on, by white space and by pieces that it
//! gives out, so no word and no comment is lost; where the text is not what the tree says, it gives nothing, and the
//! query is not formatted.

use crate::source::Span;
use crate::spl::format::layout::{Piece, Pieces};
use crate::spl::input;

/// White space as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blank {
    None,
    Space,
    Line,
    /// At least one empty line.
    Empty,
}

/// What is to stand in a gap.
#[derive(Clone)]
pub(super) enum Glue<'t> {
    /// This piece if white space is written there, else nothing.
    Keep(Piece<'t>),
    /// This piece.
    Want(Piece<'t>),
    /// Nothing.
    Drop,
}

/// White space and comments between two words.
pub(super) struct Gap<'t> {
    /// Comments, with the white space before each.
    comments: Vec<(Blank, &'t str)>,
    /// The white space behind them.
    pub(super) last: Blank,
}

impl<'t> Gap<'t> {
    /// The pieces of the gap. A comment stays on its line, and what stands on a line of its own stays there.
    pub(super) fn pieces(self, glue: Glue<'t>) -> Pieces<'t> {
        let mut pieces = Vec::new();
        let is_plain = self.comments.is_empty();
        for (before, comment) in self.comments {
            pieces.extend(as_written(before));
            pieces.push(Piece::Text(comment));
        }
        match glue {
            Glue::Want(piece) | Glue::Keep(piece) if is_plain && self.last > Blank::None => {
                pieces.push(piece);
            }
            Glue::Want(piece) if is_plain => pieces.push(piece),
            Glue::Want(piece) | Glue::Keep(piece) if self.last == Blank::Space && piece != Piece::Soft => {
                pieces.push(piece);
            }
            _ if is_plain => {}
            _ => pieces.extend(as_written(self.last)),
        }
        pieces
    }
}

fn as_written<'t>(blank: Blank) -> Option<Piece<'t>> {
    match blank {
        Blank::None => None,
        Blank::Space => Some(Piece::Space),
        Blank::Line => Some(Piece::Hard),
        Blank::Empty => Some(Piece::Empty),
    }
}

/// A place in a text.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character before this place.
    pub(super) fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    /// Goes over white space and comments.
    pub(super) fn gap(&mut self) -> Gap<'t> {
        let mut gap = Gap { comments: Vec::new(), last: self.blank() };
        while self.rest().starts_with("```")
            && let Ok((_, comment)) =
                input::comment(input::input(self.text, Span::new(self.at, self.text.len())))
        {
            self.at += comment.fragment().len();
            gap.comments.push((gap.last, *comment.fragment()));
            gap.last = self.blank();
        }
        gap
    }

    fn blank(&mut self) -> Blank {
        let rest = self.rest();
        let length = rest.find(|next| !input::is_space(next)).unwrap_or(rest.len());
        self.at += length;
        match rest.get(..length).unwrap_or("").matches('\n').count() {
            _ if length == 0 => Blank::None,
            0 => Blank::Space,
            1 => Blank::Line,
            _ => Blank::Empty,
        }
    }

    /// The character behind the gap that comes next.
    pub(super) fn peek_behind_gap(&self) -> Option<char> {
        let mut ahead = Self { text: self.text, at: self.at };
        ahead.gap();
        ahead.peek()
    }

    /// The text under a span that begins here, as it is.
    pub(super) fn leaf(&mut self, span: Span) -> Option<Piece<'t>> {
        if span.start as usize != self.at {
            return None;
        }
        let text = self.text.get(span.range())?;
        self.at = span.end as usize;
        Some(Piece::Text(text))
    }

    /// The character, if it comes next.
    pub(super) fn mark(&mut self, character: char) -> Option<Piece<'t>> {
        if self.peek() != Some(character) {
            return None;
        }
        self.leaf(Span::new(self.at, self.at + character.len_utf8()))
    }

    /// Whether the word comes next, in any case, and ends there.
    pub(super) fn at_word(&self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word));
        let next = rest.get(word.len()..).and_then(|rest| rest.chars().next());
        found && next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
    }

    /// The word as it is to be written, if it comes next in any case.
    pub(super) fn word(&mut self, word: &'static str) -> Option<Piece<'t>> {
        if !self.at_word(word) {
            return None;
        }
        self.at += word.len();
        Some(Piece::Text(word))
    }

    /// A gap beside an operator. The text of a macro may begin or end with anything: beside one, white space stays
    /// where it is, and none comes where there is none.
    pub(super) fn operator_gap(&mut self, glue: Glue<'t>) -> Pieces<'t> {
        let behind_macro = self.before() == Some('`');
        let gap = self.gap();
        let is_comment = self.rest().starts_with("```");
        let beside_macro = behind_macro || self.peek() == Some('`') && !is_comment;
        gap.pieces(if beside_macro { Glue::Keep(Piece::Space) } else { glue })
    }
}
