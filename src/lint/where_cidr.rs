//! `where-cidr`: a network compared as a text. In: `=`, `!=` and `IN` in expressions. Out: one finding a network.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::event::network;
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "where-cidr",
    Severity::Warning,
    "a network in `where` or `eval` is an ordinary text",
    "The search command matches `ip=\"10.0.0.0/8\"` by the network; in an expression it is a text that no \
     address equals: \"You cannot specify … CIDR IP address ranges\" (Search Reference, \"Comparison and \
     conditional functions\", in). `cidrmatch(\"10.0.0.0/8\", ip)` asks whether an address lies in a network.",
);

/// The check.
pub(super) struct WhereCidr;

impl Lint for WhereCidr {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=proxy | where src=\"10.0.0.0/8\""
    }

    fn good(&self) -> &'static str {
        "index=proxy | where cidrmatch(\"10.0.0.0/8\", src)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let values: Vec<&Eval> = match (visit::compared(eval), visit::list(eval)) {
                (Some((left, operator, right)), _) if visit::is_equality(operator) => vec![left, right],
                (_, Some((_, values))) => values.iter().collect(),
                _ => return,
            };
            for value in values {
                if visit::text(value).is_some_and(|text| network::parse(text).is_some()) {
                    let shown = subject.shown(value.span);
                    let message = format!("`{shown}` is compared as a text, and no address is that text");
                    findings.push(
                        Diagnostic::new(&CODE, value.span, message)
                            .label("no network in an expression")
                            .help(format!("`cidrmatch({shown}, field)` asks whether an address lies in it")),
                    );
                }
            }
        });
    }
}
