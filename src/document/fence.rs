//! Fences of Markdown: where a fenced block begins and ends.
//!
//! In: the lines of a document. Out: the marks that open a block, and where its content ends. Invariant: a block ends at a run
//! of its mark that is as long as the one that opened it or longer (`CommonMark`, 4.5); beyond `CommonMark` it may end at the end
//! of a line of code, where the comments of SPL (three backticks on both sides) are counted in pairs.

/// The marks of a fence on one line, the shortest that there is of each kind.
const SHORTEST: [&str; 2] = ["```", "~~~"];

/// The marks with which a text begins, if these open a block: three of a kind, or more where no code follows on the line, for
/// a fourth backtick may be that of a macro.
pub(super) fn opening(text: &str, holds_code: impl Fn(&str) -> bool) -> Option<&str> {
    let shortest = SHORTEST.into_iter().find(|marks| text.starts_with(marks))?;
    let all = text.get(..run(text))?;
    let info = text.get(all.len()..)?.trim();
    let is_long = all.len() > shortest.len() && !info.contains('`') && !holds_code(info);
    Some(if is_long { all } else { text.get(..shortest.len())? })
}

/// Bytes of the marks of one kind at the start of a text.
fn run(text: &str) -> usize {
    let mark = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'));
    text.bytes().take_while(|byte| Some(*byte) == mark).count()
}

/// For both kinds of fences, the last line that is nothing but one.
pub(super) struct OwnLines([usize; 2]);

impl OwnLines {
    pub(super) fn of(text: &str) -> Self {
        let mut last = [0, 0];
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let line_text = line.trim_matches([' ', '\t', '\r', '\n', '>']);
            let is_fence = line_text.len() >= 3 && run(line_text) == line_text.len();
            if let Some(last) = last.get_mut(usize::from(line_text.starts_with('~'))).filter(|_| is_fence) {
                *last = at;
            }
            at += line.len();
        }
        Self(last)
    }

    /// Whether such a line stands behind a fence.
    pub(super) fn is_behind(&self, at: usize, marks: &str) -> bool {
        self.0.get(usize::from(marks.starts_with('~'))).is_some_and(|last| at < *last)
    }
}

/// What stands before each line of a block.
#[derive(Clone, Copy)]
pub(super) struct Indent {
    /// Whether the block stands in a quotation.
    pub(super) quoted: bool,
    /// Blanks that belong to the list or so that the block stands in.
    pub(super) blanks: usize,
}

/// Bytes of the marks of a quotation at the start of a line.
pub(super) fn quote_marks(line: &str) -> usize {
    let mut end = 0;
    while let Some(rest) = line.get(end..) {
        let mark = blanks(rest);
        match rest.get(mark..).and_then(|rest| rest.strip_prefix('>')) {
            Some(after) => end += mark + 1 + usize::from(after.starts_with(' ')),
            None => break,
        }
    }
    end
}

/// Bytes of blanks at the start of a text.
pub(super) fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Looks for the end of a block, line by line.
pub(super) struct Fence<'a> {
    pub(super) marks: &'a str,
    /// Whether the end stands on a line of its own.
    pub(super) strict: bool,
    pub(super) inside_comment: bool,
}

impl Fence<'_> {
    /// Where the content ends in this line, if the block does.
    pub(super) fn end_in(&mut self, line: &str) -> Option<usize> {
        let trimmed = line.trim_end();
        let alone = trimmed.trim_start();
        let is_end = alone.starts_with(self.marks) && run(alone) == alone.len();
        if is_end && !self.inside_comment {
            return Some(trimmed.len() - alone.len());
        }
        if self.strict {
            return None;
        }
        // Fences before the end of the line open and close comments of SPL.
        let count = trimmed.matches(self.marks).count();
        let odd_left = (count % 2 == 1) != self.inside_comment;
        if trimmed.ends_with(self.marks) && odd_left {
            return Some(trimmed.len() - self.marks.len());
        }
        self.inside_comment = odd_left;
        None
    }
}
