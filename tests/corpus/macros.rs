//! The macros of the corpus: searches of three origins, expanded with the definitions published beside them.
//!
//! In: `macros/*.jsonl` and the searches of the same origin. Out: a table of what is expanded, and the names that nobody
//! defines. Invariant: every place in an expanded search leads back into the search.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use splc::command;
use splc::source::Span;
use splc::spl::macros::read::{File, Reader};
use splc::spl::macros::{Definitions, expand};

/// Definitions, and the searches that use them.
const ORIGINS: &[(&str, &[&str])] = &[
    ("security_content_macros", &["security_content_detections"]),
    ("threathunting_macros", &["threathunting_savedsearches"]),
    ("splunkbase_macros", &["splunkbase_savedsearches", "splunkbase_eventtypes"]),
];

#[derive(Default)]
struct Counts {
    searches: usize,
    calling: usize,
    whole: usize,
    clean_before: usize,
    clean: usize,
    findings: BTreeMap<&'static str, usize>,
    unresolved: BTreeMap<String, usize>,
}

#[test]
fn published_macros_are_expanded() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let folder = Path::new(&folder);
    println!("{:40} {:>8} {:>8} {:>8} {:>8} {:>8}", "file", "searches", "calling", "whole", "clean", "as is");
    for (macros, searches) in ORIGINS {
        let (definitions, findings) = definitions(&folder.join(format!("macros/{macros}.jsonl")));
        println!("{macros}: {} definitions, {findings:?}", definitions.len());
        for file in *searches {
            let counts = counted(&folder.join(format!("{file}.jsonl")), &definitions);
            println!(
                "{file:40} {:>8} {:>8} {:>8} {:>8} {:>8}",
                counts.searches, counts.calling, counts.whole, counts.clean, counts.clean_before
            );
            println!("  findings {:?}", counts.findings);
            let mut names: Vec<_> = counts.unresolved.into_iter().collect();
            names.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
            let calls: usize = names.iter().map(|(_, count)| count).sum();
            println!("  {} messages for {calls} calls that stay", names.len());
            for (message, count) in names.iter().take(15) {
                println!("    {count:>5} {message}");
            }
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the corpus is files")]
pub(super) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The definitions of a file, and how often each kind of finding was made.
pub(super) fn definitions(path: &Path) -> (Definitions, BTreeMap<&'static str, usize>) {
    let mut reader = Reader::default();
    reader.read(&File::named(path), &text(path));
    let (definitions, findings) = reader.finish();
    let mut kinds = BTreeMap::new();
    for finding in &findings {
        *kinds.entry(finding.code.id).or_default() += 1;
    }
    assert!(!definitions.is_empty());
    (definitions, kinds)
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
    counts
}

fn count(search: &str, app: Option<&str>, definitions: &Definitions, counts: &mut Counts) {
    let expanded = expand(search, definitions, app);
    counts.searches += 1;
    counts.calling += usize::from(!expanded.is_identity() || !expanded.unresolved.is_empty());
    counts.whole += usize::from(!expanded.is_identity() && expanded.unresolved.is_empty());
    for finding in &expanded.diagnostics {
        *counts.findings.entry(finding.code.id).or_default() += 1;
    }
    for call in &expanded.unresolved {
        *counts.unresolved.entry(call.message.clone()).or_default() += 1;
    }
    let mut before = 0;
    let length = u32::try_from(expanded.text().len()).expect("a search is not that long");
    for start in 0..length {
        let place = expanded.to_query(Span { start, end: start + 1 });
        assert!(before <= place.start && place.end as usize <= search.len(), "{search:?} at {start}");
        before = place.start;
    }
    counts.clean_before += usize::from(command::parse(search).is_clean());
    counts.clean += usize::from(command::parse(expanded.text()).is_clean());
}
