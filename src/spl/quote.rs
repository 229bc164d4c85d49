//! Quotes that do not quote as they seem to in the `search` language: typographic ones, single ones round a value, and
//! those in the middle of a word.
//!
//! In: the tokens of a search. Out: one finding a pair, with a fix that puts plain double quotes in both places.
//! Invariant: the tree is not touched; the quotes stay text, as Splunk reads them.

use std::cell::LazyCell;

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::Findings;
use crate::spl::ast::Literal;
use crate::spl::codes;
use crate::spl::token::{Token, TokenKind, is_operator};

/// Looks at all tokens of a search.
pub(crate) fn report(text: &str, tokens: &[Token], findings: &mut Findings) {
    let mut opened = None;
    for (index, token) in tokens.iter().enumerate() {
        let TokenKind::Literal(literal) = &token.kind else { continue };
        let raw = token.span.of(text);
        if literal.quoted || raw.is_ascii() && !raw.starts_with('\'') {
            continue;
        }
        let start = token.span.start as usize;
        for (at, quote) in raw.char_indices().filter(|(_, quote)| is_smart(*quote)) {
            let place = Span::new(start + at, start + at + quote.len_utf8());
            opened = match opened {
                None => Some((place, quote)),
                Some((open, opener)) => {
                    findings.push(smart(&[open, place], opener));
                    None
                }
            };
        }
        let before = index.checked_sub(1).and_then(|index| tokens.get(index));
        if raw.starts_with('\'') && before.is_some_and(is_operator) {
            findings.push(single(text, token.span));
        }
    }
    if let Some((open, quote)) = opened {
        findings.push(smart(&[open], quote));
    }
    // A quote that is missing or typographic turns all the following ones inside out, and is told of.
    if !findings.hold(&codes::SMART_QUOTE) && !findings.hold(&codes::UNBALANCED_QUOTE) {
        report_glued(text, tokens, findings);
    }
}

/// One finding for all that is of one kind: the same habit, or one quote too few.
fn report_glued(text: &str, tokens: &[Token], findings: &mut Findings) {
    let groups = LazyCell::new(|| negated_groups(tokens));
    // A value stands behind a field and an operator.
    let is_negated = |value: usize| {
        let field = value.saturating_sub(2);
        groups.get(field).is_some_and(|group| *group != is_behind_not(tokens, field))
    };
    let mut kinds: [Option<Diagnostic>; 3] = [None, None, None];
    for at in 1..tokens.len() {
        let (Some(left), Some(right)) = (tokens.get(at - 1), tokens.get(at)) else { continue };
        let Some(sure) = glued(text, left, right, tokens.get(at + 1)) else { continue };
        let run = wildcards_round(tokens, at - 1).or_else(|| wildcards_round(tokens, at));
        let (kind, finding) = match run {
            // The other side of it was told of.
            Some((start, _)) if start + 1 < at => continue,
            Some((start, span)) if is_negated(start) => {
                (2, Diagnostic { severity: Severity::Note, ..unsure(text, span) })
            }
            Some((_, span)) => (1, unsure(text, span)),
            None => (0, sure),
        };
        let Some(slot) = kinds.get_mut(kind) else { continue };
        *slot = Some(match slot.take() {
            Some(first) => first.also(finding.span().unwrap_or_default(), "and here"),
            None => finding,
        });
    }
    kinds.into_iter().flatten().for_each(|finding| findings.push(finding));
}

