//! Words of a search that look like an operator or a function of another language.
//!
//! In: a word that stands for itself and the tokens round it. Out: findings. Invariant: the tree is not touched: the word is
//! looked for in the event, as Splunk does.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::ast::Literal;
use crate::spl::codes;
use crate::spl::search::Reader;
use crate::spl::token::{Token, TokenKind, is_operator};

/// Functions of eval expressions that test something or prepare a test, whose names are no usual words before a
/// parenthesis (Search Reference, "Evaluation functions").
const FUNCTIONS: &[&str] = &[
    "cidrmatch",
    "coalesce",
    "isnotnull",
    "isnull",
    "len",
    "like",
    "lower",
    "match",
    "searchmatch",
    "upper",
];

/// How many bare words in a row are a sentence of a log and no condition.
const SENTENCE: usize = 4;

impl Reader<'_, '_> {
    pub(super) fn report_lower_case(&mut self, literal: &Literal) {
        let upper = match literal.text.as_str() {
            _ if literal.quoted || literal.directive.is_some() => return,
            "and" | "And" => "AND",
            "or" | "Or" => "OR",
            "not" | "Not" => "NOT",
            _ => return,
        };
        if self.is_prose() {
            return;
        }
        let fix = Fix {
            title: format!("write `{upper}`"),
            edits: vec![Edit { span: literal.span, text: upper.to_owned() }],
            safe: false,
        };
        let message = format!("`{}` is searched for as a word of the event", literal.text);
        self.query.findings.push(
            Diagnostic::new(&codes::LOWER_CASE_BOOLEAN, literal.span, message)
                .help(format!("write `{upper}` for the operator, `\"{}\"` for the word", literal.text))
                .fix(fix),
        );
    }

    /// `field LIKE "value"`: three terms.
    pub(super) fn report_like(&mut self, field: &Literal) {
        let (Some(TokenKind::Literal(like)), Some(TokenKind::Literal(value))) =
            (self.peek_at(0), self.peek_at(1))
        else {
            return;
        };
        if like.quoted || !like.text.eq_ignore_ascii_case("like") || !value.quoted {
            return;
        }
        let message = format!("`{}` is searched for as a word of the event", like.text);
        let mut finding = Diagnostic::new(&codes::LIKE_IN_SEARCH, like.span, message)
            .help("compare by `=` with `*` for a part of the text, or move the test into a `where`");
        if !value.text.contains(['_', '*']) {
            let written = value.span.of(self.query.text).replace('%', "*");
            let edit = Edit {
                span: Span::new(field.span.end as usize, value.span.end as usize),
                text: format!("={written}"),
            };
            let title = format!("write `{}={written}`", field.text);
            finding = finding.fix(Fix { title, edits: vec![edit], safe: false });
        }
        self.query.findings.push(finding);
    }

    /// `match(user, "a.*")`: words.
    pub(super) fn report_function(&mut self, literal: &Literal) {
        let is_open = self
            .peek()
            .is_some_and(|next| next.kind == TokenKind::Open && next.span.start == literal.span.end);
        let name = literal.text.to_ascii_lowercase();
        let is_bare = !literal.quoted && literal.directive.is_none();
        if !is_bare || !is_open || !FUNCTIONS.contains(&name.as_str()) {
            return;
        }
        if std::mem::replace(&mut self.said_function, true) {
            return;
        }
        let message = format!("`{}` is searched for as a word of the event", literal.text);
        self.query.findings.push(
            Diagnostic::new(&codes::FUNCTION_IN_SEARCH, literal.span, message)
                .help("move the test into a `where`, or compare by `=` with `*` for a part of the text"),
        );
    }

    /// Whether the word that was taken stands in a sentence: `Could not request certificate`. Where every second word is a
    /// Boolean one, `failed or denied or locked`, it is a condition.
    fn is_prose(&self) -> bool {
        let here = self.at - 1;
        // A few words on either side say enough, and a long run of them costs no more than a short one.
        let (start, end) = (here.saturating_sub(2 * SENTENCE), here + 1 + 2 * SENTENCE);
        let before = (start..here).rev().filter(|at| !self.is_comma(*at)).take_while(|at| self.is_bare(*at));
        let behind = (here + 1..end).filter(|at| !self.is_comma(*at)).take_while(|at| self.is_bare(*at));
        let mut run: Vec<usize> = before.collect();
        run.reverse();
        run.push(here);
        run.extend(behind);
        let is_boolean = |at: &usize| {
            self.tokens.get(*at).is_some_and(|token| {
                matches!(&token.kind, TokenKind::Literal(word)
                    if ["and", "or", "not"].iter().any(|it| word.text.eq_ignore_ascii_case(it)))
            })
        };
        let has_neighbours = run.windows(2).any(|pair| !pair.iter().any(is_boolean));
        run.len() >= SENTENCE && has_neighbours
    }

    fn is_comma(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Comma)
    }

    /// Whether a word without quotes stands there that is neither compared nor an operator.
    fn is_bare(&self, at: usize) -> bool {
        let operator = |at: Option<usize>| at.and_then(|at| self.tokens.get(at)).is_some_and(is_operator);
        let is_word = |token: &Token| {
            matches!(&token.kind, TokenKind::Literal(word) if !word.quoted && word.directive.is_none()
                && !matches!(word.text.as_str(), "AND" | "OR" | "NOT"))
        };
        self.tokens.get(at).is_some_and(is_word) && !operator(Some(at + 1)) && !operator(at.checked_sub(1))
    }
}
