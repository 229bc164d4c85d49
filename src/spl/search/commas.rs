//! Commas of a search: between terms, where there should be none, and in the list of an `IN`.
//!
//! In: the tokens round the reader's place and what was read of them. Out: findings, one a list. Invariant: a comma
//! changes nothing in the tree, since Splunk breaks words there.

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::ast::{Expression, Kind, Literal, Operator};
use crate::spl::search::Reader;
use crate::spl::token::{Token, TokenKind};
use crate::spl::{codes, quote};

impl Reader<'_, '_> {
    /// Commas among the operands of a conjunction, whose tokens begin at `first`.
    pub(super) fn report_commas(
        &mut self,
        open: Option<Span>,
        first: usize,
        operands: &[Expression],
        commas: &[Span],
    ) {
        let Some(comma) = commas.first().copied() else { return };
        if (comma.start as usize) < self.comment_end || open.is_some_and(|open| self.is_call(open, first)) {
            return;
        }
        let is_list = open.is_some() && commas.len() + 1 >= operands.len() && are_alternatives(operands);
        let edit = |span: &Span| {
            let after = self.query.text.get(span.end as usize..).unwrap_or("");
            let blank = if after.starts_with(char::is_whitespace) { "" } else { " " };
            let text = if is_list { format!(" OR{blank}") } else { blank.to_owned() };
            Edit { span: *span, text }
        };
        let edits = commas.iter().map(edit).collect();
        let (title, message) = if is_list {
            ("write `OR` for the commas", "these commas are read as AND: all of the list is required")
        } else {
            ("leave the comma out", "this comma is read as a space")
        };
        let fix = Fix { title: title.to_owned(), edits, safe: false };
        let mut finding = Diagnostic::new(&codes::STRAY_COMMA, comma, message).fix(fix);
        if !is_list {
            finding.severity = Severity::Note;
        }
        self.query.findings.push(finding);
    }

    /// Whether a parenthesis stands right behind a word, as that of a function does.
    fn is_call(&self, open: Span, first: usize) -> bool {
        let word = first.checked_sub(2).and_then(|at| self.tokens.get(at));
        word.is_some_and(|word| {
            word.span.end == open.start && matches!(&word.kind, TokenKind::Literal(word) if !word.quoted)
        })
    }

    /// Whether the Boolean word that was taken stands behind the list, whose `)` is missing:
    /// `a IN ("x" AND b IN ("y")`. Between values and before a `)` it is one more value.
    pub(super) fn is_behind_list(&self, word: &Literal, first: usize) -> bool {
        let is_boolean = !word.quoted && matches!(word.text.as_str(), "AND" | "OR" | "NOT");
        let before = self.at.checked_sub(2).filter(|before| *before >= first);
        let is_value = |token: &Token| !matches!(token.kind, TokenKind::Comma | TokenKind::Open);
        if !is_boolean || !before.and_then(|before| self.tokens.get(before)).is_some_and(is_value) {
            return false;
        }
        // `NOT field IN (` is the longest way to the token that tells.
        let mut ahead = self.tokens.iter().skip(self.at).take(4);
        ahead
            .find(|token| !matches!(token.kind, TokenKind::Literal(_)))
            .is_some_and(|token| matches!(token.kind, TokenKind::Open | TokenKind::Operator(_)))
    }

    /// `IN (a b)` and `IN (a,, b,)`: the grammar has one comma between two values (searchbnf.conf, `value-list`).
    pub(super) fn report_separators(&mut self, list: &[Token]) {
        let is_comma = |token: Option<&Token>| token.is_none_or(|token| token.kind == TokenKind::Comma);
        // A macro may bring its commas along.
        let text = self.query.text;
        // A typographic quote parts a value in two, and is told.
        let is_value = |token: &Token| {
            matches!(token.kind, TokenKind::Literal(_)) && !token.span.of(text).contains(quote::is_smart)
        };
        let pairs = || list.windows(2).filter_map(|pair| <&[Token; 2]>::try_from(pair).ok());
        let joined = pairs().find(|[a, b]| is_value(a) && is_value(b));
        let last = list.iter().rposition(|token| !is_comma(Some(token)));
        let mut before = None;
        let mut extra = Vec::new();
        for (at, token) in list.iter().enumerate() {
            if is_comma(Some(token)) && (is_comma(before) || last < Some(at)) {
                extra.push(token.span);
            }
            before = Some(token);
        }
        if let Some([a, b]) = joined {
            let (a, b) = (a.span.of(self.query.text), b.span);
            let message = format!("no comma stands between `{a}` and `{}`", b.of(self.query.text));
            let mut finding = Diagnostic::new(&codes::LIST_SEPARATOR, b, message)
                .help("write a comma between two values; they are read as two");
            finding.severity = Severity::Note;
            self.query.findings.push(finding);
        }
        if let Some(comma) = extra.first() {
            let edits = extra.iter().map(|span| Edit { span: *span, text: String::new() }).collect();
            let fix = Fix { title: "leave the comma out".to_owned(), edits, safe: true };
            let message = "no value stands on one side of this comma";
            let mut finding = Diagnostic::new(&codes::LIST_SEPARATOR, *comma, message).fix(fix);
            // Nothing is missing before the end; elsewhere a value may have been lost.
            let is_behind = last.is_some_and(|last| extra.len() == 1 && list.len() == last + 2);
            if is_behind {
                finding.severity = Severity::Note;
            }
            self.query.findings.push(finding);
        }
    }
}

/// Whether terms can hardly be meant all at once: phrases, or values of one field.
fn are_alternatives(operands: &[Expression]) -> bool {
    let is_phrase = |operand: &Expression| matches!(&operand.kind, Kind::Term(term) if term.quoted);
    let field = |operand: &Expression| match &operand.kind {
        Kind::Comparison(it) if it.operator.value == Operator::Equal => Some(it.field.value.clone()),
        _ => None,
    };
    let one = operands.first().and_then(field);
    operands.len() > 1
        && (operands.iter().all(is_phrase)
            || one.is_some() && operands.iter().all(|operand| field(operand) == one))
}
