//! What is said while a search becomes predicates: what was left out, assumed or not understood.

use crate::diagnostic::{Code, Severity::Error, Severity::Note};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &UNSUPPORTED_COMMAND,
    &UNSUPPORTED_ARGUMENT,
    &UNSUPPORTED_FUNCTION,
    &NO_EVENTS,
    &TOO_LARGE,
    &UNDEFINED_MACRO,
    &UNSUPPORTED_SUBSEARCH,
    &RECOVERED_PARSE,
    &TIME_RANGE,
    &INDEXED_FIELD,
    &TEXT_ORDER,
    &NEVER_MATCHES,
    &SAVED_SEARCH,
    &THINNED_OUT,
    &DATA_MODEL,
    &ASSUMED_EXTRACTED,
    &NOT_KNOWN,
    &NULL_NEGATION,
    &STORED,
    &FILLED,
    &UNKNOWN_LOOKUP,
];

/// A stage whose command is not lowered.
pub static UNSUPPORTED_COMMAND: Code = Code::new(
    "unsupported-command",
    Error,
    "a command that is not translated yet",
    "A stage that is not understood may drop, add or change events. Leaving it out would change what the rule \
     matches, so the search is refused as a whole.",
);

/// An argument of a command that is not lowered.
pub static UNSUPPORTED_ARGUMENT: Code = Code::new(
    "unsupported-argument",
    Error,
    "an argument of a command that is not translated",
    "The command is understood, but not with this argument. Leaving the argument out would change what the rule \
     matches, so the search is refused as a whole.",
);

/// A function that is not evaluated.
pub static UNSUPPORTED_FUNCTION: Code = Code::new(
    "unsupported-function",
    Error,
    "a function whose result is not known",
    "What the function gives depends on more than the event (`random()`, `lookup()`), or its argument has to be known \
     before the search runs. A test of such a result cannot be a test of an event.",
);

/// A command that reads something else than events.
pub static NO_EVENTS: Code = Code::new(
    "no-events",
    Error,
    "a search that reads no events",
    "Commands such as `inputlookup`, `rest`, `makeresults` and `metadata` make rows of tables, settings or nothing at \
     all (Search Reference, \"generating commands\"). A rule is about events, and there are none here.",
);

/// A formula over its bounds.
pub static TOO_LARGE: Code = Code::new(
    "too-large",
    Error,
    "an expression that grows too large",
    "The fields that earlier stages made are put into the expressions that use them. A field that is used twice, made \
     from one that is used twice, and so on, doubles the expression each time; there is a bound to that.",
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

/// `head`, `dedup` and limits.
pub static THINNED_OUT: Code = Code::new(
    "thinned-out",
    Note,
    "a stage that only leaves results out",
    "`head`, `tail`, `dedup` and limits show some of the results, chosen by order. A rule looks at each event as it \
     arrives and raises an alert for all of them, so it matches more.",
);

/// `datamodel=`.
pub static DATA_MODEL: Code = Code::new(
    "data-model",
    Note,
    "a data model names the kind of events",
    "A search of a data model reads the events of that model, under its names of fields (Knowledge Manager Manual, \
     \"About data models\"). Which events these are is recorded, not tested.",
);

/// `spath`, `extract` and their kind.
pub static ASSUMED_EXTRACTED: Code = Code::new(
    "assumed-extracted",
    Note,
    "fields that a command extracts are taken to be there",
    "`extract`, `kv`, `xmlkv` and `spath` without a path make fields of the raw event. A rule looks at events whose \
     fields the target has extracted already; that their names are the same is assumed.",
);

/// What nobody here knows.
pub static NOT_KNOWN: Code = Code::new(
    "not-known",
    Error,
    "a field whose value is not known",
    "A command gives the field a value that depends on more than the events that are looked at, or that is not computed \
     here. The field may be shown; a test of it cannot be translated.",
);

/// `NOT` of a test of a field that is missing.
pub static NULL_NEGATION: Code = Code::new(
    "null-negation",
    Note,
    "NOT in `where` drops events that lack the field",
    "A comparison with a missing field is neither true nor false, and NOT of it is neither too, so the event is dropped. \
     That follows from the three values of expressions; no page of the manual says it of `where NOT`. Should Splunk keep \
     such events, the rule is narrower. `NOT (isnotnull(f) AND f=\"x\")` keeps them, `isnotnull(f) AND f!=\"x\"` drops them.",
);

/// Rows of other events.
pub static STORED: Code = Code::new(
    "stored-events",
    Error,
    "a test of what other events hold",
    "`join`, `append` and sub-searches bring in rows of stored events that a rule does not see.",
);

/// `fillnull` without names.
pub static FILLED: Code = Code::new(
    "filled",
    Note,
    "`fillnull` without names fills the fields that some result has",
    "A field that no result has stays empty (Search Reference, `fillnull`). The rule takes for granted that some other \
     result has the field, so that an event without it matches too.",
);

/// A lookup without a table.
pub static UNKNOWN_LOOKUP: Code = Code::new(
    "unknown-lookup",
    Error,
    "a lookup whose table is not known",
    "A lookup adds fields from a table that lies in the Splunk installation (Search Reference, `lookup`), or from a \
     database of places (`iplocation`). A test of such a field depends on the table. `--lookups DIR` gives that of a \
     lookup; there is none to give for places.",
);
