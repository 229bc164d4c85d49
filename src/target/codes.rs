//! What is said while a search meets the log sources and fields that are known.

use crate::diagnostic::{Code, Severity::Error, Severity::Note, Severity::Warning};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &UNKNOWN_SOURCE,
    &NO_SOURCE,
    &SEVERAL_SOURCES,
    &INDEX_NOT_TESTED,
    &UNRESOLVED_NAME,
    &MERGED_SCOPES,
    &UNREAD_FILE,
];

/// A scope that `sources.yaml` does not know.
pub static UNKNOWN_SOURCE: Code = Code::new(
    "unknown-source",
    Note,
    "the log source of a search is not recognised",
    "A search says where its events come from by sourcetype, source or index, and targets/sources.yaml says which \
     log source that is. An unknown one is kept as a test of the same field where the target allows any field. \
     `--source NAME` states the source; `--targets DIR` adds to the files.",
);

/// A search without a scope.
pub static NO_SOURCE: Code = Code::new(
    "no-source",
    Note,
    "a search does not say where its events come from",
    "Without sourcetype, source or index a search looks at everything its user may see by default. `--source NAME` \
     states the source.",
);

/// Several log sources under one count.
pub static SEVERAL_SOURCES: Code = Code::new(
    "several-sources",
    Note,
    "a search counts events of several log sources together",
    "A search such as `(sourcetype=a …) OR (sourcetype=b …) | stats count by user` adds up events of two log sources, so it \
     cannot be split into one rule a source: each would count too few. A Sigma correlation counts the events of \
     several rules, one for each source; a rule that looks at one log source cannot say it.",
);

/// An index name.
pub static INDEX_NOT_TESTED: Code = Code::new(
    "index-not-tested",
    Note,
    "an index name is storage, and is recorded, not tested",
    "`index=` says in which store of one Splunk installation the events are kept. Another system has no such name, \
     so a rule does not test it.",
);

/// An event type or tag.
pub static UNRESOLVED_NAME: Code = Code::new(
    "unresolved-name",
    Error,
    "an event type or tag whose definition is not known",
    "`eventtype=` and `tag=` stand for searches that are saved in one Splunk installation (Knowledge Manager Manual, \
     \"About event types\"). Without the definition nothing can be said about which events match.",
);

/// Scopes of one source that ask different things.
pub static MERGED_SCOPES: Code = Code::new(
    "merged-scopes",
    Note,
    "the search asks different things of two names of one log source",
    "Indexes and the names of a log source tell events apart in one Splunk installation only. A rule for the source \
     matches what the search asks under any of the names, which makes it wider.",
);

/// A file of a folder of targets that nothing asks for.
pub static UNREAD_FILE: Code = Code::new(
    "unread-targets-file",
    Warning,
    "a file in the folder of `--targets` is not read",
    "`--targets DIR` reads the files of the names that targets/ has, and those that they extend. A file of another name \
     changes nothing, which is seldom what it was written for.",
);
