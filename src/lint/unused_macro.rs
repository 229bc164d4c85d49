//! `unused-macro`: a definition without use. In: the given definitions and all queries of a run. Out: one finding a
//! definition.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Known, Lint, Subject};
use crate::spl::macros::{Definition, Origin};

static CODE: Code = Code::new(
    "unused-macro",
    Severity::Note,
    "a macro that no search calls",
    "A definition that nothing calls is left over, or its name is misspelt where it was meant (Knowledge \
     Manager Manual, \"Use search macros\"). Looked at are all searches of the run and the definitions \
     themselves; other searches may call it, so give `splc lint` all of them.",
);

/// The check.
pub(super) struct UnusedMacro;

impl Lint for UnusedMacro {
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
        "index=web `from_host(a)` status=500"
    }

    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let mut called: BTreeSet<&str> = BTreeSet::new();
        for subject in subjects {
            called.extend(subject.expanded.calls().map(|(_, name)| name));
            called.extend(subject.expanded.unresolved.iter().map(|call| call.name.as_str()));
        }
        called.extend(known.macros.iter().flat_map(inner_calls));
        let is_unused = |definition: &&Definition| !called.contains(definition.name.as_str());
        for definition in known.macros.iter().filter(|_| !subjects.is_empty()).filter(is_unused) {
            let message = format!("no search calls the macro `{definition}` ({})", definition.origin);
            let mut finding = Diagnostic::without_place(&CODE, message)
                .help("remove it, or call it where its text is written out");
            if let Origin::File { path, .. } = &definition.origin {
                finding = finding.at(path);
            }
            findings.push((subjects.len(), finding));
        }
    }
}

/// The names that follow a backtick in the text of a definition: what it may call, and words that are no name of a macro.
fn inner_calls(definition: &Definition) -> impl Iterator<Item = &str> {
    let pieces = definition.text.split('`').skip(1);
    pieces.map(|piece| piece.split_once('(').map_or(piece, |(name, _)| name).trim())
}
