//! Sigma rules that pySigma wrote as searches, compiled to Sigma again, on an engine that is not ours: rsigma.
//!
//! In: the rules with their searches, events at their edges with the verdict of the original, and events made here. Out: a
//! verdict. Invariant: where our rule claims to be exact, the engine says of it what it says of the original; where it
//! claims to be wider, it loses no alert. A rule whose search has lost meaning on the way to SPL is named in
//! [`LOSSES`] with the cause, and each of its differences has to be one between the search and the original: our rule
//! sides with the reference interpreter.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rsigma_eval::{CompiledRule, JsonEvent, compile_rule, evaluate_rule};
use serde_json::Value as Json;
use splc::backend::compile::{self, Settings, Status};
use splc::backend::{self, Options};
use splc::document::{Document, format_of};
use splc::evaluate;
use splc::event::Event;
use splc::spl::Pipeline;
use splc::target::Targets;
use splc::verify::{self, generate};

use super::macros::text;

/// The least share of searches that become rules, in percent.
const FLOOR: usize = 98;

/// Events made for each rule, unless `SPLC_EVENTS` says how many.
const EVENTS: usize = 60;

const WINDASH: &str = "pySigma lists the dashes of `windash` before flags only, the engine takes them elsewhere, or fewer of them";
const BASE64: &str =
    "the search compares the encoded text without case, `base64offset` compares it with case";
const QUESTION_MARK: &str = "the search has no wildcard for one character, so `?` has become `*`";
const LITERAL_STAR: &str = "the search has no escape for a star, so `\\*` is a backslash and a wildcard";
const EXTRACTED: &str = "a field that `rex` does not set keeps the value that the event has for it";
const LETTERS: &str = "`\\w` of the engine takes letters of all scripts, that of PCRE those of ASCII";
const NETWORK: &str = "the search compares a network also as the text that it is";
const ANCHOR: &str =
    "the engine anchors `endswith` with a wildcard inside at the wrong end, so it reads the original wrong";

/// Rules whose search says something else than the rule, by the beginning of their id, and what was lost.
pub(super) const LOSSES: &[(&str, &str)] = &[
    ("089dbdf6", EXTRACTED),
    ("0d0d9a8a", QUESTION_MARK),
    ("1114e048", LITERAL_STAR),
    ("1a9a04fd", QUESTION_MARK),
    ("1ae64f96", NETWORK),
    ("214e8f95", LITERAL_STAR),
    ("2d3cdeec", LITERAL_STAR),
    ("2e7bbd54", LITERAL_STAR),
    ("2fcda7e2", WINDASH),
    ("31d68132", LITERAL_STAR),
    ("434c08ba", LITERAL_STAR),
    ("4c198a60", ANCHOR),
    ("52d8b0c6", LITERAL_STAR),
    ("6f4191bb", WINDASH),
    ("7477881c", BASE64),
    ("7773b877", WINDASH),
    ("78d5cab4", NETWORK),
    ("7c3a5b1d", QUESTION_MARK),
    ("83844185", BASE64),
    ("847d5ff3", WINDASH),
    ("86085955", WINDASH),
    ("8e0bb260", QUESTION_MARK),
    ("949f1ffb", WINDASH),
    ("95724fc1", LITERAL_STAR),
    ("9f2cc74d", NETWORK),
    ("9f8573c9", WINDASH),
    ("9fe55ea2", QUESTION_MARK),
    ("a133193c", QUESTION_MARK),
    ("b2b048b0", WINDASH),
    ("ba479447", QUESTION_MARK),
    ("bcfece3d", WINDASH),
    ("c2993223", LITERAL_STAR),
    ("c462f537", LITERAL_STAR),
    ("c649a6c7", NETWORK),
    ("cf610c15", EXTRACTED),
    ("d3feb4ee", EXTRACTED),
    ("d52d2e87", WINDASH),
    ("d7326048", QUESTION_MARK),
    ("d7a95147", BASE64),
    ("d7bcd677", EXTRACTED),
    ("d84c0ded", LITERAL_STAR),
    ("db1c21e4", WINDASH),
    ("db885529", LITERAL_STAR),
    ("dbc1f800", WINDASH),
    ("dcaa3f04", EXTRACTED),
    ("e54279c7", QUESTION_MARK),
    ("edadb1e5", WINDASH),
    ("f1531fa4", EXTRACTED),
    ("f3a98ce4", LETTERS),
    ("f88e112a", NETWORK),
    ("f91e51c9", WINDASH),
    ("fdb62a13", BASE64),
    ("fe63010f", WINDASH),
];

