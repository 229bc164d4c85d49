//! `lookup-column`: a column that a table does not have. In: the columns that `lookup` names, and the given tables.
//! Out: one finding a column.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};
use crate::spl::ast::Arguments;
use crate::spl::clause::ItemKind;

static CODE: Code = Code::new(
    "lookup-column",
    Severity::Warning,
    "a lookup names a column that its table does not have",
    "`lookup TABLE column AS field OUTPUT column AS field` names columns of the table (Search Reference, \
     lookup). With one that is not there, Splunk refuses the search. Reported where the table is given with \
     `--lookups DIR`.",
);

/// The check.
pub(super) struct LookupColumn;

impl Lint for LookupColumn {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Knowledge
    }

    fn bad(&self) -> &'static str {
        "index=web | lookup users user OUTPUT rank | search rank=high"
    }

    fn good(&self) -> &'static str {
        "index=web | lookup users user OUTPUT level | search level=high"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            let Arguments::Clauses(clauses) = &stage.arguments else { return };
            if stage.name.value != "lookup" {
                return;
            }
            let items = clauses.iter().flat_map(super::super::spl::clause::Clause::items);
            let mut words = items.filter_map(|item| match &item.kind {
                ItemKind::Word(word) => Some(word),
                _ => None,
            });
            let Some(table) = words.next().and_then(|name| subject.known.tables.find(&name.text)) else {
                return;
            };
            for word in
                words.filter(|word| !table.columns.contains(&word.text) && !word.text.contains(['$', '*']))
            {
                let columns = table.columns.join("`, `");
                findings.push(
                    Diagnostic::new(&CODE, word.span, format!("the table has no column `{}`", word.text))
                        .label("no column")
                        .help(format!("its columns are `{columns}`")),
                );
            }
        });
    }
}
