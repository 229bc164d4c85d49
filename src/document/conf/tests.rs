//! Tests of the format: continuations, defaults, what a stanza says, and lines that make no sense.

use std::path::Path;

use super::stanzas;
use crate::document::{Document, Level, Throttle, format_of};
use crate::source::Span;

fn read(name: &str, text: &str) -> Document {
    let path = Path::new(name);
    Document::read(path, text.to_owned(), format_of(path).unwrap())
}

const SAVED: &str = "\
# comment with search = no
[default]
dispatch.earliest_time = -15m@m
search = not this

[[T1101] Provider]
description = Why \\
it is there
cron_schedule = */15 * * * *
alert.severity = 5
alert.suppress = 1
alert.suppress.fields = host, user
alert.suppress.period = 1h
disabled = 0
search = `sysmon` a=\"b\\\\c\" \\
\t# no comment\\
\\
| where x=1\\
";

#[test]
fn a_saved_search_says_all_about_itself() {
    let document = read("apps/Hunting/default/savedsearches.conf", SAVED);
    assert_eq!(document.analytics.len(), 1);
    assert!(document.diagnostics.is_empty());
    let one = &document.analytics[0];
    assert_eq!(one.snippet.text(), "`sysmon` a=\"b\\\\c\" \n\t# no comment\n\n| where x=1");
    assert_eq!(one.metadata.title, "[T1101] Provider");
    assert_eq!(one.metadata.techniques, ["T1101"]);
    assert_eq!(one.metadata.description.as_deref(), Some("Why \nit is there"));
    assert_eq!((one.metadata.level, one.metadata.app.as_deref()), (Some(Level::Critical), Some("Hunting")));
    let schedule = &one.metadata.schedule;
    assert_eq!(schedule.cron.as_deref(), Some("*/15 * * * *"));
    assert!(!schedule.disabled);
    let throttle =
        Throttle { period: Some("1h".to_owned()), fields: vec!["host".to_owned(), "user".to_owned()] };
    assert_eq!(schedule.throttle, Some(throttle));
}

#[test]
fn defaults_hold_where_a_stanza_is_silent() {
    let text = "author = me\n[default]\ndispatch.earliest_time = -1h\ncron_schedule = 1 * * * *\n[a]\nsearch = a=1\n\
                dispatch.earliest_time = -2h\n[b]\nsearch = b=2\n";
    let analytics = read("savedsearches.conf", text).analytics;
    let facts: Vec<_> = analytics
        .iter()
        .map(|one| {
            (
                one.metadata.title.as_str(),
                one.metadata.schedule.earliest.as_deref(),
                one.metadata.author.as_deref(),
            )
        })
        .collect();
    assert_eq!(facts, [("a", Some("-2h"), Some("me")), ("b", Some("-1h"), Some("me"))]);
    assert!(analytics.iter().all(|one| one.metadata.schedule.cron.as_deref() == Some("1 * * * *")));
}

#[test]
fn later_keys_and_stanzas_of_a_name_win() {
    let text = "[a]\nsearch = one\nsearch = two\n[b]\nsearch = b\n[a]\nsearch = three\n";
    let analytics = read("eventtypes.conf", text).analytics;
    let found: Vec<_> =
        analytics.iter().map(|one| (one.metadata.title.as_str(), one.snippet.text())).collect();
    assert_eq!(found, [("b", "b"), ("a", "three")]);
}

#[test]
fn annotations_of_enterprise_security_name_techniques() {
    let text = "[a]\naction.correlationsearch.annotations = {\"mitre_attack\": [\"T1003\", \"T1059.001\"]}\n\
                action.notable.param.severity = low\nalert.severity = 4\nsearch = a\n";
    let metadata = read("savedsearches.conf", text).analytics.remove(0).metadata;
    assert_eq!(
        (metadata.techniques.join(" "), metadata.level),
        ("T1003 T1059.001".to_owned(), Some(Level::Low))
    );
}

