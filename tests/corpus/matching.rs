//! Published Sigma rules, read from their searches, all of them in one matcher.
//!
//! In: the rules of the corpus that went through Splunk's backend of pySigma, and events on the edge of each. Out: the
//! number of events, and a failure where the matcher and another reader do not say the same of one. The reference says of
//! an event whether the rule that it was made for matches, and for a part of the events what every rule says; the
//! independent engine runs the rule as it was published.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rsigma_eval::{JsonEvent, compile_rule, evaluate_rule};
use serde_json::Value as Json;
use splc::detection::{Kind, Predicate};
use splc::event::Event;
use splc::matcher::{Matcher, Scratch};
use splc::{command, evaluate, optimise};

use super::macros::text;
use super::round_trip::LOSSES;
use crate::semantics::events::{self, Choices};

/// Events made for each rule; those of one rule in [`IN_FULL`] are asked of all rules.
const EVENTS: usize = 2;
const IN_FULL: usize = 100;

/// A published rule.
struct Published {
    id: String,
    sigma: String,
    predicate: Predicate,
    /// Whether the search says exactly what the rule says.
    is_exact: bool,
}

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("SPLC_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: SPLC_CORPUS names no folder");
    }
    folder
}

/// The rules whose searches judge each event alone.
fn rules(folder: &Path) -> Vec<Published> {
    let rule = |line: &str| {
        let json: Json = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let string = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        // Some searches were made with an operator in the wrong place, and mean nothing.
        let parsed = command::parse(&string("spl"));
        let detection = command::lower(&parsed.pipeline).ok().filter(|_| parsed.is_clean())?;
        let predicate = optimise::fold(&detection);
        let is_whole = detection.kind() == Kind::Event && json["keywords"] == false;
        let has_lost = LOSSES.iter().any(|(id, _)| string("id").starts_with(id));
        is_whole.then(|| Published {
            id: string("id"),
            sigma: string("sigma_yaml"),
            predicate,
            is_exact: !has_lost,
        })
    };
    text(&folder.join("sigma_roundtrip.jsonl")).lines().filter_map(rule).collect()
}

#[test]
fn published_rules_match_what_the_reference_says() {
    let Some(folder) = folder() else { return };
    let rules = rules(&folder);
    let matcher = Matcher::of_predicates(rules.iter().map(|rule| &rule.predicate));
    let mut scratch = Scratch::default();
    let (mut asked, mut matched, mut in_full) = (0, 0, 0);
    for (at, rule) in rules.iter().enumerate() {
        let mut choices = Choices::new(at as u64);
        for _ in 0..EVENTS {
            let event = events::event(&rule.predicate, &mut choices);
            let found = matcher.matches_event(&event, &mut scratch).to_vec();
            let expected = evaluate::predicate(&rule.predicate, &event);
            assert_eq!(found.contains(&at), expected, "{}: {event:?}", rule.id);
            let line = event.to_json().to_string();
            let of_line =
                matcher.matches_line(line.as_bytes(), &mut scratch).expect("it was written as JSON");
            let same = Event::from_json_text(&line).expect("it was written as JSON");
            assert_eq!(
                of_line.contains(&at),
                evaluate::predicate(&rule.predicate, &same),
                "{}: {line}",
                rule.id
            );
            for hit in &found {
                assert!(evaluate::predicate(&rules[*hit].predicate, &event), "{}: {event:?}", rules[*hit].id);
            }
            if at % IN_FULL == 0 {
                let passes = |at: &usize| evaluate::predicate(&rules[*at].predicate, &event);
                assert_eq!(found, (0..rules.len()).filter(passes).collect::<Vec<_>>(), "{event:?}");
                in_full += 1;
            }
            asked += 1;
            matched += usize::from(expected);
        }
    }
    println!(
        "{} rules, {} of them look at every event; {asked} events, {matched} match their rule; {in_full} asked of all",
        rules.len(),
        matcher.unindexed().len()
    );
    assert!(rules.len() > 1_500 && matched * 5 > asked, "{matched} of {asked} match");
}

/// Whether the engine reads the event's values as texts: it takes `1` and `yes` for Booleans.
fn is_plain(event: &Json) -> bool {
    let is_boolean = |text: &str| {
        matches!(text.to_ascii_lowercase().as_str(), "1" | "0" | "yes" | "no" | "true" | "false")
    };
    event.as_object().is_some_and(|fields| {
        fields.values().all(|value| value.as_str().is_some_and(|text| !text.is_empty() && !is_boolean(text)))
    })
}

#[test]
fn published_rules_match_what_rsigma_says() {
    let Some(folder) = folder() else { return };
    let rules = rules(&folder);
    let matcher = Matcher::of_predicates(rules.iter().map(|rule| &rule.predicate));
    let places: HashMap<&str, usize> =
        rules.iter().enumerate().map(|(at, rule)| (rule.id.as_str(), at)).collect();
    let compiled = |rule: &Published| {
        let collection = rsigma_parser::parse_sigma_yaml(&rule.sigma).ok().filter(|_| rule.is_exact)?;
        compile_rule(collection.rules.first()?).ok()
    };
    let compiled: Vec<_> = rules.iter().map(compiled).collect();
    let mut scratch = Scratch::default();
    let (mut asked, mut matched, mut differences) = (0, 0, Vec::new());
    for line in text(&folder.join("sigma_boundary_events.jsonl")).lines() {
        let json: Json = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let Some(at) = json["rule"].as_str().and_then(|id| places.get(id)) else { continue };
        let (Some(Some(rule)), true) = (compiled.get(*at), is_plain(&json["event"])) else { continue };
        let expected = evaluate_rule(rule, &JsonEvent::borrow(&json["event"])).is_some();
        let line = json["event"].to_string();
        let found = matcher.matches_line(line.as_bytes(), &mut scratch).expect("it was written as JSON");
        if found.contains(at) != expected {
            differences.push(format!("{}: {line}: rsigma says {expected}", rules[*at].id));
        }
        asked += 1;
        matched += usize::from(expected);
    }
    println!("{} rules, {asked} events, {matched} match, {} differences", rules.len(), differences.len());
    for difference in differences.iter().take(20) {
        println!("DIFFERENCE {difference}");
    }
    assert!(differences.is_empty() && asked > 10_000 && matched * 5 > asked, "{matched} of {asked} match");
}
