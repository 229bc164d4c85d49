//! A place in the text of a query, and the pieces that start there in every language but `search`.
//!
//! In: the text under a span. Out: white space skipped; quoted strings, macro calls and sub-searches with their
//! spans. Invariant: each step takes at least one byte or nothing, and what was found not to close is not looked for
//! again, so scanning is linear. Which words and operators there are is said in `eval` and `clause`.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Span;
use crate::spl::input::{self, Input};
use crate::spl::query::Query;
use crate::spl::split::unbalanced_bracket;
use crate::spl::{codes, quote, token};

/// A reader's place in the text.
pub(crate) struct Scanner<'s, 'q> {
    pub(crate) query: &'s mut Query<'q>,
    pub(crate) at: usize,
    end: usize,
    /// Delimiters that did not close: looking again would cost a pass each time.
    unclosed: Vec<char>,
    /// Whether an error says already that some text is not read.
    said: bool,
}

impl<'s, 'q> Scanner<'s, 'q> {
    pub(crate) fn new(query: &'s mut Query<'q>, span: Span) -> Self {
        let said = !query.enclosed.is_balanced;
        Self { query, at: span.start as usize, end: span.end as usize, unclosed: Vec::new(), said }
    }

    /// The text that is left.
    pub(crate) fn rest(&self) -> &'q str {
        self.query.text.get(self.at..self.end).unwrap_or("")
    }

    /// The span from `start` to here.
    pub(crate) fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }

    /// The span of what is left.
    pub(crate) fn left(&self) -> Span {
        Span::new(self.at, self.end)
    }

    /// Goes on to the end.
    pub(crate) fn finish(&mut self) {
        self.at = self.end;
    }

    /// The next character.
    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Takes a text if it comes next.
    pub(crate) fn take(&mut self, text: &str) -> Option<Span> {
        let start = self.at;
        self.starts_with(text).then(|| {
            self.at += text.len();
            self.since(start)
        })
    }

    /// Takes one character, whatever it is.
    pub(crate) fn take_any(&mut self) -> Span {
        let start = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        self.since(start)
    }

    /// Takes characters up to one that ends them.
    pub(crate) fn take_until(&mut self, ends: impl Fn(char) -> bool) -> Span {
        let start = self.at;
        self.at += self.rest().find(ends).unwrap_or(self.end - start);
        self.since(start)
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        loop {
            let start = self.at;
            self.take_until(|character| !input::is_space(character));
            token::report_no_break_space(self.input_of(self.since(start)), &mut self.query.findings);
            let Some(length) = self.length(input::comment).filter(|_| self.starts_with("```")) else {
                return;
            };
            self.at += length;
        }
    }

    /// A double-quoted string with its quotes.
    pub(crate) fn string(&mut self) -> Option<Span> {
        self.enclosed('"', input::quoted)
    }

    /// The text of a double-quoted string with its quotes, without quotes and with its escapes.
    pub(crate) fn inside(&self, quoted: Span) -> &'q str {
        self.query.text.get(quoted.start as usize + 1..quoted.end as usize - 1).unwrap_or("")
    }

    /// A macro call: the text between the backticks.
    pub(crate) fn macro_call(&mut self) -> Option<(String, Span)> {
        let span = self.enclosed('`', input::macro_call)?;
        Some((span.of(self.query.text).trim_matches('`').trim().to_owned(), span))
    }

    /// A sub-search with its brackets.
    pub(crate) fn bracketed(&mut self) -> Option<Span> {
        let start = self.at;
        if !self.starts_with("[") {
            return None;
        }
        let end = self.query.enclosed.end(start).filter(|end| *end <= self.end)?;
        self.at = end;
        Some(self.since(start))
    }

    /// Says why the character that comes next starts nothing, unless an error about the delimiters of the query does.
    pub(crate) fn report_unreadable(&mut self) {
        let span = Span::new(self.at, self.at + self.peek().map_or(0, char::len_utf8));
        let finding = match self.peek() {
            Some(quote) if quote::is_smart(quote) => self.smart_quote(span, quote),
            Some('"' | '`' | '[' | ']') if self.said => return,
            Some('`') => Diagnostic::new(&codes::UNBALANCED_BACKTICK, span, "this backtick is not closed"),
            Some('"') => Diagnostic::new(&codes::UNBALANCED_QUOTE, span, "this double quote is not closed"),
            Some('[' | ']') => unbalanced_bracket(self.at, "this bracket has no partner"),
            Some(')') => Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, span, "this `)` closes no `(`"),
            _ => {
                let message = format!("`{}` is not read here", span.of(self.query.text));
                Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message)
            }
        };
        self.query.findings.push(finding);
    }

    /// A typographic quote where a string was to begin; the pair is told at once, and skipped with what it encloses.
    fn smart_quote(&mut self, open: Span, character: char) -> Diagnostic {
        let rest = self.rest().get(character.len_utf8()..).unwrap_or("");
        let end = rest.char_indices().find(|(_, next)| quote::is_smart(*next) || matches!(next, '\n' | '"'));
        let close = end.filter(|(_, next)| quote::is_smart(*next));
        let mut places = vec![open];
        if let Some((at, next)) = close {
            let at = open.end as usize + at;
            places.push(Span::new(at, at + next.len_utf8()));
            self.at = at;
        }
        let mut finding = quote::smart(&places, character);
        finding.severity = Severity::Error;
        finding
    }

    fn enclosed(&mut self, delimiter: char, parser: fn(Input<'q>) -> input::Read<'q>) -> Option<Span> {
        if self.peek() != Some(delimiter) || self.unclosed.contains(&delimiter) {
            return None;
        }
        let start = self.at;
        let length = self.length(parser);
        match length {
            Some(length) => self.at += length,
            None => self.unclosed.push(delimiter),
        }
        length.map(|_| self.since(start))
    }

    fn length(&self, parser: fn(Input<'q>) -> input::Read<'q>) -> Option<usize> {
        parser(self.input_of(self.left())).ok().map(|(_, piece)| piece.fragment().len())
    }

    fn input_of(&self, span: Span) -> Input<'q> {
        input::input(self.query.text, span)
    }
}
