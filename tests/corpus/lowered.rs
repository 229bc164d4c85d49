//! What published searches come to: how many are lowered completely, to which kind, and why the rest is not.
//!
//! In: the files of the corpus, with the macros published beside them. Out: a table, the reasons of what is refused, most
//! frequent first, and a failure where a share falls below its floor. A search that was read with errors never counts;
//! one with holes (names that only an installation can resolve) is counted apart.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;
use splc::detection::{Condition, Detection, Fidelity, Formula, Kind, Predicate, Step, Test, codes};
use splc::event::{Event, Value};
use splc::function::Context;
use splc::spl::Pipeline;
use splc::spl::macros::{Definitions, expand};
use splc::{command, evaluate, optimise};

use super::macros::{definitions, text};
use crate::semantics::events::{self, Choices};

/// A file, the macros published with it, and the least share of its searches that is lowered, in percent.
pub(crate) const FILES: &[(&str, Option<&str>, f64)] = &[
    // 37 of the 261 are malformed as published, five of them by patterns that PCRE refuses, three by texts or arguments that
    // no condition or function takes.
    ("attack_analytics", None, 85.0),
    ("security_content_detections", Some("security_content_macros"), 85.0),
    ("car", None, 92.0),
    ("threathunting_savedsearches", Some("threathunting_macros"), 90.0),
    ("armory", None, 85.0),
    ("splunkbase_eventtypes", Some("splunkbase_macros"), 95.0),
    ("splunkbase_savedsearches", Some("splunkbase_macros"), 0.0),
    ("inodee", None, 0.0),
];

/// Events made for each search, or sets of events for one about several, unless `SPLC_EVENTS` says how many.
const EVENTS: u64 = 6;

#[derive(Default)]
struct Counts {
    /// Searches whose events were run, the events, and those that match.
    compared: usize,
    events: u64,
    matched: u64,
    /// The same for searches about several events together: searches, sets of events, and sets some of which contribute.
    together: usize,
    sets: u64,
    sets_matched: u64,
    /// Why searches that are lowered cannot be run.
    not_run: BTreeMap<String, usize>,
    /// What the tree and the predicate do not agree on.
    differences: Vec<String>,
    searches: usize,
    recovered: usize,
    /// What searches that judge each event alone still compute, by its outermost operation.
    computed: BTreeMap<String, usize>,
    with_computed: usize,
    kinds: BTreeMap<Kind, usize>,
    with_holes: usize,
    refused: usize,
    reasons: BTreeMap<String, usize>,
}

impl Counts {
    fn share(&self, count: usize) -> f64 {
        100.0 * f64::from(u32::try_from(count).unwrap_or(0))
            / f64::from(u32::try_from(self.searches.max(1)).unwrap_or(1))
    }
}

#[test]
fn published_searches_are_lowered() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let folder = Path::new(&folder);
    println!(
        "{:30} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8}",
        "file", "searches", "event", "aggr.", "seq.", "holes", "recov.", "unsup.", "lowered"
    );
    let mut below = Vec::new();
    let mut tables = Vec::new();
    for (file, macros, floor) in FILES {
        let known = macros.map(|macros| definitions(&folder.join(format!("macros/{macros}.jsonl"))).0);
        let counts =
            counted(&folder.join(format!("{file}.jsonl")), known.as_ref().unwrap_or(Definitions::builtin()));
        let of = |kind: Kind| counts.kinds.get(&kind).copied().unwrap_or_default();
        let lowered: usize = counts.kinds.values().sum();
        let share = counts.share(lowered);
        println!(
            "{file:30} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {share:>7.1}%",
            counts.searches,
            of(Kind::Event),
            of(Kind::Aggregate),
            of(Kind::Sequence),
            counts.with_holes,
            counts.recovered,
            counts.refused
        );
        if share < *floor {
            below.push(format!("{file}: {share:.1} % is below {floor} %"));
        }
        tables.push((file, counts));
    }
    let mut differences = Vec::new();
    for (file, counts) in tables {
        println!(
            "\n{file}: {} searches compared on {} events, of which {} match; not run: {:?}",
            counts.compared, counts.events, counts.matched, counts.not_run
        );
        println!(
            "{file}: {} searches about several events compared on {} sets, in {} of which some events contribute",
            counts.together, counts.sets, counts.sets_matched
        );
        let mut computed: Vec<_> = counts.computed.iter().collect();
        computed.sort_by_key(|(shape, count)| (Reverse(**count), *shape));
        println!("{file}: {} searches about one event compute something: {computed:?}", counts.with_computed);
        differences.extend(counts.differences);
        let mut reasons: Vec<_> = counts.reasons.into_iter().collect();
        reasons.sort_by_key(|(reason, count)| (Reverse(*count), reason.clone()));
        for (reason, count) in reasons.iter().take(25) {
            println!("  {count:>5} {reason}");
        }
    }
    for difference in differences.iter().take(40) {
        println!("DIFFERENCE {difference}");
    }
    assert!(differences.is_empty(), "{} differences", differences.len());
    assert!(below.is_empty(), "{below:?}");
}