/// A rule, its search, and what became of that.
struct Trip {
    id: String,
    original: CompiledRule,
    ours: CompiledRule,
    status: Status,
    pipeline: Pipeline,
    made: Vec<Event>,
}

impl Trip {
    /// What is wrong with the verdicts on an event, if something is; `lost` says whether the search itself differs.
    fn difference(&self, event: &Event, json: &Json, original: bool) -> Option<Difference> {
        let ours = evaluate_rule(&self.ours, &JsonEvent::borrow(json)).is_some();
        let holds = original == ours || (self.status == Status::Wider && ours);
        if holds {
            return None;
        }
        let search = evaluate::matches(&self.pipeline, event).expect("a search that was compiled runs");
        Some(Difference {
            is_of_search: search == ours,
            text: format!("{json}: original {original}, ours {ours}, search {search}"),
        })
    }
}

struct Difference {
    is_of_search: bool,
    text: String,
}

/// The rules of the corpus that come back, and why the others do not.
fn trips(folder: &Path, targets: &Targets) -> (Vec<Trip>, BTreeMap<String, Vec<String>>, usize) {
    let mut trips = Vec::new();
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for line in text(&folder.join("sigma_roundtrip.jsonl")).lines() {
        let record: Json = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let string = |key: &str| record[key].as_str().expect("a record has texts").to_owned();
        count += 1;
        match trip(&string("id"), &string("sigma_yaml"), string("spl"), targets) {
            Ok(trip) => trips.push(trip),
            Err(reason) => refused.entry(reason).or_default().push(string("id")),
        }
    }
    (trips, refused, count)
}

