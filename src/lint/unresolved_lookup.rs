//! `unresolved-lookup`: a table that the given ones do not hold. In: `lookup` and `inputlookup`. Out: one finding a
//! stage. Where no tables are given, nothing is said.

use crate::backend::unresolved::table_file;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};

static CODE: Code = Code::new(
    "unresolved-lookup",
    Severity::Warning,
    "a lookup whose table is not there",
    "A lookup reads a table of the Splunk installation by name (Search Reference, lookup and inputlookup). \
     Reported where tables are given with `--lookups DIR` and this one is not among them.",
);

/// The check.
pub(super) struct UnresolvedLookup;

impl Lint for UnresolvedLookup {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Knowledge
    }

    fn bad(&self) -> &'static str {
        "index=web | lookup people user OUTPUT level | search level=high"
    }

    fn good(&self) -> &'static str {
        "index=web | lookup users user OUTPUT level | search level=high"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        if subject.known.tables.is_empty() {
            return;
        }
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            if !matches!(stage.name.value.as_str(), "lookup" | "inputlookup") {
                return;
            }
            let Some((name, _, span)) = visit::own_words(stage).next() else { return };
            if subject.known.tables.find(name).is_none() && !name.contains(['$', '`', '<']) {
                findings.push(
                    Diagnostic::new(&CODE, span, format!("there is no table `{name}`"))
                        .label("not among the given ones")
                        .help(format!("add `{}`, or correct the name", table_file(name))),
                );
            }
        });
    }
}
