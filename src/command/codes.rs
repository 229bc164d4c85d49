//! What can be wrong with the names in a query: commands and functions that are not known.
//!
//! A query is read whatever its names are. Sources are pages of Splunk's manuals.

use crate::diagnostic::{Code, Severity::Error, Severity::Warning};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[&UNKNOWN_COMMAND, &UNKNOWN_FUNCTION, &WRONG_ARITY, &MISSING_PIPE];

/// A command that Splunk does not document.
pub static UNKNOWN_COMMAND: Code = Code::new(
    "unknown-command",
    Warning,
    "a command that Splunk does not document",
    "Apps bring commands of their own (Developer Guide, \"Custom search commands\"), whose arguments only they can \
     read: such a stage is kept as text. A name that is one letter away from a documented command is taken for a \
     mistake and is an error.",
);

/// A function that Splunk does not document.
pub static UNKNOWN_FUNCTION: Code = Code::new(
    "unknown-function",
    Error,
    "a function that Splunk does not document",
    "Functions are built in: there is none but those of the Search Reference, \"Evaluation functions\" and \
     \"Statistical and charting functions\". Splunk refuses a search that calls another one.",
);

/// Too many or too few arguments.
pub static WRONG_ARITY: Code = Code::new(
    "wrong-arity",
    Warning,
    "a function with too many or too few arguments",
    "Each function takes a fixed number of arguments or a range of numbers (Search Reference, \"Evaluation \
     functions\"). The call is read as it is written, and Splunk refuses it.",
);

/// A generating command at the start of a query, without its pipe.
pub static MISSING_PIPE: Code = Code::new(
    "missing-pipe",
    Error,
    "a generating command without the pipe before it",
    "Text before the first pipe is a search for words (Search Reference, search), so a command that makes rows, such \
     as `tstats` or `inputlookup`, needs a pipe before it even at the start of a query.",
);
