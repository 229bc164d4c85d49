//! Writes fixes into the text of a file.
//!
//! In: the text and findings about it. Out: the text with the fixes in it. Invariant: every byte outside of the edits
//! stays as it is, and a fix is written whole or not at all. Fixes that touch the same words are not combined: the
//! first one wins, and the other comes up again when the text is checked again. Nothing is read or written on disk.

use std::collections::BTreeSet;

use crate::command;
use crate::detection::Predicate;
use crate::diagnostic::{Diagnostic, Edit};
use crate::document::codes::BROKEN_UTF8;
use crate::document::{Analytic, Document, format_of};
use crate::optimise;
use crate::source::Span;
use crate::spl::{Arguments, Parsed, Pipeline, Stage};

/// A text after its fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// Findings whose fix was written, as indexes.
    pub applied: Vec<usize>,
    /// Findings whose fix was allowed, but touches words of another one.
    pub skipped: Vec<usize>,
}

/// Writes the safe fixes of the findings, and on request the others too.
///
/// ```
/// use splc::lint::{check_text, fix};
/// let text = "index=web a=1 OR a=2";
/// let fixed = fix::apply(text, &check_text(text), false);
/// assert_eq!(fixed.text, "index=web (a=1 OR a=2)");
/// ```
pub fn apply(text: &str, findings: &[Diagnostic], allow_unsafe: bool) -> Fixed {
    let mut fixed = Fixed::default();
    let mut taken = Taken::default();
    let mut edits: Vec<&Edit> = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe || allow_unsafe) else { continue };
        if taken.takes(text, &fix.edits) {
            edits.extend(&fix.edits);
            fixed.applied.push(index);
        } else {
            fixed.skipped.push(index);
        }
    }
    fixed.text = written(text, edits);
    fixed
}

/// A document after its fixes, and how many were written; nothing where none could be.
///
/// A fix after which the file would not hold the same searches, or one with an error that it had not, is left out.
pub fn in_document(
    document: &Document,
    findings: &[Diagnostic],
    allow_unsafe: bool,
) -> Option<(Document, usize)> {
    // A document that was not UTF-8 would be written back changed elsewhere.
    if document.diagnostics.iter().any(|finding| finding.code.id == BROKEN_UTF8.id) {
        return None;
    }
    let all = apply(&document.text, findings, allow_unsafe);
    if let Some(after) = read_again(document, &all.text) {
        return (!all.applied.is_empty()).then_some((after, all.applied.len()));
    }
    // One of them does not fit: each is tried alone, on top of those before it.
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut after = None;
    for finding in all.applied.iter().filter_map(|index| findings.get(*index)) {
        kept.push(finding.clone());
        match read_again(document, &apply(&document.text, &kept, allow_unsafe).text) {
            Some(read) => after = Some(read),
            None => drop(kept.pop()),
        }
    }
    after.map(|after| (after, kept.len()))
}

/// The document with another text, if it holds as many searches and no error more.
fn read_again(document: &Document, text: &str) -> Option<Document> {
    let format = format_of(&document.path)?;
    let after = Document::read(&document.path, text.to_owned(), format);
    let is_clean = |analytic: &Analytic| command::parse(analytic.snippet.text()).is_clean();
    let holds = |(before, after): (&Analytic, &Analytic)| {
        before.snippet.text() == after.snippet.text() || is_clean(after) || !is_clean(before)
    };
    let same = after.analytics.len() == document.analytics.len()
        && after.diagnostics.len() <= document.diagnostics.len()
        && document.analytics.iter().zip(&after.analytics).all(holds);
    same.then_some(after)
}

/// The words that fixes have changed so far.
#[derive(Default)]
struct Taken(BTreeSet<Span>);

impl Taken {
    /// Takes the words of all edits, unless one is taken or lies outside of the text.
    fn takes(&mut self, text: &str, edits: &[Edit]) -> bool {
        let is_free = |edit: &Edit| text.get(edit.span.range()).is_some() && !self.touches(edit.span);
        if !edits.iter().all(is_free) {
            return false;
        }
        self.0.extend(edits.iter().map(|edit| edit.span));
        true
    }

    /// Spans taken never overlap, so only the neighbours can; two insertions at one place have no order.
    fn touches(&self, span: Span) -> bool {
        let before = self.0.range(..=span).next_back();
        let after = self.0.range(span..).next();
        before
            .into_iter()
            .chain(after)
            .any(|other| *other == span || (other.start < span.end && span.start < other.end))
    }
}

