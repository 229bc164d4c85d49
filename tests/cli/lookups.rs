//! `--lookups` and `--now`: what is given beside the searches.
//!
//! In: tables, definitions, searches and events written here. Out: a verdict on every command that understands searches.

use std::fs;
use std::path::PathBuf;

use super::{folder, splc};

/// A search a stanza, each with a lookup.
const SEARCHES: &str = r#"
[output]
search = sourcetype=docker:daemon | lookup admins user OUTPUT level | where level="high"
[subsearch]
search = sourcetype=docker:daemon action=start [| inputlookup admins | fields user]
[negated]
search = sourcetype=docker:daemon action=start NOT [| inputlookup admins where level=low | fields user]
[wildcards]
search = sourcetype=docker:daemon | lookup images name AS image OUTPUT kind | search kind=bad
[unlisted]
search = sourcetype=docker:daemon action=start | lookup images name AS image OUTPUT kind | search NOT kind=none
[networks]
search = sourcetype=docker:daemon | lookup zones net AS ip OUTPUT zone | search zone=inside NOT zone=dmz
[new]
search = sourcetype=docker:daemon user=* | lookup admins user OUTPUTNEW level | search level=low
"#;

fn with_lookups(name: &str) -> PathBuf {
    let folder = folder(name);
    fs::create_dir_all(folder.join("tables/app/default")).unwrap();
    let write = |path: &str, text: &[u8]| fs::write(folder.join(path), text).unwrap();
    write("tables/admins.csv", b"\xEF\xBB\xBFuser,level\r\nroot,high\r\nbob,low\r\nEve,high\r\nann,\r\n");
    write("tables/images.csv", b"name,kind\nmine/evil*,good\n*evil*,bad\n");
    write("tables/app/zones.csv", b"net,zone\n10.0.0.0/8,inside\n10.1.0.0/16,dmz\n");
    let transforms = b"[images]\nfilename = images.csv\nmatch_type = WILDCARD(name)\nmax_matches = 1\n\
        min_matches = 1\ndefault_match = none\n[zones]\nfilename = zones.csv\nmatch_type = CIDR(net)\n";
    write("tables/app/default/transforms.conf", transforms);
    write("s.conf", SEARCHES.as_bytes());
    folder
}

#[test]
fn searches_without_the_table_have_a_hole_and_no_rule() {
    let folder = with_lookups("lookups_absent");
    let listed = splc(&folder, &["list", "s.conf", "--format", "json"], "");
    assert_eq!(listed.out.lines().count(), 7);
    for line in listed.out.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["holes"][0]["kind"], "lookup", "{line}");
        assert_eq!(entry["targets"]["sigma"]["status"], "refused", "{line}");
    }
    let ran = splc(&folder, &["compile", "s.conf", "-t", "sigma", "-o", "out", "--report", "r.json"], "");
    assert_eq!(ran.status, 0);
    let report = fs::read_to_string(folder.join("r.json")).unwrap();
    assert!(report.contains("unknown-lookup") && report.contains("`admins`"), "{report}");
}

/// `iplocation` reads a database, so there is no table to give.
#[test]
fn places_of_addresses_are_no_lookup() {
    let folder = with_lookups("lookups_places");
    let search = r#"sourcetype=aws:cloudtrail eventName=x | iplocation src_ip | where Country!="US""#;
    let ran = splc(&folder, &["compile", "-", "-t", "sigma"], search);
    let told = format!("{}{}", ran.out, ran.err);
    assert!(told.contains("database of places") && !told.contains("--lookups"), "{told}");
    let listed = splc(&folder, &["list", "-", "--format", "json"], search);
    let entry: serde_json::Value = serde_json::from_str(listed.out.trim()).unwrap();
    assert_eq!(entry["holes"][0]["kind"], "places", "{entry}");
}

#[test]
fn tables_become_lists_of_values() {
    let folder = with_lookups("lookups_compile");
    let listed = splc(&folder, &["list", "s.conf", "--format", "json", "--lookups", "tables"], "");
    for line in listed.out.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&entry["kind"], entry["holes"].as_array().map(Vec::len)), (&"event".into(), Some(0)));
        assert_eq!(entry["targets"]["rust"]["status"], "exact", "{line}");
    }
    let ran =
        splc(&folder, &["compile", "s.conf", "-t", "sigma", "-o", "out", "-q", "--lookups", "tables"], "");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let rule = |name: &str| fs::read_to_string(folder.join(format!("out/sigma/{name}.yml"))).unwrap();
    for value in ["root", "Eve"] {
        assert!(rule("output").contains(value) && rule("subsearch").contains(value), "{}", rule("output"));
    }
    assert!(!rule("output").contains("bob") && rule("subsearch").contains("bob"));
    assert!(rule("negated").contains("bob") && !rule("negated").contains("root"));
    let explained = splc(&folder, &["explain", "s.conf", "--lookups", "tables"], "");
    assert!(explained.out.contains("mine/evil*"), "{}", explained.out);
}

#[test]
fn what_tables_come_to_is_verified() {
    let folder = with_lookups("lookups_verify");
    let arguments = ["verify", "s.conf", "-t", "sigma,eql", "--format", "json", "--lookups", "tables"];
    let ran = splc(&folder, &arguments, "");
    assert_eq!(ran.status, 0, "{}", ran.out);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    for analytic in report["analytics"].as_array().unwrap() {
        let reference = &analytic["outcomes"][0];
        let (events, matching) = (&reference["events"], &reference["matching"]);
        assert!(matching.as_u64() > Some(1) && events.as_u64() > matching.as_u64(), "{analytic}");
    }
}

