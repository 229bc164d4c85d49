//! Tests of the reader: what it accepts, and what each construct means.
//!
//! In: small rules and events. Out: tests. Invariant: each rule of the specification that the reader follows has
//! an event that would show the mistake. Comparison with another engine is in `differential`.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

const ID: &str = "0a7d3a1e-93a2-4d3b-9c51-6f3f0e2d9b11";

/// A rule with this detection section.
fn rule_with(detection: &Json) -> Result<Rule, ReadError> {
    let rule = json!({"title": "Test", "logsource": {"category": "test"}, "detection": detection});
    read_rules(&rule.to_string()).map(|mut rules| rules.remove(0))
}

/// A detection with one selection, asked about one event.
#[allow(clippy::needless_pass_by_value)] // So that calls read as data.
fn matches(selection: Json, event: Json) -> bool {
    let rule = rule_with(&json!({"sel": selection, "condition": "sel"}));
    rule.unwrap_or_else(|error| panic!("{error}"))
        .matches(&Event::from_json_text(&event.to_string()).unwrap())
}

/// The message about a selection that is no selection.
#[allow(clippy::needless_pass_by_value)] // So that calls read as data.
fn refused(selection: Json) -> String {
    rule_with(&json!({"sel": selection, "condition": "sel"})).unwrap_err().to_string()
}

#[test]
fn a_rule_is_read_with_its_metadata() {
    let text = format!(
        "title: Shell\nid: {ID}\nstatus: test\ndate: 2026-01-31\nlevel: high\ntags: [attack.t1609, cve.2024-1234]\n\
         fields: [User]\nlogsource: {{product: linux, service: auditd, definition: x}}\nspl: {{any: thing}}\n\
         detection:\n    sel:\n        a: b\n    condition: sel\n"
    );
    let rules = read_rules(&format!("{text}---\n{text}---\n")).unwrap();
    assert_eq!(rules.len(), 2);
    let rule = &rules[0];
    assert_eq!((rule.title.as_str(), rule.level.as_deref()), ("Shell", Some("high")));
    assert_eq!(rule.id.unwrap().to_string(), ID);
    assert_eq!(rule.tags, ["attack.t1609", "cve.2024-1234"]);
    assert_eq!(rule.fields, ["User"]);
    assert_eq!(
        rule.logsource,
        LogSource { category: None, product: Some("linux".into()), service: Some("auditd".into()) }
    );
}

#[test]
fn metadata_that_the_schema_forbids_is_refused() {
    let change = |key: &str, value: Json| {
        let mut rule = json!({"title": "T", "logsource": {"category": "c"}, "detection": {"s": {"a": 1}, "condition": "s"}});
        if value.is_null() {
            rule.as_object_mut().unwrap().remove(key);
        } else {
            rule[key] = value;
        }
        read_rules(&rule.to_string()).map(|_| ()).map_err(|error| error.to_string())
    };
    for (key, value) in [
        ("title", json!("")),
        ("title", json!("x".repeat(257))),
        ("title", json!(1)),
        ("id", json!("x")),
        ("id", json!(ID.replace('-', ""))),
        ("level", json!("High")),
        ("status", json!("new")),
        ("date", json!("2026/01/31")),
        ("modified", json!("2026-13-01")),
        ("tags", json!("attack.t1609")),
        ("tags", json!(["t1609"])),
        ("tags", json!(["attack.T1609"])),
        ("tags", json!([".x"])),
        ("fields", json!([1])),
        ("logsource", json!({})),
        ("logsource", json!("linux")),
        ("detection", json!([])),
    ] {
        let error = change(key, value.clone()).expect_err(&format!("{key} {value}"));
        assert!(error.starts_with(&format!("`{key}`")), "{error}");
    }
    for key in ["title", "logsource", "detection"] {
        assert_eq!(change(key, Json::Null), Err(format!("the rule has no `{key}`")));
    }
    assert_eq!(change("title", json!("é".repeat(256))), Ok(()));
    assert_eq!(change("correlation", json!({})), Err("a correlation rule is no rule on one event".into()));
}

