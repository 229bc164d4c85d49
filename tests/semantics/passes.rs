//! Properties of the passes over predicates that no search need have led to.
//!
//! In: predicates and events made in `predicates`. Invariant: each pass and all of them together keep the verdict on
//! every event, make nothing larger, and have nothing left to do when they are run again; what a test of a value is
//! said to imply or exclude it does, for every pair of tests and every value.

use std::cell::Cell;
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use splc::detection::{Condition, Predicate, Test, ValueTest, tree};
use splc::event::pattern::{Case, Pattern};
use splc::event::{Event, Value};
use splc::source::Origin;
use splc::{command, evaluate, optimise};

use super::predicates::{self, event, predicate, size};

const PREDICATES: u32 = 300;
const EVENTS: usize = 12;

/// Checks all properties for so many predicates of one kind.
fn check(cases: u32, predicates: impl Strategy<Value = Predicate>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let (matched, total, changed) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let strategy = (predicates, prop::collection::vec(event(), EVENTS));
    let result = TestRunner::new(config).run(&strategy, |(before, events)| {
        let after = optimise::predicate(before.clone());
        changed.set(changed.get() + u32::from(after != before));
        prop_assert_eq!(&optimise::predicate(after.clone()), &after, "a second run changes something");
        let mut made = vec![("all passes", after)];
        made.extend(optimise::ALL.iter().map(|pass| (pass.name, (pass.run)(before.clone(), &mut |_| {}))));
        for (name, after) in &made {
            prop_assert!(size(after) <= size(&before), "{name}:\n{}", tree::print(after, 0));
        }
        for event in &events {
            let verdict = evaluate::predicate(&before, event);
            matched.set(matched.get() + u32::from(verdict));
            total.set(total.get() + 1);
            for (name, after) in &made {
                let kept = evaluate::predicate(after, event) == verdict;
                prop_assert!(
                    kept,
                    "{name}: {event:?} was {verdict}
{}",
                    tree::print(after, 0)
                );
            }
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let (matched, total) = (matched.get(), total.get());
    assert!(matched * 5 > total && (total - matched) * 5 > total, "{matched} of {total} events match");
    assert!(changed.get() * 2 > cases, "{} of {cases} change", changed.get());
}

#[test]
fn passes_keep_the_verdict_on_small_predicates() {
    check(5 * PREDICATES, predicate(2, 6, 3));
}

#[test]
fn passes_keep_the_verdict_on_wide_predicates() {
    check(PREDICATES, predicate(4, 40, 8));
}

#[test]
fn passes_keep_the_verdict_on_deep_predicates() {
    check(PREDICATES, predicate(10, 40, 3));
}

#[test]
fn passes_keep_the_verdict_on_one_value_of_several() {
    check(10 * PREDICATES, predicates::one_value());
}

fn some(field: &str, tests: Vec<ValueTest>) -> Predicate {
    Predicate::Test(Test {
        field: field.to_owned(),
        condition: Condition::Some(tests),
        origin: Origin::default(),
    })
}

fn text(text: &str) -> ValueTest {
    ValueTest::Matches(Pattern::wildcard(text, Case::Insensitive))
}

#[test]
fn tests_imply_and_exclude_what_they_are_said_to() {
    let (tests, values) = (predicates::value_tests(), predicates::values());
    let passes = |test: &ValueTest, value: &Value| {
        let mut event = Event::new();
        event.set("f", vec![value.clone()]);
        evaluate::predicate(&some("f", vec![test.clone()]), &event)
    };
    let (mut implied, mut excluded) = (0, 0);
    for one in &tests {
        for two in &tests {
            let (implies, excludes) = (one.implies(two), one.excludes(two));
            (implied, excluded) = (implied + usize::from(implies), excluded + usize::from(excludes));
            assert_eq!(excludes, two.excludes(one), "{one:?} and {two:?}");
            for value in values.iter().filter(|value| passes(one, value)) {
                assert!(!implies || passes(two, value), "{one:?} implies {two:?}, but not for {value:?}");
                assert!(!excludes || !passes(two, value), "{one:?} excludes {two:?}, but not for {value:?}");
            }
        }
        assert!(one.implies(one), "{one:?}");
    }
    let pairs = tests.len() * tests.len();
    assert!(implied * 20 > pairs && excluded * 20 > pairs, "{implied} and {excluded} of {pairs}");
}

/// What the passes make of a search, on one line.
fn optimised(search: &str) -> String {
    let parsed = command::parse(search);
    let predicate = optimise::fold(&command::lower(&parsed.pipeline).expect("a search"));
    tree::print(&optimise::predicate(predicate), 0).trim().replace('\n', ";")
}

#[test]
fn passes_do_what_they_say() {
    let cases = [
        ("user IN (ROOT, root, ro*, admin)", "user is \"ro*\" or \"admin\""),
        (
            "ip IN (10.0.0.1, 10.1.0.0/16, 10.0.0.0/8)",
            "ip is \"10.1.0.0/16\" or \"10.0.0.0/8\" or in network 10.0.0.0/8",
        ),
        ("user=root user=*oo*", "user is \"root\""),
        ("user=* user=root", "user is \"root\""),
        ("user=root user=admin", "and;  user is \"root\";  user is \"admin\""),
        ("user=root user!=admin", "user is \"root\""),
        ("user!=root OR user=r*", "user exists"),
        ("user!=root OR user!=admin", "user exists"),
        ("user IN (root, admin) NOT user=r*", "and;  user is \"admin\";  not;    user is \"r*\""),
        ("user=root NOT user=r*", "false"),
        ("user=r* OR NOT user=root", "true"),
        ("x=1 (user=root OR NOT x=1)", "and;  x is \"1\";  user is \"root\""),
        ("NOT (NOT x=1 NOT y=2)", "or;  x is \"1\";  y is \"2\""),
        ("NOT (x=1 NOT y=2)", "not;  and;    x is \"1\";    not;      y is \"2\""),
        ("(x=1 y=2) OR (x=1 z=3)", "and;  x is \"1\";  or;    y is \"2\";    z is \"3\""),
        ("(x=1 y=2) OR (x=1 y=3)", "and;  x is \"1\";  y is \"2\" or \"3\""),
        ("(x=1 OR y=2) (x=1 OR z=3)", "or;  x is \"1\";  and;    y is \"2\";    z is \"3\""),
        ("(x=1 y=2) OR (z=3 y=2 x=1)", "and;  x is \"1\";  y is \"2\""),
    ];
    for (search, expected) in cases {
        assert_eq!(optimised(search), expected, "{search}");
    }
}

#[test]
fn what_a_group_says_twice_is_taken_out_once() {
    let test = |text: &str| command::lower(&command::parse(text).pipeline).unwrap().predicate();
    let (one, two, three) = (test("a=*"), test("b=*"), test("c=*"));
    let group = |parts: &[&Predicate]| Predicate::And(parts.iter().map(|part| (*part).clone()).collect());
    let before =
        Predicate::Or(vec![group(&[&one, &one, &two, &two]), one.clone(), group(&[&three, &three, &two])]);
    for pass in optimise::ALL {
        let after = (pass.run)(before.clone(), &mut |_| {});
        assert!(size(&after) <= size(&before), "{}:\n{}", pass.name, tree::print(&after, 0));
    }
}

#[test]
fn verdicts_name_both_parts() {
    let verdicts = |search: &str| -> Vec<String> {
        let parsed = command::parse(search);
        let predicate = optimise::fold(&command::lower(&parsed.pipeline).expect("a search"));
        let (_, found) = optimise::judged(predicate);
        let words = |it: &splc::diagnostic::Diagnostic| {
            let other = it.secondary.first().map_or("", |label| label.span.of(search));
            format!("{} {} {other}", it.code.id, it.span().expect("a place").of(search))
        };
        found.iter().map(words).collect()
    };
    assert_eq!(verdicts("index=web (user=root NOT user=r*)"), ["always-false user=r* user=root"]);
    assert_eq!(verdicts("index=web (user=r* OR NOT user=root)"), ["always-true user=root user=r*"]);
    assert_eq!(verdicts("user!=a OR user!=b"), ["always-true user!=b user!=a"]);
    assert!(verdicts("user=a user=b NOT user=c*").is_empty());
}

/// Long lists, many branches and deep nesting cost little more than their size; the times are printed.
#[test]
fn cost_is_near_linear() {
    let report = |name: &str, predicate: Predicate| {
        let before = size(&predicate);
        let start = Instant::now();
        let after = optimise::predicate(predicate);
        println!("{name}: {:?}, from {before} to {}", start.elapsed(), size(&after));
        after
    };
    let list = |make: &dyn Fn(usize) -> String| some("f", (0..5_000).map(|at| text(&make(at))).collect());
    let both = |one: Predicate, two: Predicate| Predicate::And(vec![one, two]);
    let not_less = |name: &str, tests: Predicate| {
        let after = report(name, tests.clone());
        assert_eq!(size(&after), size(&tests), "{name}");
    };
    not_less("5,000 texts", list(&|at| format!("value {at}")));
    not_less("5,000 addresses", list(&|at| format!("10.0.{}.{}", at / 256, at % 256)));
    not_less("5,000 patterns", list(&|at| format!("*\\Windows\\{at:05}.exe*")));
    not_less("5,000 beginnings", list(&|at| format!("{at:05}*")));
    let shared = report(
        "5,000 texts under one pattern",
        both(list(&|at| format!("value {at}")), some("f", vec![text("value*")])),
    );
    assert_eq!(size(&shared), 5_001);
    let gone = both(list(&|at| format!("value {at}")), list(&|at| format!("*e {at}")).negated());
    assert_eq!(report("5,000 texts that 5,000 patterns leave out", gone), Predicate::Constant(false));
    let branch = |at: usize| {
        let parts = [some("f", vec![text(&format!("v{at}"))]), some("g", vec![text(&format!("w{at}*"))])];
        Predicate::And(parts.into_iter().chain([some("h", vec![text("same")])]).collect())
    };
    report("500 branches", Predicate::Or((0..500).map(branch).collect()));
    let differing = |at: usize| {
        Predicate::And(vec![some("f", vec![text(&format!("v{at}"))]), some("h", vec![text("h")])])
    };
    let one = report("500 branches that differ in a value", Predicate::Or((0..500).map(differing).collect()));
    assert_eq!(size(&one), 504);
    let others = |at: usize| {
        let tests = vec![text(&format!("v{at}"))];
        let condition = Condition::SomeOther(tests);
        Predicate::Test(Test { field: "f".to_owned(), condition, origin: Origin::default() })
    };
    not_less("5,000 times some other value", Predicate::And((0..5_000).map(others).collect()));
    let deep = (0..40).fold(some("f", vec![text("x")]), |inner, at| {
        let beside = some(&format!("f{}", at % 7), vec![text(&format!("v{at}"))]);
        let group = if at % 2 == 0 {
            Predicate::And(vec![beside, inner])
        } else {
            Predicate::Or(vec![beside, inner])
        };
        if at % 3 == 0 { group.negated() } else { group }
    });
    report("40 levels", deep);
}

/// What a table that is not given holds at one column and key says nothing of another one.
#[test]
fn what_is_asked_of_an_absent_lookup_is_decided_only_where_the_same_is_asked() {
    let decided = |rest: &str| {
        let query = format!("index=web | {rest}");
        let parsed = command::parse(&query);
        let detection = command::lower(&parsed.pipeline).expect("the search lowers");
        match optimise::predicate(detection.predicate()) {
            Predicate::Constant(verdict) => Some(verdict),
            Predicate::And(parts) if parts.contains(&Predicate::Constant(false)) => Some(false),
            _ => None,
        }
    };
    let of_two = |test: &str| decided(&format!("lookup t a OUTPUT b c | where {test}"));
    assert_eq!(of_two("isnull(b) AND c>3"), None);
    assert_eq!(of_two("isnull(b) AND b>3"), None, "asked for two things, of which neither is known");
    assert_eq!(of_two("isnull(b) AND isnotnull(c)"), None);
    assert_eq!(of_two("isnull(b) AND isnotnull(b)"), Some(false));
    let of_keys = |one: &str, other: &str| {
        decided(&format!(
            "lookup t k AS {one} OUTPUT b | lookup t k AS {other} OUTPUT b AS c | where isnull(b) AND isnotnull(c)"
        ))
    };
    assert_eq!(of_keys("x", "y"), None);
    assert_eq!(of_keys("x", "x"), Some(false));
    let of_rows = |one: &str, other: &str| {
        decided(&format!("search [| inputlookup t | fields {one}] NOT [| inputlookup t | fields {other}]"))
    };
    assert_eq!(of_rows("a", "b"), None);
    assert_eq!(of_rows("a", "a"), Some(false));
}
