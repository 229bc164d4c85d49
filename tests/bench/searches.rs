//! How long searches take to be read, understood, laid out and compiled: `cargo bench --bench searches`, with `SPLC_CORPUS` for
//! the folder of published searches.
//!
//! In: the searches of the corpus, or without it those of `queries/`, and long texts that are made here. Out: a table
//! of times, each beside the time of a floor: one pass over the bytes of the same text that cuts it at its pipes and
//! spaces. Invariant: nothing is asserted, so that a slow machine fails nothing; what counts is the ratio to the floor
//! of the same run, and that a text of twice the length takes twice the time.

mod compiling;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use splc::document::{Document, format_of};
use splc::{command, optimise};

/// Times that each search is read; the median counts.
const ROUNDS: usize = 15;

#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn main() {
    let corpus = std::env::var_os("SPLC_CORPUS").map(PathBuf::from);
    let files = corpus.as_deref().map_or_else(own, published);
    println!(
        "{:36} {:>8} {:>9} {:>9} {:>9} {:>10} {:>7}",
        "file", "searches", "median", "mean", "longest", "all", "floor×"
    );
    let mut all = Vec::new();
    for (name, searches) in files {
        row(&name, &searches);
        all.extend(searches);
    }
    row("all", &all);
    stages(&all);
    compiling::table(&all);
    println!("\n{:36} {:>8} {:>12} {:>9} {:>7}", "long text", "bytes", "time", "ns/byte", "floor×");
    for (name, text) in long_texts() {
        let (read, floor) = (median(|| read(&text)), median(|| scan(&text)));
        let (bytes, times) = (text.len(), ratio(read, floor));
        println!("{name:36} {bytes:>8} {read:>12.1?} {:>9.1} {times:>7.0}", nanoseconds(read) / count(bytes));
    }
}

/// Prints the time of each step over all searches, one after the other as a run does them.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn stages(searches: &[String]) {
    let timed = |name: &str, work: &dyn Fn(&String)| {
        let start = Instant::now();
        searches.iter().for_each(work);
        println!("{name:36} {:>8} {:>49.1?}", searches.len(), start.elapsed());
    };
    println!();
    timed("read", &|search| read(search));
    timed("read, lower", &|search| {
        black_box(command::lower(&command::parse(search).pipeline).ok());
    });
    timed("read, lower, optimise", &|search| {
        let detection = command::lower(&command::parse(search).pipeline);
        black_box(detection.map(|detection| optimise::predicate(optimise::fold(&detection))).ok());
    });
    timed("lay out", &|search| {
        black_box(command::format(search).ok());
    });
}

/// Reads each search of a file, and prints the median and the mean of the times.
#[allow(clippy::print_stdout, reason = "a bench prints its times")]
fn row(name: &str, searches: &[String]) {
    if searches.is_empty() {
        return;
    }
    let mut times: Vec<Duration> = searches.iter().map(|search| median(|| read(search))).collect();
    let floor: Duration = searches.iter().map(|search| median(|| scan(search))).sum();
    let all: Duration = times.iter().sum();
    times.sort();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let longest = times.last().copied().unwrap_or_default();
    let mean = all.div_f64(count(times.len()));
    let times = ratio(all, floor);
    println!(
        "{name:36} {:>8} {middle:>9.1?} {mean:>9.1?} {longest:>9.1?} {all:>10.1?} {times:>7.0}",
        searches.len()
    );
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn read(text: &str) {
    black_box(command::parse(black_box(text)));
}

/// The floor: one pass over the bytes.
fn scan(text: &str) {
    black_box(black_box(text).as_bytes().split(|byte| matches!(byte, b'|' | b' ')).map(<[u8]>::len).max());
}

fn ratio(time: Duration, floor: Duration) -> f64 {
    time.as_secs_f64() / floor.as_secs_f64().max(1e-9)
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

#[allow(clippy::cast_precision_loss, reason = "numbers of searches and bytes are small")]
fn count(number: usize) -> f64 {
    number as f64
}

/// The searches of each `*.jsonl` file of a folder, under the key `spl`.
fn published(folder: &Path) -> Vec<(String, Vec<String>)> {
    let is_lines = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "jsonl");
    let search = |line: &str| Some(serde_json::from_str::<Json>(line).ok()?.get("spl")?.as_str()?.to_owned());
    let searches = |text: String| text.lines().filter_map(search).collect();
    texts(folder)
        .filter(|(path, _)| is_lines(path))
        .map(|(path, text)| (name(&path), searches(text)))
        .collect()
}

/// The searches of this repository.
fn own() -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let folders = ["docker", "kubernetes"].map(|name| folder.join(name));
    let documents = folders.iter().flat_map(|folder| texts(folder)).filter_map(|(path, text)| {
        let format = format_of(&path)?;
        let document = Document::read(&path, text, format);
        let searches = document.analytics.iter().map(|one| one.snippet.text().to_owned()).collect();
        Some((name(&path), searches))
    });
    documents.collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files of a folder, in the order of their names; a folder that cannot be read is told as one without files.
#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "the searches are files")]
fn texts(folder: &Path) -> impl Iterator<Item = (PathBuf, String)> + use<> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    if paths.is_empty() {
        println!("no file is in {}", folder.display());
    }
    paths.sort();
    paths.into_iter().filter_map(|path| Some((path.clone(), std::fs::read_to_string(&path).ok()?)))
}

/// Texts of several lengths, and texts that would bring down a reader that recurses or goes back.
fn long_texts() -> Vec<(String, String)> {
    const MEGABYTE: usize = 1 << 20;
    let pieces = [
        ("a=1 OR …", "", "a=1 OR ", "b=2"),
        ("command IN (…)", "index=x command IN (a", ", \"docker exec *\"", ")"),
        ("| where … AND …", "| where a=1", " AND like(b, \"x%\")", ""),
        ("| eval …, …", "| eval a=1", ", b=if(c>1, d.\"e\", f+2)", ""),
        ("| stats … by …", "| stats count", " dc(a) AS b", " by c"),
        ("| search … | …", "index=x", " | search a=\"b c\" | table d, e", ""),
    ];
    let mut texts = Vec::new();
    for (name, before, piece, behind) in pieces {
        for parts in [8, 4, 2, 1] {
            let times = MEGABYTE / parts / piece.len();
            texts.push((format!("{name}, 1/{parts} MB"), format!("{before}{}{behind}", piece.repeat(times))));
        }
    }
    texts.push(("100,000 open parentheses".to_owned(), "(".repeat(100_000)));
    texts.push(("100,000 nested parentheses".to_owned(), "(".repeat(100_000) + "a" + &")".repeat(100_000)));
    texts.push(("50,000 nested sub-searches".to_owned(), "[search ".repeat(50_000) + &"]".repeat(50_000)));
    texts
}
