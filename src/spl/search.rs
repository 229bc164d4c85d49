//! The `search` language: terms, comparisons and Boolean words.
//!
//! In: the tokens of the arguments of a search. Out: one expression. The order of binding is parentheses, NOT, OR,
//! AND, where AND may be left out (Search Manual, "Boolean expressions": `A=1 AND B=2 OR C=3` is
//! `A=1 AND ( B=2 OR C=3 )`). Invariant: every token ends in the tree or in a diagnostic.

mod commas;
mod comments;
mod lists;
mod words;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::{Span, Spanned};
use crate::spl::ast::{Comparison, Computed, Expression, Form, Kind, Literal, Operator, TimeModifier};
use crate::spl::codes;
use crate::spl::query::Query;
use crate::spl::token::{Token, TokenKind, tokens};

/// Modifiers of the time range, which test no field (Search Reference, "Time modifiers"; searchbnf.conf, `time-opts`).
const TIME_MODIFIERS: &[&str] = &[
    "earliest",
    "latest",
    "_index_earliest",
    "_index_latest",
    "starttime",
    "endtime",
    "starttimeu",
    "endtimeu",
    "timeformat",
    "startdaysago",
    "enddaysago",
    "startminutesago",
    "endminutesago",
    "starthoursago",
    "endhoursago",
    "startmonthsago",
    "endmonthsago",
    "daysago",
    "minutesago",
    "hoursago",
    "monthsago",
    "searchtimespandays",
    "searchtimespanhours",
    "searchtimespanminutes",
    "searchtimespanmonths",
];

/// Reads the arguments of a search under `span`.
pub(crate) fn parse(query: &mut Query<'_>, span: Span) -> Expression {
    let tokens = tokens(query.text, span, query.enclosed, &mut query.findings);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        query,
        comment_end: 0,
        said_function: false,
        said_continuation: false,
    };
    let mut parts = Vec::new();
    while reader.peek().is_some() {
        parts.push(reader.conjunction(None));
        // Only a parenthesis that closes nothing ends the outermost conjunction.
        if let Some(token) = reader.next() {
            let message = "this `)` closes no `(`";
            reader.query.findings.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, token.span, message));
            // Without that parenthesis the operator behind it would have its operand.
            reader.at += usize::from(matches!(reader.boolean(), Some(Word::And | Word::Or)));
        }
    }
    match parts.len() {
        0 => Expression { kind: Kind::Everything, span },
        _ => joined(parts, Kind::And, span),
    }
}

struct Reader<'a, 'q> {
    tokens: &'a [Token],
    at: usize,
    query: &'a mut Query<'q>,
    /// Where the last text ends that was told as a whole, such as a comment of another language: what stands in it is told
    /// with it.
    comment_end: usize,
    /// Whether the words of a function were told: one that is called in one place is in others.
    said_function: bool,
    /// Whether a backslash at the end of a line was told: the fix leaves out all.
    said_continuation: bool,
}

/// The Boolean words, which are operators in upper case only.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    And,
    Or,
    Not,
}

