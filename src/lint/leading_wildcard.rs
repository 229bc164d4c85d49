//! `leading-wildcard`: a value that begins with a star. In: positive tests of the `search` language in the base
//! search. Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};

static CODE: Code = Code::new(
    "leading-wildcard",
    Severity::Note,
    "a value that begins with `*` cannot use the index",
    "The words of a value are looked up in the index; of a value with a wildcard only what stands before the \
     wildcard is (limits.conf, `min_prefix_len`; Search Manual, \"Wildcards\": \"avoid using wildcards at the \
     beginning of search terms\"). Every event of the index and time range is read.",
).pedantic();

/// The check.
pub(super) struct LeadingWildcard;

impl Lint for LeadingWildcard {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=endpoint process=\"*\\\\cmd.exe\""
    }

    fn good(&self) -> &'static str {
        "index=endpoint process_name=\"cmd.exe\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut first = None;
        let mut count = 0_usize;
        visit::literals(&subject.parsed.pipeline, &mut |_, value| {
            if value.text.starts_with('*') && value.text.chars().any(|c| c != '*') {
                first = first.or(Some(value.span));
                count += 1;
            }
        });
        findings.extend(first.map(|span| {
            let more = if count > 1 { format!(", and {} more values", count - 1) } else { String::new() };
            let message = format!("`{}` begins with a wildcard{more}", subject.shown(span));
            Diagnostic::new(&CODE, span, message)
                .label("not looked up in the index")
                .help("begin with a word of the event, or test a field that holds the end alone")
        }));
    }
}
