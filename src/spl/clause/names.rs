//! Typographic quotes and dashes among the arguments of a stage.
//!
//! In: clauses. Out: one finding a pair of quotes, and one a dash, with a fix that writes the plain character. Invariant:
//! the tree is not touched. Text in plain quotes is a value, whatever it holds.

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::Findings;
use crate::spl::clause::{Clause, Item, ItemKind, Quote, Value, Word};
use crate::spl::{codes, quote};

/// Looks at all words without quotes.
pub(super) fn report(text: &str, clauses: &[Clause], findings: &mut Findings) {
    let mut places: Vec<(Span, char)> = Vec::new();
    for item in clauses.iter().flat_map(Clause::items) {
        item.walk(&mut |item| {
            for word in words(item).filter(|word| word.quote == Quote::None) {
                dash(item, word, findings);
                let start = word.span.start as usize;
                let quotes = word.span.of(text).char_indices().filter(|(_, it)| quote::is_typographic(*it));
                places.extend(quotes.map(|(at, it)| (Span::new(start + at, start + at + it.len_utf8()), it)));
            }
        });
    }
    places.sort_by_key(|(span, _)| span.start);
    for pair in places.chunks(2) {
        let spans: Vec<Span> = pair.iter().map(|(span, _)| *span).collect();
        let Some((_, first)) = pair.first() else { continue };
        let mut finding = quote::smart(&spans, *first);
        // A name with a blank falls into words that mean something else.
        if finding.span().is_some_and(|span| span.of(text).contains(char::is_whitespace)) {
            finding.severity = Severity::Error;
        }
        findings.push(finding);
    }
}

fn words(item: &Item) -> impl Iterator<Item = &Word> {
    let word = match &item.kind {
        ItemKind::Word(word) => Some(word),
        ItemKind::Setting(setting) => match &setting.value {
            Value::Word(word) => Some(word),
            _ => None,
        },
        _ => None,
    };
    word.into_iter().chain(item.alias.as_ref())
}

/// `sort – count`: a word processor writes a dash for the minus sign.
fn dash(item: &Item, word: &Word, findings: &mut Findings) {
    let Some(first) = word.text.chars().next().filter(|it| "\u{2013}\u{2014}\u{2212}".contains(*it)) else {
        return;
    };
    if item.sign.is_some() || !matches!(item.kind, ItemKind::Word(_)) {
        return;
    }
    let start = word.span.start as usize;
    let span = Span::new(start, start + first.len_utf8());
    let message = format!("the typographic dash `{first}` is text, not a minus sign");
    let edits = vec![Edit { span, text: "-".to_owned() }];
    let fix = Fix { title: "write a plain minus sign".to_owned(), edits, safe: false };
    findings.push(Diagnostic::new(&codes::SMART_QUOTE, span, message).fix(fix));
}
