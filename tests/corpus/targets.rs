//! What published searches come to in each target, and that the rules that are written hold what they claim.
//!
//! In: the files of the corpus, with the macros published beside them. Out: for each file and target the share of the
//! searches that lower completely for which some rule is written, and the reasons of the rest, most frequent first; a
//! failure where a share falls below its floor, and where a rule read back from its text disagrees with its search. No
//! target can be blamed for a search with errors, with names that only an installation can resolve, or without a test of
//! what happened: such searches are counted apart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use splc::backend::compile::{self, RuleResult, Settings, Status, TargetResult, Understood};
use splc::backend::{self, Options};
use splc::detection::{Condition, Kind, Predicate};
use splc::diagnostic::Diagnostic;
use splc::document::{Analytic, Document, Metadata};
use splc::function::Context;
use splc::source::{LineIndex, Snippet};
use splc::spl::macros::Definitions;
use splc::target::Targets;
use splc::verify;

use super::lowered::FILES;
use super::macros::{definitions, text};

/// The least share of each target in percent, over all files, of the searches that are its business. EQL has no rule where a
/// search of an unknown source tests only a name that is an object of the Elastic Common Schema, such as `service`.
const FLOORS: &[(&str, f64)] = &[("sigma", 97.0), ("falco", 95.0), ("eql", 94.0), ("rust", 99.9)];

/// Of the searches of a file one in this many is verified, unless `SPLC_VERIFY` says how many.
const VERIFIED: usize = 40;

/// The sources whose events Falco reads or has a stand-in for.
const FALCO_SOURCES: &[&str] = &["kubernetes.audit", "docker.daemon", "docker.events", "linux.process"];

#[derive(Default)]
struct Share {
    /// Searches that are the target's business.
    asked: usize,
    /// Those of them for which some rule is written.
    written: usize,
    exact: usize,
    /// Those for which a rule is written that are not its business.
    others: usize,
    /// Searches that name what only an installation knows, an event type, a tag, a lookup, for each source of which
    /// something could be tested.
    unresolved: usize,
    /// Searches that test nothing that happened, or that no event matches.
    empty: usize,
    reasons: BTreeMap<String, (usize, String)>,
}

#[derive(Default)]
struct Counts {
    lowered: usize,
    shares: BTreeMap<&'static str, Share>,
    rules_run: usize,
    runs: usize,
    differences: Vec<String>,
}

#[test]
fn published_searches_reach_the_targets() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let folder = Path::new(&folder);
    let targets = Targets::embedded().expect("the embedded maps are consistent");
    let mut total = Counts::default();
    for (file, macros, _) in FILES {
        let known = macros.map(|macros| definitions(&folder.join(format!("macros/{macros}.jsonl"))).0);
        let path = folder.join(format!("{file}.jsonl"));
        let counts = counted(&path, known.as_ref().unwrap_or(Definitions::builtin()), &targets);
        println!("{}", table(file, &counts));
        add(&mut total, counts);
    }
    println!("{}", table("all", &total));
    for (target, share) in &total.shares {
        println!("\n{target}: why {} are not written", share.asked - share.written);
        let mut reasons: Vec<_> = share.reasons.iter().collect();
        reasons.sort_by_key(|(reason, (count, _))| (std::cmp::Reverse(*count), (*reason).clone()));
        for (reason, (count, example)) in reasons.iter().take(60) {
            println!("  {count:>5} {reason}\n          {example}");
        }
    }
    println!("{} rules were read back and run on {} events", total.rules_run, total.runs);
    for difference in total.differences.iter().take(20) {
        println!("DIFFERENCE {difference}");
    }
    assert!(total.differences.is_empty(), "{} differences", total.differences.len());
    for (target, floor) in FLOORS {
        let share = total.shares.get(target).map_or(0.0, |share| percent(share.written, share.asked));
        assert!(share >= *floor, "{target}: {share:.1} % is below {floor} %");
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * f64::from(u32::try_from(part).unwrap_or(0)) / f64::from(u32::try_from(whole.max(1)).unwrap_or(1))
}

fn table(file: &str, counts: &Counts) -> String {
    let one = |(target, share): (&&str, &Share)| {
        format!(
            "\n    {target:6} {:>5}/{:<5} {:>5.1}%; exact {}, besides {}, unresolved {}, empty {}",
            share.written,
            share.asked,
            percent(share.written, share.asked),
            share.exact,
            share.others,
            share.unresolved,
            share.empty
        )
    };
    let shares: Vec<String> = counts.shares.iter().map(one).collect();
    format!("{file}: {} searches lowered completely{}", counts.lowered, shares.concat())
}

fn add(total: &mut Counts, counts: Counts) {
    total.lowered += counts.lowered;
    total.rules_run += counts.rules_run;
    total.runs += counts.runs;
    total.differences.extend(counts.differences);
    for (target, share) in counts.shares {
        let sum = total.shares.entry(target).or_default();
        sum.asked += share.asked;
        sum.written += share.written;
        sum.exact += share.exact;
        sum.others += share.others;
        sum.unresolved += share.unresolved;
        sum.empty += share.empty;
        for (reason, (count, example)) in share.reasons {
            sum.reasons.entry(reason).or_insert((0, example)).0 += count;
        }
    }
}

