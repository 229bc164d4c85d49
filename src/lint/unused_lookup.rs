//! `unused-lookup`: a table without use. In: the given tables and all queries of a run. Out: one finding a table.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Known, Lint, Subject, visit};

static CODE: Code = Code::new(
    "unused-lookup",
    Severity::Note,
    "a table that no search reads",
    "A table that nothing reads is left over, or its name is misspelt where it was meant (Search Reference, \
     lookup and inputlookup). Looked at are all searches of the run; other searches may read it, so give `splc \
     lint` all of them.",
);

/// The check.
pub(super) struct UnusedLookup;

impl Lint for UnusedLookup {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Knowledge
    }

    fn bad(&self) -> &'static str {
        "index=web status=500"
    }

    fn good(&self) -> &'static str {
        "index=web status=500 | lookup users user OUTPUT level"
    }

    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let mut read: BTreeSet<String> = BTreeSet::new();
        for subject in subjects {
            visit::stages(&subject.parsed.pipeline, &mut |stage| {
                for (word, ..) in visit::own_words(stage) {
                    let file = known.tables.lookup(word).map(|(_, definition)| definition.file.clone());
                    read.extend(file);
                }
            });
            // `lookup(…)` in an expression names its table in quotes.
            visit::evals(&subject.parsed.pipeline, &mut |eval| {
                let file = visit::text(eval).and_then(|text| known.tables.lookup(text));
                read.extend(file.map(|(_, definition)| definition.file.clone()));
            });
        }
        for file in known.tables.files().filter(|file| !subjects.is_empty() && !read.contains(*file)) {
            let message = format!("no search reads the table `{file}`");
            let finding = Diagnostic::without_place(&CODE, message)
                .help("remove it, or correct the name in the search");
            findings.push((subjects.len(), finding));
        }
    }
}
