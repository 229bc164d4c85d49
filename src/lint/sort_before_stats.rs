//! `sort-before-stats`: a sort whose order is lost. In: `sort` right before a command that does not look at the
//! order. Out: one finding a sort.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};
use crate::spl::ast::Stage;
use crate::spl::clause::ItemKind;

static CODE: Code = Code::new(
    "sort-before-stats",
    Severity::Note,
    "the order of `sort` is lost in the next stage",
    "`stats`, `chart`, `timechart`, `top` and `rare` give their rows in an order of their own, so a `sort` \
     before them is work for nothing, and drops all but 10,000 rows (Search Reference, sort; stats). Only \
     `first`, `last`, `list` and their like see the order.",
);

/// The check.
pub(super) struct SortBeforeStats;

impl Lint for SortBeforeStats {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web | sort -_time | stats count by user"
    }

    fn good(&self) -> &'static str {
        "index=web | stats count by user | sort -count"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            for pair in pipeline.stages.windows(2) {
                let [sort, next] = pair else { continue };
                if sort.name.value == "sort" && loses_order(next) && visit::own_items(sort).next().is_some() {
                    let message = format!("the order of `sort` is lost in `{}`", next.name.value);
                    findings.push(
                        Diagnostic::new(&CODE, sort.name.span, message)
                            .label("work for nothing, and a limit of 10,000 rows")
                            .also(next.name.span, "has an order of its own")
                            .help("sort what the last stage gives"),
                    );
                }
            }
        });
    }
}

/// Functions that depend on the order of events.
const ORDERED: &[&str] =
    &["first", "last", "list", "earliest", "latest", "earliest_time", "latest_time", "rate"];

fn loses_order(stage: &Stage) -> bool {
    let is_ordered = || {
        visit::own_items(stage).any(|item| match &item.kind {
            ItemKind::Call(name, _) => ORDERED.contains(&name.value.to_ascii_lowercase().as_str()),
            ItemKind::Word(_) | ItemKind::Setting(_) => false,
            _ => true,
        })
    };
    match stage.name.value.as_str() {
        "stats" | "chart" | "timechart" => !is_ordered(),
        "top" | "rare" => true,
        _ => false,
    }
}
