//! `sort-limit`: a sort that keeps 10,000 rows. In: `sort` without a count. Out: one finding a command that later
//! stages compute from.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};
use crate::spl::ast::Stage;
use crate::spl::clause::Quote;

static CODE: Code = Code::new(
    "sort-limit",
    Severity::Note,
    "`sort` keeps 10,000 rows",
    "Without a count, `sort` gives back the first 10,000 results and drops the rest; `sort 0` keeps them all \
     (Search Reference, sort). Reported where a later stage computes from the sorted rows; at the end of a \
     search nobody reads that many.",
);

/// The check.
pub(super) struct SortLimit;

impl Lint for SortLimit {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web | sort _time | streamstats count by user | where count > 5"
    }

    fn good(&self) -> &'static str {
        "index=web | sort 0 _time | streamstats count by user | where count > 5"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            for (at, stage) in pipeline.stages.iter().enumerate() {
                let computes = |later: &Stage| COMPUTE.contains(&later.name.value.as_str());
                if stage.name.value == "sort"
                    && !has_count(stage)
                    && pipeline.stages.iter().skip(at + 1).any(computes)
                {
                    findings.push(
                        Diagnostic::new(&CODE, stage.name.span, "`sort` drops all but 10,000 rows")
                            .label("later stages compute from what is left")
                            .help("`sort 0` keeps all rows"),
                    );
                }
            }
        });
    }
}

/// Commands whose result depends on every row.
const COMPUTE: &[&str] = &[
    "stats",
    "streamstats",
    "eventstats",
    "transaction",
    "timechart",
    "chart",
    "top",
    "rare",
    "delta",
    "autoregress",
    "accum",
    "filldown",
];

fn has_count(stage: &Stage) -> bool {
    let is_count = |word: &str| word.parse::<u64>().is_ok();
    visit::setting(stage, "limit").is_some()
        || visit::own_words(stage)
            .next()
            .is_some_and(|(word, quote, _)| quote == Quote::None && is_count(word))
}
