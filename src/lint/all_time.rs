//! `all-time`: a range of time without a start. In: `earliest=0` and `earliest=1`. Out: one finding each.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};
use crate::spl::ast::Kind;

static CODE: Code = Code::new(
    "all-time",
    Severity::Note,
    "a search over all time",
    "`earliest=0` and `earliest=1` begin at the first event there is (Search Reference, \"Time modifiers\"). \
     The time range is what bounds the cost of a search most (Search Manual, \"Quick tips for optimization\"); \
     a scheduled one reads everything on every run.",
);

/// The check.
pub(super) struct AllTime;

impl Lint for AllTime {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web earliest=0 status=500"
    }

    fn good(&self) -> &'static str {
        "index=web earliest=-24h status=500"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |_, search| {
            search.walk(&mut |expression| {
                if let Kind::TimeModifier(modifier) = &expression.kind
                    && modifier.name.value.eq_ignore_ascii_case("earliest")
                    && matches!(modifier.value.text.as_str(), "0" | "1")
                {
                    let message =
                        format!("`{}` begins at the first event there is", subject.shown(expression.span));
                    findings.push(
                        Diagnostic::new(&CODE, expression.span, message)
                            .label("the whole of every index")
                            .help("begin as far back as the detection needs"),
                    );
                }
            });
        });
    }
}
