//! The reader of EQL against an engine that is not ours: that of Elastic's `eql` package.
//!
//! In: queries and events on which the engine and Elasticsearch mean the same: fields that are there, letters of one case,
//! `*` as the only wildcard, spans of whole seconds. Out: a verdict. Where the engine differs from Elasticsearch (a missing
//! field, case, `?`, patterns that are not anchored at their end) the reader follows Elasticsearch's own tests, and is
//! tested beside its code. The engine runs in the environment that `.ci/install` makes; where there is none nothing is
//! compared, and that is said.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use splc::event::Event;
use splc::verify::eql::{FieldType, Query};

/// Conditions on the fields of [`event`].
const CONDITIONS: &[&str] = &[
    r#"a == "xy""#,
    r#"a != "xy""#,
    r#"a : "x*""#,
    r#"a : "*y""#,
    r#"a : "*y*""#,
    r#"a : "x*z*y""#,
    r#"a : ("xy", "z*")"#,
    r#"a like~ ("*z", "xy*")"#,
    r#"a in ("xy", "zz")"#,
    r#"a not in ("xy", "zz")"#,
    r#"a in~ ("x*", "xy")"#,
    r#"a regex~ """x[a-y].*""""#,
    // The engine does not look for the end of the value.
    r#"a regex~ """(x|z)z?y.*""""#,
    "n > 5",
    "n >= 5",
    "n < 5",
    "n == 5",
    "n != 5",
    "n in (1, 5, 9)",
    r#"not a : "x*""#,
    r#"a : "x*" and n > 5"#,
    r#"a : "x*" or n > 5 and b == "u""#,
    r#"(a : "x*" or n > 5) and b == "u""#,
    r#"not (a : "x*" or not n > 5)"#,
    r#"not not b == "u""#,
    "true",
    "false or n == 5",
    "n + 4 == 9",
    "n - 2 > 3",
    "n * 2 - 1 == 9",
    "(n + 1) * 2 in (4, 20)",
    "n % 4 == 1",
    "n / 2.0 > 2.5",
    "-n < -5",
    "add(n, multiply(n, 2)) == 15",
    "subtract(n, 1) >= 4",
    "modulo(n, 2) == 1",
    "length(a) > 1",
    "length(a) in (1, 4)",
    r#"concat(a, "-", b) == "xy-u""#,
    r#"concat(b, n) in ("u1", "v9")"#,
    r#"substring(a, 0, 1) == "x""#,
    r#"substring(a, 1) == "y""#,
    r#"substring(a, -1) != "z""#,
    r#"substring(a, 1, 3) == "zz""#,
    r#"startsWith(a, "x") and n > 1"#,
    r#"endsWith(a, "y")"#,
    r#"not stringContains(a, "zz")"#,
    r#"indexOf(a, "y") == 1"#,
    r#"string(n) == "5""#,
];

/// Sequences over the same fields. No event of theirs is a part and expires a sequence at once: see [`EXPIRING_PARTS`].
const SEQUENCES: &[&str] = &[
    r#"sequence by b [any where a : "x*"] [any where n > 5]"#,
    r#"sequence by b with maxspan=4s [any where a : "x*"] [any where n > 5]"#,
    r#"sequence by b with maxspan=10s [process where a : "x*"] [file where true] [any where n >= 5]"#,
    r#"sequence [any where a == "xy"] by b [any where a == "zz"] by b"#,
    "sequence by b, c [any where n == 5] [any where n == 9]",
    "sequence by b with maxspan=1m [any where n == 1] [any where n == 5] [any where n == 9]",
    "sequence by b [any where n == 5] with runs=3 [any where n == 9]",
    r#"sequence by b [any where a : "x*"] [any where n > 5 and not a : "z*"] until [any where a : "z*"]"#,
    r#"sequence [any where a : "x*"] by b [any where n > 5 and a != "zz"] by b until [any where a == "zz"] by b"#,
    "sequence by b, c [any where n == 5] [any where n == 9] until [any where n == 1]",
    "sequence by b with maxspan=8s [any where n == 1] [any where n == 5] until [process where n == 9]",
];

