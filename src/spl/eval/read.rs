//! Reads eval expressions by their order of binding.
//!
//! In: the tokens of a scanner. Out: one expression. Invariant: what is not part of the expression is told as an
//! error, so no word is lost, and every recursion is counted. Operators that bind alike make one flat chain: a chain
//! of a million terms is no deeper than one of two.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::{Span, Spanned};
use crate::spl::codes;
use crate::spl::eval::lex::{self, Token, TokenKind};
use crate::spl::eval::{BinaryOperator, COMPARISON, Eval, EvalKind, Field, UnaryOperator};
use crate::spl::query::Query;
use crate::spl::scan::Scanner;

/// Reads all text under `span` as one expression.
pub(crate) fn boolean(query: &mut Query<'_>, span: Span) -> Eval {
    let mut scanner = Scanner::new(query, span);
    let mut reader = Reader::new(&mut scanner);
    let expression = reader.chain(0);
    reader.report_rest();
    expression
}

/// Reads an expression up to the `)` that closes it; the scanner stands behind the `(` and then behind the `)`.
pub(crate) fn inside(scanner: &mut Scanner<'_, '_>, open: Span) -> Eval {
    let mut reader = Reader::new(scanner);
    let expression = reader.deeper(open, |reader| reader.chain(0));
    reader.skip_to_close(open);
    reader.stop();
    expression
}

/// What ends an expression besides the end of the text, and is not an error.
pub(super) struct Reader<'r, 's, 'q> {
    pub(super) scanner: &'r mut Scanner<'s, 'q>,
    pub(super) next: Token,
}

/// What an operator token stands for.
enum Infix {
    Binary(BinaryOperator),
    In,
    /// `NOT IN` and `NOT LIKE`, with the place of NOT.
    Not(Span),
}

impl<'r, 's, 'q> Reader<'r, 's, 'q> {
    pub(super) fn new(scanner: &'r mut Scanner<'s, 'q>) -> Self {
        let next = lex::token(scanner);
        Self { scanner, next }
    }

    /// Ends at the `)` or comma that comes next, and says whether there is one. What follows may be no expression,
    /// so it is not looked at.
    pub(super) fn stop(self) -> bool {
        let is_end = matches!(self.next.kind, TokenKind::Close | TokenKind::Comma);
        let span = self.next.span;
        self.scanner.at = if is_end { span.end } else { span.start } as usize;
        is_end
    }

    pub(super) fn bump(&mut self) -> Token {
        let next = lex::token(self.scanner);
        std::mem::replace(&mut self.next, next)
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.scanner.query.findings.push(finding);
    }

    /// Whether the next token is that operator word, in any case (searchbnf.conf: "all literals are
    /// case-insensitive"; published detections write `or`).
    fn at_word(&self, word: &str) -> bool {
        matches!(&self.next.kind, TokenKind::Word(text) if text.eq_ignore_ascii_case(word))
    }

    pub(super) fn at_comma(&self) -> bool {
        self.next.kind == TokenKind::Comma
    }

    fn skip_comma(&mut self) -> bool {
        let is_comma = self.at_comma();
        if is_comma {
            self.bump();
        }
        is_comma
    }

    pub(super) fn at_end(&self) -> bool {
        self.next.kind == TokenKind::End
    }

    /// Operands joined by operators of `level` or tighter.
    pub(super) fn chain(&mut self, level: u8) -> Eval {
        let mut left = self.operand();
        let mut lists = 0;
        while let Some((infix, found)) = self.infix() {
            if found < level {
                break;
            }
            // `a IN (b) IN (c)`: a list holds what stands before it, so each lies one level deeper.
            if !matches!(infix, Infix::Binary(_)) {
                if !self.scanner.query.enter(1, self.next.span) {
                    self.skip_all();
                    break;
                }
                lists += 1;
            }
            left = match infix {
                Infix::Binary(operator) => self.joined(left, operator),
                Infix::In => self.list(left),
                Infix::Not(span) => self.negated(left, span),
            };
        }
        self.scanner.query.leave(lists);
        left
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        let binary = |operator: BinaryOperator| Some((Infix::Binary(operator), operator.level()));
        match &self.next.kind {
            TokenKind::Operator(operator) => binary(*operator),
            TokenKind::Word(_) if self.at_word("and") => binary(BinaryOperator::And),
            TokenKind::Word(_) if self.at_word("or") => binary(BinaryOperator::Or),
            TokenKind::Word(_) if self.at_word("xor") => binary(BinaryOperator::Xor),
            TokenKind::Word(_) if self.at_word("like") => binary(BinaryOperator::Like),
            TokenKind::Word(_) if self.at_word("in") => Some((Infix::In, COMPARISON)),
            TokenKind::Word(_) if self.at_word("not") => Some((Infix::Not(self.next.span), COMPARISON)),
            _ => None,
        }
    }