#[test]
fn events_are_matched_with_tables() {
    let folder = with_lookups("lookups_match");
    let events = [
        r#"{"sourcetype": "docker:daemon", "user": "root", "action": "start", "image": "an evil one", "ip": "10.1.1.1"}"#,
        r#"{"sourcetype": "docker:daemon", "user": "bob", "action": "start", "image": "mine/evil", "ip": "10.2.1.1"}"#,
        r#"{"sourcetype": "docker:daemon", "user": "eve", "action": "start", "image": "other", "level": "low"}"#,
    ];
    let ran = splc(&folder, &["match", "-r", "s.conf", "--lookups", "tables", "--count"], &events.join("\n"));
    let counts: Vec<(String, u64)> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|one| (one["title"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap()))
        .collect();
    let expected = [
        ("output", 1),
        ("subsearch", 3),
        ("negated", 2),
        ("wildcards", 1),
        ("unlisted", 2),
        ("networks", 1),
        ("new", 2),
    ];
    assert_eq!(counts, expected.map(|(title, count)| (title.to_owned(), count)), "{}", ran.err);
}

#[test]
fn bad_tables_are_named_with_their_place_and_the_rest_goes_on() {
    let folder = with_lookups("lookups_bad");
    let write = |path: &str, text: &[u8]| fs::write(folder.join(path), text).unwrap();
    write("tables/ragged.csv", b"a,b\r\n1,2\r\n\r\n1\r\n1,2,3\r\n");
    write("tables/latin.csv", b"a\n\xE9t\xE9\n");
    write("tables/empty.csv", b"");
    fs::create_dir(folder.join("tables/z")).unwrap();
    write("tables/z/admins.csv", b"user,level\nroot,low\n");
    write("tables/quote.csv", b"a,b\n1,\"2\n3,4\n");
    write(
        "tables/app/default/transforms.conf",
        b"[kv]\ncollection = c\n[odd]\nfilename=a.csv\nmatch_type = LIKE(a)\n",
    );
    let ran = splc(&folder, &["list", "s.conf", "--lookups", "tables"], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    for (place, says) in [
        (
            "tables/ragged.csv:4:1",
            "the row has 1 cells and the table 2 columns, and one more row is like that",
        ),
        ("tables/latin.csv:2:1", "not UTF-8"),
        ("tables/empty.csv:1:1", "the table is empty"),
        ("tables/z/admins.csv", "another file has the name `admins.csv` and other rows"),
        ("tables/quote.csv:2:3", "the quote that opens here is not closed"),
        (
            "tables/app/default/transforms.conf:1:2",
            "the lookup `kv` is left out: `collection` is not supported",
        ),
        ("tables/app/default/transforms.conf:3:2", "the lookup `odd` is left out: `match_type` is none of"),
    ] {
        assert!(ran.err.contains(place) && ran.err.contains(says), "{place} {says}\n{}", ran.err);
    }
    write("tables/binary.csv", b"a\n\0\n");
    let large = fs::File::create(folder.join("tables/large.csv")).unwrap();
    large.set_len(17 * 1024 * 1024).unwrap();
    let ran = splc(&folder, &["list", "s.conf", "--lookups", "tables", "--lookups", "absent", "-q"], "");
    assert_eq!((ran.status, ran.out.lines().last()), (2, Some("7 searches")), "{}", ran.err);
    for says in ["binary.csv` is not text", "large.csv` is larger than 16 MiB", "`absent` cannot be read"] {
        assert!(ran.err.contains(says), "{says}\n{}", ran.err);
    }
}

#[test]
fn the_time_is_that_of_the_event_unless_it_is_stated() {
    let folder = folder("now");
    let search = r#"_time > relative_time(now(), "-1h")"#;
    fs::write(folder.join("a.spl"), format!("sourcetype=docker:daemon | where {search}")).unwrap();
    let events = [
        r#"{"sourcetype": "docker:daemon", "_time": 1767225600}"#,
        r#"{"sourcetype": "docker:daemon", "_time": 1767229300}"#,
    ];
    let hits = |now: &[&str]| {
        let arguments = [&["match", "-r", "a.spl"][..], now].concat();
        splc(&folder, &arguments, &events.join("\n")).out.lines().count()
    };
    assert_eq!(hits(&[]), 2);
    assert_eq!(hits(&["--now", "2026-01-01T01:00:01Z"]), 1);
    assert_eq!(hits(&["--now", "2026-01-01T02:00:01+01:00"]), 1);
    assert_eq!(hits(&["--now", "1767225600"]), 2);
    assert_eq!(hits(&["--now", "2027-01-01T00:00:00Z"]), 0);
    for bad in ["yesterday", "2026-01-01", "inf"] {
        let ran = splc(&folder, &["match", "-r", "a.spl", "--now", bad], "");
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("seconds since 1970"), "{}", ran.err);
    }
}

#[test]
fn a_sub_search_that_asks_for_the_time_needs_one() {
    let folder = folder("now_subsearch");
    fs::write(folder.join("users.csv"), "user,until\nroot,1700000000\nbob,1900000000\n").unwrap();
    let search =
        "sourcetype=docker:daemon action=start [| inputlookup users | where until > now() | fields user]";
    fs::write(folder.join("a.spl"), search).unwrap();
    let compile = |now: &[&str]| {
        let arguments = [&["compile", "a.spl", "-t", "sigma", "--lookups", "."][..], now].concat();
        splc(&folder, &arguments, "")
    };
    let ran = compile(&[]);
    assert!(ran.err.contains("depends on the time") && ran.err.contains("--now TIME"), "{}", ran.err);
    let ran = compile(&["--now", "1800000000"]);
    assert!(ran.out.contains("bob") && !ran.out.contains("root"), "{}\n{}", ran.out, ran.err);
}
