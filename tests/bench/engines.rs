//! What runs over the events of a bench: the floors, the matcher, `rsigma-eval`, the command line, valgrind.
//!
//! In: rules and lines. Out: numbers of hits. Invariant: each reads the events from their lines; none keeps anything from
//! one round to the next but the memory that it works in.

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

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

    /// How often a rule matches.
    pub(crate) fn hits(&self, lines: &[u8]) -> usize {
        let mut scratch = Scratch::default();
        let mut hits = 0;
        self.0.matches_lines(lines, &mut scratch, |_, found| {
            hits += found.map_or(0, |found| found.hits().len());
        });
        hits
    }

    /// The same by two threads, half of the lines each.
    pub(crate) fn hits_of_two(&self, lines: &[u8]) -> usize {
        let middle =
            memchr::memchr(b'\n', &lines[lines.len() / 2..]).map_or(0, |at| lines.len() / 2 + at + 1);
        let (one, two) = lines.split_at(middle);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| self.hits(one));
            self.hits(two) + other.join().unwrap_or(0)
        })
    }
}

/// `rsigma-eval`.
pub(crate) struct Theirs {
    engine: Engine,
    rules: usize,
}

impl Theirs {
    pub(crate) fn new(rules: &[String]) -> Self {
        let mut engine = Engine::new();
        for rule in rules {
            if let Ok(collection) = rsigma_parser::parse_sigma_yaml(rule) {
                let _ = engine.add_collection(&collection);
            }
        }
        Self { engine, rules: rules.len() }
    }

    /// Large sets take long, and one round tells enough.
    pub(crate) fn is_worth_a_round(&self, round: usize) -> bool {
        round == 0 || self.rules <= 2_000
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

/// The instructions that this program takes with these arguments, counted by valgrind; nothing where it cannot be run.
pub(crate) fn counted(arguments: &[&str]) -> Option<u64> {
    let own = std::env::current_exe().ok()?;
    let tool = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
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
