//! `split-column`: a test of a column that `chart` or `timechart` has split. In: one of these commands with a field to split
//! by, and the test behind it. Out: one finding a test.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, lost_field, visit};
use crate::spl::ast::{Arguments, Stage};
use crate::spl::clause::{Clause, Item, ItemKind};

static CODE: Code = Code::new(
    "split-column",
    Severity::Warning,
    "a column is tested that `chart` or `timechart` has split",
    "`timechart count by user` makes a column for each user, named by the user, and none of the name `count`; so does `chart` \
     with two fields (Search Reference, timechart; chart). A test of `count` behind it is true for no row. \
     `bin _time | stats count by _time, user` keeps the count in one column.",
);

/// The check.
pub(super) struct SplitColumn;

impl Lint for SplitColumn {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | timechart span=1h count by user | where count > 10"
    }

    fn good(&self) -> &'static str {
        "index=auth | bin _time span=1h | stats count by _time, user | where count > 10"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            for pair in pipeline.stages.windows(2) {
                let [chart, test] = pair else { continue };
                if !is_split(chart) || !["where", "search"].contains(&test.name.value.as_str()) {
                    continue;
                }
                let names: Vec<&str> =
                    visit::own_items(chart).filter_map(|item| column(subject, item)).collect();
                let used = lost_field::used(test, &|_| false).into_iter();
                findings.extend(used.filter(|(field, _)| names.contains(&field.as_str())).take(1).map(
                    |(field, span)| {
                        let message = format!("no row has a column `{field}` here");
                        Diagnostic::new(&CODE, span, message)
                            .label("each column has the name of a value of the field behind `by`")
                            .also(chart.name.span, "split here")
                            .help("count with `stats … by _time, field`, and test that")
                    },
                ));
            }
        });
    }
}

/// Whether a command makes a column of each value of a field.
fn is_split(stage: &Stage) -> bool {
    let Arguments::Clauses(clauses) = &stage.arguments else { return false };
    let count = |keyword: &str| -> usize {
        let is = |clause: &&Clause| clause.keyword.as_ref().is_some_and(|word| word.value == keyword);
        let is_word = |item: &&Item| matches!(item.kind, ItemKind::Word(_));
        clauses.iter().filter(is).map(|clause| clause.items().iter().filter(is_word).count()).sum()
    };
    match stage.name.value.as_str() {
        "timechart" => count("by") > 0,
        "chart" => count("by") + count("over") > 1,
        _ => false,
    }
}

/// The name that the result of a function has where nothing is split.
fn column<'a>(subject: &Subject<'a>, item: &'a Item) -> Option<&'a str> {
    let name = match &item.kind {
        ItemKind::Call(..) => item.span.of(subject.text()),
        ItemKind::Word(word) => word.text.as_str(),
        _ => return None,
    };
    Some(item.alias.as_ref().map_or(name, |alias| alias.text.as_str()))
}
