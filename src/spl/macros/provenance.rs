//! The way back from a query after its macros were replaced to the query as it is written.
//!
//! In: pieces of text as the expansion makes them. Out: places in the written query, and what macro a place comes
//! from. Invariant: the pieces cover the expanded text in order; a byte of the query itself maps to itself, a byte
//! that a macro supplied to the whole call in the query. Offsets never go back from one piece to the next.

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::source::Span;
use crate::spl::codes;

/// A query with its macros replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    text: String,
    pieces: Vec<Piece>,
    frames: Vec<Frame>,
    /// Calls that stand in the text as they are written, in order.
    pub unresolved: Vec<Unresolved>,
    /// What was wrong or assumed, with spans in the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// A call whose text is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The call with its backticks, in the expanded text.
    pub span: Span,
    /// The name that is called.
    pub name: String,
    /// What is missing, as a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// A warning where the definitions that are given should hold this one; a note where another app may, or where its
    /// text is only not known here.
    pub severity: Severity,
}

/// Where a run of the expanded text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// The query, from this offset on.
    Query(u32),
    /// The text of a macro, by index of the frame.
    Macro(usize),
}

/// A run of the expanded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    start: u32,
    from: From,
}

/// One call that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The macro's name.
    pub(super) name: String,
    /// Name and place of the definition, in words; none where there is no definition to look at.
    pub(super) definition: Option<String>,
    /// The outermost call, in the query.
    pub(super) call: Span,
    /// The call in whose text this one stands.
    pub(super) caller: Option<usize>,
    /// What it became, in the expanded text.
    pub(super) became: Span,
}

impl Expanded {
    /// A query in which nothing is replaced.
    pub fn identity(text: &str) -> Self {
        let mut expanded = Self::default();
        expanded.push_query(text, 0);
        expanded
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text is the query as it is written.
    pub fn is_identity(&self) -> bool {
        self.frames.is_empty()
    }

    /// Where a span of the text stands in the query. Text of a macro stands where the query calls it.
    pub fn to_query(&self, span: Span) -> Span {
        let start = match self.piece(span.start) {
            Some(Piece { start, from: From::Query(at) }) => at + (span.start - start),
            Some(Piece { from: From::Macro(frame), .. }) => self.call(frame).start,
            None => span.start,
        };
        if span.end <= span.start {
            return Span { start, end: start.max(self.end_of_empty(span.start)) };
        }
        let last = span.end - 1;
        let end = match self.piece(last) {
            Some(Piece { start, from: From::Query(at) }) => at + (last - start) + 1,
            Some(Piece { from: From::Macro(frame), .. }) => self.call(frame).end,
            None => span.end,
        };
        Span { start, end: end.max(start) }
    }

    /// An empty place inside of a macro's text stands for the call.
    fn end_of_empty(&self, at: u32) -> u32 {
        match self.piece(at) {
            Some(Piece { start, from: From::Macro(frame) }) if start < at => self.call(frame).end,
            _ => 0,
        }
    }

    fn call(&self, frame: usize) -> Span {
        self.frames.get(frame).map(|frame| frame.call).unwrap_or_default()
    }

    fn piece(&self, offset: u32) -> Option<Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        self.pieces.get(after.checked_sub(1)?).copied()
    }

    /// The names of the macros whose text holds the whole span, innermost last.
    pub fn macros_of(&self, span: Span) -> Vec<&str> {
        let holding = |frame: &&Frame| frame.became.start <= span.start && span.end <= frame.became.end;
        self.frames.iter().filter(holding).map(|frame| frame.name.as_str()).collect()
    }

    /// What became of each call: its place in the text, and the macro's name. Outer calls come first.
    pub fn calls(&self) -> impl Iterator<Item = (Span, &str)> {
        self.frames.iter().map(|frame| (frame.became, frame.name.as_str()))
    }

    /// The call that stands at a span because its text is not known.
    pub fn unresolved_at(&self, span: Span) -> Option<&Unresolved> {
        self.unresolved.iter().find(|call| span.start <= call.span.start && call.span.end <= span.end)
    }

