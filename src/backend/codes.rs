//! What is said while a predicate becomes a rule: what was dropped, assumed or refused.

use crate::diagnostic::{Code, Severity::Error, Severity::Note};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &DROPPED_TEST,
    &SOURCE_NOT_TESTED,
    &THRESHOLD_DROPPED,
    &REQUIRED_FIELDS,
    &OTHER_VALUES,
    &KEYWORD,
    &REQUIRED_TEXTS,
    &LAST_PART,
    &EQUAL_BUT_CASE,
    &CORRELATION,
    &SUBSTITUTE,
    &UNMAPPED_FIELD,
    &SHOWN_WHERE_ABSENT,
    &EMPTY_IS_ABSENT,
    &NUMBERS_ASSUMED,
    &NUMBER_SPELLING,
    &NEVER_EQUAL,
    &LONG_VALUES,
    &MAY_MISS_VALUES,
    &EACH_COMPUTED,
    &MAY_MISS_LETTERS,
    &MAY_MISS_EVENTS,
    &SEVERAL_STAGES,
    &DEFAULT_DATE,
    &TECHNIQUE_LEFT_OUT,
    &NO_TARGET_SOURCE,
    &NO_CONTENT,
    &NEVER_TRUE,
    &NARROWER_REFUSED,
    &TARGET_LIMIT,
    &SEVERAL_EVENTS,
];

/// A test that the target cannot make.
pub static DROPPED_TEST: Code = Code::new(
    "dropped-test",
    Note,
    "a test was left out, which makes the rule wider",
    "The target has no field or no operator for the test. Leaving it out keeps every event that the search matches \
     and may add others, so the rule is marked `wider`. A rule in which no test of content is left is refused.",
);

/// Where events are from.
pub static SOURCE_NOT_TESTED: Code = Code::new(
    "source-not-tested",
    Note,
    "events of other sources are looked at too",
    "The search names the source of its events, and the map of the target has no field or index that holds this source \
     alone. The rule looks at events of every source for the same fields, and is marked `wider`. A map that names the \
     data set of the source makes it exact.",
);

/// What several events come to.
pub static THRESHOLD_DROPPED: Code = Code::new(
    "threshold-dropped",
    Note,
    "what several events come to was left out, so each of them raises an alert",
    "The target has no words for what the search asks of several events, such as a count compared with an average. Each \
     event that the search counts is an alert of its own instead: no event that contributes to a result is missed, many more \
     may match, and the rule is marked `wider`. Where the search tests no value of the single event, nothing would be left, \
     and the rule is refused.",
);

/// Presence of what is computed.
pub static REQUIRED_FIELDS: Code = Code::new(
    "required-fields",
    Note,
    "of what is computed only the fields are tested that it cannot do without",
    "The target computes nothing. The search asks that something computed has a value, which it has only where the fields \
     it is computed from have one (Search Reference, \"Evaluation functions\"). Testing those keeps every event that the search \
     matches and may add others, so the rule is marked `wider`.",
);

/// Other values of a field that may hold several.
pub static OTHER_VALUES: Code = Code::new(
    "other-values",
    Note,
    "`!=` on a field that may hold several values becomes a regular expression",
    "In the search command `field!=value` is true if any value of the field differs. A regular expression for all other \
     values says so of each value. Where the field holds one value, \"present, and not equal\" is the same and easier to \
     read; `targets/sources.yaml` can say that it does.",
);

/// A term of the raw event as a keyword.
pub static KEYWORD: Code = Code::new(
    "keyword",
    Note,
    "a term of the raw event becomes a keyword",
    "The search command finds a term where it stands between breakers (Search Manual, \"Event segmentation and \
     searching\"). The target finds a keyword anywhere, in other words too, and in any value of the event, so the rule is \
     marked `wider`. Where the search excludes the term, the test is left out for the same reason.",
);

/// The texts that a regular expression asks for.
pub static REQUIRED_TEXTS: Code = Code::new(
    "required-texts",
    Note,
    "of a regular expression only the texts are tested that every match holds",
    "The target cannot say the expression, but every text that it matches holds literal texts, with wildcards between them \
     where the target takes their order. Testing those keeps every event that the search matches and may add others, so \
     the rule is marked `wider`.",
);

