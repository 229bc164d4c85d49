//! Names in a search that only the installation can resolve.
//!
//! In: what a search asks, and its macros. Out: a finding for each name that is not known, with what the user can give.
//! Invariant: nothing is asked for that no option takes.

use crate::detection::{Detection, Hole, HoleKind, codes};
use crate::diagnostic::Diagnostic;
use crate::spl::macros::Expanded;

/// The names in a search that only the installation can resolve, each with what the user can do.
pub(crate) fn all(detection: &Detection, expanded: &Expanded) -> Vec<Diagnostic> {
    detection.holes().into_iter().map(|hole| unknown(hole, expanded)).collect()
}

/// A name that only the installation can resolve, with what the user can do.
fn unknown(hole: &Hole, expanded: &Expanded) -> Diagnostic {
    let name = &hole.name;
    match hole.kind {
        HoleKind::Macro => {
            let message = format!("the macro `{name}` is not defined");
            let reason = Diagnostic::new(&codes::UNDEFINED_MACRO, hole.origin.0, message)
                .help("give its definition with `--macros PATH`");
            missing_macro(reason, expanded)
        }
        HoleKind::Lookup => {
            let message = format!("what the lookup `{name}` holds is not known");
            Diagnostic::new(&codes::UNKNOWN_LOOKUP, hole.origin.0, message)
                .help(format!("give the table with `--lookups DIR`, as `{}`", table_file(name)))
        }
        HoleKind::Places => {
            let message =
                format!("`{name}` finds where an address lies in a database of places, which is not given");
            Diagnostic::new(&codes::UNKNOWN_LOOKUP, hole.origin.0, message)
                .help("test the address itself, or a field of the log that names the place")
        }
        HoleKind::EventType | HoleKind::SavedSearch => {
            let message = format!("the {} `{name}` is not known", hole.kind.word());
            Diagnostic::new(&codes::SAVED_SEARCH, hole.origin.0, message)
        }
    }
}

/// The file of a table: lookups are called by a definition, or by the file itself (Search Reference, `lookup`).
pub(crate) fn table_file(name: &str) -> String {
    let has_ending = [".csv", ".csv.gz", ".json"].iter().any(|ending| name.to_lowercase().ends_with(ending));
    if has_ending { name.to_owned() } else { format!("{name}.csv") }
}

/// A refusal because of a macro says what of the macro is missing.
pub(super) fn missing_macro(reason: Diagnostic, expanded: &Expanded) -> Diagnostic {
    let call = reason.span().and_then(|span| expanded.unresolved_at(span));
    match call.filter(|_| reason.code.id == codes::UNDEFINED_MACRO.id) {
        Some(call) => Diagnostic { message: call.message.clone(), help: vec![call.help.clone()], ..reason },
        None => reason,
    }
}
