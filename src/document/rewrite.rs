//! Queries written anew into the file that they were found in.
//!
//! In: a document and other texts for its queries. Out: the text of the file with them in it, or why one is not.
//! Invariant: only the bytes of the queries change, and what was written is read again: each query is where it was, with
//! the text that it was to have, and no other query has changed. How a line breaks in a value is the format's: a `.conf`
//! file writes a backslash before it, a block that is indented or quoted writes its margin behind it.

use std::collections::HashMap;

use crate::diagnostic::Edit;
use crate::document::{ALL, Document, codes, comment, format_of};
use crate::source::{Snippet, Span};

/// A document with other queries in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The text of the file.
    pub text: String,
    /// What was changed: the query, as an index, and its place and text in the file.
    pub written: Vec<(usize, Edit)>,
    /// Queries that could not be written, as indexes, and why.
    pub refused: Vec<(usize, &'static str)>,
}

/// Why a query is left as it is.
const QUOTED: &str =
    "the document writes the query in quotes or folded lines, where it has no lines of its own";
const LINE_ENDS: &str = "some lines of the file end with a carriage return and others do not";
const BACKSLASH: &str = "a line would end with a backslash, which in this file joins it to the next";
const NOT_UTF8: &str = "the file is not UTF-8, and would be changed elsewhere too";
const READ_OTHERWISE: &str = "the file would not be read as holding the same queries";

/// Puts texts in the place of queries; nothing stands for a query that stays. The white space round a query stays as it
/// is, but in a file that is nothing but a query.
///
/// ```
/// use splc::document::{Document, format_of, rewrite::rewrite};
/// let path = std::path::Path::new("web.conf");
/// let text = "[a]\nsearch = x=1 | head\n".to_owned();
/// let document = Document::read(path, text, format_of(path).unwrap());
/// let rewritten = rewrite(&document, &[Some("x=1\n| head".to_owned())]);
/// assert_eq!(rewritten.text, "[a]\nsearch = x=1\\\n| head\n");
/// ```
pub fn rewrite(document: &Document, texts: &[Option<String>]) -> Rewritten {
    let mut refused = Vec::new();
    let mut edits = Vec::new();
    for (index, (analytic, text)) in document.analytics.iter().zip(texts).enumerate() {
        let Some(text) = text.as_deref().filter(|text| *text != analytic.snippet.text()) else { continue };
        let text = moved_in(document, &analytic.snippet, text);
        match edit(document, &analytic.snippet, &text) {
            Ok(edit) if edit.span.of(&document.text) == edit.text => {}
            Ok(edit) => edits.push(Rewrite { index, text, edit }),
            Err(reason) => refused.push((index, reason)),
        }
    }
    edits.sort_by_key(|rewrite| rewrite.edit.span);
    let mut kept = Vec::new();
    read_as_meant(document, edits, &mut kept, &mut refused);
    // Each part is read as it was meant; all of them together have to be too.
    if !is_read_as_meant(document, &kept) {
        refused.extend(kept.drain(..).map(|rewrite| (rewrite.index, READ_OTHERWISE)));
    }
    refused.sort_unstable();
    let text = written(&document.text, &kept);
    Rewritten { text, written: kept.into_iter().map(|it| (it.index, it.edit)).collect(), refused }
}

/// A query that changes.
struct Rewrite {
    index: usize,
    text: String,
    edit: Edit,
}

/// A text for a query with the blanks before each line that its block has before the first one, beyond those of the document.
/// What a line break in quotes or in a comment is followed by stays.
fn moved_in(document: &Document, snippet: &Snippet, text: &str) -> String {
    let blanks = own_blanks(snippet);
    let stays = match format_name(document) {
        "spl" => snippet.text() == document.text,
        format => format == "conf",
    };
    if stays || blanks.is_empty() {
        return text.to_owned();
    }
    let mut moved = String::new();
    for (at, (line, begins_inside)) in text.split('\n').zip(comment::lines_inside(text)).enumerate() {
        moved.push_str(if at > 0 { "\n" } else { "" });
        moved.push_str(if at > 0 && !line.trim().is_empty() && !begins_inside { blanks } else { "" });
        moved.push_str(line);
    }
    moved
}

