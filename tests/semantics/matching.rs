//! Properties of the matcher: many rules at once say of an event what the reference says of each.
//!
//! In: predicates and events made at random, and lines of JSON written in every way that JSON has. Out: a verdict.
//! Invariant: an event as data and the same event as a line have the same verdicts; hits and misses both are common.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use splc::detection::{Detection, Predicate};
use splc::evaluate;
use splc::event::Event;
use splc::function::Context;
use splc::matcher::several::{self, Several};
use splc::matcher::{Matcher, Scratch};

use super::predicates;
use super::several::{events, pipeline};

const CASES: u32 = 3_000;

/// Runs `check` on what a strategy makes, and asks for a healthy share of hits, which it counts, among the trials.
fn for_many<S: Strategy>(
    cases: u32,
    strategy: &S,
    check: impl Fn(S::Value) -> Result<(usize, usize), TestCaseError>,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let (hits, trials) = (Cell::new(0), Cell::new(0));
    let result = TestRunner::new(config).run(strategy, |made| {
        let (of_hits, of_trials) = check(made)?;
        hits.set(hits.get() + of_hits);
        trials.set(trials.get() + of_trials);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let (hits, trials) = (hits.get(), trials.get());
    assert!(hits * 10 > trials && (trials - hits) * 10 > trials, "{hits} of {trials} hit");
}

/// What the reference says of each predicate.
fn expected(rules: &[Predicate], event: &Event) -> Vec<usize> {
    let passes = |(_, rule): &(usize, &Predicate)| evaluate::predicate(rule, event);
    rules.iter().enumerate().filter(passes).map(|(at, _)| at).collect()
}

#[test]
fn many_rules_say_what_each_says() {
    let strategy = (vec(predicates::predicate(4, 12, 3), 1..8), vec(predicates::event(), 1..4));
    for_many(CASES, &strategy, |(rules, events)| {
        let matcher = Matcher::of_predicates(&rules);
        let mut scratch = Scratch::default();
        let mut hits = 0;
        for event in &events {
            let found = matcher.matches_event(event, &mut scratch).to_vec();
            prop_assert_eq!(&found, &expected(&rules, event), "{:?} in {:?}", event, rules);
            hits += found.len();
        }
        Ok((hits, rules.len() * events.len()))
    });
}

/// A value of JSON over few texts, written with escapes and white space.
fn json() -> impl Strategy<Value = String> {
    const SCALARS: &[&str] = &[
        "null",
        "true",
        "1",
        "1.0",
        "01",
        "1e0",
        "-0",
        "2",
        "1.50",
        r#""x""#,
        r#""X""#,
        r#""xy""#,
        r#""\u0078y""#,
        r#""x\/y""#,
        r#""""#,
        r#""10.0.0.1""#,
        r#""1""#,
        r#""x\\y""#,
        r#""\"x\"""#,
        r#""zz""#,
        r#""Ä\u00e4""#,
    ];
    select(SCALARS).prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        let member = (select(&["a", "b", "c", "az"][..]), inner.clone())
            .prop_map(|(key, value)| format!("\"{key}\": {value}"));
        prop_oneof![
            vec(inner, 0..3).prop_map(|all| format!("[{}]", all.join(", "))),
            vec(member, 0..3).prop_map(|all| format!("{{{}}}", all.join(","))),
        ]
    })
}

fn line() -> impl Strategy<Value = String> {
    const KEYS: &[&str] = &["a", "a", "b", "c", "az", "a.b", "a{}", r"\u0061", "_raw", "_time", "other"];
    vec((select(KEYS), json(), select(&["", " ", "\t"][..])), 0..6).prop_map(|members| {
        let member =
            |(key, value, space): &(&str, String, &str)| format!("{space}\"{key}\"{space}:{space}{value}");
        format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
    })
}

#[test]
fn a_line_says_what_its_event_says() {
    let strategy = (vec(predicates::predicate(3, 8, 3), 1..6), vec(line(), 1..5));
    for_many(CASES, &strategy, |(rules, lines)| {
        let matcher = Matcher::of_predicates(&rules);
        let mut scratch = Scratch::default();
        let (mut hits, mut trials) = (0, 0);
        for line in &lines {
            let found = matcher.matches_line(line.as_bytes(), &mut scratch).map(<[usize]>::to_vec);
            let Ok(event) = Event::from_json_text(line) else {
                // A line that is wrong is no hit, whether or not that is noticed.
                prop_assert!(found.is_err() || found.is_ok_and(|found| found.is_empty()), "{}", line);
                continue;
            };
            let found = found.map_err(|error| TestCaseError::fail(format!("{line}: {error}")))?;
            prop_assert_eq!(&found, &expected(&rules, &event), "{} in {:?}", line, rules);
            hits += found.len();
            trials += rules.len();
        }
        Ok((hits, trials))
    });
}

