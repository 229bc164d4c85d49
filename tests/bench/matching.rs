//! How fast rules run over events: `cargo bench --bench matching`, with `SPLC_CORPUS` for published rules as well.
//!
//! In: rules and events made from seeds. Out: a table of MB/s on one core, each beside two floors of the same run: a look
//! for the ends of lines, and a walk over the top-level keys of each event with a SIMD parser of JSON (sonic-rs). Beside
//! them runs `rsigma-eval` on the same rules. Invariant: nothing is asserted but that both engines find the same, so that a slow
//! machine fails nothing; what counts is the ratio to the floor. With `instructions` as argument, instructions an event are
//! counted under valgrind, which does not depend on what else the machine does.

mod engines;
mod events;
mod rules;

use std::time::{Duration, Instant};

use engines::{Ours, Theirs};
use rules::{Rule, rules};

/// Sizes of the sets of rules.
const SETS: [usize; 4] = [1, 100, 1_500, 10_000];

/// Events of the stream, and times that each engine runs over it; the median counts.
const EVENTS: usize = 20_000;
const ROUNDS: usize = 5;

#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["pass", count, events] => pass(number(count), number(events)),
        ["instructions"] => instructions(),
        ["memory"] => engines::memory(),
        [] => {
            speed();
            engines::memory();
            instructions();
        }
        other => println!("unknown: {other:?}; known are `instructions` and `memory`"),
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

/// Runs so many rules once over so many events: what valgrind counts.
fn pass(count: usize, events: usize) {
    let rules = rules(count);
    let lines = events::lines(events, &rules);
    let ours = Ours::new(&rules.iter().map(Rule::spl).collect::<Vec<_>>());
    std::hint::black_box(ours.hits(&lines));
}

#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn speed() {
    let all = rules(SETS[SETS.len() - 1]);
    println!("{EVENTS} events, {ROUNDS} rounds, one core; MB/s, and times the walk over keys");
    println!(
        "{:22} {:>9} {:>9} {:>15} {:>15} {:>7} {:>9} {:>7} {:>11}",
        "rules", "newlines", "keys", "splc", "rsigma-eval", "ratio", "load", "hits", "two cores"
    );
    for count in SETS {
        let rules = all.get(..count).unwrap_or(&all);
        let lines = events::lines(EVENTS, rules);
        let sigma: Vec<String> = rules.iter().enumerate().map(|(at, rule)| rule.sigma(at)).collect();
        let searches: Vec<String> = rules.iter().map(Rule::spl).collect();
        row(&format!("{count} generated"), &searches, &sigma, &lines);
    }
    if let Some((searches, sigma)) = engines::published() {
        let lines = events::lines(EVENTS, &[]);
        row(&format!("{} published", searches.len()), &searches, &sigma, &lines);
    } else {
        println!("published rules: skipped, SPLC_CORPUS names no folder");
    }
}

/// Measures one set of rules; the engines take turns, so that what else runs on the machine slows all of them.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn row(name: &str, searches: &[String], sigma: &[String], lines: &[u8]) {
    let start = Instant::now();
    let ours = Ours::new(searches);
    let load = start.elapsed();
    let theirs = Theirs::new(sigma);
    let mut times = [const { Vec::new() }; 5];
    let (mut own_hits, mut their_hits) = (0, 0);
    for round in 0..ROUNDS {
        let mut timed = |at: usize, work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            times[at].push(start.elapsed());
        };
        timed(0, &mut || engines::newlines(lines));
        timed(1, &mut || engines::keys(lines));
        timed(2, &mut || own_hits = ours.hits(lines));
        timed(4, &mut || {
            std::hint::black_box(ours.hits_of_two(lines));
        });
        if theirs.is_worth_a_round(round) {
            timed(3, &mut || their_hits = theirs.hits(lines));
        }
    }
    let [newlines, keys, own, their, two] = times.map(|times| rate(lines.len(), times));
    println!(
        "{name:22} {newlines:>9.0} {keys:>9.0} {own:>8.0} {:>5.2}× {their:>8.0} {:>5.2}× {:>6.1}× {:>7.0}ms {own_hits:>7} {:>10.2}×",
        own / keys,
        their / keys,
        own / their,
        load.as_secs_f64() * 1e3,
        two / own
    );
    if own_hits != their_hits {
        println!("{name}: splc finds {own_hits} hits, rsigma-eval {their_hits}");
    }
}

/// MB/s at the median of the times.
#[allow(clippy::cast_precision_loss, reason = "a stream of some MB")]
fn rate(bytes: usize, mut times: Vec<Duration>) -> f64 {
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    bytes as f64 / 1e6 / median.as_secs_f64().max(1e-9)
}

/// Counts instructions of the same program over one and over two streams; the difference is what the events cost.
#[allow(clippy::print_stdout, reason = "a bench prints its figures")]
fn instructions() {
    const EVENTS: usize = 1_000;
    for count in SETS {
        let counted =
            |events: usize| engines::counted(&["pass", &count.to_string(), &(events * EVENTS).to_string()]);
        match (counted(1), counted(2)) {
            (Some(one), Some(two)) => {
                println!("{count:>6} rules: {:>8} instructions an event", (two - one) / EVENTS as u64);
            }
            _ => return println!("instructions: skipped, valgrind cannot be run"),
        }
    }
}
