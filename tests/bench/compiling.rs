//! How long the way from a search to its rules takes, beside reading and lowering it alone.
//!
//! In: searches. Out: a table of the time on the processor for each step: reading and lowering, the split by log source,
//! and the rules of each target. Invariant: every step does its own part only, what the steps before have made is there;
//! nothing is asserted. What counts is the ratio to the first row of the same run, and of many searches: the system counts
//! the time in steps of some milliseconds, which those of `queries/` alone do not last.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use splc::backend::compile::{self, Settings};
use splc::backend::{self, Options};
use splc::command;
use splc::document::{Document, format_of};
use splc::target::Targets;

/// Prints the table.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
pub(crate) fn table(searches: &[String]) {
    let targets = Targets::embedded().expect("the maps are those that tests have read");
    let documents = documents(searches);
    let lowered = timed(|| {
        for search in searches {
            black_box(command::lower(&command::parse(search).pipeline).ok());
        }
    });
    println!("\n{:36} {:>8} {:>12} {:>12} {:>7}", "to rules", "count", "processor", "each", "floor×");
    let row = |name: &str, count: usize, time: Duration| {
        let each = time / u32::try_from(count.max(1)).unwrap_or(u32::MAX);
        let times = time.as_secs_f64() / lowered.as_secs_f64().max(1e-9);
        println!("{name:36} {count:>8} {time:>12.1?} {each:>12.1?} {times:>7.2}");
    };
    row("read, lower", searches.len(), lowered);
    let mut understood = Vec::new();
    let time = timed(|| understood = compile::understand(&documents, &Settings::of(&targets)));
    row("understand", understood.len(), time);
    let time = timed(|| understood.iter().for_each(|one| _ = black_box(one.sourced().len())));
    row("split by log source", understood.len(), time);
    for backend in backend::ALL {
        let map = targets.map(backend.name()).expect("each target has a map");
        let mut rules = 0;
        let time = timed(|| {
            for one in &understood {
                let result = compile::rules(one, *backend, map, &Options::default());
                rules += result.rules.iter().filter(|rule| rule.written.is_some()).count();
            }
        });
        row(&format!("{}, {rules} rules", backend.name()), understood.len(), time);
    }
}

/// A document for each search.
fn documents(searches: &[String]) -> Vec<Document> {
    let document = |(at, search): (usize, &String)| {
        let path = PathBuf::from(format!("{at}.spl"));
        let format = format_of(&path)?;
        Some(Document::read(&path, search.clone(), format))
    };
    searches.iter().enumerate().filter_map(document).collect()
}

/// The time that the work takes on the processor, which does not depend on what else the machine does; by the clock where
/// the system does not tell it.
fn timed(work: impl FnOnce()) -> Duration {
    let (start, before) = (Instant::now(), on_processor());
    work();
    let elapsed = start.elapsed();
    match (before, on_processor()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => elapsed,
    }
}

/// How long this thread has run (Linux kernel documentation, "Scheduler Statistics": `/proc/PID/schedstat`).
#[allow(clippy::disallowed_methods, reason = "Linux tells it in a file")]
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}