/// The blanks of a query before its first word, on the line of that word.
fn own_blanks(snippet: &Snippet) -> &str {
    let before = snippet.text().get(..trimmed(snippet.text()).start as usize).unwrap_or("");
    before.get(before.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or("")
}

fn edit(document: &Document, snippet: &Snippet, text: &str) -> Result<Edit, &'static str> {
    if snippet.is_quoted() {
        return Err(QUOTED);
    }
    if document.diagnostics.iter().any(|finding| finding.code.id == codes::BROKEN_UTF8.id) {
        return Err(NOT_UTF8);
    }
    let carriage_returns = document.text.matches("\r\n").count();
    if carriage_returns > 0 && carriage_returns < document.text.matches('\n').count() {
        return Err(LINE_ENDS);
    }
    let line_end = if carriage_returns > 0 { "\r\n" } else { "\n" };
    let lines = || text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    match format_name(document) {
        // In a file that is nothing but a query the white space round it is the query's too.
        "spl" if snippet.text() == document.text => {
            let whole = Span::new(0, document.text.len());
            Ok(Edit { span: whole, text: lines().collect::<Vec<_>>().join(line_end) + line_end })
        }
        "conf" if lines().any(|line| line.ends_with('\\')) => Err(BACKSLASH),
        "conf" => {
            let text = lines().collect::<Vec<_>>().join(&format!("\\{line_end}"));
            Ok(Edit { span: own_bytes(snippet), text })
        }
        _ => Ok(Edit {
            span: own_bytes(snippet),
            text: indented(lines(), line_end, margin(document, snippet)),
        }),
    }
}

fn format_name(document: &Document) -> &'static str {
    format_of(&document.path).map_or("spl", |format| format.name())
}

/// Lines behind the first with a margin, of which an empty one keeps only what is no blank.
fn indented<'t>(lines: impl Iterator<Item = &'t str>, line_end: &str, margin: &str) -> String {
    let mut text = String::new();
    for (index, line) in lines.enumerate() {
        if index > 0 {
            text.push_str(line_end);
            text.push_str(if line.is_empty() { margin.trim_end() } else { margin });
        }
        text.push_str(line);
    }
    text
}

/// The part of a snippet without white space at its ends.
fn trimmed(text: &str) -> Span {
    let start = text.len() - text.trim_start().len();
    Span::new(start, start.max(text.trim_end().len()))
}

/// The bytes of the file that are the query without white space at its ends.
fn own_bytes(snippet: &Snippet) -> Span {
    snippet.to_file(trimmed(snippet.text()))
}

/// What stands before each line of a block: blanks and the marks of a quotation.
fn margin<'d>(document: &'d Document, snippet: &Snippet) -> &'d str {
    let first = trimmed(snippet.text()).start as usize;
    let line = snippet.text().get(..first).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let place = snippet.to_file(Span::new(line, line + 1)).start as usize;
    let before = document.text.get(..place).unwrap_or("");
    let before = before.get(before.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or("");
    let length = before.len() - before.trim_start_matches([' ', '\t', '>']).len();
    before.get(..length).unwrap_or("")
}

/// Sorts out the rewrites after which the file is not read as it was meant, by halves.
fn read_as_meant(
    document: &Document,
    mut edits: Vec<Rewrite>,
    kept: &mut Vec<Rewrite>,
    refused: &mut Vec<(usize, &'static str)>,
) {
    if is_read_as_meant(document, &edits) {
        kept.extend(edits);
    } else if let [only] = edits.as_slice() {
        refused.push((only.index, READ_OTHERWISE));
    } else {
        let right = edits.split_off(edits.len() / 2);
        read_as_meant(document, edits, kept, refused);
        read_as_meant(document, right, kept, refused);
    }
}

/// Whether the file, read again, holds the same queries but for those that were to change.
fn is_read_as_meant(document: &Document, edits: &[Rewrite]) -> bool {
    let in_order = edits.windows(2).all(|pair| match pair {
        [a, b] => a.edit.span.end <= b.edit.span.start,
        _ => true,
    });
    let Some(format) =
        format_of(&document.path).or_else(|| ALL.iter().copied().find(|it| it.name() == "spl"))
    else {
        return false;
    };
    if edits.is_empty() || !in_order {
        return in_order;
    }
    let again = Document::read(&document.path, written(&document.text, edits), format);
    let texts: HashMap<usize, &str> = edits.iter().map(|edit| (edit.index, edit.text.as_str())).collect();
    let mut pairs = document.analytics.iter().zip(&again.analytics).enumerate();
    let same = |(index, (before, after)): (usize, (&super::Analytic, &super::Analytic))| {
        let (before, after) = (before.snippet.text(), after.snippet.text());
        match texts.get(&index) {
            Some(text) => without_returns(after.trim()) == without_returns(text),
            None => before == after,
        }
    };
    again.analytics.len() == document.analytics.len() && pairs.all(same)
}

/// All lines of the file end alike, so carriage returns tell nothing.
fn without_returns(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The text with the edits in it, which are in order.
fn written(text: &str, edits: &[Rewrite]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Rewrite { edit, .. } in edits {
        out.push_str(text.get(at..edit.span.start as usize).unwrap_or(""));
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}
