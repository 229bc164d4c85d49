//! `defanged-literal`: an address written so that nobody follows it, which no log holds.
//!
//! In: values and raw terms, as they are written. Out: one finding a value, with an edit for every defanged piece.
//! Whether the value is an address at all is not asked: no log writes `[.]` or `hxxp:` for another reason.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject};
use crate::source::Span;
use crate::spl::ast::{Kind, Literal};

static CODE: Code = Code::new(
    "defanged-literal",
    Severity::Warning,
    "a value is written in the defanged form of reports",
    "Reports write `hxxp` and put brackets round dots and colons (`169.254.169[.]254`) so that a reader does not \
     follow an address by accident. A search compares values as they are written (Search Reference, search), and logs \
     hold the plain address, so the test never holds. In the search language brackets are no classes of characters \
     either: `[.]` is these three characters.",
);

/// What is written, and what it stands for; longer ones first.
const DEFANGED: &[(&str, &str)] = &[
    ("[://]", "://"),
    ("[dot]", "."),
    ("(dot)", "."),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[:]", ":"),
];

/// The check.
pub(super) struct DefangedLiteral;

impl Lint for DefangedLiteral {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=proxy url=\"*hxxps[:]//evil.example[.]com/*\""
    }

    fn good(&self) -> &'static str {
        "index=proxy url=\"*https://evil.example.com/*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for (_, search) in subject.parsed.pipeline.searches() {
            search.walk(&mut |expression| match &expression.kind {
                Kind::Comparison(comparison) => {
                    findings.extend(comparison.values.iter().filter_map(|value| finding(subject, value)));
                }
                Kind::Term(term) => findings.extend(finding(subject, term)),
                _ => {}
            });
        }
    }
}

fn finding(subject: &Subject<'_>, value: &Literal) -> Option<Diagnostic> {
    let text = subject.text();
    let edits = edits(text, value.span);
    let first = edits.first()?;
    let mark = first.span.of(text);
    let message = format!("`{mark}` in `{}` is compared as it is written", subject.shown(value.span));
    let mut finding =
        Diagnostic::new(&CODE, first.span, message).label(format!("logs have `{}` here", first.text));
    for edit in edits.iter().skip(1) {
        finding = finding.also(edit.span, format!("and `{}` here", edit.text));
    }
    let title = "write the plain address".to_owned();
    Some(finding.help("write the address as logs have it").fix(Fix { title, edits, safe: false }))
}

/// The replacements of every defanged piece under a span.
fn edits(text: &str, span: Span) -> Vec<Edit> {
    let written = span.of(text);
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(rest) = written.get(at..).filter(|rest| !rest.is_empty()) {
        let is_word_start = !written.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        let mut length = rest.chars().next().map_or(1, char::len_utf8);
        if let Some((defanged, plain)) = piece(rest, is_word_start) {
            length = defanged;
            edits.push(Edit {
                span: Span::new(at, at + length).shifted(span.start as usize),
                text: plain.to_owned(),
            });
        }
        at += length;
    }
    edits
}

/// The length of the defanged piece that a text starts with, and what it stands for.
fn piece(rest: &str, is_word_start: bool) -> Option<(usize, &'static str)> {
    let starts_with = |prefix: &str| rest.get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix));
    if is_word_start && starts_with("hxxp") {
        return hxxp(rest);
    }
    DEFANGED
        .iter()
        .find(|(defanged, _)| starts_with(defanged))
        .map(|(defanged, plain)| (defanged.len(), *plain))
}

/// `hxxp` or `hxxps` before a colon, in brackets or not.
fn hxxp(rest: &str) -> Option<(usize, &'static str)> {
    let after = rest.get("hxxp".len()..)?;
    let after = after.strip_prefix(['s', 'S']).unwrap_or(after);
    after.trim_start_matches('[').starts_with(':').then_some(("hxxp".len(), "http"))
}