fn trip(id: &str, yaml: &str, spl: String, targets: &Targets) -> Result<Trip, String> {
    let path = PathBuf::from(format!("{id}.spl"));
    let format = format_of(&path).expect("a format for searches");
    let documents = [Document::read(&path, spl, format)];
    let understood = compile::understand(&documents, &Settings::of(targets));
    let one = understood.first().ok_or("no search is found")?;
    let sigma = backend::find("sigma").expect("a target");
    let map = targets.map("sigma").expect("a map");
    let result = compile::rules(one, sigma, map, &Options::default());
    let [rule] = result.rules.as_slice() else { return Err("several log sources".to_owned()) };
    let Some((written, emission, place)) = &rule.written else {
        let reason = rule.notes.iter().rev().find(|note| note.severity == splc::diagnostic::Severity::Error);
        return Err(reason
            .or(rule.notes.last())
            .map(|note| format!("{}: {}", note.code.id, note.message))
            .unwrap_or_default());
    };
    let compiled = |yaml: &str| {
        let collection = rsigma_parser::parse_sigma_yaml(yaml).map_err(|error| format!("rsigma: {error}"))?;
        let rule = collection.rules.first().ok_or("rsigma reads no rule")?;
        compile_rule(rule).map_err(|error| format!("rsigma: {error}"))
    };
    let predicate = &one.sourced()[*place].predicate;
    let mut made = generate::events(predicate);
    made.retain(|event| is_plain(event) && verify::fits(written, predicate, event));
    let most = std::env::var("SPLC_EVENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(EVENTS);
    let stride = made.len().div_ceil(most).max(1);
    Ok(Trip {
        id: id.to_owned(),
        original: compiled(yaml)?,
        ours: compiled(emission.text("rule"))?,
        status: rule.status,
        pipeline: one.parsed.pipeline.clone(),
        made: made.into_iter().step_by(stride).collect(),
    })
}

/// Whether rsigma reads the event's values as everybody does: it takes `1` and `yes` for Booleans, and no line feed for
/// what a wildcard stands for.
fn is_plain(event: &Event) -> bool {
    let is_boolean = |text: &str| {
        matches!(text.to_ascii_lowercase().as_str(), "1" | "0" | "yes" | "no" | "true" | "false")
    };
    let is_plain = |text: &str| !is_boolean(text) && !text.contains('\n');
    event.fields().all(|(_, values)| values.len() < 2 && values.iter().all(|value| is_plain(&value.text())))
}

/// Events of a file, by the id of the rule that they are for, with the verdict of the original where it is given.
fn events(path: &Path) -> BTreeMap<String, Vec<(Json, Option<bool>)>> {
    let mut events: BTreeMap<String, Vec<(Json, Option<bool>)>> = BTreeMap::new();
    for line in text(path).lines() {
        let mut record: Json = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let id = record["rule"].as_str().expect("an event is for a rule").to_owned();
        let verdict = record.get("matches").and_then(Json::as_bool);
        events.entry(id).or_default().push((record["event"].take(), verdict));
    }
    events
}

#[test]
fn sigma_rules_come_back_from_searches_with_their_meaning() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let folder = Path::new(&folder);
    let targets = Targets::embedded().expect("the targets are read");
    let (trips, refused, count) = trips(folder, &targets);
    let boundary = events(&folder.join("sigma_boundary_events.jsonl"));
    let regression = events(&folder.join("windows_regression_events.jsonl"));
    let mut runs = [0_usize; 3];
    let mut matching = 0_usize;
    let mut differing: BTreeMap<&str, Vec<Difference>> = BTreeMap::new();
    for trip in &trips {
        let given = [&boundary, &regression].into_iter().zip(0..);
        let given = given.flat_map(|(events, kind)| {
            events
                .get(&trip.id)
                .into_iter()
                .flatten()
                .map(move |(json, verdict)| (kind, json.clone(), *verdict))
        });
        let made = trip.made.iter().map(|event| (2, event.to_json(), None));
        for (kind, json, verdict) in given.chain(made) {
            let event = Event::from_json_text(&json.to_string()).expect("an event is an object");
            let original =
                verdict.unwrap_or_else(|| evaluate_rule(&trip.original, &JsonEvent::borrow(&json)).is_some());
            runs[kind] += 1;
            matching += usize::from(original);
            if let Some(difference) = trip.difference(&event, &json, original) {
                differing.entry(&trip.id).or_default().push(difference);
            }
        }
    }
    let exact = trips.iter().filter(|trip| trip.status == Status::Exact).count();
    println!("{count} rules: {exact} exact, {} wider, {} refused", trips.len() - exact, count - trips.len());
    println!(
        "runs on events at edges {}, of regression tests {}, made {}; {matching} match",
        runs[0], runs[1], runs[2]
    );
    for (reason, ids) in &refused {
        println!("  {:>4} {reason} ({})", ids.len(), ids[0]);
    }
    let cause = |id: &str| LOSSES.iter().find(|(loss, _)| id.starts_with(loss)).map(|(_, cause)| *cause);
    let mut wrong = Vec::new();
    for (id, differences) in &differing {
        let first = &differences[0].text;
        println!("  {id}: {} differences ({}), first {first}", differences.len(), cause(id).unwrap_or("?"));
        if cause(id).is_none() {
            wrong.push(format!("{id} is not among the known losses: {first}"));
        }
        let ours = differences.iter().find(|difference| !difference.is_of_search);
        wrong.extend(ours.map(|difference| format!("{id}: not a loss of the search: {}", difference.text)));
    }
    let is_loss = |loss: &str| differing.keys().any(|id| id.starts_with(loss));
    let stale = LOSSES.iter().filter(|(loss, _)| !is_loss(loss));
    wrong.extend(stale.map(|(loss, _)| format!("{loss} has lost nothing")));
    assert!(trips.len() * 100 >= count * FLOOR, "{} of {count} came back", trips.len());
    assert!(matching * 10 > runs.iter().sum::<usize>(), "{matching} match");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
