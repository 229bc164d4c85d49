//! `user=*` in an expression, where `*` multiplies.
//!
//! In: the operand and the operator before the star. Out: one error about the test, with a fix where a function says the
//! same. Invariant: all of the word that the star begins is taken, so that nothing of it is told twice.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::codes;
use crate::spl::eval::lex::TokenKind;
use crate::spl::eval::read::Reader;
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

impl Reader<'_, '_, '_> {
    /// Takes the star and what touches it: only the search command reads wildcards (Search Manual, "Wildcards").
    pub(super) fn star(&mut self, left: &Eval, operator: BinaryOperator) -> Eval {
        let star = self.next.span;
        let mut end = star.start;
        while self.next.span.start == end && self.at_part_of_word() {
            end = self.bump().span.end;
        }
        let value = Span { start: star.start, end };
        let test = left.span.join(value);
        let text = self.scanner.query.text;
        let source = left.span.of(text);
        let message = format!("`{}` is no value of an expression", value.of(text));
        let finding = Diagnostic::new(&codes::MISSING_OPERAND, value, message);
        let finding = if value == star {
            let function = if operator == BinaryOperator::Equal { "isnotnull" } else { "isnull" };
            let written = format!("{function}({source})");
            let edits = vec![Edit { span: test, text: written.clone() }];
            let fix = Fix { title: format!("write `{written}`"), edits, safe: false };
            finding.help(format!("`*` multiplies; `{written}` asks whether the field is there")).fix(fix)
        } else {
            finding
                .help(format!("`*` multiplies; `like({source}, \"…\")` with `%` for any text matches a part"))
        };
        self.push(finding);
        Eval { kind: EvalKind::Unreadable, span: test }
    }

    fn at_part_of_word(&self) -> bool {
        match &self.next.kind {
            TokenKind::Word(_) | TokenKind::Number(_) => true,
            TokenKind::Operator(operator) => {
                use BinaryOperator::{Concatenate, Divide, Multiply, Subtract};
                matches!(operator, Multiply | Concatenate | Divide | Subtract)
            }
            _ => false,
        }
    }
}
