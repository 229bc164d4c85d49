//! Comments that put findings aside: `splc: ignore=CODE reason`.
//!
//! In: a document and the findings about it. Out: the findings that are left, and those about the comments. Invariant: a
//! comment holds for a search, not for a line, so that another layout of the search changes nothing: inside a search for
//! that one, in a document for the search below it. Comments about no search of a file say `ignore-file`.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::document::{Document, format_of};
use crate::function::nearest;
use crate::review::codes::{BAD_SUPPRESSION, SUPPRESSION_WITHOUT_REASON, UNUSED_SUPPRESSION};
use crate::source::Span;
use crate::spl;

/// How a comment to splc begins.
const MARK: &str = "splc:";

/// The findings without those that comments of the document put aside, and with those about the comments.
///
/// A code for which `is_active` is false did not run, so a comment that names it is not called unused; `known` are the
/// ids of all codes.
///
/// ```
/// use splc::document::{Document, format_of};
/// use splc::review::suppress;
/// let path = std::path::Path::new("a.spl");
/// let text = "index=web user!=root ```splc: ignore=neq-missing-field users are always logged```";
/// let document = Document::read(path, text.to_owned(), format_of(path).unwrap());
/// let findings = splc::lint::check_text(text);
/// assert_eq!(findings.len(), 1);
/// assert!(suppress(&document, findings, &["neq-missing-field"], &|_| true).is_empty());
/// assert_eq!(suppress(&document, vec![], &["neq-missing-field"], &|_| true)[0].code.id, "unused-suppression");
/// ```
pub fn suppress(
    document: &Document,
    findings: Vec<Diagnostic>,
    known: &[&'static str],
    is_active: &dyn Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    if !document.text.contains(MARK) {
        return findings;
    }
    let regions = regions(document);
    let (mut suppressions, mut own) = (Vec::new(), Vec::new());
    for comment in comments(document, &regions) {
        match read(document, &comment, known) {
            Ok(suppression) => suppressions.push(suppression),
            Err(finding) => own.push(*finding),
        }
    }
    let mut left = Vec::new();
    for finding in findings {
        let region = region_of(&regions, &finding);
        let holds = |suppression: &mut Suppression| suppression.holds_back(finding.code.id, region);
        // Every comment that names the finding is used, not only the first.
        if suppressions.iter_mut().map(holds).filter(|holds| *holds).count() == 0 {
            left.push(finding);
        }
    }
    own.extend(suppressions.iter().flat_map(|suppression| suppression.faults(document, is_active)));
    left.extend(own.into_iter().map(|finding| finding.at(&document.path)));
    left
}

/// A comment and the search it belongs to.
struct Comment {
    /// The comment with its marks, in the file.
    span: Span,
    /// What stands between the marks, in the file.
    body: Span,
    /// The index of the search; none in a file without one.
    region: Option<usize>,
    /// Whether it stands inside the search.
    in_query: bool,
}

/// A comment that was understood.
struct Suppression {
    /// The codes, their places, and whether each has held something back.
    codes: Vec<(String, Span, bool)>,
    has_reason: bool,
    of_file: bool,
    comment: Comment,
}

impl Suppression {
    /// Whether it puts a finding aside.
    fn holds_back(&mut self, id: &str, region: Option<usize>) -> bool {
        if !self.of_file && self.comment.region != region {
            return false;
        }
        let mut holds = false;
        for (_, _, used) in self.codes.iter_mut().filter(|(code, ..)| code == id) {
            *used = true;
            holds = true;
        }
        holds
    }

    fn faults(&self, document: &Document, is_active: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let unused: Vec<_> = self.codes.iter().filter(|(id, _, used)| !used && is_active(id)).collect();
        for (id, span, _) in &unused {
            let message = format!("`{id}` is put aside, and nothing of that kind is found");
            let mut finding = Diagnostic::new(&UNUSED_SUPPRESSION, *span, message);
            if unused.len() == self.codes.len() {
                finding = finding.fix(removal(document, &self.comment));
            }
            faults.push(finding);
        }
        if !self.has_reason {
            let message = "the comment does not say why the finding is put aside";
            let finding = Diagnostic::new(&SUPPRESSION_WITHOUT_REASON, self.comment.body, message);
            faults.push(finding.help("write the reason behind the codes"));
        }
        faults
    }
}

/// Takes the comment out, with the line that it has for itself.
fn removal(document: &Document, comment: &Comment) -> Fix {
    let text = document.text.as_str();
    let before = text.get(..comment.span.start as usize).unwrap_or("");
    let behind = text.get(comment.span.end as usize..).unwrap_or("");
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    let begins_line =
        before.len() == blanks || before.get(..before.len() - blanks).is_some_and(|it| it.ends_with('\n'));
    let rest = behind.len() - behind.trim_start_matches([' ', '\t', '\r']).len();
    let ends_line = behind.len() == rest || behind.get(rest..).is_some_and(|it| it.starts_with('\n'));
    let (start, end) = (comment.span.start as usize, comment.span.end as usize);
    let (start, end) = match (begins_line, ends_line) {
        (true, true) if !comment.in_query => (start - blanks, (end + rest + 1).min(text.len())),
        (_, true) if !begins_line => (start - blanks, end),
        _ => (start, end),
    };
    // Words that only the comment parted stay two words.
    let parts = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let joins = parts(text.get(..start).and_then(|it| it.chars().next_back()))
        && parts(text.get(end..).and_then(|it| it.chars().next()));
    let edit = Edit { span: Span::new(start, end), text: if joins { " " } else { "" }.to_owned() };
    Fix { title: "remove the comment".to_owned(), edits: vec![edit], safe: true }
}

/// For each search the part of the file that belongs to it, from the line behind the search above it to the end of its
/// last line; the last one owns the rest. Together they are the file.
fn regions(document: &Document) -> Vec<Span> {
    let text = document.text.as_str();
    let count = document.analytics.len();
    let mut start = 0;
    let mut regions = Vec::new();
    for (index, analytic) in document.analytics.iter().enumerate() {
        let end =
            analytic.snippet.to_file(Span::new(0, analytic.snippet.text().trim_end().len())).end as usize;
        let line = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at);
        let end = if index + 1 == count { text.len() } else { line };
        regions.push(Span::new(start, end));
        start = start.max(end);
    }
    regions
}

