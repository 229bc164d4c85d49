//! Regular expressions among the arguments of `rex` and `regex`.
//!
//! In: the place of a scanner. Out: an expression as one word, which goes on to the next space outside of quotes:
//! `(?<user>"a b")`. Invariant: quotes hold whole groups, or the expression is told as an error. Whether a regular
//! expression is valid is not looked at here.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::clause::read::Reader;
use crate::spl::clause::word::word;
use crate::spl::clause::{Clause, Item, ItemKind, Quote, Word};
use crate::spl::{codes, input};

impl Reader<'_, '_, '_> {
    /// A regular expression, unless a setting begins here or the command takes none.
    pub(super) fn expression(&mut self) -> Option<Word> {
        let start = self.scanner.at;
        if !self.grammar.raw {
            return None;
        }
        let first = word(self.scanner, false);
        let behind = self.scanner.at;
        self.scanner.skip_space();
        let is_setting = first.is_some() && (self.scanner.starts_with("=") || self.scanner.starts_with("!="));
        self.scanner.at = if is_setting { start } else { behind };
        let none = Word { text: String::new(), quote: Quote::None, span: Span::new(start, start) };
        if is_setting {
            return None;
        }
        let expression = self.rest_of_expression(first.unwrap_or(none));
        // A backtick that is not closed begins nothing.
        (self.scanner.at > start).then_some(expression)
    }

    /// The expression that `first` begins.
    pub(super) fn rest_of_expression(&mut self, first: Word) -> Word {
        let text = self.scanner.query.text;
        let behind = self.scanner.at;
        let mut is_balanced = first.quote != Quote::Double || balanced(&pattern(first.span.of(text)));
        let mut outside =
            if first.quote == Quote::Double { String::new() } else { first.span.of(text).to_owned() };
        while let Some(next) =
            self.scanner.peek().filter(|next| !next.is_whitespace() && !matches!(next, ',' | '`'))
        {
            if let Some(quoted) = self.scanner.string() {
                is_balanced &= balanced(&pattern(quoted.of(text)));
                continue;
            }
            if next == '"' {
                self.scanner.report_unreadable();
            }
            let start = self.scanner.at;
            self.scanner.take_any();
            self.scanner.take_until(|next| next.is_whitespace() || matches!(next, '"' | ',' | '`'));
            outside.push_str(self.scanner.since(start).of(text));
        }
        if self.scanner.at == behind {
            return first;
        }
        let span = self.scanner.since(first.span.start as usize);
        let is_bare = outside.len() == span.of(text).len();
        let outside = input::unescape_quoted(&outside);
        if !is_balanced || !balanced(&outside) {
            self.push(two_sides(span, outside == ")" && is_closed_behind(&first, text)));
        }
        let text = if is_bare { outside } else { span.of(text).to_owned() };
        Word { text, quote: Quote::None, span }
    }

    /// Says that more than one expression stands in a command.
    pub(super) fn report_second(&mut self, clauses: &[Clause]) {
        let is_word = |item: &&Item| matches!(item.kind, ItemKind::Word(_));
        if let Some(item) = clauses.iter().flat_map(Clause::items).filter(is_word).nth(1) {
            let message = "a second expression stands here";
            let finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, item.span, message);
            self.push(finding.help("put an expression that holds a space in double quotes"));
        }
    }
}

/// Whether a quoted piece lacks just the `)` that follows it.
fn is_closed_behind(first: &Word, text: &str) -> bool {
    first.quote == Quote::Double && balanced(&(pattern(first.span.of(text)) + ")"))
}

/// The finding about an expression whose quotes hold half of a pair of parentheses.
fn two_sides(span: Span, is_behind: bool) -> Diagnostic {
    if !is_behind {
        let message = "a parenthesis of this expression and its partner stand on two sides of a quote";
        return Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, span, message)
            .help("put the whole expression in double quotes, with `\\\"` for a quote in it");
    }
    let message = "a `(` of this expression is closed behind its quotes";
    let finding = Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, span, message);
    let end = span.end as usize;
    let edits = vec![Edit { span: Span::new(end - 2, end), text: ")\"".to_owned() }];
    let fix = Fix { title: "move the quote behind the `)`".to_owned(), edits, safe: false };
    finding.help("the quotes hold the whole expression").fix(fix)
}

/// What a quoted piece says to the reader of expressions: `"\\["` is the bracket behind a backslash.
fn pattern(quoted: &str) -> String {
    input::unescape_quoted(quoted.trim_matches('"'))
}

/// Whether parentheses close outside of classes; a character behind a backslash counts for nothing.
fn balanced(expression: &str) -> bool {
    let (mut depth, mut in_class) = (0_usize, false);
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class && depth == 0 => return false,
            ')' if !in_class => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spl::Shape;
    use crate::spl::ast::Arguments;

    #[test]
    fn an_expression_says_the_same_with_quotes_and_without() {
        let found = |pattern: &str| {
            let parsed =
                crate::spl::parse(&format!("index=a | rex field=process {pattern}"), &|_| Some(Shape::Regex));
            assert!(parsed.is_clean(), "{pattern}: {:?}", parsed.diagnostics);
            let Arguments::Clauses(clauses) = &parsed.pipeline.stages[1].arguments else { panic!() };
            let mut words = clauses.iter().flat_map(Clause::items).filter_map(|item| match &item.kind {
                ItemKind::Word(word) => Some(word.text.clone()),
                _ => None,
            });
            words.next_back().unwrap()
        };
        // Three backslashes are one of the expression, in front of a group.
        let bare = r".*\\\(?<name>\S+)\s?$";
        assert_eq!(found(bare), found(&format!("\"{bare}\"")));
    }

    #[test]
    fn classes_and_escapes_hold_any_parenthesis() {
        assert!(balanced(r"(a[)(]b)\("));
        assert!(!balanced("(a"));
        assert!(!balanced("a)("));
    }
}