fn counted(path: &Path, definitions: &Definitions) -> Counts {
    let mut counts = Counts::default();
    for line in text(path).lines() {
        let object: Json = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let string = |key: &str| object.get(key).and_then(Json::as_str);
        if let Some(search) = string("spl") {
            count(search, string("app"), definitions, &mut counts);
        }
    }
    assert!(counts.searches > 0, "no search was found in {}", path.display());
    counts
}

fn count(search: &str, app: Option<&str>, definitions: &Definitions, counts: &mut Counts) {
    counts.searches += 1;
    let expanded = expand(search, definitions, app);
    let parsed = command::parse(expanded.text());
    if !parsed.is_clean()
        || !expanded.diagnostics.is_empty()
            && expanded
                .diagnostics
                .iter()
                .any(|it| it.severity == splc::diagnostic::Severity::Error && it.code.id != "undefined-macro")
    {
        counts.recovered += 1;
        return;
    }
    match command::lower(&parsed.pipeline) {
        Ok(detection) => {
            *counts.kinds.entry(detection.kind()).or_default() += 1;
            counts.with_holes += usize::from(!detection.holes().is_empty());
            let before = counts.differences.len();
            compare(&parsed.pipeline, &detection, counts);
            if let Some(last) = counts.differences.get_mut(before) {
                last.insert_str(0, &format!("{}\n    ", expanded.text()));
            }
        }
        Err(reason) => {
            counts.refused += 1;
            let words = reason.message.clone();
            *counts.reasons.entry(format!("{}: {words}", reason.code.id)).or_default() += 1;
        }
    }
}

/// Runs the tree, the predicate and the optimised predicate on events made from the predicate.
fn compare(pipeline: &Pipeline, detection: &Detection, counts: &mut Counts) {
    if !detection.holes().is_empty() {
        return;
    }
    if detection.kind() != Kind::Event {
        compare_together(pipeline, detection, counts);
        return;
    }
    let predicate = optimise::fold(detection);
    let optimised = optimise::predicate(predicate.clone());
    let mut shapes = BTreeSet::new();
    shapes_of(&optimised, &mut shapes);
    counts.with_computed += usize::from(!shapes.is_empty());
    for shape in shapes {
        *counts.computed.entry(shape).or_default() += 1;
    }
    let mut choices = Choices::new(counts.searches as u64);
    for _ in 0..how_many() {
        let event = as_assumed(detection, events::event(&predicate, &mut choices));
        let meant = match evaluate::matches(pipeline, &event) {
            Ok(meant) => meant,
            Err(reason) => {
                *counts.not_run.entry(reason.message).or_default() += 1;
                return;
            }
        };
        let found = evaluate::predicate(&predicate, &event);
        let allowed = |found: bool| found == meant || (found && detection.fidelity == Fidelity::Wider);
        if !allowed(found) || !allowed(evaluate::predicate(&optimised, &event)) {
            counts.differences.push(format!("{meant} {found}: {:?} on {event:?}", pipeline.span));
            return;
        }
        counts.events += 1;
        counts.matched += u64::from(meant);
    }
    counts.compared += 1;
}

/// What a predicate computes, by its outermost operation.
fn shapes_of(predicate: &Predicate, shapes: &mut BTreeSet<String>) {
    match predicate {
        Predicate::Computed(computed) => {
            let shape = match &computed.formula {
                Formula::Call(name, _) => format!("{name}()"),
                Formula::Binary(operator, ..) => format!("{operator:?}"),
                Formula::Extract(_) => "rex".to_owned(),
                Formula::Edit(..) => "rex mode=sed".to_owned(),
                Formula::Each(_) => "mvmap() or mvfilter()".to_owned(),
                Formula::Unknown(unknown) => format!("what {} gives", unknown.name),
                _ => "something else".to_owned(),
            };
            shapes.insert(shape);
        }
        Predicate::OneValue(one) => {
            shapes.insert("one value".to_owned());
            shapes_of(&one.holds, shapes);
        }
        other => other.children().iter().for_each(|child| shapes_of(child, shapes)),
    }
}

