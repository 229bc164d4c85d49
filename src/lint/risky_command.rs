//! `risky-command`: a command that does more than search. In: every stage. Out: one finding a command that Splunk
//! counts among the risky ones.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};

static CODE: Code = Code::new(
    "risky-command",
    Severity::Note,
    "a command changes, sends or runs something",
    "Splunk warns of commands that \"might run code or change data\" (Securing Splunk, \"SPL safeguards for \
     risky commands\"; commands.conf, `is_risky`), such as `delete`, `outputlookup`, `collect`, `sendemail`, \
     `map` and `script`. A detection that only searches can be run by anybody at any time.",
);

/// The check.
pub(super) struct RiskyCommand;

impl Lint for RiskyCommand {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=auth action=failure | stats count by user | outputlookup failures.csv"
    }

    fn good(&self) -> &'static str {
        "index=auth action=failure | stats count by user"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            let name = stage.name.value.as_str();
            if RISKY.contains(&name) && !subject.is_of_macro(stage.span) {
                findings.push(
                    Diagnostic::new(&CODE, stage.name.span, format!("`{name}` does more than search"))
                        .label("changes, sends or runs something each time")
                        .help("keep the detection free of it, and let an alert action do that"),
                );
            }
        });
    }
}

/// The risky commands (Securing Splunk, "SPL safeguards for risky commands").
const RISKY: &[&str] = &[
    "collect",
    "delete",
    "dump",
    "map",
    "mcollect",
    "meventcollect",
    "outputcsv",
    "outputlookup",
    "outputtext",
    "runshellscript",
    "script",
    "sendalert",
    "sendemail",
    "tscollect",
];