    fn joined(&mut self, left: Eval, operator: BinaryOperator) -> Eval {
        let token = self.bump();
        let operator_span = token.span;
        if operator == BinaryOperator::Divide && self.at_comment() {
            return self.foreign_comment(left, operator_span);
        }
        if operator.is_equality() && self.next.kind == TokenKind::Operator(BinaryOperator::Multiply) {
            return self.star(&left, operator);
        }
        if !self.at_operand() {
            self.missing_operand(operator_span, "after");
        }
        let right = if self.at_operand() {
            self.chain(operator.level() + 1)
        } else {
            Self::unreadable(operator_span)
        };
        let span = left.span.join(right.span);
        let operator = Spanned::new(operator, operator_span);
        let kind = match left {
            Eval { kind: EvalKind::Chain(first, mut rest), .. }
                if rest.last().is_some_and(|(last, _)| last.value.level() == operator.value.level()) =>
            {
                rest.push((operator, right));
                EvalKind::Chain(first, rest)
            }
            left => EvalKind::Chain(Box::new(left), vec![(operator, right)]),
        };
        Eval { kind, span }
    }

    /// Whether `/` or `*` follows a `/`.
    fn at_comment(&self) -> bool {
        matches!(self.next.kind, TokenKind::Operator(BinaryOperator::Divide | BinaryOperator::Multiply))
    }

    /// `// note` to the end of its line, or `/* note */`.
    fn foreign_comment(&mut self, left: Eval, slash: Span) -> Eval {
        let start = slash.start as usize;
        self.scanner.at = start;
        let is_block = self.scanner.starts_with("/*");
        let rest = self.scanner.rest();
        let end = if is_block { rest.find("*/").map(|at| at + 2) } else { rest.find('\n') };
        let span = Span::new(start, start + end.unwrap_or(rest.len()));
        let finding = Diagnostic::new(&codes::FOREIGN_COMMENT, span, "this is no comment of SPL");
        self.push(
            finding
                .help("a comment stands between two groups of three backticks")
                .fix(comment_fix(self.scanner.query.text, span)),
        );
        self.scanner.at = span.end as usize;
        self.next = lex::token(self.scanner);
        left
    }

    fn at_operand(&self) -> bool {
        match &self.next.kind {
            TokenKind::Word(_) => !["and", "or", "xor"].iter().any(|word| self.at_word(word)),
            TokenKind::Operator(operator) => {
                matches!(operator, BinaryOperator::Subtract | BinaryOperator::Add)
            }
            TokenKind::Close | TokenKind::Comma | TokenKind::End => false,
            _ => true,
        }
    }

    fn missing_operand(&mut self, span: Span, side: &str) {
        let text = span.of(self.scanner.query.text);
        let message = format!("nothing stands {side} `{text}`");
        self.push(Diagnostic::new(&codes::MISSING_OPERAND, span, message));
    }

    fn unreadable(after: Span) -> Eval {
        Eval { kind: EvalKind::Unreadable, span: Span::new(after.end as usize, after.end as usize) }
    }

    /// One operand with what stands before it.
    fn operand(&mut self) -> Eval {
        let operator = match &self.next.kind {
            TokenKind::Not => UnaryOperator::Not,
            TokenKind::Word(_) if self.at_word("not") => UnaryOperator::Not,
            TokenKind::Operator(BinaryOperator::Subtract) => UnaryOperator::Minus,
            TokenKind::Operator(BinaryOperator::Add) => UnaryOperator::Plus,
            _ => return self.spliced(),
        };
        let token = self.bump();
        if !self.at_operand() {
            self.missing_operand(token.span, "after");
            return Eval { kind: EvalKind::Unreadable, span: token.span };
        }
        let operand = self.deeper(token.span, |reader| match operator {
            UnaryOperator::Not => reader.chain(COMPARISON),
            _ => reader.operand(),
        });
        let span = token.span.join(operand.span);
        Eval { kind: EvalKind::Unary(Spanned::new(operator, token.span), Box::new(operand)), span }
    }