/// The text with the edits in it.
fn written(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize).unwrap_or(""));
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Whether the query means the same after the edits; nothing where its searches cannot be compared.
pub(super) fn keeps_meaning(parsed: &Parsed, text: &str, edits: &[Edit]) -> Option<bool> {
    let before = meaning(parsed, text)?;
    let text_after = written(text, edits.iter().collect());
    let after = command::parse(&text_after);
    Some(meaning(&after, &text_after).is_some_and(|after| after == before))
}

/// A stretch of a query.
#[derive(PartialEq)]
enum Part<'a> {
    /// Searches in a row: one predicate.
    Searches(Predicate),
    /// A command, which means the same if it is written the same.
    Command(&'a str, &'a str),
}

/// What a query does, whatever it looks like.
fn meaning<'a>(parsed: &'a Parsed, text: &'a str) -> Option<Vec<Part<'a>>> {
    if !parsed.is_clean() {
        return None;
    }
    let stages = &parsed.pipeline.stages;
    let is_search = |stage: &Stage| matches!(stage.arguments, Arguments::Search(_));
    let parts = stages.chunk_by(|a, b| is_search(a) && is_search(b)).map(|stages| match stages {
        [stage] if !is_search(stage) => {
            let arguments = Span { start: stage.name.span.end, end: stage.span.end };
            Some(Part::Command(&stage.name.value, arguments.of(text).trim()))
        }
        searches => {
            let pipeline = Pipeline { stages: searches.to_vec(), span: parsed.pipeline.span };
            let detection = command::lower(&pipeline).ok()?;
            Some(Part::Searches(optimise::predicate(optimise::fold(&detection))))
        }
    });
    parts.collect()
}

/// An edit that puts text between two others.
pub(super) fn insertion(at: u32, text: &str) -> Edit {
    Edit { span: Span { start: at, end: at }, text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Fix, Severity};

    static CODE: Code = Code::new("test", Severity::Warning, "a test", "It tests.");

    fn finding(safe: bool, edits: &[(usize, usize, &str)]) -> Diagnostic {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            span: Span::new(*start, *end),
            text: (*text).to_owned(),
        };
        let fix = Fix { title: String::new(), edits: edits.iter().map(edit).collect(), safe };
        Diagnostic::new(&CODE, Span::new(0, 1), "test").fix(fix)
    }

    #[test]
    fn edits_leave_other_bytes_alone() {
        let text = "é a=1\r\n\tb=2 ";
        let findings = [finding(true, &[(9, 10, "B")]), finding(true, &[(3, 3, "("), (6, 6, ")")])];
        let fixed = apply(text, &findings, false);
        assert_eq!(fixed.text, "é (a=1)\r\n\tB=2 ");
        assert_eq!((fixed.applied, fixed.skipped), (vec![0, 1], vec![]));
    }

    #[test]
    fn a_fix_is_written_whole_or_not_at_all() {
        let findings = [finding(true, &[(0, 2, "x")]), finding(true, &[(1, 3, "y"), (4, 5, "z")])];
        let fixed = apply("abcdef", &findings, false);
        assert_eq!(fixed, Fixed { text: "xcdef".to_owned(), applied: vec![0], skipped: vec![1] });
    }

    #[test]
    fn what_covers_or_lies_within_overlaps() {
        for second in [(1, 2), (0, 6), (0, 1), (2, 5), (2, 2), (1, 5)] {
            let findings = [finding(true, &[(1, 5, "x")]), finding(true, &[(second.0, second.1, "y")])];
            let touches = second.1 > 1;
            assert_eq!(apply("abcdef", &findings, false).skipped.len(), usize::from(touches), "{second:?}");
        }
    }

    #[test]
    fn two_insertions_at_one_place_are_not_combined() {
        let findings = [finding(true, &[(1, 1, "(")]), finding(true, &[(1, 1, "NOT ")])];
        assert_eq!(apply("ab", &findings, false).text, "a(b");
        let beside = [finding(true, &[(1, 1, ")")]), finding(true, &[(1, 2, " ")])];
        assert_eq!(apply("abc", &beside, false).text, "a) c");
    }

    #[test]
    fn unsafe_fixes_need_leave() {
        let findings = [finding(false, &[(0, 1, "x")])];
        assert_eq!(apply("a", &findings, false).text, "a");
        assert_eq!(apply("a", &findings, true).text, "x");
    }

    #[test]
    fn a_place_outside_of_the_text_or_inside_a_character_is_skipped() {
        let findings = [finding(true, &[(5, 9, "x")]), finding(true, &[(1, 2, "x")])];
        assert_eq!(
            apply("éa", &findings, false),
            Fixed { text: "éa".to_owned(), applied: vec![], skipped: vec![0, 1] }
        );
    }
}
