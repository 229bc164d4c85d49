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
use crate::source::{Snippet, Span};
use crate::spl::codes::GLUED_QUOTE;
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
    let (edits, fixed) = chosen(text, findings, allow_unsafe);
    Fixed { text: written(text, edits), ..fixed }
}

/// The edits of the fixes that can be written together, and whose they are.
fn chosen<'f>(text: &str, findings: &'f [Diagnostic], allow_unsafe: bool) -> (Vec<&'f Edit>, Fixed) {
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
    (edits, fixed)
}

/// A document after its fixes, and how many were written; nothing where none could be.
///
/// A fix after which the file would hold other searches than meant, or an error that it had not, is left out.
///
/// ```
/// use splc::document::{Document, format_of};
/// use splc::lint::{check_text, fix};
/// let path = std::path::Path::new("a.json");
/// let text = r#"{"name": "n", "search": "index=web a=\"1\" OR a=2"}"#;
/// let document = Document::read(path, text.to_owned(), format_of(path).unwrap());
/// let snippet = &document.analytics[0].snippet;
/// let findings: Vec<_> = check_text(snippet.text()).into_iter().map(|it| it.in_file(snippet)).collect();
/// let (fixed, _) = fix::in_document(&document, &findings, false).unwrap();
/// assert_eq!(fixed.text, r#"{"name": "n", "search": "index=web (a=\"1\" OR a=2)"}"#);
/// ```
pub fn in_document(
    document: &Document,
    findings: &[Diagnostic],
    allow_unsafe: bool,
) -> Option<(Document, usize)> {
    // A document that was not UTF-8 would be written back changed elsewhere.
    if document.diagnostics.iter().any(|finding| finding.code.id == BROKEN_UTF8.id) {
        return None;
    }
    let (edits, all) = chosen(&document.text, findings, allow_unsafe);
    if let Some(after) = read_again(document, edits) {
        return (!all.applied.is_empty()).then_some((after, all.applied.len()));
    }
    // One of them does not fit: each is tried on top of those before it.
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut after = None;
    for finding in all.applied.iter().filter_map(|index| findings.get(*index)) {
        kept.push(finding.clone());
        match read_again(document, chosen(&document.text, &kept, allow_unsafe).0) {
            Some(read) => after = Some(read),
            None => drop(kept.pop()),
        }
    }
    after.map(|after| (after, kept.len()))
}

/// The document with edits, if its searches are the same but for them and no search has an error that it had not.
fn read_again(document: &Document, mut edits: Vec<&Edit>) -> Option<Document> {
    edits.sort_by_key(|edit| edit.span);
    let format = format_of(&document.path)?;
    let (text, places) = written_with_places(&document.text, &edits);
    let after = Document::read(&document.path, text, format);
    let before: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
    let is_clean = |analytic: &Analytic| command::parse(analytic.snippet.text()).is_clean();
    let holds = |(old, new): (&Analytic, &Analytic)| {
        old.snippet.text() == new.snippet.text()
            || outside(&old.snippet, &before) == outside(&new.snippet, &places)
                && (is_clean(new) || !is_clean(old))
    };
    let texts = edits.iter().zip(&places).filter(|(edit, _)| !edit.text.trim().is_empty());
    let is_read = texts.into_iter().all(|(edit, place)| {
        let of_search = document.analytics.iter().any(|old| holds_place(&old.snippet, edit.span));
        !of_search || after.analytics.iter().any(|new| holds_part(&new.snippet, *place))
    });
    let same = is_read
        && after.analytics.len() == document.analytics.len()
        && after.diagnostics.len() <= document.diagnostics.len()
        && document.analytics.iter().zip(&after.analytics).all(holds);
    same.then_some(after)
}

/// Whether a place in a file lies between the ends of a query.
fn holds_place(snippet: &Snippet, place: Span) -> bool {
    let all = snippet.to_file(Span::new(0, snippet.text().len()));
    all.start <= place.start && place.end <= all.end
}

/// Whether some character of a query stands in a place of its file.
fn holds_part(snippet: &Snippet, place: Span) -> bool {
    snippet.text().char_indices().any(|(at, character)| {
        let span = snippet.to_file(Span::new(at, at + character.len_utf8()));
        place.start <= span.start && span.end <= place.end
    })
}

/// The part of a query that stands outside of places in its file, which are in order.
fn outside(snippet: &Snippet, places: &[Span]) -> String {
    let is_outside = |(at, character): &(usize, char)| {
        let span = snippet.to_file(Span::new(*at, at + character.len_utf8()));
        let next = places.partition_point(|place| place.end <= span.start);
        places.get(next).is_none_or(|place| span.end <= place.start)
    };
    let kept = snippet.text().char_indices().filter(is_outside).map(|(_, character)| character);
    // White space at an end belongs to the file.
    kept.collect::<String>().trim().to_owned()
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

    /// Spans taken never overlap, so only the neighbours can. Edits side by side may mean something together that neither
    /// does alone: joined to `word IN`, terms in new parentheses are a list.
    fn touches(&self, span: Span) -> bool {
        let before = self.0.range(..=span).next_back();
        let after = self.0.range(span..).next();
        before.into_iter().chain(after).any(|other| other.start <= span.end && span.start <= other.end)
    }
}

/// The text with the edits in it.
fn written(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.span);
    written_with_places(text, &edits).0
}

/// The text with the edits in it, which are in order, and where they stand in it. Where lines of the text end in carriage
/// returns, those of the edits do too.
fn written_with_places(text: &str, edits: &[&Edit]) -> (String, Vec<Span>) {
    let has_returns = text.contains("\r\n");
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(edits.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize).unwrap_or(""));
        let start = out.len();
        if has_returns && edit.text.contains('\n') {
            out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(&edit.text);
        }
        places.push(Span::new(start, out.len()));
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    (out, places)
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

/// What a query does, whatever it looks like; nothing where that is not sure.
fn meaning<'a>(parsed: &'a Parsed, text: &'a str) -> Option<Vec<Part<'a>>> {
    let is_doubtful = |finding: &Diagnostic| finding.code.id == GLUED_QUOTE.id;
    if !parsed.is_clean() || parsed.diagnostics.iter().any(is_doubtful) {
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
    fn what_covers_lies_within_or_borders_is_not_combined() {
        for second in [(1, 2), (0, 6), (0, 1), (2, 5), (2, 2), (1, 5), (5, 6), (5, 5), (0, 0)] {
            let findings = [finding(true, &[(1, 5, "x")]), finding(true, &[(second.0, second.1, "y")])];
            let touches = second.1 > 0;
            assert_eq!(apply("abcdef", &findings, false).skipped.len(), usize::from(touches), "{second:?}");
        }
    }

    #[test]
    fn two_insertions_at_one_place_are_not_combined() {
        let findings = [finding(true, &[(1, 1, "(")]), finding(true, &[(1, 1, "NOT ")])];
        assert_eq!(apply("ab", &findings, false).text, "a(b");
        let beside = [finding(true, &[(1, 1, ")")]), finding(true, &[(1, 2, " ")])];
        assert_eq!(apply("abc", &beside, false).text, "a)bc");
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
