//! `field-as-value`: a field compared with the name of another one. In: values of the `search` language that are written as
//! paths. Out: one finding a value: one whose path ends as that of its field, or is a field elsewhere in the search.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::Literal;

static CODE: Code = Code::new(
    "field-as-value",
    Severity::Note,
    "`search` compares with a text, not with another field",
    "The right side of a comparison is a value in the search command (searchbnf.conf, comparison-expression): \
     `a.name!=b.name` compares with the text `b.name`. `where 'a.name'!='b.name'` compares two fields (Search Reference, \
     where, \"Usage\").",
);

/// The check.
pub(super) struct FieldAsValue;

impl Lint for FieldAsValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=aws actor.userName=target.userName"
    }

    fn good(&self) -> &'static str {
        "index=aws | where 'actor.userName'='target.userName'"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut fields = BTreeSet::new();
        visit::comparisons(&subject.parsed.pipeline, &mut |test, _| {
            _ = fields.insert(test.field.value.as_str());
        });
        visit::literals(&subject.parsed.pipeline, &mut |test, value| {
            let Some(test) = test.filter(|_| is_path(value)) else { return };
            let field = test.field.value.as_str();
            let last = |path: &str| path.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
            let is_alike = last(field).is_some() && last(field) == last(&value.text);
            if field == value.text || !is_alike && !fields.contains(value.text.as_str()) {
                return;
            }
            let message = format!("`{}` is a text here, and no field", subject.shown(value.span));
            findings.push(
                Diagnostic::new(&CODE, value.span, message)
                    .label("compared as it is written")
                    .help(format!("`where` compares two fields: `'{field}'` and `'{}'`", value.text)),
            );
        });
    }
}

/// Whether it is names joined by dots, without quotes.
fn is_path(value: &Literal) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    !value.quoted && value.text.contains('.') && value.text.split('.').all(is_name)
}
