//! `number-as-text`: an order of numbers of which one is written as a text. In: `<`, `>` and their like in expressions, with a
//! number in quotes. Out: one finding each, with a fix.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "number-as-text",
    Severity::Note,
    "an order is asked for with a number in quotes",
    "A number in double quotes is a text, and texts are ordered letter by letter (Search Reference, where; \
     \"Lexicographical order\"): `\"9\" > \"100\"`. Without quotes it is a number. Whether a field that holds a \
     number is compared with such a text as a number is not documented; splc compares the two as numbers, and a number \
     should be written as one.",
);

/// The check.
pub(super) struct NumberAsText;

impl Lint for NumberAsText {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | where bytes > \"100\""
    }

    fn good(&self) -> &'static str {
        "index=web | where bytes > 100"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((left, operator, right)) = visit::compared(eval) else { return };
            if !visit::is_order(operator) || visit::text(left).is_some() {
                return;
            }
            let Some(number) = visit::text(right).filter(|text| text.parse::<f64>().is_ok()) else { return };
            let message = format!("`{}` is a text, and no number", subject.shown(right.span));
            findings.push(
                Diagnostic::new(&CODE, right.span, message)
                    .label("whether it is compared as a number is not documented")
                    .help(format!("`{number}` without quotes is a number"))
                    .fix(Fix {
                        title: format!("write `{number}`"),
                        edits: vec![Edit { span: right.span, text: number.to_owned() }],
                        safe: false,
                    }),
            );
        });
    }
}
