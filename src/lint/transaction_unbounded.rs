//! `transaction-unbounded`: a transaction that nothing ends. In: `transaction` without `maxspan`, `maxpause`,
//! `maxevents`, `startswith` and `endswith`. Out: one finding a command.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};
use crate::spl::ast::Stage;

static CODE: Code = Code::new(
    "transaction-unbounded",
    Severity::Warning,
    "`transaction` without a bound",
    "Without `maxspan`, `maxpause` or conditions, a transaction of one value of the field reaches over the \
     whole range of time, and the oldest ones are put out early once the memory for open transactions is full \
     (Search Reference, transaction; limits.conf, `[transactions]`: maxopentxn, maxopenevents). Results then \
     depend on how much happens beside.",
);

/// The check.
pub(super) struct TransactionUnbounded;

impl Lint for TransactionUnbounded {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web | transaction session"
    }

    fn good(&self) -> &'static str {
        "index=web | transaction session maxspan=30m maxpause=5m"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            let is_bound = BOUNDS.iter().any(|name| visit::setting(stage, name).is_some());
            if stage.name.value == "transaction" && !is_bound && !is_named(stage) {
                findings.push(
                    Diagnostic::new(&CODE, stage.name.span, "`transaction` has no bound")
                        .label("open over the whole range of time")
                        .help("give `maxspan` or `maxpause`, or use `stats … by`"),
                );
            }
        });
    }
}

const BOUNDS: &[&str] = &["maxspan", "maxpause", "maxevents", "startswith", "endswith", "name"];

/// Whether it calls a type of transaction by a setting, whose bounds are defined elsewhere.
fn is_named(stage: &Stage) -> bool {
    let words: Vec<_> = visit::own_words(stage).collect();
    words.is_empty() || words.iter().any(|(word, ..)| word.contains(['$', '`']))
}