/// The search that a place belongs to.
fn region_at(regions: &[Span], at: u32) -> Option<usize> {
    let index = regions.partition_point(|region| region.end <= at);
    (!regions.is_empty()).then(|| index.min(regions.len() - 1))
}

/// The search that a finding is about; one about a file as a whole is about its only search.
fn region_of(regions: &[Span], finding: &Diagnostic) -> Option<usize> {
    match finding.span() {
        Some(span) => region_at(regions, span.start),
        None => (regions.len() == 1).then_some(0),
    }
}

/// All comments to splc, in the order of the file.
fn comments(document: &Document, regions: &[Span]) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut masked = document.text.clone().into_bytes();
    for (index, analytic) in document.analytics.iter().enumerate() {
        let text = analytic.snippet.text();
        for span in spl::comments(text) {
            let body = Span { start: span.start + 3, end: span.end - 3 };
            let comment = Comment {
                span: analytic.snippet.to_file(span),
                body: analytic.snippet.to_file(body),
                region: Some(index),
                in_query: true,
            };
            found.push((comment, body.of(text).to_owned()));
        }
        let own = analytic.snippet.to_file(Span::new(0, text.len()));
        let inside = masked.get_mut(own.range()).into_iter().flatten();
        inside.filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
    // Whole queries are masked, so characters are whole or gone.
    let masked = String::from_utf8_lossy(&masked).into_owned();
    let spans = match format_of(&document.path).map(super::super::document::Format::name) {
        Some("markdown") => html_comments(&masked),
        Some("yaml") => line_comments(&masked, true),
        Some("conf") => line_comments(&masked, false),
        _ => Vec::new(),
    };
    for (span, body) in spans {
        let region = region_at(regions, span.start);
        found.push((Comment { span, body, region, in_query: false }, body.of(&document.text).to_owned()));
    }
    found.retain(|(_, body)| body.trim_start().starts_with(MARK));
    found.sort_by_key(|(comment, _)| comment.span);
    // An alias of YAML repeats a search with the same comment.
    found.dedup_by_key(|(comment, _)| comment.span);
    found.into_iter().map(|(comment, _)| comment).collect()
}

