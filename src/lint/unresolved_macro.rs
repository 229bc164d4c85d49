//! `unresolved-macro`: a call of a macro that the given definitions do not hold. In: the calls that stay after
//! expansion. Out: one finding a macro. Where no definitions are given, nothing is said.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "unresolved-macro",
    Severity::Warning,
    "a macro that is not defined for this call",
    "A macro is text that takes the place of its call (Knowledge Manager Manual, \"Use search macros\"); \
     definitions of one name with different numbers of arguments are different macros (macros.conf). Without a \
     definition for the call, Splunk refuses the search. Reported where definitions are given with `--macros \
     PATH`: as a warning where the macro takes other numbers of arguments or its app defines others of such a name, and as a \
     note where another app may define it or its text is not known.",
);

/// The check.
pub(super) struct UnresolvedMacro;

impl Lint for UnresolvedMacro {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Knowledge
    }

    fn bad(&self) -> &'static str {
        "index=web `from_host(a, b)` status=500"
    }

    fn good(&self) -> &'static str {
        "index=web `from_host(a)` status=500"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        if subject.known.macros.is_empty() {
            return;
        }
        let mut seen = BTreeSet::new();
        for call in subject.expanded.unresolved.iter().filter(|call| seen.insert(&call.name)) {
            let mut finding = Diagnostic::new(&CODE, call.span, call.message.clone())
                .label("stays as it is written")
                .help(call.help.clone());
            finding.severity = call.severity;
            findings.push(finding);
        }
    }
}
