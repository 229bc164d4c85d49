//! `lost-bin`: events put into stretches of time, and then counted over all of them. In: `bin _time` and the `stats` behind
//! it. Out: one finding a `stats`.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::{Arguments, Pipeline, Stage};
use crate::spl::clause::{Clause, Item, ItemKind};

static CODE: Code = Code::new(
    "lost-bin",
    Severity::Note,
    "`stats` groups by no `_time` behind a `bin` of it",
    "`bin _time span=5m` puts the time of an event at the start of its five minutes, so that `stats … by _time` counts for \
     each stretch (Search Reference, bin). Without `_time` behind `by` the bins have no effect: events of the whole range \
     of time are counted together.",
);

/// The check.
pub(super) struct LostBin;

impl Lint for LostBin {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth action=failure | bin _time span=5m | stats count by src"
    }

    fn good(&self) -> &'static str {
        "index=auth action=failure | bin _time span=5m | stats count by _time, src"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            for (bin, stats) in pairs(pipeline) {
                findings.push(
                    Diagnostic::new(&CODE, stats.name.span, "this `stats` does not group by `_time`")
                        .label("one row for the whole range of time")
                        .also(bin.span, "has no effect")
                        .help("name `_time` behind `by`, or leave the `bin` out"),
                );
            }
        });
    }
}

/// Each `bin _time` with the `stats` right behind it, or behind stages that only drop events.
fn pairs(pipeline: &Pipeline) -> impl Iterator<Item = (&Stage, &Stage)> {
    const FILTERS: &[&str] = &["search", "fields", "table"];
    pipeline.stages.iter().enumerate().filter(|(_, stage)| bins_time(stage)).filter_map(|(at, bin)| {
        let next = |stage: &&Stage| !FILTERS.contains(&stage.name.value.as_str());
        let stats = pipeline.stages.iter().skip(at + 1).find(next)?;
        (stats.name.value == "stats" && visit::has_clause(stats, "by") && !names_time(stats))
            .then_some((bin, stats))
    })
}

/// `bin _time`, which changes the field itself.
fn bins_time(stage: &Stage) -> bool {
    let is_time = |item: &Item| matches!(&item.kind, ItemKind::Word(word) if word.text == "_time");
    ["bin", "bucket", "discretize"].contains(&stage.name.value.as_str())
        && visit::own_items(stage).any(is_time)
        && visit::own_items(stage).all(|item| item.alias.is_none())
}

/// Whether some word of the stage is `_time`, a pattern, a macro, or an expression or function that may look at it.
fn names_time(stage: &Stage) -> bool {
    const OF_TIME: &[&str] = &["earliest", "earliest_time", "latest", "latest_time", "rate", "sparkline"];
    let Arguments::Clauses(clauses) = &stage.arguments else { return true };
    let mut found = false;
    for item in clauses.iter().flat_map(Clause::items) {
        item.walk(&mut |item| {
            found |= match &item.kind {
                ItemKind::Word(word) => word.text == "_time" || word.text.contains(['*', '$']),
                ItemKind::Call(name, _) => OF_TIME.iter().any(|it| name.value.eq_ignore_ascii_case(it)),
                ItemKind::Eval(_) | ItemKind::Macro(_) | ItemKind::Subsearch(_) => true,
                _ => false,
            };
        });
    }
    found
}
