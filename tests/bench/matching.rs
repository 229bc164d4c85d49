//! How fast rules run over events: `cargo bench --bench matching`, with `SPLC_CORPUS` for published rules as well.
//!
//! In: rules and events made from seeds. Out: a table of MB/s on one core, each beside two floors of the same run: a look
//! for the ends of lines, and a walk over the top-level keys of each event with a SIMD parser of JSON (sonic-rs). Beside
//! them runs `rsigma-eval` on the same rules, with large sets on a share of the events. What two threads give is told for
//! the matcher, for the walk, for the look for the ends of lines, which is as fast as memory is, and for a loop that keeps
//! the units of a core busy and looks at no memory: two processors of a virtual machine may be two threads of one core,
//! and what this loop does not get no engine can. Invariant: nothing is asserted, so that a slow machine fails nothing,
//! and where the engines find different things it is printed; what counts is the ratio to the floor. With `instructions`
//! as argument, instructions an event are counted under valgrind, which does not depend on what else the machine does.

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
const ROUNDS: usize = 7;

/// Events that instructions are counted for.
const COUNTED: usize = 1_000;

#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["pass", count, rounds] => pass(number(count), number(rounds)),
        ["instructions"] => instructions(),
        ["peer"] => peer(),
        ["published"] => published(),
        ["memory"] => engines::memory(),
        [] => {
            speed();
            engines::memory();
            instructions();
        }
        other => println!("unknown: {other:?}; known are `instructions`, `memory`, `peer` and `published`"),
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

/// Runs so many rules over the same events so many times: what valgrind counts.
fn pass(count: usize, rounds: usize) {
    let rules = rules(count);
    let lines = events::lines(COUNTED, &rules);
    let ours = Ours::new(&rules.iter().map(Rule::spl).collect::<Vec<_>>());
    for _ in 0..rounds {
        std::hint::black_box(ours.hits(&lines));
    }
}

#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn speed() {
    let all = rules(SETS[SETS.len() - 1]);
    println!(
        "{EVENTS} events, median of {ROUNDS} rounds; MB/s on one core, and times the walk over keys; two threads, times one"
    );
    println!(
        "{:16} {:>8} {:>6} {:>12} {:>12} {:>8} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9} {:>12}",
        "rules",
        "newlines",
        "keys",
        "splc",
        "rsigma-eval",
        "share",
        "ratio",
        "load",
        "hits",
        "two: splc",
        "two: keys",
        "two: ends",
        "two: compute"
    );
    for count in SETS {
        let rules = all.get(..count).unwrap_or(&all);
        let lines = events::lines(EVENTS, rules);
        let sigma: Vec<String> = rules.iter().enumerate().map(|(at, rule)| rule.sigma(at)).collect();
        let searches: Vec<String> = rules.iter().map(Rule::spl).collect();
        row(&format!("{count} generated"), &searches, &sigma, &lines);
    }
    published();
}

/// Measures the published rules alone.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn published() {
    let Some((searches, sigma)) = engines::published() else {
        return println!("published rules: skipped, SPLC_CORPUS names no folder");
    };
    let lines = events::lines(EVENTS, &[]);
    row(&format!("{} published", searches.len()), &searches, &sigma, &lines);
}

/// Measures one set of rules; the engines take turns, so that what else runs on the machine slows all of them.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn row(name: &str, searches: &[String], sigma: &[String], lines: &[u8]) {
    let start = Instant::now();
    let ours = Ours::new(searches);
    let load = start.elapsed();
    let theirs = Theirs::new(sigma, false);
    let share = theirs.share(lines);
    let mut times = [const { Vec::new() }; 9];
    let (mut own_hits, mut their_hits) = (0, 0);
    let again = again(|| own_hits = ours.hits(lines));
    for _ in 0..ROUNDS {
        let mut timed = |at: usize, work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            times[at].push(start.elapsed());
        };
        timed(0, &mut || engines::newlines(lines));
        timed(1, &mut || engines::keys(lines));
        timed(2, &mut || (0..again).for_each(|_| own_hits = ours.hits(lines)));
        timed(3, &mut || their_hits = theirs.hits(share));
        timed(4, &mut || engines::compute(lines));
        times[5].push(engines::by_two(lines, 1, || engines::newlines));
        times[6].push(engines::by_two(lines, 1, || engines::keys));
        times[7].push(engines::by_two(lines, again, || ours.worker()));
        times[8].push(engines::by_two(lines, 1, || engines::compute));
    }
    let [newlines, keys, compute, newlines_two, keys_two, compute_two] =
        [0, 1, 4, 5, 6, 8].map(|at| rate(lines.len(), &mut times[at]));
    let [own, own_two] = [2, 7].map(|at| rate(lines.len() * again, &mut times[at]));
    let their = rate(share.len(), &mut times[3]);
    println!(
        "{name:16} {newlines:>8.0} {keys:>6.0} {own:>5.0} {:>5.2}× {their:>5.0} {:>5.2}× {:>7.0}% {:>6.1}× {:>5.0}ms {own_hits:>6} {:>8.2}× {:>8.2}× {:>8.2}× {:>11.2}×",
        own / keys,
        their / keys,
        100.0 * ratio(share.len(), lines.len()),
        own / their,
        load.as_secs_f64() * 1e3,
        own_two / own,
        keys_two / keys,
        newlines_two / newlines,
        compute_two / compute,
    );
    let own_hits = ours.hits(share);
    if own_hits != their_hits || theirs.rules() != searches.len() {
        println!(
            "{name}: splc finds {own_hits} hits of {} rules, rsigma-eval {their_hits} of {}",
            searches.len(),
            theirs.rules()
        );
    }
}

/// How often to do it so that it takes long enough to be measured, and that two threads do not end before both are awake.
fn again(mut work: impl FnMut()) -> usize {
    const ENOUGH: Duration = Duration::from_millis(60);
    let start = Instant::now();
    work();
    1 + usize::try_from(ENOUGH.as_nanos() / start.elapsed().as_nanos().max(1)).unwrap_or(0)
}

/// How fast `rsigma-eval` is with 1,500 rules, and with its filter for substrings.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn peer() {
    let rules = rules(1_500);
    let lines = events::lines(EVENTS / 4, &rules);
    let sigma: Vec<String> = rules.iter().enumerate().map(|(at, rule)| rule.sigma(at)).collect();
    for has_bloom_filter in [false, true] {
        let theirs = Theirs::new(&sigma, has_bloom_filter);
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            std::hint::black_box(theirs.hits(&lines));
            times.push(start.elapsed());
        }
        println!("rsigma-eval, filter {has_bloom_filter}: {:.0} MB/s", rate(lines.len(), &mut times));
    }
}

/// MB/s at the median of the times.
fn rate(bytes: usize, times: &mut [Duration]) -> f64 {
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    ratio(bytes, 1_000_000) / median.as_secs_f64().max(1e-9)
}

#[allow(clippy::cast_precision_loss, reason = "a stream of some MB")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}

/// Counts the instructions of one round: those of loading the rules and of making the events are left out.
#[allow(clippy::print_stdout, reason = "a bench prints its figures")]
fn instructions() {
    for count in SETS {
        let Some(counted) = engines::counted(&["pass", &count.to_string(), "1"]) else {
            return println!("instructions: skipped, valgrind cannot be run");
        };
        println!("{count:>6} rules: {:>8} instructions an event", counted / COUNTED as u64);
    }
}