fn counted(path: &Path, macros: &Definitions, targets: &Targets) -> Counts {
    let documents: Vec<Document> = text(path)
        .lines()
        .enumerate()
        .filter_map(|(line, object)| document(line, &serde_json::from_str(object).expect("a line is JSON")))
        .collect();
    assert!(!documents.is_empty(), "no search was found in {}", path.display());
    let settings = Settings { targets, stated: None, macros, context: Context::nothing() };
    let step = std::env::var("SPLC_VERIFY").ok().and_then(|text| text.parse().ok()).unwrap_or(VERIFIED);
    let mut counts = Counts::default();
    for (index, one) in compile::understand(&documents, &settings).iter().enumerate() {
        let Ok(detection) = &one.detection else { continue };
        if detection.holes().is_empty() {
            count(one, targets, index % step == 0, &mut counts);
        }
    }
    counts
}

fn document(line: usize, object: &Json) -> Option<Document> {
    let spl = object.get("spl").and_then(Json::as_str)?;
    let app = object.get("app").and_then(Json::as_str).map(str::to_owned);
    let metadata = Metadata { title: format!("Search {line}"), app, ..Metadata::default() };
    let analytic = Analytic { snippet: Snippet::whole(spl), metadata, ..Analytic::default() };
    Some(Document {
        path: PathBuf::from(format!("{line}.spl")),
        text: spl.to_owned(),
        lines: LineIndex::new(spl),
        analytics: vec![analytic],
        diagnostics: Vec::new(),
    })
}

fn count<'a>(one: &Understood<'a>, targets: &'a Targets, is_verified: bool, counts: &mut Counts) {
    counts.lowered += 1;
    let reference = if is_verified { verify::reference(one) } else { None };
    for backend in backend::ALL {
        let map = targets.map(backend.name()).expect("every target has a map");
        let result = compile::rules(one, *backend, map, &Options::default());
        let share = counts.shares.entry(backend.name()).or_default();
        let is_written = result.status() != Status::Refused;
        let is_unknown = |note: &Diagnostic| {
            note.code.id == "unresolved-name" || note.message.contains("holds is not known")
        };
        if refused_for(&result, is_empty) {
            share.empty += 1;
        } else if refused_for(&result, |note| is_unknown(note) || is_empty(note)) {
            share.unresolved += 1;
        } else if is_business(backend.name(), one) {
            share.asked += 1;
            share.written += usize::from(is_written);
            share.exact += usize::from(result.status() == Status::Exact && !result.is_partial());
            if !is_written {
                let example = one.expanded.text().chars().take(200).collect::<String>().replace('\n', " ");
                share.reasons.entry(reason(&result)).or_insert((0, example)).0 += 1;
            }
        } else {
            share.others += usize::from(is_written);
        }
        let Some((_, events)) = &reference else { continue };
        for rule in &result.rules {
            let Some(outcome) = verify::rule(one, backend.name(), rule, events) else { continue };
            counts.rules_run += 1;
            counts.runs += outcome.events;
            if !outcome.holds() {
                let (name, text) = (backend.name(), one.expanded.text());
                counts.differences.push(format!("{name}: {text}\n    {outcome:?}"));
            }
        }
    }
}

/// Whether a search is of those of which a target has to take its share: the one that a search of the raw event, or a
/// log source that the target knows nothing of, is not held against.
fn is_business(target: &str, one: &Understood<'_>) -> bool {
    let Ok(detection) = &one.detection else { return false };
    let tests_raw = tests_raw(&detection.predicate());
    match target {
        "eql" => matches!(detection.kind(), Kind::Event | Kind::Sequence) && !tests_raw,
        "falco" => {
            let known = |source: &str| FALCO_SOURCES.contains(&source);
            let mut names = one.sourced().iter().map(|sourced| sourced.source.map(|it| it.name.as_str()));
            detection.kind() == Kind::Event && !tests_raw && names.all(|name| name.is_some_and(known))
        }
        _ => true,
    }
}

fn tests_raw(predicate: &Predicate) -> bool {
    let mut is_raw = false;
    predicate.for_each_field(&mut |field| is_raw |= field == "_raw");
    is_raw || predicate.tests().iter().any(|(test, _)| matches!(test.condition, Condition::Holds(_)))
}

/// Whether the target can write none of the rules, and all for such a reason.
fn refused_for(result: &TargetResult<'_>, reason: impl Fn(&Diagnostic) -> bool) -> bool {
    let has_reason = |rule: &RuleResult<'_>| rule.notes.last().is_some_and(&reason);
    result.status() == Status::Refused && result.rules.iter().all(has_reason)
}

/// Whether the search itself, and not what is left of it, tests nothing that happened.
fn is_empty(note: &Diagnostic) -> bool {
    let id = note.code.id;
    id == "never-true" || (id == "no-content" && !note.message.contains("no test of content is left"))
}

/// Why no rule was written: the last thing said of the last source, with what differs from search to search left out.
fn reason(result: &TargetResult<'_>) -> String {
    let Some(note) = result.rules.last().and_then(|rule| rule.notes.last()) else {
        return "no rule".to_owned();
    };
    let mut words = String::new();
    for (index, part) in note.message.split('`').enumerate() {
        words.push_str(if index % 2 == 0 { part } else { "…" });
    }
    format!("{}: {}", note.code.id, words.chars().take(160).collect::<String>())
}
