//! The canonical layout of published searches and documents.
//!
//! In: the searches and documents of the corpus. Out: counts. Invariant: a search that is read without errors is formatted; what comes
//! out reads the same and comes out again as it is; a document that was written has nothing left to write.

use std::path::Path;

use serde_json::Value as Json;
use splc::command;
use splc::document::rewrite::rewrite;
use splc::document::{Document, format_of};

use crate::semantics::layout;

#[derive(Default)]
struct Counts {
    formatted: usize,
    unchanged: usize,
    with_errors: usize,
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpus is files")]
fn published_searches_are_formatted() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let mut counts = Counts::default();
    for path in super::files(Path::new(&folder)) {
        let text = std::fs::read_to_string(&path).expect("a file of the corpus is text");
        for object in text.lines() {
            let object: Json = serde_json::from_str(object).expect("a line of the corpus is JSON");
            if let Some(search) = object.get("spl").and_then(Json::as_str) {
                check(search, &mut counts);
            }
        }
    }
    let Counts { formatted, unchanged, with_errors } = counts;
    println!("{formatted} searches formatted, {unchanged} unchanged, {with_errors} left for their errors");
    assert!(formatted > 0 && with_errors > 0, "the corpus holds both kinds");
}

fn check(search: &str, counts: &mut Counts) {
    let formatted = layout::check(search).unwrap_or_else(|failure| panic!("{search:?}: {failure}"));
    match formatted {
        None => counts.with_errors += 1,
        Some(formatted) if formatted == search => counts.unchanged += 1,
        Some(_) => counts.formatted += 1,
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpus is files")]
fn published_documents_are_formatted() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let (mut searches, mut written, mut refused) = (0, 0, std::collections::BTreeMap::new());
    let folders = std::fs::read_dir(Path::new(&folder).join("documents")).expect("the corpus has documents");
    for folder in folders.map(|entry| entry.expect("the folder can be listed").path()) {
        for entry in std::fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            let text = std::fs::read_to_string(&path).expect("a document is text");
            let read = |text: String| Document::read(&path, text, format_of(&path).expect("a known format"));
            let document = read(text);
            let texts = |document: &Document| -> Vec<Option<String>> {
                document.analytics.iter().map(|one| command::format(one.snippet.text()).ok()).collect()
            };
            let rewritten = rewrite(&document, &texts(&document));
            searches += document.analytics.len();
            written += rewritten.written.len();
            for (_, reason) in &rewritten.refused {
                *refused.entry(*reason).or_insert(0) += 1;
            }
            let again = read(rewritten.text.clone());
            let twice = rewrite(&again, &texts(&again));
            assert!(twice.written.is_empty() && twice.refused == rewritten.refused, "{}", path.display());
        }
    }
    println!("{searches} searches in documents, {written} written, left {refused:?}");
    assert!(written > 0, "nothing was written");
}
