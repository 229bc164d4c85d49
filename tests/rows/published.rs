//! Published searches, run over a few events where `SPLC_CORPUS` names a folder of them.
//!
//! In: every `*.jsonl` file of the folder, one JSON object a line, with the search under `spl`. Out: how many of those
//! that are read clean can be run, and the commonest reasons for the others. Invariant: a search that cannot be run says
//! why and where. Macros are not expanded, so a search that calls one is among the others.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use splc::event::Event;
use splc::function::Context;
use splc::{command, evaluate};

/// How many reasons are shown.
const REASONS: usize = 40;

#[test]
fn published_searches_are_run() {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else {
        println!("skipped: SPLC_CORPUS names no folder");
        return;
    };
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let (mut clean, mut run) = (0_usize, 0_usize);
    for search in searches(Path::new(&folder)) {
        let parsed = command::parse(&search);
        if !parsed.is_clean() {
            continue;
        }
        clean += 1;
        match evaluate::pipeline_in(&parsed.pipeline, &events(), &Context::at(300.0)) {
            Ok(rows) => {
                run += 1;
                let origins: Vec<usize> = rows.into_iter().flat_map(|row| row.origins).collect();
                assert!(origins.iter().all(|origin| *origin < 3), "{search:?}: {origins:?}");
            }
            Err(reason) => {
                let place = search.get(reason.span.range());
                assert!(place.is_some(), "{search:?}: no place of {:?}", reason.message);
                *reasons.entry(reason.message).or_default() += 1;
            }
        }
    }
    println!("{run} of {clean} searches that are read clean are run");
    let mut reasons: Vec<(usize, String)> =
        reasons.into_iter().map(|(reason, count)| (count, reason)).collect();
    reasons.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    for (count, reason) in reasons.iter().take(REASONS) {
        println!("{count:>6} {reason}");
    }
    assert!(run > 0, "no search is run");
}

fn searches(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = file.expect("the folder can be listed").path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(&path).expect("a corpus is text").lines() {
            let object: Json = serde_json::from_str(line).expect("a line is JSON");
            found.extend(object.get("spl").and_then(Json::as_str).map(str::to_owned));
        }
    }
    found
}

fn events() -> Vec<Event> {
    let event = |time: &str, user: &str| {
        Event::new()
            .with("_time", time)
            .with("_raw", format!("user={user}"))
            .with("user", user)
            .with("host", "h")
    };
    vec![event("200", "root"), event("150", "bob"), event("100", "root")]
}