/// Comments of HTML outside of fenced blocks, with and without their marks.
fn html_comments(text: &str) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    let mut in_block = false;
    let (mut at, mut next) = (0, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let fences = line.matches("```").count() + line.matches("~~~").count();
        if !in_block
            && let Some(open) = line.find("<!--").map(|open| start + open).filter(|open| *open >= next)
        {
            let Some(close) = text.get(open + 4..).and_then(|rest| rest.find("-->")) else { break };
            next = open + 4 + close + 3;
            found.push((Span::new(open, next), Span::new(open + 4, open + 4 + close)));
        }
        in_block ^= fences % 2 == 1;
    }
    found
}

/// What stands behind `#`, at the start of a line or, if that is allowed, behind a blank.
fn line_comments(text: &str, behind_text: bool) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        let mark = content.match_indices('#').map(|(mark, _)| mark).find(|mark| {
            let before = content.get(..*mark).unwrap_or("");
            let is_ours = content.get(mark + 1..).is_some_and(|rest| rest.trim_start().starts_with(MARK));
            is_ours && (before.trim().is_empty() || behind_text && before.ends_with([' ', '\t']))
        });
        if let Some(mark) = mark.filter(|_| behind_text || !goes_on) {
            found.push((
                Span::new(at + mark, at + content.len()),
                Span::new(at + mark + 1, at + content.len()),
            ));
        }
        goes_on = content.ends_with('\\');
        at += line.len();
    }
    found
}

/// What a comment says.
fn read(
    document: &Document,
    comment: &Comment,
    known: &[&'static str],
) -> Result<Suppression, Box<Diagnostic>> {
    let text = comment.body.of(&document.text);
    let bad = |span: Span, message: String, help: String| {
        Err(Box::new(Diagnostic::new(&BAD_SUPPRESSION, span, message).help(help)))
    };
    let form = "a finding is put aside by `splc: ignore=CODE reason`";
    let order = text.trim_start().strip_prefix(MARK).unwrap_or("").trim_start();
    let (of_file, list) = match (order.strip_prefix("ignore-file="), order.strip_prefix("ignore=")) {
        (Some(list), _) => (true, list),
        (None, Some(list)) => (false, list),
        (None, None) => {
            let word = order.split(char::is_whitespace).next().unwrap_or("").trim();
            return bad(comment.body, format!("`{word}` is no order to splc"), form.to_owned());
        }
    };
    let (list, reason) = list.split_once(char::is_whitespace).unwrap_or((list, ""));
    let start = comment.body.start as usize + text.len() - text.trim_start().len();
    let mut at = start + text.trim_start().find(list).unwrap_or(0);
    let mut codes = Vec::new();
    for name in list.split(',') {
        let span = Span::new(at, at + name.len());
        // A comment that its document writes with escapes is pointed at as a whole.
        let span = if span.of(&document.text) == name { span } else { comment.body };
        at += name.len() + 1;
        if !known.contains(&name) {
            let near = nearest(name, known.iter().copied()).map(|near| format!("`{near}` is one"));
            let help = near.unwrap_or_else(|| form.to_owned());
            return bad(span, format!("`{name}` is no code of a finding"), help);
        }
        codes.push((name.to_owned(), span, false));
    }
    let has_reason = reason.chars().any(char::is_alphanumeric);
    let Comment { span, body, region, in_query } = *comment;
    Ok(Suppression { codes, has_reason, of_file, comment: Comment { span, body, region, in_query } })
}

#[cfg(test)]
mod tests;
