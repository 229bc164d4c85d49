//! The corpus: searches that people have published, read where `SPLC_CORPUS` names a folder.
//!
//! In: every `*.jsonl` file of the folder, one JSON object a line, with the search under `spl`. Out: a table of how
//! many searches are read clean. Invariant: each search yields a tree that holds all of its words; of the files that are
//! known by name, a share is read clean that is not to fall. The corpus is no part of the package, so without the variable
//! nothing is tested; a folder that is named and missing fails. What searches mean is compared in `lowered`.

mod format;
#[allow(clippy::print_stdout, reason = "a measure prints its table, and a test what it leaves out")]
mod lint;
pub(crate) mod lowered;
mod macros;
#[allow(clippy::print_stdout, reason = "a measure prints its table, and a test what it leaves out")]
mod matching;
mod round_trip;
mod targets;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use splc::command::{self, codes};
use splc::diagnostic::{Diagnostic, Severity};

use crate::semantics::hostile;

/// The least share of searches, in parts of a thousand, that is read clean of a file of the corpus.
const FLOORS: &[(&str, usize)] = &[
    ("armory.jsonl", 970),
    ("attack_analytics.jsonl", 850),
    ("car.jsonl", 995),
    ("security_content_detections.jsonl", 995),
    ("splunkbase_eventtypes.jsonl", 990),
    ("splunkbase_savedsearches.jsonl", 950),
    ("threathunting_savedsearches.jsonl", 995),
];

#[derive(Default)]
struct Counts {
    searches: usize,
    clean: usize,
}

#[test]
fn published_searches_are_read() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    println!("{:40} {:>8} {:>8} {:>9}", "file", "searches", "clean", "recovered");
    let mut total = Counts::default();
    for path in files(Path::new(&folder)) {
        let counts = read(&path);
        if counts.searches > 0 {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            println!("{}", row(&name, &counts));
            let floor = FLOORS.iter().find(|(file, _)| *file == name).map_or(0, |(_, floor)| *floor);
            assert!(
                counts.clean * 1000 >= counts.searches * floor,
                "{name}: fewer than {floor} of 1000 are clean"
            );
        }
        total.searches += counts.searches;
        total.clean += counts.clean;
    }
    println!("{}", row("all", &total));
    assert!(total.searches > 0, "no search was found in {}", folder.display());
}

fn row(name: &str, counts: &Counts) -> String {
    let recovered = counts.searches - counts.clean;
    format!("{name:40} {:>8} {:>8} {recovered:>9}", counts.searches, counts.clean)
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
            check(search, &mut counts);
        }
    }
    counts
}

fn check(search: &str, counts: &mut Counts) {
    counts.searches += 1;
    hostile::check(search).unwrap_or_else(|failure| panic!("{search:?}: {failure}"));
    let parsed = command::parse(search);
    let is_blank = parsed.pipeline.stages.is_empty();
    assert!(!is_blank || !parsed.is_clean() || search.trim().is_empty(), "no tree for {search:?}");
    // A call with a wrong number of arguments and a value in the place of a condition are read, and then refused.
    let is_unread = |finding: &Diagnostic| {
        let refused = [codes::WRONG_ARITY.id, codes::NO_CONDITION.id];
        finding.severity == Severity::Error && !refused.contains(&finding.code.id)
    };
    counts.clean += usize::from(!parsed.diagnostics.iter().any(is_unread));
}
