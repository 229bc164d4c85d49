//! The corpus: searches that people have published, read and lowered where `SPLC_CORPUS` names a folder.
//!
//! In: every `*.jsonl` file of the folder, one JSON object a line, with the search under `spl`. Out: a table of how
//! many searches are read clean and lowered. Invariant: each search yields a tree that holds all of its words, and
//! each one that is lowered means the same before and after, for events made from its own constants. The corpus is
//! no part of the package, so without the variable nothing is tested; a folder that is named and missing fails.

mod macros;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use splc::{command, evaluate, optimise};

use crate::semantics::events::{self, Choices};
use crate::semantics::hostile;

/// Events made for each search.
const EVENTS: u64 = 6;

#[derive(Default)]
struct Counts {
    searches: usize,
    clean: usize,
    lowered: usize,
    events: u64,
    matched: u64,
}

#[test]
fn published_searches_keep_their_meaning() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    println!("{:40} {:>8} {:>8} {:>9} {:>8}", "file", "searches", "clean", "recovered", "lowered");
    let mut total = Counts::default();
    for path in files(Path::new(&folder)) {
        let counts = read(&path);
        if counts.searches > 0 {
            println!("{}", row(&path.file_name().unwrap_or_default().to_string_lossy(), &counts));
        }
        total.searches += counts.searches;
        total.clean += counts.clean;
        total.lowered += counts.lowered;
        total.events += counts.events;
        total.matched += counts.matched;
    }
    println!("{}", row("all", &total));
    println!("{} of {} events match", total.matched, total.events);
    assert!(total.searches > 0, "no search was found in {}", folder.display());
    assert!(total.matched > 0 && total.matched < total.events, "all events have the same verdict");
}

fn row(name: &str, counts: &Counts) -> String {
    let recovered = counts.searches - counts.clean;
    format!("{name:40} {:>8} {:>8} {recovered:>9} {:>8}", counts.searches, counts.clean, counts.lowered)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    files.sort();
    files
}

#[allow(clippy::disallowed_methods, reason = "the corpus is files")]
fn read(path: &Path) -> Counts {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut counts = Counts::default();
    for (line, object) in text.lines().enumerate() {
        let object: Json =
            serde_json::from_str(object).unwrap_or_else(|error| panic!("{}:{line}: {error}", path.display()));
        if let Some(search) = object.get("spl").and_then(Json::as_str) {
            check(search, line as u64, &mut counts);
        }
    }
    counts
}

fn check(search: &str, seed: u64, counts: &mut Counts) {
    counts.searches += 1;
    hostile::check(search).unwrap_or_else(|failure| panic!("{search:?}: {failure}"));
    let parsed = command::parse(search);
    let is_blank = parsed.pipeline.stages.is_empty();
    assert!(!is_blank || !parsed.is_clean() || search.trim().is_empty(), "no tree for {search:?}");
    if !parsed.is_clean() {
        return;
    }
    counts.clean += 1;
    let Ok(detection) = command::lower(&parsed.pipeline) else { return };
    counts.lowered += 1;
    let predicate = optimise::fold(&detection);
    let optimised = optimise::predicate(predicate.clone());
    let mut choices = Choices::new(seed);
    for _ in 0..EVENTS {
        let event = events::event(&predicate, &mut choices);
        let meant = evaluate::matches(&parsed.pipeline, &event).expect("what is lowered can be run");
        assert_eq!(evaluate::predicate(&predicate, &event), meant, "{search:?} on {event:?}");
        assert_eq!(evaluate::predicate(&optimised, &event), meant, "optimised {search:?} on {event:?}");
        counts.events += 1;
        counts.matched += u64::from(meant);
    }
}
