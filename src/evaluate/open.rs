//! What no published source settles, and what is taken for it here.
//!
//! In: nothing. Out: the choices, each with a search and events that show it. Invariant: the reference and all that is
//! held to it follow them; where Splunk does otherwise, results err on the side that is named. Splunk's manuals, its
//! `searchbnf.conf`, its published searches and converters that others maintain were looked through for each. Beside
//! these, `timechart` without an event makes no row, an empty sub-search is a test that nothing passes, a cell without a
//! value is left out of what a sub-search asks, and patterns are what PCRE and PCRE2 have in common.

/// On which side a choice errs if Splunk does otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errs {
    /// Events match that Splunk leaves out.
    Wider,
    /// Events are left out that Splunk matches.
    Narrower,
    /// Either, by what is tested.
    Either,
}

/// A choice.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What is not settled.
    pub question: &'static str,
    /// What is taken for it.
    pub choice: &'static str,
    /// The side on which it errs; under NOT it is the other one.
    pub errs: Errs,
    /// A search that depends on it.
    pub search: &'static str,
    /// Events as JSON that contribute to a result, alone or together.
    pub found: &'static [&'static str],
    /// Events as JSON that do not.
    pub left_out: &'static [&'static str],
}

/// All choices, from the values of a search to what stages make of rows.
///
/// ```
/// use splc::{command, evaluate, event::Event};
/// for open in evaluate::open::CHOICES {
///     let event = |json: &&str| Event::from_json(&serde_json::from_str(json).unwrap()).unwrap();
///     let events: Vec<Event> = open.found.iter().chain(open.left_out).map(event).collect();
///     let found = evaluate::matches_all(&command::parse(open.search).pipeline, &events).unwrap();
///     assert_eq!(found, (0..open.found.len()).collect::<Vec<_>>(), "{}", open.question);
/// }
/// ```
pub const CHOICES: &[Choice] = &[
    Choice {
        question: "which texts `<` and `>` of `search` compare as numbers",
        choice: "decimals with a sign, a fraction and an exponent; others byte by byte",
        errs: Errs::Either,
        search: "x>5",
        found: &[r#"{"x": "1e3"}"#, r#"{"x": "6.5"}"#, r#"{"x": "a"}"#],
        left_out: &[r#"{"x": "0x1f"}"#, r#"{"x": "-7"}"#],
    },
    Choice {
        question: "`!=` of `search` on a field with several values",
        choice: "true if any value differs",
        errs: Errs::Wider,
        search: "x!=a",
        found: &[r#"{"x": ["a", "b"]}"#],
        left_out: &[r#"{"x": ["a", "A"]}"#, "{}"],
    },
    Choice {
        question: "`where NOT x=\"a\"` without the field",
        choice: "null stays null, and the row is dropped; `null-negation` tells of it",
        errs: Errs::Narrower,
        search: "* | where NOT x=\"a\"",
        found: &[r#"{"x": "b"}"#],
        left_out: &["{}", r#"{"x": "a"}"#],
    },
    Choice {
        question: "NOT before `match`, `like`, `in` and `cidrmatch` without the field",
        choice: "the same",
        errs: Errs::Narrower,
        search: "* | where NOT match(x, \"a\") AND NOT like(y, \"a%\")",
        found: &[r#"{"x": "b", "y": "b"}"#],
        left_out: &["{}", r#"{"x": "b"}"#],
    },
    Choice {
        question: "a number of `where` against a text that is none",
        choice: "null, and the row is dropped",
        errs: Errs::Narrower,
        search: "* | where x>5",
        found: &[r#"{"x": "6"}"#],
        left_out: &[r#"{"x": "a"}"#],
    },
    Choice {
        question: "a quoted number of `where`",
        choice: "compared as a number with a number, for a value does not say how it was written; else byte by byte",
        errs: Errs::Either,
        search: "* | where x>\"100\"",
        found: &[r#"{"x": "101"}"#, r#"{"x": "a"}"#],
        left_out: &[r#"{"x": "99"}"#, r#"{"x": "%"}"#],
    },
    Choice {
        question: "a test of `where` on a field with several values",
        choice: "true if it is for one value",
        errs: Errs::Wider,
        search: "* | where like(x, \"a%\") AND y=\"a\"",
        found: &[r#"{"x": ["b", "ab"], "y": ["b", "a"]}"#],
        left_out: &[r#"{"x": ["b"], "y": ["a"]}"#],
    },
    Choice {
        question: "whether `*` goes over the end of a line",
        choice: "it does",
        errs: Errs::Wider,
        search: "x=a*b",
        found: &[r#"{"x": "a\nb"}"#],
        left_out: &[r#"{"x": "a\nc"}"#],
    },
    Choice {
        question: "how `\\n` is read in a text of `eval`",
        choice: "as the end of a line, as `\\t` is a tab",
        errs: Errs::Either,
        search: "* | where x=\"a\\nb\"",
        found: &[r#"{"x": "a\nb"}"#],
        left_out: &[r#"{"x": "anb"}"#],
    },
    Choice {
        question: "where a term of several words, such as an address, or a phrase begins and ends in the raw event",
        choice: "its words stand side by side, from the beginning of a token to the end of one",
        errs: Errs::Narrower,
        search: "127.0.0.1 \"docker exec\"",
        found: &[r#"{"_raw": "from 127.0.0.1: DOCKER exec -it"}"#],
        left_out: &[
            r#"{"_raw": "127 0 0 1 docker exec"}"#,
            r#"{"_raw": "127.0.0.1 docker executor"}"#,
            r#"{"_raw": "127.0.0.1 exec docker"}"#,
        ],
    },
    Choice {
        question: "`cidrmatch` of what is no address",
        choice: "not true",
        errs: Errs::Narrower,
        search: "* | where cidrmatch(\"10.0.0.0/8\", x)",
        found: &[r#"{"x": "10.1.2.3"}"#],
        left_out: &[r#"{"x": "ten"}"#],
    },
    Choice {
        question: "a value that is the text of the network that `search` compares it with",
        choice: "equal texts match too",
        errs: Errs::Wider,
        search: "x=10.0.0.0/8",
        found: &[r#"{"x": "10.1.2.3"}"#, r#"{"x": "10.0.0.0/8"}"#],
        left_out: &[r#"{"x": "11.1.2.3"}"#],
    },
    Choice {
        question: "what `count(x)` counts of a field with several values",
        choice: "every value",
        errs: Errs::Wider,
        search: "* | stats count(x) AS n by k | where n>1",
        found: &[r#"{"k": "1", "x": ["a", "b"]}"#],
        left_out: &[r#"{"k": "2", "x": "a"}"#],
    },
    Choice {
        question: "whether `time_window` of `streamstats` holds the event at its far edge",
        choice: "it does not: t-W is out, t is in",
        errs: Errs::Narrower,
        search: "* | sort 0 _time | streamstats time_window=60s count AS n by k | where n>1",
        found: &[r#"{"k": "1", "_time": 159}"#],
        left_out: &[
            r#"{"k": "1", "_time": 100}"#,
            r#"{"k": "2", "_time": 100}"#,
            r#"{"k": "2", "_time": 160}"#,
        ],
    },
    Choice {
        question: "a field that is there already where `rex` does not match",
        choice: "it stays as it is",
        errs: Errs::Wider,
        search: "* | rex field=x \"(?<y>\\d+)\" | search y=7",
        found: &[r#"{"x": "a", "y": "7"}"#, r#"{"x": "7"}"#],
        left_out: &[r#"{"x": "8", "y": "7"}"#],
    },
    Choice {
        question: "`\\w`, `\\d`, `\\s` and `\\b` outside of ASCII",
        choice: "as in PCRE without UCP: of ASCII alone",
        errs: Errs::Narrower,
        search: "* | regex x=\"^\\w+$\"",
        found: &[r#"{"x": "ab"}"#],
        left_out: &[r#"{"x": "äb"}"#],
    },
];
