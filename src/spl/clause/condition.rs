//! A condition where a command takes none: `stats count by user where count>5`.
//!
//! In: the place behind the word `where`. Out: one error about all of the condition, with a fix that makes it a stage.
//! Invariant: the condition is told as a whole, and none of its words is read as a field or a function.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::clause::read::Reader;
use crate::spl::clause::{ItemKind, Quote, Word};
use crate::spl::codes;

impl Reader<'_, '_, '_> {
    /// Whether the word, which is no setting, begins a condition.
    pub(super) fn begins_condition(&self, name: &Word) -> bool {
        self.grammar.is_fields && name.quote == Quote::None && name.text.eq_ignore_ascii_case("where")
    }

    /// Takes the condition up to a keyword, a `)` or the end, and says that it stands in a stage of its own.
    pub(super) fn stray_condition(&mut self, name: &Word) -> ItemKind {
        let start = name.span.start as usize;
        let end = self.skip_to(|reader| reader.peek_keyword().is_some() || reader.scanner.starts_with(")"));
        let text = self.scanner.query.text;
        let length = text.get(start..end).unwrap_or("").trim_end().len();
        let message = "this command takes no condition";
        let mut finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, Span::new(start, start + length), message)
            .help("put a condition behind a pipe, after `where`");
        // With nothing behind it, a pipe is all that is missing.
        if self.scanner.peek().is_none() && length > name.text.len() {
            let edits = vec![Edit { span: Span::new(start, start), text: "| ".to_owned() }];
            finding = finding.fix(Fix { title: "write a pipe before it".to_owned(), edits, safe: false });
        }
        self.push(finding);
        ItemKind::Unreadable
    }
}