#[test]
fn what_is_no_rule_is_refused() {
    assert!(matches!(read_rules("- a"), Err(ReadError::NotAMap("a list"))));
    assert!(matches!(read_rules("a: [b"), Err(ReadError::Yaml(_))));
    assert!(matches!(read_rules("title: a\ntitle: b"), Err(ReadError::Yaml(_))));
    assert!(matches!(read_rules(&"[".repeat(2000)), Err(ReadError::Yaml(_))));
    assert!(matches!(read_rules(&" ".repeat(MAX_BYTES + 1)), Err(ReadError::TooLong)));
    assert!(read_rules("").unwrap().is_empty());
}

#[test]
fn the_condition_and_the_detections_fit() {
    let error = |detection: Json| rule_with(&detection).unwrap_err().to_string();
    assert_eq!(error(json!({"s": {"a": 1}})), "the rule has no `condition`");
    assert_eq!(
        error(json!({"s": {"a": 1}, "t": {"a": 1}, "condition": "s"})),
        "the condition does not use the detection `t`"
    );
    assert_eq!(
        error(json!({"s": {"a": 1}, "condition": "s and t"})),
        "condition `s and t`: no detection is called `t`"
    );
    assert!(error(json!({"s": {"a": 1}, "timeframe": "5m", "condition": "s"})).contains("timeframe"));
    assert!(error(json!({"s": {"a": 1}, "condition": []})).contains("found a list"));
    let either = rule_with(&json!({"s": {"a": 1}, "t": {"b": 1}, "condition": ["s", "t"]})).unwrap();
    assert!(either.matches(&Event::new().with("b", "1")) && !either.matches(&Event::new().with("c", "1")));
}

#[test]
fn a_map_is_an_and_a_list_is_an_or() {
    let map = json!({"a": "x", "b": ["y", "z"]});
    assert!(matches(map.clone(), json!({"a": "x", "b": "z"})));
    assert!(!matches(map.clone(), json!({"a": "x"})));
    assert!(matches(json!([map, {"c": 1}]), json!({"c": 1})));
    for empty in [json!([]), json!({}), json!({"a": []})] {
        assert!(refused(empty).ends_with("empty"));
    }
    for wrong in [
        json!([[{"a": 1}]]),
        json!(null),
        json!(1),
        json!([1]),
        json!({"a": {"b": 1}}),
        json!({"a": [["b"]]}),
    ] {
        assert!(refused(wrong).contains("expected"));
    }
}

#[test]
fn keywords_are_looked_for_in_every_value_and_in_the_raw_event() {
    assert!(matches(json!(["fail", "DENIED"]), json!({"a": {"b": "access denied"}})));
    assert!(matches(json!("de*ed"), json!({"a": "access denied!"})));
    assert!(!matches(json!("granted"), json!({"a": "access denied"})));
    let all = json!({"|all": ["a b", "c"]});
    assert!(matches(all.clone(), json!({"x": "a b", "y": "xcx"})) && !matches(all, json!({"x": "a b"})));
    // A name of a field is part of the raw event only.
    assert!(matches(json!("secret"), json!({"secret": 1})));
    let raw = Event::new().with("_raw", "Failed password");
    assert!(rule_with(&json!({"k": ["failed pass"], "condition": "k"})).unwrap().matches(&raw));
    assert!(matches(json!({"|re": "d.n"}), json!({"x": "denied"})));
    for wrong in ["", "|startswith", "|exists", "|windash", "|cidr"] {
        assert!(refused(json!({wrong: "x"})).contains("keywords take"), "{wrong}");
    }
    assert!(refused(json!({"|all": ["a"]})).contains("two values"));
}

