//! Tests of the format: what is a search, what is said about it, and what is still read of a broken file.

use std::path::Path;

use crate::document::{Analytic, Document, Level, Throttle, format_of};

fn read(text: &str) -> Document {
    let path = Path::new("some_rules.yml");
    Document::read(path, text.to_owned(), format_of(path).unwrap())
}

fn searches(text: &str) -> Vec<String> {
    read(text).analytics.iter().map(|one| one.snippet.text().to_owned()).collect()
}

fn only(text: &str) -> Analytic {
    let mut analytics = read(text).analytics;
    assert_eq!(analytics.len(), 1, "{text}");
    analytics.remove(0)
}

fn codes(text: &str) -> Vec<&'static str> {
    read(text).diagnostics.iter().map(|finding| finding.code.id).collect()
}

const DETECTION: &str = "\
name: Pod Scan
id: dbfca1dd-b8e5-4ba4-be0e-e565e5d62002
version: 3
date: '2024-10-17'
author: Some Body, Splunk
status: production
type: Hunting
description: |-
  It finds
  scans.
data_source: [Kubernetes Audit, Other]
search: '`eks` user=\"it''s\"
  verb=list'
known_false_positives: Not all requests are bad.
references: [https://example.org/a, https://example.org/b]
drilldown_searches:
- name: View
  search: '%original_detection_search% | search host = $host$'
  earliest_offset: $info_min_time$
tags:
  mitre_attack_id:
  - T1204.003
  - T1526
  message: as in T1000
  risk_score: 61
  throttling:
    fields: [host, user]
    period: 86400s
";

#[test]
fn a_detection_of_security_content_says_all_about_itself() {
    let Analytic { metadata, snippet, .. } = only(DETECTION);
    assert_eq!(snippet.text(), "`eks` user=\"it's\" verb=list");
    assert_eq!(metadata.title, "Pod Scan");
    assert_eq!(metadata.id.as_deref(), Some("dbfca1dd-b8e5-4ba4-be0e-e565e5d62002"));
    assert_eq!((metadata.date.as_deref(), metadata.version.as_deref()), (Some("2024-10-17"), Some("3")));
    assert_eq!((metadata.status.as_deref(), metadata.kind.as_deref()), (Some("production"), Some("Hunting")));
    assert_eq!(metadata.author.as_deref(), Some("Some Body, Splunk"));
    assert_eq!(metadata.description.as_deref(), Some("It finds\nscans."));
    assert_eq!(metadata.data_source.as_deref(), Some("Kubernetes Audit, Other"));
    assert_eq!(metadata.techniques, ["T1204.003", "T1526"]);
    assert_eq!(metadata.references, ["https://example.org/a", "https://example.org/b"]);
    assert_eq!(metadata.false_positives, ["Not all requests are bad."]);
    assert_eq!(metadata.level, Some(Level::High));
    let throttle =
        Throttle { period: Some("86400s".to_owned()), fields: vec!["host".to_owned(), "user".to_owned()] };
    assert_eq!(metadata.schedule.throttle, Some(throttle));
}

const CAR: &str = "\
---
title: Winlogon
submission_date: 2014/11/19
id: CAR-2014-11-008
coverage:
  - technique: T1546
    tactics: [TA0004, TA0003]
    subtechniques: [T1546.008]
implementations:
  - description: pseudocode
    code: processes = search Process:Create
    type: Pseudocode
  - name: By parent
    description: Splunk version
    code: |-
      index=x ParentImage=\"winlogon.exe\"
    type: Splunk
  - code: process where true
    type: EQL
";

#[test]
fn of_a_car_analytic_the_splunk_implementations_are_searches() {
    let Analytic { metadata, snippet, .. } = only(CAR);
    assert_eq!(snippet.text(), "index=x ParentImage=\"winlogon.exe\"");
    assert_eq!((metadata.title.as_str(), metadata.id.as_deref()), ("Winlogon", Some("CAR-2014-11-008")));
    assert_eq!(metadata.date.as_deref(), Some("2014-11-19"));
    assert_eq!(metadata.techniques, ["T1546", "T1546.008"]);
    assert_eq!(metadata.tactics, ["TA0004", "TA0003"]);
    // Several share the id of the document, so it is none of theirs, and their names tell them apart.
    let two = format!("{CAR}  - name: By child\n    code: a=1\n    type: splunk, Sysmon native\n");
    let both = read(&two).analytics;
    let titles: Vec<&str> = both.iter().map(|one| one.metadata.title.as_str()).collect();
    assert_eq!(titles, ["Winlogon: By parent", "Winlogon: By child"]);
    assert!(both.iter().all(|one| one.metadata.id.is_none()));
}

#[test]
fn searches_are_found_in_lists_maps_and_documents() {
    let text = "search: a=1\nmore:\n- query: |\n    b=2\n- {deep: {spl: \"c=3\"}}\n---\nsearch: [d=4, e=5]\n";
    assert_eq!(searches(text), ["a=1", "b=2\n", "c=3", "d=4", "e=5"]);
    // What the map round them says holds for all of them.
    let text = "author: me\ntitle: Outer\nrules:\n- {search: a=1, title: Inner}\n- {search: b=2}\n";
    let found = read(text).analytics;
    let facts: Vec<_> =
        found.iter().map(|one| (one.metadata.title.as_str(), one.metadata.author.as_deref())).collect();
    assert_eq!(facts, [("Inner", Some("me")), ("Outer", Some("me"))]);
}

#[test]
fn what_is_no_text_and_no_spl_is_no_search() {
    for text in [
        "search: true\n",
        "search: ''\n",
        "query:\n",
        "query: 12\n",
        "plugins: [search]\n",
        "title: Sigma\nlogsource: {category: dns}\ndetection:\n  selection: {query: evil.example}\n  condition: selection\n",
        "definition: index=x\nname: macro\n",
    ] {
        assert_eq!(codes(text), ["no-analytic"], "{text}");
    }
    assert_eq!(searches("query: a=1\nlanguage: SPL\n"), ["a=1"]);
}

#[test]
fn queries_of_other_languages_are_left_out_with_a_note_at_their_place() {
    for text in [
        "query: process where true\nlanguage: eql\n",
        "query: SecurityEvent | take 1\nqueryFrequency: 1h\n",
        "name: x\nquery: |\n  // all\n  SecurityEvent\n  | project Computer\n",
        "query: SELECT a FROM b\n",
    ] {
        assert_eq!(codes(text), ["foreign-query", "no-analytic"], "{text}");
        let finding = &read(text).diagnostics[0];
        let line = text.lines().find(|line| line.contains("query:")).unwrap_or("");
        let value = line.trim_start_matches("query:").trim().trim_matches('|').trim();
        let expected = if value.is_empty() { "// all" } else { line.trim_start_matches("query:").trim() };
        assert_eq!(finding.span().unwrap().of(text), expected);
    }
}

#[test]
fn a_scalar_with_an_anchor_or_a_tag_and_its_alias_are_read() {
    let text = "search: &base !!str 'a=1'\nother:\n  search: *base\n";
    let found = read(text).analytics;
    assert_eq!(found.len(), 2);
    for one in &found {
        assert_eq!(one.snippet.to_file(crate::source::Span::new(0, 3)).of(text), "a=1");
    }
    // An alias of a map would let a small file grow without end.
    assert_eq!(searches("a: &m {search: a=1}\nb: *m\n"), ["a=1"]);
}

#[test]
fn a_broken_document_leaves_the_others_alone() {
    let text = "search: a=1\n---\nsearch: b=2\nbroken: 'x\n---\nsearch: c=3\n";
    assert_eq!(searches(text), ["a=1", "b=2", "c=3"]);
    let document = read(text);
    assert_eq!(document.diagnostics.len(), 1);
    let finding = &document.diagnostics[0];
    assert_eq!((finding.code.id, finding.span().unwrap().of(text)), ("bad-yaml", "'x"));
}

#[test]
fn places_count_bytes_behind_other_characters() {
    let text = "\u{FEFF}name: é😀\nsearch: é=1\nbad: [\n";
    let document = read(text);
    let snippet = &document.analytics[0].snippet;
    assert_eq!(snippet.to_file(crate::source::Span::new(0, 4)).of(text), "é=1");
    assert_eq!(document.diagnostics[0].code.id, "bad-yaml");
}

#[test]
fn depth_size_and_aliases_are_bounded() {
    for deep in ["- ".repeat(100_000), "[".repeat(100_000), "? ".repeat(100_000), "{a: ".repeat(100_000)] {
        assert_eq!(codes(&deep), ["bad-yaml", "no-analytic"]);
    }
    let large = "a: 1\n".repeat(1_000_000);
    assert_eq!(codes(&large), ["bad-yaml", "no-analytic"]);
    let copies = format!("a: &a '{}'\nb: [{}]\n", "x".repeat(100_000), "{search: *a},".repeat(10_000));
    let total: usize = searches(&copies).iter().map(String::len).sum();
    assert!((1_000_000..5_000_000).contains(&total), "{total}");
    assert_eq!(codes("a: 'x\n").first(), Some(&"bad-yaml"));
}

#[test]
fn levels_and_tactics_come_from_many_keys() {
    let level = |text: &str| only(&format!("search: a=1\n{text}\n")).metadata.level;
    assert_eq!(level("severity: High"), Some(Level::High));
    assert_eq!(level("tags: {risk_score: 20}"), Some(Level::Informational));
    assert_eq!(level("rba: {risk_objects: [{score: 25}, {score: 90}]}"), Some(Level::Critical));
    assert_eq!(level("severity: awful"), None);
    assert_eq!(level("tags: {risk_score: 101}"), None);
    let tags = only("search: a=1\ntags: [attack.t1059.001, attack.privilege-escalation, other]\n").metadata;
    assert_eq!(
        (tags.techniques, tags.tactics),
        (vec!["T1059.001".to_owned()], vec!["privilege-escalation".to_owned()])
    );
    let named = only("search: a=1\ntactics: [Credential Access, TA0004]\nname: '[T1003] Dump'\n").metadata;
    assert_eq!(named.tactics, ["credential-access", "TA0004"]);
    assert_eq!(named.techniques, ["T1003"]);
}

#[test]
fn a_title_falls_back_to_the_id_and_the_file() {
    assert_eq!(only("search: a=1\nid: my-id\n").metadata.title, "my-id");
    assert_eq!(only("search: a=1\n").metadata.title, "some rules");
}

#[test]
fn metadata_is_not_repeated_without_end() {
    let text = format!("description: '{}'\nsearch: [{}]\n", "x".repeat(1_000_000), "a=1,".repeat(10_000));
    let document = read(&text);
    assert_eq!(document.analytics.len(), 10_000);
    let total: usize =
        document.analytics.iter().filter_map(|one| Some(one.metadata.description.as_ref()?.len())).sum();
    assert!((1_000_000..100_000_000).contains(&total), "{total}");
}