    /// A primary, with the macro calls that stand beside it without an operator.
    fn spliced(&mut self) -> Eval {
        let first = self.primary();
        let is_macro = |part: &Eval| matches!(part.kind, EvalKind::Macro(_));
        let mut parts = vec![first];
        while matches!(self.next.kind, TokenKind::Macro(_))
            || parts.last().is_some_and(is_macro) && self.at_operand() && self.infix().is_none()
        {
            parts.push(self.primary());
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                let span = parts.first().map_or(last.span, |first| first.span.join(last.span));
                parts.push(last);
                Eval { kind: EvalKind::Spliced(parts), span }
            }
            None => Self::unreadable(self.next.span),
        }
    }

    fn primary(&mut self) -> Eval {
        // `case(a=1, 2, // note`
        while self.next.kind == TokenKind::Operator(BinaryOperator::Divide)
            && self.scanner.rest().starts_with(['/', '*'])
        {
            let slash = self.next.span;
            self.foreign_comment(Self::unreadable(slash), slash);
        }
        if !self.at_operand() {
            let at = self.next.span.start as usize;
            let infix = matches!(self.next.kind, TokenKind::Operator(_) | TokenKind::Word(_));
            if infix {
                self.missing_operand(self.next.span, "before");
            } else {
                let message = "an expression is missing here";
                self.push(Diagnostic::new(&codes::MISSING_OPERAND, self.next.span, message));
            }
            return Eval { kind: EvalKind::Unreadable, span: Span::new(at, at) };
        }
        let token = self.bump();
        let kind = match token.kind {
            TokenKind::Number(text) => EvalKind::Number(text),
            TokenKind::Text(text) => EvalKind::Text(text),
            TokenKind::Quoted(name) => EvalKind::Field(Field { name, quoted: true }),
            TokenKind::Macro(body) => EvalKind::Macro(body),
            TokenKind::Subsearch => EvalKind::Subsearch(self.scanner.query.subsearch(token.span)),
            TokenKind::Open => return self.group(token.span),
            TokenKind::Word(name) if self.next.kind == TokenKind::Open => {
                return self.call(Spanned::new(name, token.span));
            }
            TokenKind::Word(name) => EvalKind::Field(Field { name, quoted: false }),
            _ => EvalKind::Unreadable,
        };
        Eval { kind, span: token.span }
    }

    fn group(&mut self, open: Span) -> Eval {
        let inner = self.deeper(open, |reader| reader.chain(0));
        let close = self.close(open);
        Eval { kind: EvalKind::Group(Box::new(inner)), span: open.join(close) }
    }

    /// Takes the `)`, or says what stands there instead and skips to it.
    fn close(&mut self, open: Span) -> Span {
        if self.skip_to_close(open) { self.bump().span } else { Span::new(self.scanner.at, self.scanner.at) }
    }

    /// Goes to the `)` and says whether there is one; what stands before it is told.
    fn skip_to_close(&mut self, open: Span) -> bool {
        if self.next.kind != TokenKind::Close && self.next.kind != TokenKind::End {
            self.report_unexpected();
            let mut depth = 0_usize;
            loop {
                match self.next.kind {
                    TokenKind::End => break,
                    TokenKind::Open => depth += 1,
                    TokenKind::Close if depth == 0 => break,
                    TokenKind::Close => depth -= 1,
                    _ => {}
                }
                self.bump();
            }
        }
        if self.next.kind == TokenKind::Close {
            return true;
        }
        let is_deep =
            self.scanner.query.findings.last().is_some_and(|it| it.code.id == codes::NESTED_TOO_DEEP.id);
        if !is_deep {
            self.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, open, "this `(` is not closed"));
        }
        false
    }

    fn call(&mut self, name: Spanned<String>) -> Eval {
        let (arguments, span) = self.arguments();
        Eval { span: name.span.join(span), kind: EvalKind::Call(name, arguments) }
    }

    /// `(a, b, …)`, from its `(`, which is the next token.
    fn arguments(&mut self) -> (Vec<Eval>, Span) {
        let open = self.bump().span;
        let mut arguments = Vec::new();
        if self.next.kind != TokenKind::Close {
            loop {
                arguments.push(self.deeper(open, |reader| reader.chain(0)));
                if !self.skip_comma() {
                    break;
                }
            }
        }
        let close = self.close(open);
        (arguments, open.join(close))
    }

    fn list(&mut self, operand: Eval) -> Eval {
        let word = self.bump().span;
        if self.next.kind != TokenKind::Open {
            self.push(Diagnostic::new(&codes::EMPTY_LIST, word, "no list in parentheses follows IN"));
            return Eval { span: operand.span.join(word), kind: EvalKind::In(Box::new(operand), Vec::new()) };
        }
        let (values, span) = self.arguments();
        if values.is_empty() {
            self.push(Diagnostic::new(&codes::EMPTY_LIST, span, "the list of this IN is empty"));
        }
        Eval { span: operand.span.join(span), kind: EvalKind::In(Box::new(operand), values) }
    }

    /// `x NOT IN (…)` and `x NOT LIKE y`.
    fn negated(&mut self, operand: Eval, not: Span) -> Eval {
        let before = operand.span;
        self.bump();
        let inner = if self.at_word("in") {
            self.list(operand)
        } else if self.at_word("like") {
            self.joined(operand, BinaryOperator::Like)
        } else {
            self.push(
                Diagnostic::new(&codes::MISSING_OPERAND, not, "no operator stands before `NOT`")
                    .help("join the two conditions by AND or OR"),
            );
            // What follows is read, and belongs to nothing.
            let right = self.chain(COMPARISON);
            let span = operand.span.join(right.span);
            return Eval { kind: EvalKind::Unreadable, span };
        };
        let text = before.of(self.scanner.query.text);
        let fix = Fix {
            title: format!("write `NOT {text} …`"),
            edits: vec![
                Edit {
                    span: Span::new(before.start as usize, before.start as usize),
                    text: "NOT ".to_owned(),
                },
                Edit { span: Span::new(before.end as usize, not.end as usize), text: String::new() },
            ],
            safe: true,
        };
        let message = "`NOT` stands before the whole test in the documented grammar";
        self.push(Diagnostic::new(&codes::NOT_IN_FORM, before.join(not), message).fix(fix));
        let span = inner.span;
        Eval { kind: EvalKind::Unary(Spanned::new(UnaryOperator::Not, not), Box::new(inner)), span }
    }

    /// Runs `read` one level deeper, or reports that the limit is reached and skips what is left.
    fn deeper(&mut self, opener: Span, read: impl FnOnce(&mut Self) -> Eval) -> Eval {
        if !self.scanner.query.enter(1, opener) {
            let start = opener.end as usize;
            self.skip_all();
            return Eval { kind: EvalKind::Unreadable, span: Span::new(start, self.scanner.at) };
        }
        let expression = read(self);
        self.scanner.query.leave(1);
        expression
    }

    /// Goes to the end of the text.
    fn skip_all(&mut self) {
        self.scanner.finish();
        self.next = Token { kind: TokenKind::End, span: Span::new(self.scanner.at, self.scanner.at) };
    }

    fn report_unexpected(&mut self) {
        let span = self.next.span;
        let text = span.of(self.scanner.query.text);
        let message = format!("no operator stands before `{text}`");
        self.push(
            Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message).help(
                "join two conditions by AND or OR; put a field name that holds a space in single quotes",
            ),
        );
    }

    /// Says that an expression ended before its text did.
    pub(super) fn report_rest(&mut self) {
        match self.next.kind {
            TokenKind::End => {}
            TokenKind::Close => {
                let message = "this `)` closes no `(`";
                self.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, self.next.span, message));
            }
            TokenKind::Unreadable => {}
            _ => self.report_unexpected(),
        }
    }
}

/// Writes a comment of another language as one of SPL.
pub(crate) fn comment_fix(text: &str, span: Span) -> Fix {
    let body = span.of(text);
    let body = body.strip_prefix("/*").map_or(body, |body| body.strip_suffix("*/").unwrap_or(body));
    let body = body.trim_start_matches(['/', '#', '-']).trim();
    let edits = vec![Edit { span, text: format!("```{body}```") }];
    Fix { title: "write it between backticks".to_owned(), edits, safe: false }
}
