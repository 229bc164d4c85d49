//! What runs over the events of a bench: the floors, the matcher, `rsigma-eval`, the command line, valgrind.
//!
//! In: rules and lines. Out: numbers of hits. Invariant: each reads the events from their lines; none keeps anything from
//! one round to the next but the memory that it works in.

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rsigma_eval::{Engine, JsonEvent};
use serde_json::Value as Json;
use splc::command;
use splc::matcher::{Matcher, Scratch};

/// Looks for the ends of lines.
pub(crate) fn newlines(lines: &[u8]) {
    black_box(memchr::memchr_iter(b'\n', lines).count());
}

/// Walks the top-level keys of each event.
pub(crate) fn keys(lines: &[u8]) {
    for line in split(lines) {
        for member in sonic_rs::to_object_iter(line) {
            black_box(member.map(|(key, _)| key.len()).unwrap_or_default());
        }
    }
}

fn split(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = lines;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest)?;
        let (line, behind) = rest.split_at(end);
        rest = behind.get(1..).unwrap_or(&[]);
        Some(line)
    })
}

/// The matcher.
pub(crate) struct Ours(Matcher);

impl Ours {
    /// Reads and compiles the searches, as `splc match` does.
    pub(crate) fn new(searches: &[String]) -> Self {
        let lower = |search: &String| command::lower(&command::parse(search).pipeline).ok();
        Self(Matcher::new(&searches.iter().filter_map(lower).collect::<Vec<_>>()))
    }

    /// How often a rule matches; a function of its own, in which valgrind counts.
    #[inline(never)]
    pub(crate) fn hits(&self, lines: &[u8]) -> usize {
        self.hits_with(lines, &mut Scratch::default())
    }

    /// The same for parts one after the other, as a thread does it.
    pub(crate) fn worker(&self) -> impl FnMut(&[u8]) {
        let mut scratch = Scratch::default();
        move |part| _ = black_box(self.hits_with(part, &mut scratch))
    }

    /// The same with memory that is kept.
    pub(crate) fn hits_with(&self, lines: &[u8], scratch: &mut Scratch) -> usize {
        let mut hits = 0;
        self.0.matches_lines(lines, scratch, |_, found| {
            hits += found.map_or(0, |found| found.hits().len());
        });
        hits
    }
}

/// Parts that the threads of [`by_two`] take one after the other, so that both end at about the same time.
const PARTS: usize = 64;

/// Does the same to all of the lines so many times in two threads; gives how long they took. What a thread needs it makes
/// before both begin, and the time to start a thread does not count.
pub(crate) fn by_two<W: FnMut(&[u8])>(lines: &[u8], times: usize, worker: impl Fn() -> W + Sync) -> Duration {
    let (mut parts, mut rest) = (Vec::new(), lines);
    while !rest.is_empty() {
        let least = (lines.len() / PARTS).min(rest.len());
        let end = memchr::memchr(b'\n', &rest[least..]).map_or(rest.len(), |at| least + at + 1);
        let (part, behind) = rest.split_at(end);
        parts.push(part);
        rest = behind;
    }
    let (next, ready) = (AtomicUsize::new(0), Barrier::new(2));
    let run = || {
        let mut work = worker();
        ready.wait();
        let start = Instant::now();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= parts.len() * times {
                break;
            }
            work(parts[number % parts.len()]);
        }
        (start, Instant::now())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(run);
        let (start, end) = run();
        let (other_start, other_end) = other.join().unwrap_or((start, end));
        end.max(other_end) - start.min(other_start)
    })
}

/// Keeps the units that compute busy and looks at no memory, the longer the more bytes there are: eight sums that do not
/// wait for each other. Two threads of one physical core share those units.
pub(crate) fn compute(lines: &[u8]) {
    let mut sums = black_box([1_u64, 2, 3, 4, 5, 6, 7, 8]);
    for at in 0..lines.len() as u64 / 2 {
        for (sum, turn) in sums.iter_mut().zip([5, 7, 9, 11, 13, 15, 17, 19]) {
            *sum = sum.rotate_left(turn) ^ at;
        }
    }
    black_box(sums);
}

/// `rsigma-eval`, in the way that its documentation has for speed: all rules added at once, so that its index is built
/// once, and no event copied into results, which is the default. Its two filters that are off by default stay so: it
/// says of the one that it pays where most rules are about substrings and of the other from 5,000 rules on, and
/// `peer` measures the first. Log sources are not told to it, since neither are they to the matcher.
pub(crate) struct Theirs {
    engine: Engine,
    rules: usize,
}

