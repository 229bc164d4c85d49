//! What can be wrong with the names and values in a query: commands and functions that are not known, patterns that
//! cannot be read.
//!
//! A query is read whatever its names are. Sources are pages of Splunk's manuals.

use crate::diagnostic::{Code, Severity::Error, Severity::Note};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &UNKNOWN_COMMAND,
    &UNKNOWN_FUNCTION,
    &WRONG_ARITY,
    &MISSING_PIPE,
    &MISSING_ARGUMENT,
    &SURPLUS_ARGUMENT,
    &NO_NUMBER,
    &BAD_PATTERN,
    &NO_CONDITION,
    &INDEXED_EXPRESSION,
];

/// A command that Splunk does not document.
pub static UNKNOWN_COMMAND: Code = Code::new(
    "unknown-command",
    Note,
    "a command that Splunk does not document",
    "Apps bring commands of their own (Developer Guide, \"Custom search commands\"), whose arguments only they can \
     read: such a stage is kept as text, which is a note. A word of another language or a function in the place of a \
     command is a warning, and a name that is one letter away from a documented command is taken for a mistake and is an \
     error.",
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
    Error,
    "a function with too many or too few arguments",
    "Each function takes a fixed number of arguments or a range of numbers, and `case` and `validate` take pairs of a \
     condition and a value (Search Reference, \"Evaluation functions\"; \"Comparison and conditional functions\"). \
     Splunk refuses another call: the arguments to the function are invalid.",
);

/// A generating command at the start of a query, without its pipe.
pub static MISSING_PIPE: Code = Code::new(
    "missing-pipe",
    Error,
    "a generating command without the pipe before it",
    "Text before the first pipe is a search for words (Search Reference, search), so a command that makes rows, such \
     as `tstats` or `inputlookup`, needs a pipe before it even at the start of a query.",
);

/// A command without what it works on.
pub static MISSING_ARGUMENT: Code = Code::new(
    "missing-argument",
    Error,
    "a command without an argument that it needs",
    "The syntax of the command has an argument that may not be left out (searchbnf.conf; Search Reference, \"Required \
     arguments\" of the command's page). Splunk refuses the search.",
);

/// More arguments than the command takes.
pub static SURPLUS_ARGUMENT: Code = Code::new(
    "surplus-argument",
    Error,
    "a command with more arguments than it takes",
    "The syntax of the command has a fixed number of these arguments: `chart` splits by one field or two, `timechart` by \
     one (Search Reference, the page of the command). Splunk refuses the search.",
);

/// A word where a number belongs.
pub static NO_NUMBER: Code = Code::new(
    "no-number",
    Error,
    "a word where the command takes a number",
    "`head` and `tail` take the number of results to keep; a condition for `head` stands in parentheses (Search \
     Reference, `head`). Splunk refuses the search.",
);

/// A regular expression that is none.
pub static BAD_PATTERN: Code = Code::new(
    "bad-pattern",
    Error,
    "a regular expression that cannot be read",
    "Patterns are those of PCRE (Knowledge Manager Manual, \"About Splunk regular expressions\"), and a pattern of `rex` \
     names a group for each field that it sets. Splunk refuses a search with a pattern that PCRE does not read.",
);

/// A value where a condition belongs.
pub static NO_CONDITION: Code = Code::new(
    "no-condition",
    Error,
    "a text or a number where a condition belongs",
    "AND, OR, NOT, `where`, and the first argument of `if` take what is true or false (Search Reference, \"Evaluation \
     functions\"): `user=\"a\" OR \"b\"` does not compare `user` with `b`. Splunk's type checking fails, and the search with it.",
);

/// An expression where `tstats` takes a field.
pub static INDEXED_EXPRESSION: Code = Code::new(
    "indexed-expression",
    Error,
    "an expression where `tstats` takes a field",
    "`tstats` computes over the fields of the index and of data models and does not read the events, so `eval(…)`, which \
     `stats` takes inside of its functions, is not supported (Search Reference, tstats, \"Usage\"). Events are chosen in \
     its `where`; a part of them is counted with the field in `by` and `stats sum(eval(…))` over the rows.",
);
