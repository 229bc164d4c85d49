//! `operator-in-value`: an operator inside of quotes. In: quoted values of `=` and `!=` that hold ` OR ` or ` AND `
//! between words. Out: one finding a value. Pieces of SQL and of filters hold such words too and are left alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "operator-in-value",
    Severity::Warning,
    "OR or AND inside of quotes is text",
    "Double quotes make one value of everything between them (Search Reference, search, \"Quotes and escaping \
     characters\"): `user=\"root OR admin\"` asks for a user of that very name. `user IN (root, admin)` asks \
     for either.",
);

/// The check.
pub(super) struct OperatorInValue;

impl Lint for OperatorInValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth user=\"root OR admin\""
    }

    fn good(&self) -> &'static str {
        "index=auth user IN (root, admin)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::literals(&subject.parsed.pipeline, &mut |comparison, value| {
            let Some(comparison) = comparison.filter(|_| value.quoted) else { return };
            let Some(word) = [" OR ", " AND "].into_iter().find(|word| value.text.contains(word)) else {
                return;
            };
            // SQL, KQL and LDAP filters say it in the same words.
            let is_language = value.text.contains(['=', '\'', '"', '(', '<', '>', '%']);
            if is_language
                || value.text.contains("SELECT")
                || value.text.split(word).any(|part| part.trim().is_empty())
            {
                return;
            }
            let message =
                format!("`{}` is one text with the word `{}` in it", subject.shown(value.span), word.trim());
            findings.push(
                Diagnostic::new(&CODE, value.span, message)
                    .label("no operator inside of quotes")
                    .help(format!("quote each value: `{} IN (\"…\", \"…\")`", comparison.field.value)),
            );
        });
    }
}