    /// Moves a finding from the text to the query, and names the definition that its words come from.
    ///
    /// A fix goes with it if it edits nothing that a macro supplied.
    #[must_use]
    pub fn placed(&self, mut finding: Diagnostic) -> Diagnostic {
        if self.is_identity() {
            return finding;
        }
        if finding.code.id == codes::EMPTY_STAGE.id
            && let Some(frame) = finding.span().and_then(|span| self.emptied_stage(span))
        {
            finding.severity = Severity::Note;
            finding.help =
                vec![format!("the macro `{}` leaves no text; write its call without a pipe", frame.name)];
        }
        if let Some(label) = &mut finding.primary {
            let origin = self.piece(label.span.start).map(|piece| piece.from);
            if let Some(help) = self.definition_of(label.span, origin) {
                if label.text.is_empty() {
                    "in the text of this macro".clone_into(&mut label.text);
                }
                finding.help.insert(0, help);
            }
        }
        for label in finding.primary.iter_mut().chain(&mut finding.secondary) {
            label.span = self.to_query(label.span);
        }
        finding.fix = finding.fix.take().and_then(|fix| self.placed_fix(fix));
        finding
    }

    /// The macro whose call is all that follows a pipe, to the end of the text, and that leaves no text: a comment.
    fn emptied_stage(&self, pipe: Span) -> Option<&Frame> {
        let rest = self.text.get(pipe.end as usize..).filter(|rest| rest.trim().is_empty())?;
        let end = pipe.end as usize + rest.len();
        self.frames.iter().find(|frame| {
            let became = frame.became;
            became.start == became.end && became.start >= pipe.end && became.end as usize <= end
        })
    }

    fn placed_fix(&self, mut fix: Fix) -> Option<Fix> {
        for edit in &mut fix.edits {
            edit.span = self.exact(edit.span)?;
        }
        Some(fix)
    }

    /// Which words come from which definition, if a macro supplied them.
    fn definition_of(&self, span: Span, origin: Option<From>) -> Option<String> {
        let Some(From::Macro(mut index)) = origin else { return None };
        // The innermost call that holds all of the words says more than the one that holds the first.
        while let Some(frame) = self.frames.get(index) {
            match frame.caller {
                Some(caller) if span.end > frame.became.end => index = caller,
                _ => break,
            }
        }
        let mut frame = self.frames.get(index)?;
        let words = shown(span.of(&self.text));
        // A call brings backticks of its own.
        let words = if words.contains('`') { words } else { format!("`{words}`") };
        let mut help = format!("{words} comes from {}", frame.definition.as_ref()?);
        while let Some(caller) = frame.caller.and_then(|caller| self.frames.get(caller)) {
            if let Some(definition) = &caller.definition {
                help.push_str(&format!(", called by {definition}"));
            }
            frame = caller;
        }
        Some(help)
    }

    /// The place of an edit in the query, unless it touches what a macro supplied.
    fn exact(&self, span: Span) -> Option<Span> {
        let starts = self.pieces.iter().map(|piece| piece.start);
        let ends = starts.skip(1).chain([u32::try_from(self.text.len()).ok()?]);
        self.pieces.iter().zip(ends).find_map(|(piece, end)| match piece.from {
            From::Query(at) if piece.start <= span.start && span.end <= end => {
                Some(Span { start: at + (span.start - piece.start), end: at + (span.end - piece.start) })
            }
            _ => None,
        })
    }

    /// A call that is or was replaced.
    pub(super) fn frame(&self, index: usize) -> Option<&Frame> {
        self.frames.get(index)
    }

    /// How long the text is.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds text of the query.
    pub(super) fn push_query(&mut self, text: &str, at: usize) {
        self.push(text, From::Query(Span::new(at, at).start));
    }

    /// Adds text of a macro.
    pub(super) fn push_macro(&mut self, text: &str, frame: usize) {
        self.push(text, From::Macro(frame));
    }

    fn push(&mut self, text: &str, from: From) {
        if !text.is_empty() {
            self.pieces.push(Piece { start: Span::new(self.len(), self.len()).start, from });
            self.text.push_str(text);
        }
    }

    /// Opens the text of a macro; gives its index.
    pub(super) fn open(&mut self, frame: Frame) -> usize {
        self.frames.push(frame);
        self.frames.len() - 1
    }

    /// The text of a macro ends here.
    pub(super) fn close(&mut self, index: usize) {
        let end = self.len();
        if let Some(frame) = self.frames.get_mut(index) {
            frame.became = Span::new(frame.became.start as usize, end);
        }
    }
}

/// Characters of a macro's text that a finding quotes at most.
const SHOWN: usize = 60;

fn shown(text: &str) -> String {
    let line: String =
        text.chars().take(SHOWN + 1).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    match line.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or("")),
        None => line,
    }
}