/// A field of which the target holds more.
pub static LAST_PART: Code = Code::new(
    "last-part-of-path",
    Note,
    "a field holds the last part of a path, and the target's field all of it",
    "Names of programs and files such as `process_name` are the last part of a path (Common Information Model Add-on Manual, \
     \"Endpoint\"), and the target may have the whole path only. A whole name becomes an ending behind a separator, and the \
     name alone; wildcards become a regular expression where folders could pass them too. A value with a separator is none \
     of such a field, so the whole path is tested for it; and where the target has no expression, the text is looked for \
     anywhere in the path: both are wider, and the rule is marked so.",
);

/// Fields compared without case.
pub static EQUAL_BUT_CASE: Code = Code::new(
    "equal-but-case",
    Note,
    "two fields are compared without case",
    "`where` and `eval` compare texts with case. The target compares two fields without it, so the rule is marked `wider`; \
     `lower()` around both fields says the same in the search.",
);

/// What a correlation takes for granted.
pub static CORRELATION: Code = Code::new(
    "correlation",
    Note,
    "what a rule about several events takes for granted, or does otherwise than the search",
    "A search counts once, over its time range or in stretches of it that follow each other (Search Reference, `bin`). A \
     target that watches events counts anew with each of them, so far back in time as the rule says; so it also finds \
     events on both sides of where a stretch or a time range ends.",
);

/// Events of another kind.
pub static SUBSTITUTE: Code = Code::new(
    "substitute",
    Note,
    "the rule looks at another kind of event than the search",
    "The target does not read the log source of the search. The rule looks at events in which the same action \
     shows, as the files in targets/ say, and its fidelity is that of its tests on those events.",
);

/// A field that keeps its name.
pub static UNMAPPED_FIELD: Code = Code::new(
    "unmapped-field",
    Note,
    "a field keeps its name, which no map has checked",
    "The log source is not known, so no map says what the target calls its fields. The rule tests a field of the same \
     name; `--source NAME` or a map under targets/ makes it one that is known.",
);

/// Splunk shows a value where the log has none.
pub static SHOWN_WHERE_ABSENT: Code = Code::new(
    "shown-where-absent",
    Note,
    "a field has a value in Splunk where the log has none",
    "A Splunk add-on gives the field a value where the log has none, such as `success` where AWS CloudTrail has no error \
     code. The target sees the log itself: where the search takes each of the values that Splunk shows, events without \
     one pass the rule too, and presence says nothing. Where it takes one of several, the rule matches more than the \
     search.",
);

/// Empty and absent are one.
pub static EMPTY_IS_ABSENT: Code = Code::new(
    "empty-is-absent",
    Note,
    "the target gives the empty text where a field is absent",
    "The target cannot tell an empty field from an absent one, so presence is tested as \"not empty\". Events of \
     the log source do not hold the field empty.",
);

/// Numbers in a field.
pub static NUMBERS_ASSUMED: Code = Code::new(
    "numbers-assumed",
    Note,
    "a field that is compared with a number is taken to hold numbers",
    "The search command compares numbers as numbers and other values as text (Search Reference, search). The target \
     compares numbers only; a value that is no number does not match there.",
);

/// Numbers that are written in several ways.
pub static NUMBER_SPELLING: Code = Code::new(
    "number-spelling",
    Note,
    "a number is compared as a number",
    "The search command compares texts, so 3 differs from 03 (Search Reference, search). The target compares \
     numbers, so an event that wrote the number otherwise would match too. Events of one source write a number in \
     one way.",
);

/// A value that a typed field never has.
pub static NEVER_EQUAL: Code = Code::new(
    "never-equal",
    Note,
    "a value that the field of the target never has",
    "The field of the target is a number, a Boolean or an address, and is written in one way. A text that is written \
     otherwise, such as 0200 for a number, equals none of its values, so the test of it is left out of the list.",
);

/// Values over the limit of a mapping.
pub static LONG_VALUES: Code = Code::new(
    "long-values",
    Note,
    "very long values are not indexed",
    "Elasticsearch does not index keywords over `ignore_above` characters, 1,024 in ECS for nearly all fields. A \
     longer value behaves as if the field were missing.",
);

