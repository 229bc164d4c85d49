//! Random searches through every target whose rules can be read back: each holds what it claims.
//!
//! In: searches of `searches`, put under a known log source, and target maps that know all their fields. Out: a
//! verdict. Invariant: a rule is compared with its search on the events that `verify` makes.

use std::cell::Cell;
use std::path::Path;

use proptest::test_runner::{Config, TestRunner};
use splc::backend::compile;
use splc::backend::{self, Options};
use splc::document::{Document, format_of};
use splc::target::Targets;
use splc::verify;

use super::searches::{Search, search};

/// Fields of the random searches that hold one value, with a field of Falco and of Elasticsearch for each.
const FIELDS: [(&str, &str, &str); 6] = [
    ("user", "docker.action", "x.user"),
    ("user name", "docker.id", "x.user-name"),
    ("command", "docker.status", "x.command"),
    ("src_ip", "docker.from", "x.src_ip"),
    ("bytes", "docker.scope", "x.bytes"),
    ("User", "docker.node.id", "x.User"),
];

/// Maps that know these fields.
fn targets() -> Targets {
    let map = |view: &str, line: &dyn Fn(&(&str, &str, &str)) -> String| {
        let head = "version: 1\nviews:\n  v:\n    title: events\n    settings: ";
        let sources = "sources:\n  docker.events:\n    mappings:\n      - view: v\n        fields:\n";
        let lines: Vec<String> = FIELDS.iter().map(|field| format!("          {}", line(field))).collect();
        format!("{head}{view}\n{sources}{}\n", lines.join("\n"))
    };
    let falco = "{source: docker, context: a, topic: b, output: a=%docker.action, plugins: [{name: docker, version: 0.4.0}]}";
    let falco = map(falco, &|(field, name, _)| format!("{field:?}: {{name: {name}, empty_is_absent: true}}"));
    let eql = map("{category: any, index: [x]}", &|(field, _, name)| format!("{field:?}: {name}"));
    let replaced = |file: &str| match file {
        "falco" => Some(falco.clone()),
        "eql" => Some(eql.clone()),
        _ => None,
    };
    let targets = Targets::with(&replaced).expect("the maps are right");
    for backend in backend::ALL {
        let map = targets.map(backend.name()).expect("every target has a map");
        backend.check(map).expect("the maps make sense");
    }
    targets
}

/// A search under a known source: its first stage is read after the base search, as a stage of its own.
fn under_a_source(search: &Search) -> String {
    format!("sourcetype=docker:events | search {}", search.text.trim_start_matches("search "))
}

#[test]
fn every_target_holds_what_it_claims() {
    let targets = targets();
    let options = Options { allow_narrower: true, ..Options::default() };
    let (rules, runs, matching) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&search(), |search| {
        let path = Path::new("search.spl");
        let format = format_of(path).expect("the format is known");
        let documents = [Document::read(path, under_a_source(&search), format)];
        for one in compile::understand(&documents, &compile::Settings::of(&targets)) {
            let Some((reference, events)) = verify::reference(&one) else { continue };
            assert!(reference.holds(), "{}\n{:?}", search.text, reference.differences.first());
            for backend in backend::ALL {
                let result = compile::rules(
                    &one,
                    *backend,
                    targets.map(backend.name()).expect("every target has a map"),
                    &options,
                );
                for outcome in
                    result.rules.iter().filter_map(|rule| verify::rule(&one, backend.name(), rule, &events))
                {
                    let name = backend.name();
                    assert!(
                        outcome.holds(),
                        "{name}: {}\n{:?} {:?}",
                        search.text,
                        outcome.unread,
                        outcome.differences.first()
                    );
                    rules.set(rules.get() + 1);
                    runs.set(runs.get() + outcome.events);
                    matching.set(matching.get() + outcome.matching);
                }
            }
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let (rules, runs, matching) = (rules.get(), runs.get(), matching.get());
    assert!(
        rules > 50 && matching * 20 > runs && (runs - matching) * 20 > runs,
        "{rules} rules, {matching} of {runs}"
    );
}
