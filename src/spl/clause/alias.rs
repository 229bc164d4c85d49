//! The new name of what stands before it: `count AS hits`.
//!
//! In: the place behind an item. Out: the name, or nothing where none is given. Invariant: a word that gives no name is
//! told, or left for the next item.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::clause::read::Reader;
use crate::spl::clause::word::word;
use crate::spl::clause::{Quote, Word};
use crate::spl::codes;

impl Reader<'_, '_, '_> {
    /// `AS name`. `rename` takes `TO` and `->` too: its message of usage names all three, and apps write `TO`.
    pub(super) fn alias(&mut self) -> Option<Word> {
        let behind = self.scanner.at;
        self.scanner.skip_space();
        let comma = self.comma_before_alias();
        let aliases = self.grammar.aliases;
        let Some(keyword) = aliases.iter().find_map(|keyword| self.take_word(keyword)) else {
            self.scanner.at = behind;
            return None;
        };
        self.scanner.skip_space();
        let start = self.scanner.at;
        if let Some((_, span)) = self.scanner.macro_call() {
            let text = span.of(self.scanner.query.text).to_owned();
            return Some(Word { text, quote: Quote::None, span });
        }
        let alias = self.new_name();
        match (&alias, comma) {
            (Some(_), Some(comma)) => self.report_comma_before_alias(comma, keyword),
            // `by type, as`: fields to group by get no new name.
            (None, _) if self.is_in_by() => self.scanner.at = behind,
            (None, _) => {
                self.scanner.at = start;
                let message =
                    format!("no name follows `{}`", keyword.of(self.scanner.query.text).to_uppercase());
                self.push(Diagnostic::new(&codes::MISSING_OPERAND, keyword, message));
            }
            (Some(_), None) => {}
        }
        alias
    }

    fn is_in_by(&self) -> bool {
        self.clause.as_deref().is_some_and(|keyword| keyword.ends_with("by"))
    }

    fn new_name(&mut self) -> Option<Word> {
        let mut name = word(self.scanner, false)?;
        if name.quote == Quote::None && self.scanner.starts_with("(") {
            // `loss(ms)`: the parentheses belong to the name.
            let unit = self.raw_parentheses();
            name.text.push_str(&unit.text);
            name.span = name.span.join(unit.span);
        }
        Some(name)
    }

    /// Takes the comma of `count, AS hits`; in a list of fields alone, `as` behind a comma is a field.
    fn comma_before_alias(&mut self) -> Option<Span> {
        let start = self.scanner.at;
        let is_list = self.grammar.signs || self.is_in_by();
        let comma = if is_list { None } else { self.scanner.take(",") };
        self.scanner.skip_space();
        let ahead = self.scanner.at;
        if comma.is_some() && self.take_word("as").is_some() {
            self.scanner.skip_space();
            let names = self.scanner.peek().is_some_and(|next| !matches!(next, ',' | ')' | '='));
            if names {
                self.scanner.at = ahead;
                return comma;
            }
        }
        self.scanner.at = start;
        None
    }

    fn report_comma_before_alias(&mut self, comma: Span, keyword: Span) {
        let edits = vec![Edit { span: comma, text: String::new() }];
        let fix = Fix { title: "leave the comma out".to_owned(), edits, safe: true };
        let message = format!("this comma stands before `{}`", keyword.of(self.scanner.query.text));
        let finding = Diagnostic::new(&codes::STRAY_COMMA, comma, message);
        self.push(finding.help("it is read as if it were not there").fix(fix));
    }
}
