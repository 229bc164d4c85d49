//! Tests of the format: exports, lines, what is no search, and what is still read of a broken file.

use std::path::Path;

use crate::document::{Document, Level, format_of};
use crate::source::Span;

fn read(name: &str, text: &str) -> Document {
    let path = Path::new(name);
    Document::read(path, text.to_owned(), format_of(path).unwrap())
}

fn found(name: &str, text: &str) -> Vec<(String, String)> {
    let analytics = read(name, text).analytics;
    analytics.into_iter().map(|one| (one.metadata.title, one.snippet.text().to_owned())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(title, search)| ((*title).to_owned(), (*search).to_owned())).collect()
}

fn findings(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let findings = read(name, text).diagnostics;
    findings.iter().map(|one| (one.code.id, one.span().unwrap_or_default().of(text).to_owned())).collect()
}

#[test]
fn exports_of_splunk_are_read() {
    let results = r#"{"preview": false, "results": [
        {"title": "A", "search": "a=1", "eai:acl.app": "web", "cron_schedule": "5 * * * *", "disabled": "1",
         "dispatch.earliest_time": "-1h", "dispatch.latest_time": "now", "alert.severity": "4",
         "alert.suppress": "0", "alert.suppress.period": "1h"},
        {"title": "B", "search": "b=\"2\""}]}"#;
    assert_eq!(found("x.json", results), pairs(&[("A", "a=1"), ("B", "b=\"2\"")]));
    let metadata = &read("x.json", results).analytics[0].metadata;
    assert_eq!((metadata.app.as_deref(), metadata.level), (Some("web"), Some(Level::High)));
    let schedule = &metadata.schedule;
    assert_eq!((schedule.cron.as_deref(), schedule.throttle.as_ref()), (Some("5 * * * *"), None));
    assert_eq!((schedule.earliest.as_deref(), schedule.latest.as_deref()), (Some("-1h"), Some("now")));
    assert!(schedule.disabled);
    let entries = r#"{"entry": [{"name": "C", "acl": {"app": "x"}, "content": {"search": "c=3"}}]}"#;
    assert_eq!(found("x.json", entries), pairs(&[("C", "c=3")]));
    assert_eq!(read("x.json", entries).analytics[0].metadata.app.as_deref(), Some("x"));
    let lines = "{\"result\": {\"title\": \"D\", \"search\": \"d=4\"}}\n{\"result\": {\"title\": \"E\", \"search\": \"e\"}}";
    assert_eq!(found("x.json", lines), pairs(&[("D", "d=4"), ("E", "e")]));
}

#[test]
fn an_object_needs_a_name_and_a_search_in_words() {
    for text in [
        r#"{"search": "a=1", "user": "me"}"#,
        r#"{"title": "x", "search": 5}"#,
        r#"{"title": "x", "search": " "}"#,
        r#"{"title": "m", "kind": "macro", "spl": "a=1"}"#,
        r#"{"title": "m(1)", "args": ["x"], "spl": "a=$x$"}"#,
        r#"{"name": "x", "constraints": [{"search": "a=1"}]}"#,
        r#"{"title": "x", "query": "a=1"}"#,
        "[1, \"search\", null, [], {}]",
    ] {
        assert_eq!(findings("x.json", text), [("no-analytic", String::new())], "{text}");
    }
    let text = r#"{"id": "i", "attack": ["T1609"], "spl": "a=1", "severity": "low"}"#;
    let metadata = read("x.jsonl", text).analytics.remove(0).metadata;
    assert_eq!((metadata.title.as_str(), metadata.id.as_deref()), ("i", Some("i")));
    assert_eq!((metadata.techniques, metadata.level), (vec!["T1609".to_owned()], Some(Level::Low)));
}

#[test]
fn escapes_lead_back_to_the_file() {
    let text = r#"{"id": "i", "spl": "a=\"\u00e9\ud83d\ude00\"\n| x"}"#;
    let snippet = read("x.json", text).analytics.remove(0).snippet;
    assert_eq!(snippet.text(), "a=\"é😀\"\n| x");
    let place = |part: &str| {
        let at = snippet.text().find(part).unwrap();
        snippet.to_file(Span::new(at, at + part.len())).of(text)
    };
    assert_eq!((place("\"é"), place("😀"), place("\n|")), (r#"\"\u00e9"#, r"\ud83d\ude00", r"\n|"));
}

#[test]
fn a_broken_line_leaves_the_others_alone() {
    let text = "\u{FEFF}{\"id\": \"1\", \"spl\": \"a\"}\n{\"id\": \"2\", \"spl\": \"b\", broken}\n\n{\"id\": \"3\", \"spl\": \"c\"}\n";
    let all = pairs(&[("1", "a"), ("2", "b"), ("3", "c")]);
    for name in ["x.ndjson", "x.jsonl", "x.json"] {
        let text = if name == "x.json" { text.trim_start_matches('\u{FEFF}') } else { text };
        assert_eq!(found(name, text), all, "{name}");
        assert_eq!(findings(name, text), [("bad-json", "broken}".to_owned())], "{name}");
    }
    let noise = "no\n".repeat(100);
    assert_eq!(read("x.ndjson", &noise).diagnostics.len(), 22);
}

#[test]
fn what_stands_before_a_mistake_is_read() {
    let at = |text: &str| findings("x.json", text).remove(0).1;
    assert_eq!(at("[{\"id\": \"1\", \"spl\": \"a\"},\n {\"id\": 2,}]"), "}]");
    assert_eq!(found("x.json", "[{\"id\": \"1\", \"spl\": \"a\"},\n {\"id\": 2,}]"), pairs(&[("1", "a")]));
    assert_eq!(at("{\"a\": \"x\n\"}"), "");
    assert_eq!(at("{\"a\": \"\\q\"}"), "\\q\"}");
    assert_eq!(at("{\"a\": \"open}"), "\"open}");
    assert_eq!(at("{\"a\" 1}"), "1}");
    assert_eq!(at("[1 2]"), "2]");
    assert_eq!(at("[1}"), "}");
    assert_eq!(at("{\"a\": nan}"), "nan}");
    assert_eq!(at("[] x"), "x");
    assert_eq!(at("{\"a\": [1, 2"), "");
    assert_eq!(at("[1, ]"), "]");
}

#[test]
fn depth_is_bounded() {
    for deep in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        assert_eq!(read("x.json", &deep).diagnostics[0].code.id, "bad-json");
    }
}