/// Several values.
pub static MAY_MISS_VALUES: Code = Code::new(
    "may-miss-values",
    Note,
    "`!=` on a field that may hold several values",
    "In the search command `field!=value` is true if any value of the field differs. The target can say \"present, \
     and no value is equal\", which misses events that hold both. Where the field holds one value the two are the \
     same; targets/sources.yaml can say so.",
);

/// Something computed of several values.
pub static EACH_COMPUTED: Code = Code::new(
    "computed-for-each-value",
    Note,
    "something is computed with a field that may hold several values",
    "In `eval` and `where`, arithmetic and `.` give nothing where a field holds several values. The target computes with \
     each of the values, so that events match there which the search does not. Where the field holds one value the two \
     are the same; targets/sources.yaml can say so.",
);

/// Letters outside ASCII.
pub static MAY_MISS_LETTERS: Code = Code::new(
    "may-miss-letters",
    Note,
    "letters outside ASCII are compared with case",
    "The search command ignores case. The target ignores it for the letters of ASCII only, so another case of this \
     letter is missed.",
);

/// Events of a transaction.
pub static MAY_MISS_EVENTS: Code = Code::new(
    "may-miss-events",
    Note,
    "events of a transaction are part of no alert",
    "A transaction holds all events between its first and its last, and closes without one of them where its span ends \
     (Search Reference, transaction). A sequence of the target holds the first and the last event alone, and both have \
     to be there.",
);

/// Stages of an audit event.
pub static SEVERAL_STAGES: Code = Code::new(
    "several-stages",
    Note,
    "one request may raise several alerts",
    "The API server logs a request in up to three stages (Kubernetes documentation, \"Auditing\"), and the search \
     tests none, so each matches, in Splunk as in the target.",
);

/// No date.
pub static DEFAULT_DATE: Code = Code::new(
    "default-date",
    Note,
    "the document has no date",
    "The target wants a date and the output depends on the input alone, so a fixed one is written. A `date` in the \
     front matter takes its place.",
);

/// A technique that is not in the table.
pub static TECHNIQUE_LEFT_OUT: Code = Code::new(
    "technique-left-out",
    Note,
    "a technique of the document is not in the rule",
    "The rule names a technique with its name and its tactics, which are those of the table of ATT&CK that is built in. A \
     technique that is not in it is withdrawn, newer, or misspelt: `splc lint` says which technique took the place of \
     another.",
);

/// A source that the target lacks.
pub static NO_TARGET_SOURCE: Code = Code::new(
    "no-target-source",
    Error,
    "the target does not see what the search tests",
    "No kind of event of the target holds the fields that the search tests for this log source. The files in \
     targets/ say what reaches the target; `--targets DIR` adds to them.",
);

/// Nothing is left.
pub static NO_CONTENT: Code = Code::new(
    "no-content",
    Error,
    "no test of content is left",
    "A rule without a test of what happened matches every event of its source. It is refused, however wide a rule \
     may be.",
);

/// False for every event.
pub static NEVER_TRUE: Code = Code::new(
    "never-true",
    Error,
    "the search matches no event",
    "The tests exclude each other, so the rule would never match.",
);

/// Narrower, and not allowed.
pub static NARROWER_REFUSED: Code = Code::new(
    "narrower-refused",
    Error,
    "the rule may miss events that the search matches",
    "A rule that loses alerts is written only where that was asked for, with `--allow narrower`.",
);

/// A limit of the target.
pub static TARGET_LIMIT: Code = Code::new(
    "target-limit",
    Error,
    "the rule is over a limit of the target",
    "Targets bound the length of texts, the depth of nesting or the number of items.",
);

/// Aggregates and sequences.
pub static SEVERAL_EVENTS: Code = Code::new(
    "several-events",
    Error,
    "the search tests what several events come to",
    "A test of a count, of another function of `stats`, or of events that follow each other looks at several events at \
     once. Rules on one event cannot say that; leaving the test out would raise an alert for every single event.",
);