/// Sequences with an event that is a part and expires a sequence at once, with whether it is the first part. The engine
/// looks for expirations before it looks for parts: the last part finds nothing left to end, and the first one opens a
/// sequence that stays open. Elasticsearch discards a sequence whose last event so far is at the expiration or before it,
/// and whose next one is behind it (`SequenceMatcher.match`; pull request 59292: a sequence "must complete before"): the
/// last part ends its sequence, and the first one opens one that is already expired. The reader does as Elasticsearch.
const EXPIRING_PARTS: &[(&str, bool)] = &[
    (r#"sequence by b [any where a : "x*"] [any where n > 5] until [any where n > 5]"#, false),
    (r#"sequence by b [any where a == "xy"] [any where n > 5] until [any where a : "x*"]"#, true),
];

/// Events in the order of their times, from a fixed row of numbers.
/// When an event happened, its category, and its fields.
type Given = (u64, &'static str, Vec<(&'static str, Json)>);

fn events() -> Vec<Given> {
    let mut state: u32 = 7;
    let mut next = |bound: u32| {
        // Numerical Recipes, "An Even Quicker Generator".
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % bound
    };
    let mut time = 100;
    let mut one = || {
        time += u64::from(next(4)) + 1;
        let a = ["xy", "xzzy", "zz", "z", "y", "x"][next(6) as usize];
        let fields = vec![
            ("a", json!(a)),
            ("n", json!([1, 5, 9][next(3) as usize])),
            ("b", json!(["u", "v"][next(2) as usize])),
            ("c", json!(["s", "t"][next(2) as usize])),
        ];
        (time, ["process", "file"][next(2) as usize], fields)
    };
    (0..60).map(|_| one()).collect()
}

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-venv/bin/python");
    python.exists().then_some(python)
}

/// What the engine finds, one list of indexes a query.
fn asked(python: &Path, queries: &[String]) -> Vec<Json> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run_eql.py");
    let mut engine = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the engine starts");
    let events: Vec<Json> = events()
        .into_iter()
        .map(|(time, category, fields)| {
            let fields: serde_json::Map<String, Json> =
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            json!({"time": time, "category": category, "fields": fields})
        })
        .collect();
    let mut input = engine.stdin.take().expect("it reads");
    for query in queries {
        writeln!(input, "{}", json!({"query": query, "events": events})).expect("it reads on");
    }
    drop(input);
    let output = engine.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("it writes text");
    text.lines().map(|line| serde_json::from_str(line).expect("it writes JSON")).collect()
}

/// What the reader finds. Its events carry their category as a field of their own.
fn read(query: &str) -> Vec<usize> {
    let types = |name: &str| Some(if name == "n" { FieldType::Long } else { FieldType::Keyword });
    let query = Query::parse(query, &types).unwrap_or_else(|error| panic!("{query}: {error}"));
    let events: Vec<Event> = events()
        .into_iter()
        .map(|(time, category, fields)| {
            let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let event = Event::new().with("_time", time.to_string()).with("event.category", category);
            fields.iter().fold(event, |event, (name, value)| event.with(*name, text(value)))
        })
        .collect();
    query.matches_all(None, &events, &|_| true)
}

#[test]
fn queries_mean_the_same_to_the_engine_of_the_eql_package() {
    let Some(python) = python() else {
        println!("skipped: no target/ci-venv, which .ci/install makes");
        return;
    };
    let conditions = CONDITIONS.iter().map(|condition| format!("any where {condition}"));
    let queries: Vec<String> = conditions.chain(SEQUENCES.iter().map(|query| (*query).to_owned())).collect();
    let found = asked(&python, &queries);
    assert_eq!(found.len(), queries.len());
    let mut matching = 0;
    for (query, found) in queries.iter().zip(found) {
        assert_eq!(json!(read(query)), found, "{query}");
        matching += found.as_array().map_or(0, Vec::len);
    }
    assert!(matching > 500, "{matching} events match");
}

#[test]
fn the_engine_differs_where_a_part_expires_a_sequence() {
    let Some(python) = python() else {
        println!("skipped: no target/ci-venv, which .ci/install makes");
        return;
    };
    let queries: Vec<String> = EXPIRING_PARTS.iter().map(|(query, _)| (*query).to_owned()).collect();
    for ((query, is_first), found) in EXPIRING_PARTS.iter().zip(asked(&python, &queries)) {
        let of_engine = found.as_array().map_or(0, Vec::len);
        assert_eq!((of_engine > 0, !read(query).is_empty()), (*is_first, !is_first), "{query}");
    }
}