#[test]
fn every_piece_of_a_value_leads_back_to_the_file() {
    let text = "[é]\r\nsearch = a=1 \\\r\n\t| b\\\r\n  \\\r\n[c]\r\n";
    let stanzas = stanzas(text);
    let snippet = stanzas[0].snippet("search").unwrap();
    // The bracket is part of the value: the line above it ends with a backslash.
    assert_eq!(snippet.text(), "a=1 \n\t| b\n  \n[c]");
    let place = |start, end| snippet.to_file(Span::new(start, end)).of(text);
    assert_eq!((place(0, 3), place(4, 5), place(5, 8)), ("a=1", "\\\r\n", "\t| "));
    assert_eq!(place(13, 16), "[c]");
    assert_eq!(stanzas[0].span.of(text), "é");
    assert!(!snippet.is_quoted());
}

#[test]
fn definitions_of_macros_are_stanzas_and_no_searches() {
    let text = "[sysmon(1)]\nargs = host\ndefinition = index=x host=\"$host$\"\niseval = 0\nsearch = no\n";
    assert!(read("macros.conf", text).analytics.is_empty());
    let stanzas = stanzas(text);
    assert_eq!(stanzas[0].name, "sysmon(1)");
    assert_eq!((stanzas[0].value("args"), stanzas[0].value("iseval")), (Some("host"), Some("0")));
    assert_eq!(stanzas[0].value("none"), None);
}

#[test]
fn lines_without_meaning_are_named_in_files_of_splunk() {
    let text = "[a]\nsearch = a=1 \\ \n| stats count\n[b] # comment\nsearch = b\n";
    let document = read("savedsearches.conf", text);
    let places: Vec<&str> = document.diagnostics.iter().map(|one| one.span().unwrap().of(text)).collect();
    assert_eq!(places, [" a=1 \\ ", "| stats count"]);
    assert_eq!(document.analytics.len(), 2);
    let foreign = read("nginx.conf", "server {\n  listen 80;\n}\n");
    let codes: Vec<&str> = foreign.diagnostics.iter().map(|one| one.code.id).collect();
    assert_eq!(codes, ["no-analytic"]);
}

#[test]
fn blank_and_unfinished_values_do_no_harm() {
    for text in
        ["[a]\nsearch =\n", "[a]\nsearch = \\\n\\\n", "[a]\nsearch = \\", "[a\nsearch", "= x\n", "[]\n"]
    {
        assert!(read("savedsearches.conf", text).analytics.is_empty(), "{text:?}");
    }
    assert_eq!(stanzas("[a]\nk = v\\")[0].value("k"), Some("v"));
}

#[test]
fn a_stanza_switches_off_what_is_the_default() {
    let text = "[default]\nalert.suppress.period = 5m\ndisabled = 1\n[a]\nsearch = a\n\
                [b]\nsearch = b\nalert.suppress = 0\ndisabled = false\n";
    let analytics = read("savedsearches.conf", text).analytics;
    let facts: Vec<_> = analytics
        .iter()
        .map(|one| (one.metadata.schedule.throttle.is_some(), one.metadata.schedule.disabled))
        .collect();
    assert_eq!(facts, [(true, true), (false, false)]);
}

#[test]
fn what_splunks_content_says_in_keys_of_its_own_is_carried() {
    let text = "[ESCU - A - Rule]\nsearch = a=1\naction.escu.creation_date = 2024-05-01\n\
        action.escu.known_false_positives = Admins do this.\naction.escu.mappings = {\"mitre_attack\": [\"T1003.001\"]}\n\
        action.correlationsearch.metadata = {\"detection_id\": \"x-1\"}\naction.risk.param._risk_score = 64\n";
    let document = read("savedsearches.conf", text);
    let metadata = &document.analytics[0].metadata;
    assert_eq!(document.diagnostics, []);
    assert_eq!(metadata.techniques, ["T1003.001"]);
    assert_eq!(metadata.false_positives, ["Admins do this."]);
    assert_eq!((metadata.id.as_deref(), metadata.date.as_deref()), (Some("x-1"), Some("2024-05-01")));
    assert_eq!(metadata.level, Some(Level::High));
}