fn how_many() -> u64 {
    std::env::var("SPLC_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(EVENTS)
}

/// Runs the tree and the steps on sets of events that are much alike.
fn compare_together(pipeline: &Pipeline, detection: &Detection, counts: &mut Counts) {
    let mut choices = Choices::new(counts.searches as u64);
    for _ in 0..how_many() {
        let events: Vec<Event> =
            alike(detection, &mut choices).into_iter().map(|event| as_assumed(detection, event)).collect();
        let meant = match evaluate::matches_all(pipeline, &events) {
            Ok(meant) => meant,
            Err(reason) => {
                *counts.not_run.entry(reason.message).or_default() += 1;
                return;
            }
        };
        let found = evaluate::detection(detection, &events, &Context::at(evaluate::latest(&events)));
        let holds = match detection.fidelity {
            Fidelity::Wider => meant.iter().all(|index| found.contains(index)),
            _ => meant == found,
        };
        if !holds {
            let events: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
            let steps = &detection.steps;
            counts
                .differences
                .push(format!("{meant:?} {found:?}: {steps:?} on\n    {}", events.join("\n    ")));
            return;
        }
        counts.sets += 1;
        counts.sets_matched += u64::from(!meant.is_empty());
    }
    counts.together += 1;
}

/// Where fields are assumed to be extracted, an event given by these alone: a made-up text would not hold them. A search
/// that asks for words of the text gets one.
fn as_assumed(detection: &Detection, mut event: Event) -> Event {
    let is_assumed = detection.notes.iter().any(|note| note.code.id == codes::ASSUMED_EXTRACTED.id);
    let is_of_text = |test: &Test| test.field == "_raw" || matches!(test.condition, Condition::Holds(_));
    let asks_text = detection.predicate().tests().iter().any(|(test, _)| is_of_text(test));
    if is_assumed && !asks_text {
        event.set("_raw", Vec::new());
    }
    event
}

/// Events that pass the filters of the search, or of a sub-search, if some are found that do, with the same or other values
/// of the fields that the steps ask for, at times near each other, newest first.
pub(crate) fn alike(detection: &Detection, choices: &mut Choices) -> Vec<Event> {
    let mut predicates = vec![detection.predicate()];
    let mut asked = Vec::new();
    look_at(&detection.steps, &mut predicates, &mut asked);
    let mut bases = Vec::new();
    for predicate in &predicates {
        let mut base = events::event(predicate, choices);
        for _ in 0..8 {
            if evaluate::predicate(predicate, &base) {
                break;
            }
            base = events::event(predicate, choices);
        }
        bases.push((predicate, base));
    }
    let tested: Vec<&str> =
        predicates.iter().flat_map(Predicate::tests).map(|(test, _)| test.field.as_str()).collect();
    asked.retain(|field| !field.ends_with("_time") && field != "_raw" && !tested.contains(&field.as_str()));
    let asked: Vec<(String, bool)> = asked.into_iter().map(|field| (field, choices.one_in(2))).collect();
    let size = choices.of(&[2, 3, 5, 8, 24, 60]);
    let spread = choices.of(&[10, 100, 5_000]);
    let mut times: Vec<usize> = (0..size).map(|_| 1_700_000_000 + choices.below(spread)).collect();
    times.sort_unstable_by(|left, right| right.cmp(left));
    let one = |time: usize| {
        let (predicate, base) = &bases[if choices.one_in(2) { 0 } else { choices.below(bases.len()) }];
        let mut event = if choices.one_in(8) { events::event(predicate, choices) } else { base.clone() };
        for (field, is_varied) in &asked {
            let value = match is_varied {
                true => choices.below(1_000).to_string(),
                false => choices.of(&["7", "7", "7", "7", "7", "k", "30"]).to_owned(),
            };
            if !choices.one_in(16) {
                event.set(field.clone(), vec![Value::Text(value)]);
            }
        }
        // Every event has a time and the text it was read from.
        let raw = event.raw().unwrap_or_default().into_owned();
        event.with("_time", time.to_string()).with("_raw", raw)
    };
    times.into_iter().map(one).collect()
}

/// Gathers the fields that steps ask for, and what events of their sub-searches pass.
fn look_at(steps: &[Step], predicates: &mut Vec<Predicate>, asked: &mut Vec<String>) {
    for step in steps {
        step.for_each_field(&mut |field| asked.push(field.to_owned()));
        let filters = step.other().iter().map_while(|other| match other {
            Step::Filter(predicate) => Some(predicate.clone()),
            _ => None,
        });
        if !step.other().is_empty() {
            predicates.push(Predicate::and(filters));
        }
        for formula in step.asked_of_other() {
            formula.for_each_field(&mut |field| asked.push(field.to_owned()));
        }
        look_at(step.other(), predicates, asked);
    }
}
