//! The walk against the full reading.

use super::*;
use crate::event::Event;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::cell::Cell;

const NAMES: &[&str] = &["a", "b", "a.b", "a.b.c", "a{}", "a{}.b", "a{}{}", "b.a", "é", "o{}.k.l"];

const KEYS: &[&str] =
    &["a", "b", "c", "a.b", "b.c", "a{}", "a{}.b", r"\u0061", "é", "o", "k", "l", "k.l", r"a\/", r#"\""#];

const SCALARS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "12",
    "-7",
    "1.50",
    "1e3",
    "123456789012345678901234567890",
    "1E-2",
    r#""""#,
    r#""x""#,
    r#""C:\\Windows\\cmd.exe""#,
    r#""\"{[""#,
    r#""\u00e9\ud83d\ude00""#,
    r#""Ä]}""#,
    r#""tab\tline\n\/""#,
    r#""\\""#,
    r#""\\\"""#,
];

/// JSON as text, with white space, keys that stand twice, and every kind of value.
fn json() -> impl Strategy<Value = String> {
    let scalar = select(SCALARS).prop_map(str::to_owned);
    scalar.prop_recursive(5, 40, 5, |inner| {
        let space = || select(&["", "", "", " ", "\t", "\n ", " \r\n"][..]);
        let member =
            (select(KEYS), space(), space(), inner.clone()).prop_map(|(key, before, behind, value)| {
                format!("{before}\"{key}\"{behind}:{before}{value}{behind}")
            });
        let members = |most| vec(member.clone(), 0..most).prop_map(|all| all.join(","));
        let elements = vec((space(), inner), 0..4).prop_map(|all| {
            all.into_iter()
                .map(|(space, value)| format!("{space}{value}{space}"))
                .collect::<Vec<_>>()
                .join(",")
        });
        prop_oneof![
            members(5).prop_map(|all| format!("{{{all}}}")),
            elements.prop_map(|all| format!("[{all}]"))
        ]
    })
}

fn event() -> impl Strategy<Value = String> {
    vec((select(KEYS), json()), 0..6).prop_map(|members| {
        let members: Vec<String> =
            members.into_iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        format!("{{{}}}", members.join(", "))
    })
}

/// The values that the walk finds, by name.
fn walked(line: &str) -> Result<Vec<Vec<String>>, Odd> {
    let names = Names::new(NAMES.iter().map(|name| (*name).to_owned()).collect());
    let mut values = Values::default();
    values.clear(NAMES.len());
    Scanner::default().read(line.as_bytes(), &names, &mut values)?;
    let of = |field| values.of(field).map(|value| values.text(value, line.as_bytes()).to_owned()).collect();
    Ok((0..).zip(NAMES).map(|(field, _)| of(field)).collect())
}

fn read(event: &Event) -> Vec<Vec<String>> {
    let texts = |name: &&str| event.values(name).iter().map(|value| value.text().into_owned()).collect();
    NAMES.iter().map(texts).collect()
}

#[test]
fn finds_what_a_full_reading_finds() {
    let config = ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() };
    let (found, odd) = (Cell::new(0), Cell::new(0));
    let result = proptest::test_runner::TestRunner::new(config).run(&event(), |line| {
        let full = Event::from_json_text(&line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        match walked(&line) {
            Ok(values) => {
                found.set(found.get() + 1);
                prop_assert_eq!(values, read(&full));
            }
            Err(Odd) => odd.set(odd.get() + 1),
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(found.get() > odd.get(), "{} lines are walked, {} are not", found.get(), odd.get());
}

proptest! {
    /// A line that is broken anywhere is handed back or gives no more than what stands in it.
    #[test]
    fn broken_lines_do_no_harm(line in event(), at: prop::sample::Index, put in select(&["", "\"", "\\", "{", "}", "[", "]", ",", ":", "x", "\u{1}"][..])) {
        let at = at.index(line.len() + 1);
        let at = (0..=at).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        let mut broken = line.clone();
        let end = (at + 1..=line.len()).find(|end| line.is_char_boundary(*end)).unwrap_or(at);
        broken.replace_range(at..end, put);
        if let (Ok(values), Ok(full)) = (walked(&broken), Event::from_json_text(&broken)) {
            prop_assert_eq!(values, read(&full));
        }
    }
}

#[test]
fn what_stands_twice_is_handed_back() {
    for line in [r#"{"a": 1, "a": 2}"#, r#"{"a": {"b": 1}, "a.b": 2}"#, r#"{"b": {"a": 1}, "b": 2}"#] {
        assert!(walked(line).is_err(), "{line}");
    }
    assert!(walked(r#"{"x": 1, "x": 2, "a": [{"b": 1}, {"b": 2}]}"#).is_ok());
}
