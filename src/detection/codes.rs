//! What is said while a search becomes predicates: what was left out, assumed or not understood.

use crate::diagnostic::{Code, Severity::Error, Severity::Note};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &UNSUPPORTED_COMMAND,
    &UNDEFINED_MACRO,
    &UNSUPPORTED_SUBSEARCH,
    &RECOVERED_PARSE,
    &TIME_RANGE,
    &INDEXED_FIELD,
    &TEXT_ORDER,
    &NEVER_MATCHES,
    &SAVED_SEARCH,
];

/// A stage whose command is not lowered.
pub static UNSUPPORTED_COMMAND: Code = Code::new(
    "unsupported-command",
    Error,
    "a command that is not translated yet",
    "A stage that is not understood may drop, add or change events. Leaving it out would change what the rule \
     matches, so the search is refused as a whole.",
);

/// A macro without definition.
pub static UNDEFINED_MACRO: Code = Code::new(
    "undefined-macro",
    Error,
    "a macro whose definition is not known",
    "A macro is text that Splunk puts in place of its name before it reads the search (Knowledge Manager Manual, \
     \"Use search macros\"). Without the definition nothing can be said about which events match.",
);

/// A sub-search.
pub static UNSUPPORTED_SUBSEARCH: Code = Code::new(
    "unsupported-subsearch",
    Error,
    "a sub-search is not translated",
    "A sub-search runs first and its rows become a condition (Search Manual, \"About subsearches\"). Its result \
     depends on stored events, which a rule on one event does not see.",
);

/// The text had errors.
pub static RECOVERED_PARSE: Code = Code::new(
    "recovered-parse",
    Error,
    "the search has errors and was read only in part",
    "A rule made from a search that was not read completely could match other events than its author meant. \
     Mend the errors that are reported for the search first.",
);

/// `earliest=` and its kind.
pub static TIME_RANGE: Code = Code::new(
    "time-range",
    Note,
    "the time range of a search belongs to its schedule",
    "`earliest=`, `latest=` and the other time modifiers say which stretch of time a run looks at (Search \
     Reference, \"Time modifiers\"). A rule that looks at each event as it arrives has no such range; the modifier \
     is recorded, not tested.",
);

/// `field::value`.
pub static INDEXED_FIELD: Code = Code::new(
    "indexed-field",
    Note,
    "`::` looks at indexed fields only",
    "`field::value` searches fields that were written at index time (fields.conf). The target sees one field of \
     that name, whatever time it was made at.",
);

/// An order test against text.
pub static TEXT_ORDER: Code = Code::new(
    "text-order",
    Note,
    "an order test against text compares byte by byte",
    "The search command compares two numbers as numbers and everything else in the order of UTF-8, upper case \
     before lower (Search Reference, search). A value that is no number is compared as text.",
);

/// A test that is false for every event.
pub static NEVER_MATCHES: Code = Code::new(
    "never-matches",
    Note,
    "a test that no event passes",
    "`field!=*` asks for a value that differs from every value; the search command never returns an event for it \
     (Search Reference, search).",
);

/// `savedsearch=`.
pub static SAVED_SEARCH: Code = Code::new(
    "saved-search",
    Error,
    "a saved search is called by name",
    "`savedsearch=name` puts another search in place of the name. Without its definition nothing can be said about \
     which events match.",
);
