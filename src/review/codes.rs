//! What can be wrong with what is said about findings.

use crate::diagnostic::{Code, Severity::Error, Severity::Warning};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] =
    &[&BAD_CONFIGURATION, &BAD_SUPPRESSION, &SUPPRESSION_WITHOUT_REASON, &UNUSED_SUPPRESSION];

/// A key or value of `splc.toml` that means nothing.
pub static BAD_CONFIGURATION: Code = Code::new(
    "bad-configuration",
    Error,
    "a key or a value of `splc.toml` has no meaning",
    "`splc.toml` is looked for in the folder of the first path and in those above it, or named by `--config`. Its keys \
     are `select` and `ignore` (lists of codes), `pedantic`, `severity` (a table from code to `note`, `warning` or \
     `error`), `targets`, `macros`, `lookups` (paths below its folder), and `[[paths]]` with `files` (globs below its \
     folder) and any of `select`, `ignore` and `severity` for those files. A key that is misspelled would be a check that \
     is off without a word, so an unknown one stops the run.",
);

/// A comment to splc that it cannot follow.
pub static BAD_SUPPRESSION: Code = Code::new(
    "bad-suppression",
    Warning,
    "a comment that begins with `splc:` says nothing that is understood",
    "A finding is put aside by `splc: ignore=CODE reason`, several by `splc: ignore=CODE,CODE reason`, and for all of a \
     file by `splc: ignore-file=CODE reason`. The comment is one of SPL (three backticks on both sides) inside a search, \
     one of HTML in Markdown, or a line behind `#` in YAML and `.conf`. In a document it holds for the search below \
     it; in the line in which a search ends, and below the last one, for the search above.",
);

/// A suppression that does not say why.
pub static SUPPRESSION_WITHOUT_REASON: Code = Code::new(
    "suppression-without-reason",
    Warning,
    "a comment puts a finding aside and does not say why",
    "Whoever reads the search next has to know whether the finding is wrong, or right and accepted: the words behind \
     the codes say it. The finding is put aside all the same.",
);

/// A suppression that holds nothing back.
pub static UNUSED_SUPPRESSION: Code = Code::new(
    "unused-suppression",
    Warning,
    "a comment puts a finding aside that is not there",
    "The search was mended or the comment stands at another search. Left behind, it would hide the next mistake \
     of that kind. A code of a check that did not run is not reported.",
);
