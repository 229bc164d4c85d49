//! `transaction-unbounded`: a transaction that nothing ends. In: `transaction` without `maxspan`, `maxpause`,
//! `maxevents`, `startswith` and `endswith`. Out: one finding a command, unless something else bounds it.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, inverted_time_range, visit};
use crate::spl::ast::{Kind, Stage};

static CODE: Code = Code::new(
    "transaction-unbounded",
    Severity::Note,
    "`transaction` without a bound",
    "Without `maxspan`, `maxpause` or conditions, a transaction of one value of the field reaches over the \
     whole range of time, and the oldest ones are put out early once the memory for open transactions is full \
     (Search Reference, transaction; limits.conf, `[transactions]`: maxopentxn, maxopenevents). Results then \
     depend on how much happens beside. `maxevents` is 1000 where it is not given. Not reported where the search looks at \
     a few hours at most or tests `_time`, and for tables that `dedup` and `outputlookup` make.",
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
                let finding = Diagnostic::new(&CODE, stage.name.span, "`transaction` has no bound")
                    .label("open over the whole range of time")
                    .help("give `maxspan` or `maxpause`, or use `stats … by`");
                if !is_short(subject) && !makes_table(subject) {
                    findings.push(finding);
                }
            }
        });
    }
}

/// The longest range of time that bounds a transaction as `maxspan` would, in seconds.
const SHORT: i64 = 4 * 3_600;

/// Whether the search says that it looks at a short time: by `earliest`, by its schedule or by a test of `_time`.
fn is_short(subject: &Subject<'_>) -> bool {
    let is_short = |text: &str| {
        let start = text.split('@').next().and_then(inverted_time_range::offset);
        start.is_some_and(|start| (-SHORT..0).contains(&start))
    };
    let mut short = subject.analytic.metadata.schedule.earliest.as_deref().is_some_and(is_short);
    let pipeline = &subject.parsed.pipeline;
    visit::searches(pipeline, &mut |_, search| {
        search.walk(&mut |term| {
            if let Kind::TimeModifier(modifier) = &term.kind {
                let is_start = modifier.name.value.eq_ignore_ascii_case("earliest");
                short |= is_start && is_short(&modifier.value.text);
            }
        });
    });
    visit::expressions(pipeline, &mut |stage, eval| {
        if stage.name.value == "where" {
            eval.walk(&mut |part| short |= visit::field(part).is_some_and(|(field, _)| field == "_time"));
        }
    });
    short
}

/// Whether rows of which each is there once become a table: what is joined has no time.
fn makes_table(subject: &Subject<'_>) -> bool {
    let has = |name: &str| subject.parsed.pipeline.stages.iter().any(|stage| stage.name.value == name);
    has("dedup") && has("outputlookup")
}

const BOUNDS: &[&str] = &["maxspan", "maxpause", "maxevents", "startswith", "endswith", "name"];

/// Whether it calls a type of transaction by a setting, whose bounds are defined elsewhere.
fn is_named(stage: &Stage) -> bool {
    let words: Vec<_> = visit::own_words(stage).collect();
    words.is_empty() || words.iter().any(|(word, ..)| word.contains(['$', '`']))
}
