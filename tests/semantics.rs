//! Properties: what a search means, what it is lowered to and what the passes make of it are the same.
//!
//! In: searches made in `searches`, events made from their own constants in `events`, and malformed text made in
//! `hostile`. Invariant: an event has one verdict, whichever of the tree, the predicate, the optimised predicate and
//! the branches of the scope is asked. Each property also checks that matches and misses both are common, so that
//! it cannot hold by never matching.

pub(crate) mod events;
mod files;
pub(crate) mod hostile;
pub(crate) mod layout;
mod matching;
mod passes;
mod places;
mod predicates;
mod searches;
#[allow(clippy::print_stdout, clippy::disallowed_methods, reason = "cases are files, and figures are shown")]
mod several;
mod targets;

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use splc::detection::{Predicate, scope};
use splc::event::Event;
use splc::matcher::Matcher;
use splc::spl::ast::{Expression, Kind};
use splc::spl::{Arguments, Parsed};
use splc::{command, evaluate, optimise};

use events::Choices;
use searches::{Search, search};

/// Searches a property looks at, and events it makes for each.
const SEARCHES: u32 = 400;
const EVENTS: u64 = 12;

/// Runs `check` for many searches with events, and asks for a healthy share of both verdicts.
fn for_searches(check: impl Fn(&Search, &Parsed, &Predicate, &Event) -> Result<bool, TestCaseError>) {
    let config = Config { cases: SEARCHES, failure_persistence: None, ..Config::default() };
    let (matched, total) = (Cell::new(0_u32), Cell::new(0_u32));
    let result = TestRunner::new(config).run(&(search(), any::<u64>()), |(search, seed)| {
        let parsed = command::parse(&search.text);
        prop_assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let lowered = command::lower(&parsed.pipeline);
        let detection = lowered.map_err(|refusal| TestCaseError::fail(refusal.message))?;
        let predicate = optimise::fold(&detection);
        let mut choices = Choices::new(seed);
        for _ in 0..EVENTS {
            let event = events::event(&predicate, &mut choices);
            let verdict = check(&search, &parsed, &predicate, &event)?;
            matched.set(matched.get() + u32::from(verdict));
            total.set(total.get() + 1);
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let (matched, total) = (matched.get(), total.get());
    assert!(matched * 5 > total && (total - matched) * 5 > total, "{matched} of {total} events match");
}

#[test]
fn a_search_reads_as_the_tree_it_was_written_for() {
    let config = Config { cases: SEARCHES, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&search(), |search| {
        let parsed = command::parse(&search.text);
        prop_assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let read = parsed.pipeline.stages.iter().map(|stage| match &stage.arguments {
            Arguments::Search(expression) => skeleton(expression, &search.text),
            _ => stage.span.of(&search.text).to_owned(),
        });
        let written = search.stages.iter().map(searches::Node::skeleton);
        prop_assert_eq!(read.collect::<Vec<_>>(), written.collect::<Vec<_>>());
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// The tree as `searches::Node::skeleton` writes it.
fn skeleton(expression: &Expression, text: &str) -> String {
    let expression = expression.ungrouped();
    let all =
        |parts: &[Expression]| parts.iter().map(|part| skeleton(part, text)).collect::<Vec<_>>().join(" ");
    match &expression.kind {
        Kind::Not(operand) => format!("(not {})", skeleton(operand, text)),
        Kind::And(parts) => format!("(and {})", all(parts)),
        Kind::Or(parts) => format!("(or {})", all(parts)),
        _ => format!("<{}>", expression.span.of(text)),
    }
}

#[test]
fn the_predicate_asks_what_the_search_means() {
    for_searches(|_, parsed, predicate, event| {
        let meant = evaluate::matches(&parsed.pipeline, event);
        let meant = meant.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(evaluate::predicate(predicate, event), meant, "{:?}", event);
        let matched = Matcher::of_predicates([predicate]).matches(event).next().is_some();
        prop_assert_eq!(matched, meant, "the matcher: {:?}", event);
        Ok(meant)
    });
}

#[test]
fn every_pass_keeps_the_verdict() {
    for_searches(|_, _, predicate, event| {
        let verdict = evaluate::predicate(predicate, event);
        for pass in optimise::ALL {
            let after = (pass.run)(predicate.clone(), &mut |_| {});
            prop_assert_eq!(evaluate::predicate(&after, event), verdict, "{}: {:?}", pass.name, event);
        }
        let after = optimise::predicate(predicate.clone());
        prop_assert_eq!(evaluate::predicate(&after, event), verdict, "all passes: {:?}", event);
        prop_assert_eq!(&optimise::predicate(after.clone()), &after, "a second run changes something");
        Ok(verdict)
    });
}

#[test]
fn the_branches_of_the_scope_are_the_search() {
    for_searches(|_, _, predicate, event| {
        let verdict = evaluate::predicate(predicate, event);
        // Scopes are split before and after the passes have run.
        for predicate in [predicate.clone(), optimise::predicate(predicate.clone())] {
            let branches = scope::split(&predicate);
            let holds = |branch: &scope::Branch| evaluate::predicate(&branch.scope.predicate(), event);
            let passes = |branch: &scope::Branch| evaluate::predicate(&branch.predicate, event);
            let some = branches.iter().any(|branch| holds(branch) && passes(branch));
            prop_assert_eq!(some, verdict, "{:?} in {:?}", event, branches);
            // In a scope that no other overlaps at this event, the branch alone decides.
            let here: Vec<_> = branches.iter().filter(|branch| holds(branch)).collect();
            if let [branch] = here.as_slice() {
                prop_assert_eq!(passes(branch), verdict, "{:?} alone in {:?}", event, branch);
            }
        }
        Ok(verdict)
    });
}
