//! Lists of values that are not written as `IN (…)`.
//!
//! In: the tokens behind a field. Out: findings, and the list as it should be written. Invariant: the tree is not touched.

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::ast::Literal;
use crate::spl::codes;
use crate::spl::search::Reader;
use crate::spl::token::{Token, TokenKind};

impl Reader<'_, '_> {
    /// `user IN "a","b"`, behind the field: a list stands in parentheses (searchbnf.conf, comparison-expression).
    pub(super) fn report_open_list(&mut self) {
        let word = |token: &Token| match &token.kind {
            TokenKind::Literal(literal) if !literal.quoted && literal.directive.is_none() => {
                Some((literal.text.clone(), token.span))
            }
            _ => None,
        };
        let Some((text, place)) = self.peek().and_then(word).filter(|(text, _)| text == "IN") else { return };
        let mut values: Vec<Span> = Vec::new();
        let mut behind = self.tokens.get(self.at + 1..).unwrap_or_default().chunks(2);
        // Values and the commas between them.
        for pair in &mut behind {
            let value = pair.first().filter(|token| matches!(token.kind, TokenKind::Literal(_)));
            values.extend(value.map(|token| token.span));
            if value.is_none() || pair.get(1).is_none_or(|next| next.kind != TokenKind::Comma) {
                break;
            }
        }
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return };
        if values.len() < 2 {
            return;
        }
        let (start, end) = (first.start as usize, last.end as usize);
        let edits = vec![
            Edit { span: Span::new(start, start), text: "(".to_owned() },
            Edit { span: Span::new(end, end), text: ")".to_owned() },
        ];
        let message = format!("no list in parentheses follows `{text}`");
        let mut finding = Diagnostic::new(&codes::EMPTY_LIST, place.join(*last), message)
            .help("without parentheses `IN` and the values are words to look for in the event")
            .fix(Fix { title: "put the values in parentheses".to_owned(), edits, safe: false });
        finding.severity = Severity::Warning;
        self.comment_end = end;
        self.query.findings.push(finding);
    }

    /// `EventCode=(4625 OR 4624)`, behind the operator: the list that is meant, and a fix that writes it.
    pub(super) fn values_in_parentheses(&self, field: &Literal, operator: Span) -> Option<(String, Fix)> {
        let text = self.query.text;
        let mut tokens = self.tokens.get(self.at..)?.iter();
        tokens.next().filter(|token| token.kind == TokenKind::Open)?;
        if operator.of(text) != "=" {
            return None;
        }
        let mut values = Vec::new();
        let close = loop {
            match tokens.next()? {
                Token { kind: TokenKind::Literal(literal), span } => {
                    let is_or = !literal.quoted && literal.text == "OR";
                    let is_place = values.len() % 2 == usize::from(is_or);
                    if !is_place || ["AND", "NOT"].contains(&literal.text.as_str()) {
                        return None;
                    }
                    values.push(span.of(text));
                }
                Token { kind: TokenKind::Comma, span } if values.len() % 2 == 1 => values.push(span.of(text)),
                Token { kind: TokenKind::Close, span } => break *span,
                _ => return None,
            }
        };
        let all: Vec<&str> = values.iter().step_by(2).copied().collect();
        if all.len() < 2 || values.len() % 2 == 0 {
            return None;
        }
        let written = format!("{} IN ({})", field.span.of(text), all.join(", "));
        let edits = vec![Edit { span: field.span.join(close), text: written.clone() }];
        Some((written.clone(), Fix { title: format!("write `{written}`"), edits, safe: false }))
    }
}