/// Few rules that need a text are looked for in the line before it is read.
#[test]
fn a_text_is_found_in_a_line_however_it_is_written() {
    let texts = ["*whoami*", "*\\cmd.exe", "powershell", "*x y z*", "\"quoted text\""];
    let escaped = |text: String, every: usize| -> String {
        let escape = |(at, character): (usize, char)| match character {
            '"' | '\\' => format!("\\{character}"),
            _ if every > 0 && at % every == 0 => format!("\\u{:04x}", u32::from(character)),
            _ => character.to_string(),
        };
        text.chars().enumerate().map(escape).collect()
    };
    let values = select(vec![
        "whoami",
        "WHOAMI /all",
        "C:\\cmd.exe",
        "cmd.exe",
        "PowerShell",
        "x Y z",
        "\"quoted text\"",
        "other",
    ]);
    let strategy = (select(texts.to_vec()), values, 0_usize..4);
    for_many(500, &strategy, |(text, value, every)| {
        let parsed =
            splc::command::parse(&format!("a=\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
        let lowered =
            splc::command::lower(&parsed.pipeline).map_err(|error| TestCaseError::fail(error.message))?;
        let rules = [lowered.predicate()];
        let line = format!("{{\"b\": 1, \"a\": \"{}\"}}", escaped(value.to_owned(), every));
        let event = Event::from_json_text(&line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let matcher = Matcher::of_predicates(&rules);
        let mut scratch = Scratch::default();
        let found = matcher
            .matches_line(line.as_bytes(), &mut scratch)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(found, expected(&rules, &event), "{}", line);
        Ok((found.len(), 1))
    });
}

/// The rows of the reference: the events newest first, of equal times the later one first.
fn rows(detection: &Detection, events: &[Event]) -> Vec<(Event, usize)> {
    let context = Context::at(evaluate::latest(events));
    let mut order: Vec<usize> = (0..events.len()).rev().collect();
    let time = |at: &usize| splc::event::number::parse(&events[*at].values("_time")[0].text()).unwrap_or(0.0);
    order.sort_by(|one, two| time(two).total_cmp(&time(one)));
    let all: Vec<_> = order.into_iter().map(|at| evaluate::row(&events[at], at, context.now)).collect();
    let mut passing = all.clone();
    passing.retain(|row| detection.filters.iter().all(|it| evaluate::predicate_in(it, &row.event, &context)));
    let rows = evaluate::rows(&detection.steps, passing, &all, &context);
    let rows = rows.into_iter().filter(|row| !row.origins.is_empty());
    rows.map(|row| (row.event, row.origins.len())).collect()
}

#[test]
fn a_stream_comes_to_what_the_reference_comes_to() {
    for_many(CASES, &(pipeline(), events()), |(query, events)| {
        let parsed = splc::command::parse(&query);
        let Ok(detection) = splc::command::lower(&parsed.pipeline) else { return Ok((0, 0)) };
        if detection.steps.is_empty() {
            return Ok((0, 0));
        }
        let mut several = Several::new(std::slice::from_ref(&detection));
        let context = Context::at(evaluate::latest(&events));
        let asked = several::asked(&detection);
        for (at, event) in events.iter().enumerate() {
            if evaluate::predicate_in(&asked, event, &context) {
                several.add(0, event, at);
            }
        }
        let found = several.finish();
        prop_assert!(several.left().is_empty());
        let expected = rows(&detection, &events);
        let names = |event: &Event| -> Vec<String> {
            let asked = found.iter().flat_map(|row| row.group.iter().chain(&row.values));
            asked
                .map(|name| {
                    format!(
                        "{name}={:?}",
                        event.values(name).iter().map(|it| it.text().into_owned()).collect::<Vec<_>>()
                    )
                })
                .collect()
        };
        let own: Vec<_> = found.iter().map(|row| (names(&row.event), row.events)).collect();
        let expected: Vec<_> = expected.iter().map(|(event, count)| (names(event), *count)).collect();
        prop_assert_eq!(own, expected, "{}", query);
        Ok((usize::from(!found.is_empty()), 1))
    });
}

#[test]
fn a_bound_is_told_and_the_rest_goes_on() {
    let lower =
        |text: &str| splc::command::lower(&splc::command::parse(text).pipeline).expect("written here");
    let many = lower("| stats list(user) AS users by host | where mvcount(users) > 1");
    let few = lower("| stats count by host | where count > 1");
    let mut several = Several::new(&[many, few]).limit(20_000);
    for at in 0..1_000 {
        let event = Event::new().with("user", "root").with("host", if at % 2 == 0 { "a" } else { "b" });
        several.add(0, &event, at);
        several.add(1, &event, at);
    }
    let rows = several.finish();
    assert_eq!(rows.iter().map(|row| (row.detection, row.events)).collect::<Vec<_>>(), [(1, 500), (1, 500)]);
    assert!(several.left().iter().all(|left| left.detection == 0) && several.left().len() == 1);
}

#[test]
fn a_stretch_of_time_is_done_when_later_events_come() {
    let detection = splc::command::lower(
        &splc::command::parse("| bin _time span=60s | stats count by _time, user | where count > 1").pipeline,
    );
    let detection = detection.expect("written here");
    let mut several = Several::new(&[detection]).streaming(true);
    let mut add =
        |time: u32| several.add(0, &Event::new().with("_time", time.to_string()).with("user", "root"), time);
    assert!(add(600).is_empty() && add(630).is_empty() && add(959).is_empty());
    let rows = add(961);
    assert_eq!(rows.iter().map(|row| (row.events, row.last)).collect::<Vec<_>>(), [(2, Some(630))]);
    // Too late for the stretch that is done, and counted.
    assert!(add(659).is_empty());
    assert!(several.finish().is_empty());
    assert!(several.left()[0].reason.starts_with("1 events are left out"));
}
