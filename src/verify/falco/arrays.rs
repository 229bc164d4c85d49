//! That tests of lists, as the backend writes them, are true of just the lists of which some value passes.
//!
//! In: patterns, and lists of values that look like the text of an array round them. Out: tests only. Invariant: a
//! pattern either is refused or has the same verdict in Falco's words as by its values.

use super::condition::{Condition, JOINING_ENGINE};
use crate::backend::falco::Engine;
use crate::backend::falco::list::{self, List};
use crate::detection::ValueTest;
use crate::event::pattern::{Case, Pattern};
use crate::event::{Event, Value};
use crate::target::FieldKind;
use crate::target::falco_fields::FieldTable;

fn checks(name: &str, texts: &[(&str, Case)]) -> Result<Vec<String>, String> {
    checks_for(name, texts, Engine::V0_57)
}

fn checks_for(name: &str, texts: &[(&str, Case)], engine: Engine) -> Result<Vec<String>, String> {
    let known = FieldTable::embedded().lookup("k8s_audit", name);
    let tests: Vec<_> =
        texts.iter().map(|(text, case)| ValueTest::Matches(Pattern::wildcard(text, *case))).collect();
    List { name, known, kind: FieldKind::Keyword, engine }.checks(&tests)
}

#[test]
fn whole_values_are_compared_with_case_and_others_in_the_text_of_the_array() {
    let groups = "ka.user.groups";
    assert_eq!(
        checks(groups, &[("system:masters", Case::Sensitive), ("1001", Case::Insensitive)]).unwrap(),
        ["ka.user.groups intersects (\"system:masters\", \"1001\")"]
    );
    assert_eq!(
        checks(groups, &[("system:masters", Case::Insensitive)]).unwrap(),
        [
            r#"jevt.value[/user/groups] icontains "[\"system:masters\"""#,
            r#"jevt.value[/user/groups] icontains ",\"system:masters\"""#
        ]
    );
    let addresses = FieldTable::embedded().lookup("k8s_audit", "ka.sourceips");
    assert_eq!(list::exists("ka.sourceips", addresses), r#"jevt.value[/sourceIPs] contains "\"""#);
    for refused in ["a*b", "a<b", "a\"b", ",a", "*["] {
        assert!(checks(groups, &[(refused, Case::Insensitive)]).is_err(), "{refused}");
    }
    let images = "ka.req.pod.containers.image";
    assert!(checks(images, &[("nginx", Case::Insensitive)]).is_err(), "no field holds the text of the array");
    assert!(checks(images, &[("ng*", Case::Sensitive)]).is_err());
}

/// `join` and `concat` are new with engine 0.62.0.
#[test]
fn the_newer_engine_looks_into_the_joined_values() {
    let images = "ka.req.pod.containers.image";
    let joined = |text: &str| checks_for(images, &[(text, Case::Insensitive)], Engine::V0_62).unwrap();
    let subject = r#"concat("|", join("|", ka.req.pod.containers.image), "|")"#;
    for (text, part) in
        [("nginx", "|nginx|"), ("ng*", "|ng"), ("*:latest", ":latest|"), ("*alpine*", "alpine")]
    {
        assert_eq!(joined(text), [format!("{subject} icontains \"{part}\"")]);
    }
    assert_eq!(joined("*"), ["ka.req.pod.containers.image exists"]);
    assert!(
        checks_for(images, &[("a|b", Case::Insensitive)], Engine::V0_62).is_err(),
        "it would span two values"
    );
    assert!(checks_for(images, &[("a*b", Case::Insensitive)], Engine::V0_62).is_err());
    assert!(checks_for("ka.req.role.rules.verbs", &[("get", Case::Insensitive)], Engine::V0_62).is_err());
}

#[test]
fn the_joined_values_tell_what_one_of_them_passes() {
    let values = ["", "a", "A", "ab", "b", "ba", "bab"];
    let (table, images) = (FieldTable::embedded(), "ka.req.pod.containers.image");
    for text in ["a", "*a", "a*", "*a*", "b", "*b", "ab", "*ab*", "*"] {
        let checks = checks_for(images, &[(text, Case::Insensitive)], Engine::V0_62).unwrap();
        let written = checks.join(" or ");
        let condition =
            Condition::parse_for(JOINING_ENGINE, &written, "k8s_audit", &table).expect("it is read");
        let pattern = Pattern::wildcard(text, Case::Insensitive);
        assert!(!condition.matches(&Event::new()), "{text}: no value passes");
        for list in values.iter().flat_map(|a| values.iter().flat_map(|b| values.map(|c| [*a, *b, c]))) {
            let mut event = Event::new();
            event.set(images, list.iter().map(|value| Value::from(*value)).collect());
            let passes = list.iter().any(|value| pattern.matches(value));
            assert_eq!(condition.matches(&event), passes, "{text} of {list:?}: {written}");
        }
    }
}

#[test]
fn the_text_of_an_array_tells_what_its_values_pass() {
    let values = ["", "a", "A,", "[a", "]b", ",", "a\"", "\",\"b", "\\", "ab", "x[", ",a"];
    let table = FieldTable::embedded();
    for text in ["a", "*a", "a*", "*a*", "b", "*b", "b*", "*,a*", "*[a*", "]*", "ab*", "*"] {
        let Ok(checks) = checks("ka.user.groups", &[(text, Case::Insensitive)]) else {
            assert_eq!(text, "]*", "the others are told");
            continue;
        };
        let condition = Condition::parse(&checks.join(" or "), "k8s_audit", &table).expect("it is read");
        let pattern = Pattern::wildcard(text, Case::Insensitive);
        for list in values.iter().flat_map(|a| values.iter().flat_map(|b| values.map(|c| [*a, *b, c]))) {
            let mut event = Event::new();
            event.set("ka.user.groups", list.iter().map(|value| Value::from(*value)).collect());
            let passes = list.iter().any(|value| pattern.matches(value));
            assert_eq!(condition.matches(&event), passes, "{text} of {list:?}: {checks:?}");
        }
    }
}