/// With as many rules `rsigma-eval` gets every event, and a share of them with more.
const RULES_FOR_ALL: usize = 2_000;

impl Theirs {
    pub(crate) fn new(rules: &[String], has_bloom_filter: bool) -> Self {
        let mut engine = Engine::new();
        engine.set_bloom_prefilter(has_bloom_filter);
        let parsed = rules.iter().filter_map(|rule| rsigma_parser::parse_sigma_yaml(rule).ok());
        let parsed: Vec<_> = parsed.flat_map(|collection| collection.rules).collect();
        let refused = engine.add_rules(&parsed).len();
        Self { engine, rules: parsed.len() - refused }
    }

    /// How many rules it has.
    pub(crate) fn rules(&self) -> usize {
        self.rules
    }

    /// The first of the lines, so many that a round does not take long: large sets take long.
    pub(crate) fn share<'l>(&self, lines: &'l [u8]) -> &'l [u8] {
        let part = self.rules.div_ceil(RULES_FOR_ALL).pow(2).max(1);
        let end = memchr::memchr(b'\n', &lines[lines.len() / part..]).map(|at| lines.len() / part + at + 1);
        &lines[..end.filter(|_| part > 1).unwrap_or(lines.len())]
    }

    pub(crate) fn hits(&self, lines: &[u8]) -> usize {
        let hits = |line: &[u8]| {
            let json: Json = serde_json::from_slice(line).unwrap_or_default();
            self.engine.evaluate(&JsonEvent::borrow(&json)).len()
        };
        split(lines).map(hits).sum()
    }
}

/// Published rules about processes, as searches and as Sigma, where `SPLC_CORPUS` names the folder.
#[allow(clippy::disallowed_methods, reason = "the corpus is files")]
pub(crate) fn published() -> Option<(Vec<String>, Vec<String>)> {
    let folder = std::env::var_os("SPLC_CORPUS")?;
    let text = std::fs::read_to_string(Path::new(&folder).join("sigma_roundtrip.jsonl")).ok()?;
    let rules = text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let of_processes = rules.filter(|rule| rule["logsource"]["category"] == "process_creation");
    let text = |rule: &Json, key: &str| rule[key].as_str().map(str::to_owned);
    Some(of_processes.filter_map(|rule| Some((text(&rule, "spl")?, text(&rule, "sigma_yaml")?))).unzip())
}

/// The instructions of [`Ours::hits`] in a run of this program, counted by valgrind; nothing where it cannot be run.
pub(crate) fn counted(arguments: &[&str]) -> Option<u64> {
    let own = std::env::current_exe().ok()?;
    let tool = ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*Ours*hits*"];
    let output = Command::new("valgrind").args(tool).arg(own).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let counted = text.lines().find_map(|line| line.split_once("Collected : "))?;
    counted.1.trim().parse().ok()
}

/// Feeds 1 GB to `splc match` with 1,500 rules and prints the most memory that it took (Linux: `VmHWM`).
#[allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench prints its figures")]
pub(crate) fn memory() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let rules = crate::rules::rules(1_500);
    let mut paths = Vec::new();
    let folder = folder.join("rules");
    let _ = std::fs::create_dir_all(&folder);
    for (at, rule) in rules.iter().enumerate() {
        let path = folder.join(format!("{at}.spl"));
        if std::fs::write(&path, rule.spl()).is_ok() {
            paths.push(path);
        }
    }
    let lines = crate::events::lines(10_000, &rules);
    let arguments = ["match", "--count", "--quiet", "-r"];
    let spawned = Command::new(env!("CARGO_BIN_EXE_splc"))
        .args(arguments)
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn();
    let Ok(mut child) = spawned else { return println!("memory: skipped, splc cannot be run") };
    let Some(mut input) = child.stdin.take() else { return };
    let mut fed = 0;
    while fed < 1_000_000_000 && input.write_all(&lines).is_ok() {
        fed += lines.len();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!(
        "splc match, 1,500 rules, {} MB of events: at most {} of memory",
        fed / 1_000_000,
        most.map_or("?", str::trim)
    );
    drop(input);
    let _ = child.wait();
}
