//! Sigma rules on an engine that is not ours: rsigma.
//!
//! In: the queries, and the cases of the search language. Out: a verdict. Invariant: what the search says of an
//! event, the independent engine says of the rule and the event, within the fidelity that the rule claims.
//! Rules run one by one: the engine's index drops some (see `verify::sigma`, differential tests).

use std::path::Path;

use rsigma_eval::{JsonEvent, compile_rule, evaluate_rule};
use splc::backend::compile::{self, Settings, Status};
use splc::backend::{self, Options};
use splc::document::load;
use splc::event::Event;
use splc::target::{Targets, project};
use splc::verify::generate;
use splc::{evaluate, verify};

/// Runs every Sigma rule of the documents in a folder on generated events; gives the number of runs.
fn run_folder(folder: &Path) -> (usize, usize) {
    let documents = load::paths(&[folder.to_path_buf()]).documents;
    let targets = Targets::embedded().unwrap();
    let sigma = backend::find("sigma").unwrap();
    let (mut runs, mut matching) = (0, 0);
    for one in &compile::understand(&documents, &Settings::of(&targets)) {
        let result = compile::rules(one, sigma, targets.map("sigma").unwrap(), &Options::default());
        for (rule, emission, place) in result.rules.iter().filter_map(|rule| rule.written.as_ref()) {
            let collection = rsigma_parser::parse_sigma_yaml(emission.text("rule")).unwrap();
            let compiled = compile_rule(&collection.rules[0]).unwrap();
            let sourced = &one.sourced()[*place];
            for event in generate::events(&sourced.predicate) {
                let in_scope =
                    sourced.scopes.iter().map(|scope| verify::in_scope(event.clone(), scope, sourced.source));
                for event in
                    in_scope.filter(|event| verify::fits(rule, &sourced.predicate, event) && is_plain(event))
                {
                    let expected = evaluate::matches(&one.parsed.pipeline, &event).unwrap();
                    let mut event = event;
                    for field in &sourced.decided {
                        event.set(field, Vec::new());
                    }
                    let Some(seen) = project(&event, rule.mapping, rule.view, &|_| true) else { continue };
                    let json = seen.to_json();
                    let found = evaluate_rule(&compiled, &JsonEvent::borrow(&json)).is_some();
                    let status: Status = rule.fidelity.into();
                    let holds = expected == found || (status == Status::Wider && found);
                    assert!(
                        holds,
                        "{}: {json}: expected {expected}, found {found}\n{}",
                        one.title,
                        emission.text("rule")
                    );
                    runs += 1;
                    matching += usize::from(expected);
                }
            }
        }
    }
    (runs, matching)
}

/// Whether the engine reads the event's values as texts: it takes `1` and `yes` for Booleans.
fn is_plain(event: &Event) -> bool {
    let is_boolean = |text: &str| {
        matches!(text.to_ascii_lowercase().as_str(), "1" | "0" | "yes" | "no" | "true" | "false")
    };
    event.fields().all(|(_, values)| values.iter().all(|value| !is_boolean(&value.text())))
}

#[test]
fn the_queries_mean_the_same_to_rsigma() {
    let (runs, matching) = run_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("queries"));
    println!("rsigma: {runs} runs, {matching} match");
    assert!(runs > 800 && matching > 150, "{runs} runs, {matching} match");
}

#[test]
fn the_cases_mean_the_same_to_rsigma() {
    let (runs, matching) = run_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/search"));
    println!("rsigma: {runs} runs, {matching} match");
    assert!(runs > 800 && matching > 150, "{runs} runs, {matching} match");
}
