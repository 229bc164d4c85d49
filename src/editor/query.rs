//! The search under a place of a document, and the word in it.
//!
//! In: a byte of the file. Out: the query that holds it and the byte of the query. Invariant: what stands between two
//! pieces of a query in the file, such as a margin, is the place of the piece behind it.

use crate::document::{Analytic, Document};
use crate::source::Span;

/// The query that holds a byte of the file, its index, and the byte in it.
pub(super) fn at(document: &Document, offset: u32) -> Option<(usize, &Analytic, usize)> {
    let holds = |(index, analytic): (usize, &'_ Analytic)| {
        let whole = analytic.snippet.to_file(Span::new(0, analytic.snippet.text().len()));
        (whole.start <= offset && offset <= whole.end).then_some(index)
    };
    let index = document.analytics.iter().enumerate().find_map(holds)?;
    let analytic = document.analytics.get(index)?;
    Some((index, analytic, analytic.snippet.from_file(offset)))
}

/// The word that a byte of a text stands in or behind.
pub(super) fn word(text: &str, at: usize) -> Span {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '{' | '}');
    let before = text.get(..at).unwrap_or("");
    let behind = text.get(at..).unwrap_or("");
    let start = before.trim_end_matches(is_part).len();
    let end = at + (behind.len() - behind.trim_start_matches(is_part).len());
    Span::new(start, end)
}

/// The text of the macro call that a byte of a query stands in, without its backticks, and where it starts.
pub(super) fn macro_call(text: &str, at: usize) -> Option<(usize, &str)> {
    let comments = crate::spl::comments(text);
    if comments.iter().any(|comment| (comment.start as usize) < at && at < comment.end as usize) {
        return None;
    }
    let is_mark = |mark: &usize| !comments.iter().any(|it| it.range().contains(mark));
    let marks: Vec<usize> = text.match_indices('`').map(|(mark, _)| mark).filter(is_mark).collect();
    let before = marks.partition_point(|mark| *mark < at);
    if before % 2 == 0 {
        return None;
    }
    let start = marks.get(before - 1)? + 1;
    let end = marks.get(before).copied().unwrap_or(text.len());
    Some((start, text.get(start..end)?))
}
