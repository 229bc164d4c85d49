//! What the checks find in published searches: how often each does, and what it costs.
//!
//! In: the files of the corpus, with the macros published beside them, and the documents that the queries of this
//! repository were taken from. Out: a table of counts and the time on the processor; where `SPLC_SAMPLE` names a check,
//! or is `all`, up to thirty of its findings at or above a warning, drawn by a fixed rule from `SPLC_SEED`. Invariant: the documents have
//! the faults that are listed here, and no other one at or above a warning.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use splc::backend::compile::{self, Settings};
use splc::diagnostic::{Diagnostic, Severity};
use splc::document::{Document, format_of};
use splc::function::Context;
use splc::lint::{self, Known, Subject};
use splc::spl::macros::Definitions;
use splc::target::Targets;

use super::macros::{definitions, text};

/// A file, and the macros published with it.
const FILES: &[(&str, Option<&str>)] = &[
    ("armory", None),
    ("attack_analytics", None),
    ("car", None),
    ("inodee", None),
    ("security_content_detections", Some("security_content_macros")),
    ("sigma_roundtrip", None),
    ("splunkbase_eventtypes", Some("splunkbase_macros")),
    ("splunkbase_savedsearches", Some("splunkbase_macros")),
    ("threathunting_savedsearches", Some("threathunting_macros")),
];

/// Findings of a check that are shown of a sample.
const SHOWN: usize = 30;

/// A finding with the words around it, for a reader to judge.
struct Found {
    file: &'static str,
    finding: Diagnostic,
    query: String,
}

#[test]
fn published_searches_are_linted() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let sample = std::env::var("SPLC_SAMPLE").ok();
    let targets = Targets::embedded().expect("the targets of the package can be read");
    let (mut searches, mut seconds) = (0, 0.0);
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut all: Vec<Found> = Vec::new();
    for (file, macros) in FILES {
        let folder = Path::new(&folder);
        let known = macros.map(|macros| definitions(&folder.join(format!("macros/{macros}.jsonl"))).0);
        let path = Path::new(file).with_extension("ndjson");
        let json = format_of(&path).expect("JSON lines are a format");
        let documents = [Document::read(&path, text(&folder.join(format!("{file}.jsonl"))), json)];
        let before = on_processor();
        let found = linted(&documents, &targets, known.as_ref().unwrap_or(Definitions::builtin()));
        seconds += on_processor() - before;
        searches += documents.iter().map(|document| document.analytics.len()).sum::<usize>();
        for finding in found {
            *counts.entry(finding.code.id).or_default().entry(file).or_default() += 1;
            let is_asked = sample.as_deref().is_some_and(|id| id == "all" || id == finding.code.id);
            if is_asked && finding.severity >= Severity::Warning {
                let query = query_of(&documents, &finding);
                all.push(Found { file, finding, query });
            }
        }
    }
    print_counts(&counts);
    print_sample(&mut all);
    println!("{searches} searches, {seconds:.2} s on the processor");
    assert!(searches > 16_000, "only {searches} searches were found");
}

/// All that `splc lint` does with documents that are read, without the rendering.
fn linted(documents: &[Document], targets: &Targets, macros: &Definitions) -> Vec<Diagnostic> {
    let settings = Settings { macros, ..Settings::of(targets) };
    let understood = compile::understand(documents, &settings);
    let known = Known { macros, tables: &Context::nothing().tables };
    let subjects: Vec<Subject<'_>> = understood.iter().map(|one| Subject::of(one, known)).collect();
    let checks = lint::chosen(&lint::is_default);
    let of_searches = subjects.iter().flat_map(|subject| lint::check(subject, &checks));
    of_searches.chain(lint::check_all(&subjects, known, &checks)).collect()
}

/// Seconds that this thread has run; none where the system does not tell.
#[allow(clippy::disallowed_methods, reason = "the system tells it in a file")]
fn on_processor() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = told.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

/// The query that a finding is in.
fn query_of(documents: &[Document], finding: &Diagnostic) -> String {
    let place = finding.span().unwrap_or_default();
    let analytics = documents.iter().flat_map(|document| &document.analytics);
    let holding = analytics.filter(|analytic| {
        let text = analytic.snippet.text();
        let whole = analytic.snippet.to_file(splc::source::Span::new(0, text.len()));
        whole.start <= place.start && place.end <= whole.end
    });
    let query = holding.map(|analytic| analytic.snippet.text().to_owned()).next();
    query.unwrap_or_else(|| place.of(documents.first().map_or("", |document| &document.text)).to_owned())
}

fn print_counts(counts: &BTreeMap<&str, BTreeMap<&str, usize>>) {
    println!("{:28} {:>8} {:>10} {:>8}  files", "check", "findings", "level", "group");
    for (id, files) in counts {
        let level = lint::find(id).map_or("", |lint| lint.code().level());
        let group = lint::group_of(id).map_or("", lint::Group::word);
        let total: usize = files.values().sum();
        let parts = files.iter().fold(String::new(), |mut parts, (file, count)| {
            let _ = write!(parts, " {file} {count}");
            parts
        });
        println!("{id:28} {total:>8} {level:>10} {group:>8} {parts}");
    }
}

/// Up to thirty findings a check, in the order of a hash of their place, which is the same on every run with the same
/// `SPLC_SEED`.
fn print_sample(all: &mut [Found]) {
    let seed = std::env::var("SPLC_SEED").unwrap_or_default();
    let hash = |found: &Found| {
        let place = format!("{seed}{}{:?}{}", found.file, found.finding.span(), found.finding.message);
        place.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    all.sort_by_key(|found| (found.finding.code.id, hash(found)));
    for group in all.chunk_by(|a, b| a.finding.code.id == b.finding.code.id) {
        for found in group.iter().take(SHOWN) {
            println!("SAMPLE {} [{}] {}", found.finding.code.id, found.file, found.finding.message);
            println!("  {}", found.query.replace('\n', "\n  "));
        }
    }
}

/// The true faults of the documents that the queries of this repository were taken from, at or above a warning: the file by
/// the start of its name, and its codes in order.
const FAULTS: &[(&str, &[&str])] = &[
    ("000", &[]),
    ("001", &[]),
    ("002", &["no-index", "exact-command-line", "no-index"]),
    ("003", &["neq-missing-field", "neq-missing-field", "exact-command-line", "defanged-literal"]),
];

#[test]
#[allow(clippy::disallowed_methods, reason = "the documents are files")]
fn the_faults_of_the_documents_are_found_and_no_others() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let folder = Path::new(&folder).join("../seeds");
    let targets = Targets::embedded().expect("the targets of the package can be read");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut checked = 0;
    for path in entries.map(|entry| entry.expect("the folder can be listed").path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((_, expected)) = FAULTS.iter().find(|(start, _)| name.starts_with(start)) else { continue };
        let as_note = Path::new(&name).with_extension("md");
        let markdown = format_of(&as_note).expect("Markdown is a format");
        let documents = [Document::read(&as_note, text(&path), markdown)];
        let mut found = linted(&documents, &targets, Definitions::builtin());
        found.retain(|finding| finding.severity >= Severity::Warning);
        splc::diagnostic::sort(&mut found);
        let ids: Vec<&str> = found.iter().map(|finding| finding.code.id).collect();
        assert_eq!(ids, *expected, "{name}");
        checked += 1;
    }
    assert_eq!(checked, FAULTS.len(), "documents in {}", folder.display());
}