#[test]
fn text_modifiers() {
    let event = || json!({"f": r"C:\Windows\Cmd.exe"});
    for (key, value, expected) in [
        ("f", r"c:\windows\cmd.exe", true),
        ("f", r"c:\windows", false),
        ("f|startswith", r"c:\win", true),
        ("f|startswith", "win", false),
        ("f|endswith", r"\CMD.EXE", true),
        ("f|endswith", r"\cmd", false),
        ("f|contains", r"\windows\", true),
        ("f|contains", "w?n*exe", true),
        ("f|contains", "linux", false),
        ("f|cased", r"C:\Windows\Cmd.exe", true),
        ("f|cased", r"C:\Windows\cmd.exe", false),
        ("f|contains|cased", "Cmd", true),
        ("f|cased|contains", "cmd", false),
        ("g", "", false),
        ("g|contains", "", false),
    ] {
        assert_eq!(matches(json!({key: value}), event()), expected, "{key}: {value}");
    }
    let all = json!({"f|contains|all": ["cmd", "windows"]});
    assert!(matches(all.clone(), event()) && !matches(all, json!({"f": "cmd"})));
    let dash = json!({"f|contains|windash": " -enc "});
    assert!(
        matches(dash.clone(), json!({"f": "a \u{2013}ENC x"})) && !matches(dash, json!({"f": "a enc x"}))
    );
}

#[test]
fn absence_emptiness_and_presence_are_three_things() {
    let tests = [json!({"f": null}), json!({"f": ""}), json!({"f|exists": true}), json!({"f|exists": false})];
    for (event, expected) in [
        (json!({}), [true, false, false, true]),
        (json!({"f": null}), [true, false, false, true]),
        (json!({"f": ""}), [false, true, true, false]),
        (json!({"f": "x"}), [false, false, true, false]),
    ] {
        let found = tests.clone().map(|test| matches(test, event.clone()));
        assert_eq!(found, expected, "{event}");
    }
    assert!(matches(json!({"f": "*"}), json!({"f": ""})) && !matches(json!({"f": "*"}), json!({})));
}

#[test]
fn numbers_compare_with_texts_that_look_like_numbers() {
    for (key, value, event, expected) in [
        ("f", json!(4625), json!("4625"), true),
        ("f", json!("4625"), json!(4625), true),
        ("f", json!(1), json!("1.0"), true),
        ("f", json!("1"), json!("1.0"), false),
        ("f", json!(1.5), json!(1.5), true),
        ("f", json!([1, 2]), json!(2), true),
        ("f|gt", json!(9), json!("10"), true),
        ("f|gt", json!(10), json!(10), false),
        ("f|gte", json!(10), json!(10), true),
        ("f|lt", json!(-1), json!("-1.5"), true),
        ("f|lt", json!(10), json!(10), false),
        ("f|lte", json!(10), json!(10), true),
        ("f|lte", json!(10), json!("ten"), false),
        ("f", json!(true), json!("True"), true),
        ("f", json!(true), json!(1), false),
    ] {
        assert_eq!(matches(json!({key: value}), json!({"f": event})), expected, "{key}: {value} {event}");
    }
    assert!(
        read_rules("title: t\nlogsource: {category: c}\ndetection: {s: {f|gt: .inf}, condition: s}").is_err()
    );
}

#[test]
fn regular_expressions_are_unanchored_and_cased() {
    let text = || json!({"f": "One\nTwo"});
    for (key, value, expected) in [
        ("f|re", "ne", true),
        ("f|re", "one", false),
        ("f|re|i", "one", true),
        ("f|re", "^Two", false),
        ("f|re|m", "^Two", true),
        ("f|re", "e.T", false),
        ("f|re|s", "e.T", true),
        ("f|re|i|s", "E.t", true),
    ] {
        assert_eq!(matches(json!({key: value}), text()), expected, "{key}: {value}");
    }
    assert!(refused(json!({"f|re": "(?=x)"})).contains("look-around"));
}

#[test]
fn networks_hold_addresses_of_their_kind() {
    let network = json!({"f|cidr": ["10.0.0.0/8", "fe80::/10"]});
    for (address, expected) in
        [("10.1.2.3", true), ("11.0.0.1", false), ("FE80::1", true), ("::1", false), ("10.1", false)]
    {
        assert_eq!(matches(network.clone(), json!({"f": address})), expected, "{address}");
    }
    for wrong in ["10.0.0.1/8", "10.0.0.1", "x"] {
        assert!(refused(json!({"f|cidr": wrong})).contains("is not a network"));
    }
}

#[test]
fn a_fieldref_compares_any_values_but_for_case() {
    let test = || json!({"f|fieldref": "g"});
    assert!(matches(test(), json!({"f": ["a", "B"], "g": ["x", "b"]})));
    assert!(!matches(test(), json!({"f": "a", "g": "b"})) && !matches(test(), json!({"f": null, "g": null})));
    assert!(!matches(json!({"f|fieldref": "*"}), json!({"f": "a", "g": "a"})));
}

#[test]
fn any_value_of_a_field_passes_and_not_asks_for_none() {
    assert!(matches(json!({"f": "b"}), json!({"f": ["a", "b"]})));
    let not = rule_with(&json!({"s": {"f": "b"}, "condition": "not s"})).unwrap();
    let event = |json: Json| Event::from_json(&json).unwrap();
    assert!(!not.matches(&event(json!({"f": ["a", "b"]}))));
    assert!(not.matches(&event(json!({"f": ["a"]}))) && not.matches(&event(json!({}))));
    assert!(matches(json!({"f|contains|all": ["a", "b"]}), json!({"f": ["a", "b"]})));
}

#[test]
fn a_plain_name_finds_elements_of_arrays() {
    let event = json!({"user": {"groups": ["x", "y"]}, "a": [{"b": 1}, {"b": 2}], "A": 3});
    assert!(matches(json!({"user.groups": "y"}), event.clone()));
    assert!(matches(json!({"user.groups{}": "y"}), event.clone()));
    assert!(matches(json!({"a.b": 2}), event.clone()));
    assert!(matches(json!({"a{}.b": 2}), event.clone()));
    assert!(!matches(json!({"a": 3}), event));
    let literal = Event::new().with("a{}.b", "1").with("a.b", "2");
    assert!(!rule_with(&json!({"s": {"a.b": 1}, "condition": "s"})).unwrap().matches(&literal));
}

#[test]
fn modifiers_that_mean_nothing_are_refused() {
    for (key, value, message) in [
        ("f|foo", json!("x"), "unknown modifier `foo`"),
        ("f|", json!("x"), "unknown modifier ``"),
        ("f|neq", json!("x"), "not portable"),
        ("f|base64offset|contains", json!("x"), "`base64offset` is not read"),
        ("f|contains|contains", json!("x"), "given twice"),
        ("f|contains|endswith", json!("x"), "`endswith` cannot be combined with `contains`"),
        ("f|re|contains", json!("x"), "cannot be combined"),
        ("f|re|cased", json!("x"), "cannot be combined"),
        ("f|cidr|windash", json!("10.0.0.0/8"), "cannot be combined"),
        ("f|contains|all|windash", json!(["x", "y"]), "cannot be combined"),
        ("f|i", json!("x"), "belongs after `re`"),
        ("f|i|re", json!("x"), "belongs after `re`"),
        ("f|all", json!(["x", "y"]), "needs `contains`"),
        ("f|contains|all", json!("x"), "at least two"),
        ("f|contains|all", json!(["x"]), "at least two"),
        ("f|gt", json!("5"), "expected a number"),
        ("f|exists", json!("true"), "expected `true` or `false`"),
        ("f|exists", json!([true]), "expected `true` or `false`"),
        ("f|contains", json!(5), "expected a text"),
        ("f|contains", json!(null), "found null"),
        ("f|cased", json!(5), "found a number"),
        ("f", json!([null, "x"]), "found null"),
    ] {
        let error = refused(json!({key: value}));
        assert!(error.contains(message) && error.starts_with(&format!("detection `sel.{key}`")), "{error}");
    }
}

proptest! {
    #[test]
    fn reading_never_panics(text in "\\PC{0,80}", at in 0..160usize, cut in 0..12usize) {
        let _ = read_rules(&text);
        let rule = "title: T\nlogsource: {category: c}\ndetection:\n  sel:\n    f|contains|all: [a, 'b*']\n    \
                    g|re: ^a\n  k: [x, y]\n  condition: sel and not 1 of k*\n";
        let at = at.min(rule.len());
        let end = (at + cut).min(rule.len());
        if let Ok(rules) = read_rules(&format!("{}{text}{}", &rule[..at], &rule[end..])) {
            let event = Event::new().with("f", text).with("g", "abc");
            for rule in rules {
                rule.matches(&event);
            }
        }
    }

    #[test]
    fn any_condition_and_value_is_read_or_refused(
        words in prop::collection::vec(prop::sample::select(vec!["sel", "and", "or", "not", "(", ")", "1 of", "them", "s*", "|", "é"]), 0..12),
        key in "f?(\\|(contains|re|all|i|exists|gt|cidr|windash|cased|fieldref|é)){0,3}",
        value in "\\PC{0,10}",
        event in "\\PC{0,10}",
    ) {
        let detection = json!({"sel": {key: value}, "condition": words.join(" ")});
        if let Ok(rule) = rule_with(&detection) {
            rule.matches(&Event::new().with("f", event));
        }
    }
}