/// `f=*"x"*`: of what touches the one quoted text of a value, all is `*`.
fn unsure(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{}` may be read as several terms", span.of(text));
    Diagnostic::new(&codes::GLUED_QUOTE, span, message)
        .label("quotes stand round a part of it")
        .help("put quotes round the whole of the value, the `*` too")
}

/// Where the quoted text at an index is all of a field's value but for a `*` that touches it: the index of the first part,
/// and the span of all.
fn wildcards_round(tokens: &[Token], at: usize) -> Option<(usize, Span)> {
    let quoted = tokens.get(at).filter(|token| matches!(&token.kind, TokenKind::Literal(it) if it.quoted))?;
    let is_star =
        |token: &&Token| matches!(&token.kind, TokenKind::Literal(it) if !it.quoted && it.text == "*");
    let touch = |left: &Token, right: &Token| left.span.end == right.span.start;
    let before =
        at.checked_sub(1).filter(|it| tokens.get(*it).is_some_and(|it| touch(it, quoted) && is_star(&it)));
    let behind = tokens.get(at + 1).filter(|it| touch(quoted, it)).filter(is_star);
    let start = before.unwrap_or(at);
    let end = if behind.is_some() { at + 1 } else { at };
    let is_value = start.checked_sub(1).and_then(|it| tokens.get(it)).is_some_and(is_operator);
    let last = tokens.get(end)?;
    let is_literal = |token: &&Token| matches!(token.kind, TokenKind::Literal(_));
    let is_all = !tokens.get(end + 1).is_some_and(|next| touch(last, next) && is_literal(&next));
    let span = tokens.get(start)?.span.join(last.span);
    (is_value && is_all).then_some((start, span))
}

/// For each token whether the parentheses round it are negated.
fn negated_groups(tokens: &[Token]) -> Vec<bool> {
    let mut groups = vec![false];
    let mut all = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let group = groups.last().copied().unwrap_or(false);
        match &token.kind {
            TokenKind::Open => groups.push(group != is_behind_not(tokens, at)),
            TokenKind::Close => _ = groups.pop(),
            _ => {}
        }
        all.push(group);
    }
    all
}

/// Whether the token before this one is `NOT`.
fn is_behind_not(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|it| matches!(&it.kind, TokenKind::Literal(it) if !it.quoted && it.text == "NOT"))
}

/// A quoted text and another one that touches it, where neither is an operator or the field of a test.
fn glued(text: &str, left: &Token, right: &Token, next: Option<&Token>) -> Option<Diagnostic> {
    let (TokenKind::Literal(one), TokenKind::Literal(other)) = (&left.kind, &right.kind) else { return None };
    let is_plain = one.directive.is_none() && other.directive.is_none();
    let is_word =
        |literal: &Literal| !literal.quoted && matches!(literal.text.as_str(), "AND" | "OR" | "NOT");
    let is_field = !other.quoted && next.is_some_and(is_operator);
    // `=~` is told of as such.
    let is_told = one.text == "~";
    if left.span.end != right.span.start
        || !is_plain
        || one.quoted == other.quoted
        || is_word(one)
        || is_word(other)
        || is_field
        || is_told
    {
        return None;
    }
    let both = left.span.join(right.span);
    let message = format!("`{}` and `{}` are two terms", left.span.of(text), right.span.of(text));
    let finding = Diagnostic::new(&codes::GLUED_QUOTE, both, message).label("no space between them");
    Some(finding.help("put quotes round the whole of a value, and a space between two terms"))
}

/// Whether a word processor writes this character for a double quote.
pub(crate) fn is_smart(character: char) -> bool {
    matches!(character, '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}')
}

/// The same, and the typographic single quotes that open a name; `\u{2019}` closes one, and is an apostrophe too.
pub(crate) fn is_typographic(character: char) -> bool {
    is_smart(character) || matches!(character, '\u{2018}' | '\u{2019}' | '\u{201A}')
}

/// The finding about one typographic quote or a pair.
pub(crate) fn smart(places: &[Span], quote: char) -> Diagnostic {
    let span = places.iter().copied().reduce(Span::join).unwrap_or_default();
    let message = format!("the typographic quote `{quote}` is text, not a quote");
    Diagnostic::new(&codes::SMART_QUOTE, span, message).fix(plain_quotes(places))
}

fn plain_quotes(places: &[Span]) -> Fix {
    let title = if places.len() == 1 { "write a plain double quote" } else { "write plain double quotes" };
    let edits = places.iter().map(|span| Edit { span: *span, text: "\"".to_owned() }).collect();
    Fix { title: title.to_owned(), edits, safe: false }
}

/// A value that begins with a single quote; the one that ends it may stand in a later word of the line.
fn single(text: &str, value: Span) -> Diagnostic {
    let start = value.start as usize;
    let rest = text.get(start + 1..).unwrap_or("");
    let end = rest.find(['\'', '\n', '|', '"']);
    let close = end.map(|at| start + 1 + at).filter(|at| text.as_bytes().get(*at) == Some(&b'\''));
    let message = format!("the single quote in `{}` is part of the value", value.of(text));
    let finding =
        Diagnostic::new(&codes::SINGLE_QUOTED_VALUE, value, message).help("put the value in double quotes");
    match close {
        Some(close) => finding.fix(plain_quotes(&[Span::new(start, start + 1), Span::new(close, close + 1)])),
        None => finding,
    }
}