impl<'a> Reader<'a, '_> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn peek_at(&self, ahead: usize) -> Option<&'a TokenKind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.at);
        self.at += 1;
        token
    }

    /// The Boolean word that comes next, unless it is the field of a comparison.
    fn boolean(&self) -> Option<Word> {
        let Some(TokenKind::Literal(literal)) = self.peek_at(0) else { return None };
        if literal.quoted
            || literal.directive.is_some()
            || matches!(self.peek_at(1), Some(TokenKind::Operator(_)))
        {
            return None;
        }
        match literal.text.as_str() {
            "AND" => Some(Word::And),
            "OR" => Some(Word::Or),
            "NOT" => Some(Word::Not),
            _ => None,
        }
    }

    fn at_end_of_conjunction(&self) -> bool {
        matches!(self.peek_at(0), None | Some(TokenKind::Close))
    }

    fn at_operand(&self) -> bool {
        !self.at_end_of_conjunction()
            && !matches!(self.boolean(), Some(Word::And | Word::Or))
            && !matches!(self.peek_at(0), Some(TokenKind::Comma))
    }

    /// Terms joined by AND, written or not, in the parentheses that open there or in none.
    fn conjunction(&mut self, open: Option<Span>) -> Expression {
        let start = self.here();
        let first = self.at;
        let mut operands = Vec::new();
        let mut commas = Vec::new();
        while !self.at_end_of_conjunction() {
            match (self.boolean(), self.peek_at(0)) {
                (Some(Word::And), _) => {
                    let word = self.next().map_or_else(Span::default, |token| token.span);
                    let is_last = self.at_end_of_conjunction();
                    if operands.is_empty() || is_last || self.boolean() == Some(Word::And) {
                        self.missing_operand(
                            word,
                            "AND",
                            if operands.is_empty() { "before" } else { "after" },
                        );
                    }
                }
                (_, Some(TokenKind::Comma)) => commas.extend(self.next().map(|token| token.span)),
                _ => operands.push(self.disjunction()),
            }
        }
        self.report_commas(open, first, &operands, &commas);
        let span = Span::new(start, self.behind().max(start));
        if operands.is_empty() {
            return Expression { kind: Kind::Everything, span };
        }
        joined(operands, Kind::And, span)
    }

    /// Terms joined by OR.
    fn disjunction(&mut self) -> Expression {
        let start = self.here();
        let mut operands = Vec::new();
        if self.boolean() != Some(Word::Or) {
            operands.push(self.negation());
        }
        while self.boolean() == Some(Word::Or) {
            let word = self.next().map_or_else(Span::default, |token| token.span);
            if operands.is_empty() {
                self.missing_operand(word, "OR", "before");
            }
            if self.at_operand() {
                operands.push(self.negation());
            } else {
                self.missing_operand(word, "OR", "after");
            }
        }
        let span = Span::new(start, self.behind().max(start));
        if operands.is_empty() {
            return Expression { kind: Kind::Unreadable, span };
        }
        joined(operands, Kind::Or, span)
    }

    /// One term, after any number of NOT.
    fn negation(&mut self) -> Expression {
        if self.boolean() != Some(Word::Not) {
            return self.primary();
        }
        let word = self.next().map_or_else(Span::default, |token| token.span);
        if !self.at_operand() {
            self.missing_operand(word, "NOT", "after");
            return Expression { kind: Kind::Unreadable, span: word };
        }
        let operand = self.deeper(word, Self::negation);
        let span = word.join(operand.span);
        Expression { kind: Kind::Not(Box::new(operand)), span }
    }

    /// Runs `read` one level deeper, or reports that the limit is reached and skips what is left.
    fn deeper(&mut self, opener: Span, read: impl FnOnce(&mut Self) -> Expression) -> Expression {
        if !self.query.enter(1, opener) {
            self.at = self.tokens.len();
            return Expression {
                kind: Kind::Unreadable,
                span: Span::new(opener.start as usize, self.behind()),
            };
        }
        let expression = read(self);
        self.query.leave(1);
        expression
    }

    fn primary(&mut self) -> Expression {
        let Some(token) = self.next() else {
            return Expression { kind: Kind::Unreadable, span: Span::new(self.behind(), self.behind()) };
        };
        let kind = match &token.kind {
            TokenKind::Open => return self.group(token.span),
            TokenKind::Literal(literal) => return self.term_or_comparison(literal),
            TokenKind::Macro(body) => Kind::Macro(body.clone()),
            TokenKind::Subsearch => Kind::Subsearch(self.query.subsearch(token.span)),
            TokenKind::Operator(_) | TokenKind::Indexed => {
                self.report_missing_field(token);
                Kind::Unreadable
            }
            TokenKind::Close | TokenKind::Comma | TokenKind::Unreadable => Kind::Unreadable,
        };
        Expression { kind, span: token.span }
    }

    fn report_missing_field(&mut self, operator: &Token) {
        let message = "a comparison has no field before its operator";
        self.query.findings.push(Diagnostic::new(&codes::MISSING_OPERAND, operator.span, message));
        // The value belongs to the comparison that cannot be read.
        if let Some(TokenKind::Literal(_)) = self.peek_at(0) {
            self.at += 1;
        }
    }

    fn group(&mut self, open: Span) -> Expression {
        let inner = self.deeper(open, |reader| reader.conjunction(Some(open)));
        let span = match self.peek() {
            Some(token) if token.kind == TokenKind::Close => {
                self.at += 1;
                open.join(token.span)
            }
            _ => {
                if self.query.findings.last().is_none_or(|last| last.code.id != codes::NESTED_TOO_DEEP.id) {
                    let message = "this `(` is not closed";
                    self.query.findings.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, open, message));
                }
                // What was read of the group ends with the last token.
                Span::new(open.start as usize, self.behind())
            }
        };
        Expression { kind: Kind::Group(Box::new(inner)), span }
    }

    fn term_or_comparison(&mut self, literal: &'a Literal) -> Expression {
        if literal.directive.is_none() {
            if let Some(TokenKind::Operator(_) | TokenKind::Indexed) = self.peek_at(0) {
                return self.comparison(literal);
            }
            if let Some(expression) = self.list(literal) {
                return expression;
            }
            self.report_open_list();
        }
        self.report_lower_case(literal);
        self.report_function(literal);
        self.report_like(literal);
        self.report_comment(literal);
        self.report_continuation(literal);
        Expression { kind: Kind::Term(literal.clone()), span: literal.span }
    }

    fn comparison(&mut self, field: &'a Literal) -> Expression {
        let Some(token) = self.next() else {
            return Expression { kind: Kind::Unreadable, span: field.span };
        };
        let (operator, form) = match token.kind {
            TokenKind::Operator(operator) => (operator, Form::Plain),
            _ => (Operator::Equal, Form::Indexed),
        };
        // `==` was reported by the lexer; its second half is skipped.
        while matches!(self.peek_at(0), Some(TokenKind::Operator(_))) {
            self.at += 1;
        }
        let value = match self.peek_at(0) {
            Some(TokenKind::Literal(value)) if self.is_value(value) => value,
            // An error says why the character is not read; that the value is missing would be no news.
            Some(TokenKind::Unreadable) => {
                let span = self.next().map_or(token.span, |value| value.span);
                return Expression { kind: Kind::Unreadable, span: field.span.join(span) };
            }
            Some(TokenKind::Macro(_) | TokenKind::Subsearch) => {
                let value = self.primary();
                let span = field.span.join(value.span);
                let field = Spanned::new(field.text.clone(), field.span);
                let operator = Spanned::new(operator, token.span);
                let computed = Computed { field, operator, values: vec![value], form };
                return Expression { kind: Kind::Computed(computed), span };
            }
            _ => return self.missing_value(field, token.span),
        };
        self.at += 1;
        let span = field.span.join(value.span);
        let field = Spanned::new(field.text.clone(), field.span);
        let is_modifier = TIME_MODIFIERS.contains(&field.value.to_ascii_lowercase().as_str());
        if is_modifier && operator == Operator::Equal && form == Form::Plain {
            let modifier = TimeModifier { name: field, value: value.clone() };
            return Expression { kind: Kind::TimeModifier(modifier), span };
        }
        let operator = Spanned::new(operator, token.span);
        let comparison = Comparison { field, operator, values: vec![value.clone()], form };
        Expression { kind: Kind::Comparison(comparison), span }
    }

    /// A Boolean word is a value only in quotes (Search Reference, search: `country="IN"`).
    fn is_value(&self, value: &Literal) -> bool {
        value.quoted || !matches!(value.text.as_str(), "AND" | "OR" | "NOT") || self.boolean().is_none()
    }

    fn missing_value(&mut self, field: &Literal, operator: Span) -> Expression {
        let message = format!("`{}` is compared with nothing", field.text);
        let finding = Diagnostic::new(&codes::MISSING_VALUE, operator, message);
        let finding = match self.values_in_parentheses(field, operator) {
            Some((written, fix)) => {
                self.comment_end = fix.edits.last().map_or(0, |edit| edit.span.end as usize);
                finding.help(format!("`{written}` asks for any of them")).fix(fix)
            }
            None => finding.help("the empty text is written `\"\"`, any value is `*`"),
        };
        self.query.findings.push(finding);
        Expression { kind: Kind::Unreadable, span: field.span.join(operator) }
    }

    /// `field IN (…)`, `field NOT IN (…)`, and `field in (…)`, which is an error.
    fn list(&mut self, field: &'a Literal) -> Option<Expression> {
        let word = |kind: Option<&'a TokenKind>| match kind {
            Some(TokenKind::Literal(literal)) if !literal.quoted && literal.directive.is_none() => {
                Some((literal.text.as_str(), literal.span))
            }
            _ => None,
        };
        let negated = word(self.peek_at(0)).filter(|(text, _)| text.eq_ignore_ascii_case("not"));
        let ahead = usize::from(negated.is_some());
        let (text, span) = word(self.peek_at(ahead)).filter(|(text, _)| text.eq_ignore_ascii_case("in"))?;
        if !matches!(self.peek_at(ahead + 1), Some(TokenKind::Open)) {
            return None;
        }
        if text != "IN" {
            let fix = Fix {
                title: "write `IN`".to_owned(),
                edits: vec![Edit { span, text: "IN".to_owned() }],
                safe: false,
            };
            let message = format!("`{text}` is not an operator of `search`");
            self.query.findings.push(Diagnostic::new(&codes::LOWER_CASE_IN, span, message).fix(fix));
        }
        self.at += ahead + 2;
        let open = self.tokens.get(self.at - 1).map_or(span, |token| token.span);
        let (values, close) = self.values(open);
        let whole = field.span.join(close);
        let expression = Expression { kind: listed(field, span, values), span: whole };
        let Some((_, not)) = negated else { return Some(expression) };
        self.report_not_in(field, not);
        Some(Expression { kind: Kind::Not(Box::new(expression)), span: whole })
    }

    fn report_not_in(&mut self, field: &Literal, not: Span) {
        let fix = Fix {
            title: format!("write `NOT {} IN (…)`", field.text),
            edits: vec![
                Edit {
                    span: Span::new(field.span.start as usize, field.span.start as usize),
                    text: "NOT ".to_owned(),
                },
                Edit { span: Span::new(field.span.end as usize, not.end as usize), text: String::new() },
            ],
            safe: true,
        };
        let message = format!("`{} NOT IN` is outside the documented grammar", field.text);
        self.query.findings.push(
            Diagnostic::new(&codes::NOT_IN_FORM, field.span.join(not), message)
                .help(format!("write `NOT {} IN (…)`; it is read so", field.text))
                .fix(fix),
        );
    }

    /// The values of a list up to its `)`, and where that stands.
    fn values(&mut self, open: Span) -> (Vec<Expression>, Span) {
        let mut values = Vec::new();
        let first = self.at;
        loop {
            let Some(token) = self.next() else {
                let message = "the list that starts here is not closed";
                self.query.findings.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, open, message));
                return (values, Span::new(self.behind(), self.behind()));
            };
            match &token.kind {
                TokenKind::Literal(value) if self.is_behind_list(value, first) => {
                    self.at -= 1;
                    let message = "the list that starts here is not closed";
                    self.query.findings.push(
                        Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, open, message)
                            .help(format!("write `)` before `{}`", value.text)),
                    );
                    return (values, Span::new(self.behind(), self.behind()));
                }
                TokenKind::Literal(value) => {
                    values.push(Expression { kind: Kind::Term(value.clone()), span: value.span });
                }
                TokenKind::Macro(_) | TokenKind::Subsearch => {
                    self.at -= 1;
                    values.push(self.primary());
                }
                TokenKind::Comma => {}
                TokenKind::Close => {
                    if values.is_empty() {
                        let message = "the list of this IN is empty";
                        self.query.findings.push(Diagnostic::new(
                            &codes::EMPTY_LIST,
                            open.join(token.span),
                            message,
                        ));
                    } else {
                        self.report_separators(self.tokens.get(first..self.at - 1).unwrap_or_default());
                    }
                    return (values, token.span);
                }
                _ => {
                    let message = "a list holds values and commas only";
                    self.query.findings.push(Diagnostic::new(&codes::MISSING_VALUE, token.span, message));
                }
            }
        }
    }

    fn missing_operand(&mut self, word: Span, name: &str, side: &str) {
        let message = format!("nothing stands {side} `{name}`");
        self.query.findings.push(
            Diagnostic::new(&codes::MISSING_OPERAND, word, message)
                .help(format!("to search for the word, write `\"{name}\"`")),
        );
    }

    fn here(&self) -> usize {
        self.peek().map_or_else(|| self.behind(), |token| token.span.start as usize)
    }

    fn behind(&self) -> usize {
        let last = self.at.min(self.tokens.len()).checked_sub(1);
        last.and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end as usize)
    }
}

/// `field IN (…)`: a comparison, unless some value is not written out.
fn listed(field: &Literal, word: Span, values: Vec<Expression>) -> Kind {
    let field = Spanned::new(field.text.clone(), field.span);
    let operator = Spanned::new(Operator::Equal, word);
    let is_written = values.iter().all(|value| matches!(value.kind, Kind::Term(_)));
    if !is_written {
        return Kind::Computed(Computed { field, operator, values, form: Form::List });
    }
    let literals = values.into_iter().filter_map(|value| match value.kind {
        Kind::Term(literal) => Some(literal),
        _ => None,
    });
    Kind::Comparison(Comparison { field, operator, values: literals.collect(), form: Form::List })
}

/// One operand as it is, several under a node that covers them.
fn joined(mut operands: Vec<Expression>, node: fn(Vec<Expression>) -> Kind, span: Span) -> Expression {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        Some(last) => {
            operands.push(last);
            Expression { kind: node(operands), span }
        }
        None => Expression { kind: Kind::Everything, span },
    }
}
