//! Functions among the arguments of a stage, and what stands in their parentheses.
//!
//! In: the place behind a name and its `(`. Out: the call. Invariant: text that is no list of arguments is told, or read as
//! the name of one field.

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::{Span, Spanned};
use crate::spl::clause::read::Reader;
use crate::spl::clause::{Item, ItemKind, Quote, Word};
use crate::spl::{codes, eval};

impl Reader<'_, '_, '_> {
    /// A function and its arguments, from behind its `(`.
    pub(super) fn call(&mut self, name: Word, open: Span) -> ItemKind {
        if name.text.eq_ignore_ascii_case("eval") {
            return ItemKind::Eval(eval::inside(self.scanner, open));
        }
        if ["prefix", "term"].iter().any(|directive| name.text.eq_ignore_ascii_case(directive)) {
            // The argument is one term, whatever characters it holds.
            self.scanner.at = open.start as usize;
            let argument = self.raw_parentheses();
            let item = Item { sign: None, span: argument.span, kind: ItemKind::Word(argument), alias: None };
            return ItemKind::Call(Spanned::new(name.text, name.span), vec![item]);
        }
        let Some(items) = self.parenthesised(open) else { return ItemKind::Unreadable };
        let items = match self.name_with_spaces(&items) {
            Some(name) => vec![Item { sign: None, span: name.span, kind: ItemKind::Word(name), alias: None }],
            None => items,
        };
        // An open quote took the words that would stand here, and is told.
        if self.scanner.query.enclosed.is_balanced {
            self.report_spaces(&items);
        }
        ItemKind::Call(Spanned::new(name.text, name.span), items)
    }

    /// `max(loe_value: dc_apps)`: what stands in the parentheses with no comma is the name of one field. Apps, Splunk's own
    /// among them, write such names without the quotes that the manual asks for.
    fn name_with_spaces(&mut self, items: &[Item]) -> Option<Word> {
        let [first, .., last] = items else { return None };
        let is_bare = |item: &Item| {
            item.alias.is_none() && matches!(&item.kind, ItemKind::Word(word) if word.quote == Quote::None)
        };
        let span = first.span.join(last.span);
        let text = span.of(self.scanner.query.text);
        if !items.iter().all(is_bare) || text.contains([',', '"', '\\', '`', '\n']) {
            return None;
        }
        let fix = Fix {
            title: format!("write `\"{text}\"`"),
            edits: vec![Edit { span, text: format!("\"{text}\"") }],
            safe: true,
        };
        let message = format!("`{text}` is read as the name of one field");
        let mut finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message);
        finding.severity = Severity::Note;
        self.push(finding.help("put a field name that holds a space in double quotes").fix(fix));
        Some(Word { text: text.to_owned(), quote: Quote::None, span })
    }

    /// Arguments stand between commas: a field whose name holds a space is quoted.
    fn report_spaces(&mut self, items: &[Item]) {
        let text = self.scanner.query.text;
        let apart = items.windows(2).find_map(|pair| match pair {
            [a, b] => {
                let between = text.get(a.span.end as usize..b.span.start as usize)?;
                let is_macro = |item: &Item| matches!(item.kind, ItemKind::Macro(_));
                (!between.contains(',') && !is_macro(a) && !is_macro(b)).then_some(b.span)
            }
            _ => None,
        });
        if let Some(span) = apart {
            let message = format!("no comma stands before `{}`", span.of(text));
            let finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message);
            self.push(finding.help("put a field name that holds a space in double quotes"));
        }
    }
}
