//! Searches as they are compiled, each on events of its own.
//!
//! In: the queries and the cases of this repository, searches about several events, and a sample of the corpus where
//! `SPLC_CORPUS` names its folder. Out: a test, and how many of those that are lowered completely are written. Invariant:
//! the generated program decides as the reference does, for one event and for several.

use std::path::{Path, PathBuf};

use splc::backend::compile::{self, Settings, TargetResult, Understood};
use splc::backend::rust::Rust;
use splc::backend::{Options, Rule, codes};
use splc::detection::Detection;
use splc::diagnostic::Diagnostic;
use splc::document::{Document, format_of, load};
use splc::evaluate;
use splc::event::Event;
use splc::function::Context;
use splc::target::Targets;

use super::package;
use crate::corpus::lowered::alike;
use crate::semantics::events::{self, Choices};

/// Searches about several events with every step.
const SEVERAL: &[&str] = &[
    "action=fail | stats count dc(host) AS hosts values(host) AS all BY user | where count > 2 AND hosts < 5",
    "action=fail | eventstats avg(code) AS mean BY user | where code > mean",
    "action=fail | sort - _time | streamstats window=3 count BY user | where count >= 3",
    "action=fail | streamstats time_window=60s dc(host) AS hosts BY user | search hosts > 1",
    "a=1 | bin _time span=5m | stats count BY _time, user | where count > 3",
    "a=1 | timechart span=1m count | where count = 0 OR count > 2",
    "a=1 | dedup user | stats count | where count > 2",
    "a=1 | dedup 2 user consecutive=true keepempty=true | stats count BY host | where count > 1",
    "a=1 | sort user | head 3 | stats count BY user | where count > 1",
    "a=1 | reverse | tail 4 | stats count BY user | where count >= 2",
    "a=1 | mvexpand tag | stats count BY tag | where count > 1",
    "| transaction user maxspan=5m startswith=\"login\" endswith=(action=\"logout\") | where duration < 100",
    "a=1 | transaction user host maxpause=30s maxevents=4 | where eventcount > 2",
    "a=1 | eval hour=strftime(_time, \"%H\"), big=if(len(command) > 3, 1, 0) | stats sum(big) AS n perc95(code) AS p BY hour \
     | where n > 1 AND (p > 5 OR isnull(p))",
    "a=1 | rex field=command \"(?<verb>\\w+)\" | stats count(eval(verb=\"x\")) AS n count BY user | where n < count",
    "a=1 | transaction user | mvexpand host | mvexpand command | eval n=mvfind(command, host) | where n > -1",
    "a=1 | stats earliest(_time) AS first latest(_time) AS last range(code) AS r BY user | where last - first < 60",
];

/// The most searches of the corpus.
const SAMPLE: usize = 300;

/// How many events, or sets of events, a rule is asked about.
const EVENTS: usize = 12;
const SETS: usize = 6;

/// Reads lines of a kind, the place of a rule, and an event or several; writes a line with the answer.
const MAIN: &str = r#"
use detections::{CORRELATIONS, Event, Line, RULES};
use serde_json::Value;
use std::io::BufRead;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut parts = line.splitn(3, '\t');
        let (kind, rule) = (parts.next().ok_or("no kind")?, parts.next().ok_or("no rule")?.parse::<usize>()?);
        let texts: Vec<&str> = parts.next().ok_or("no event")?.split('\t').filter(|text| !text.is_empty()).collect();
        let events = texts.iter().map(|text| serde_json::from_str(text)).collect::<Result<Vec<Value>, _>>()?;
        let lines: Vec<Line<'_, Value>> =
            events.iter().zip(&texts).map(|(event, text)| Line { event, text }).collect();
        match kind {
            "one" => println!("{}", (RULES[rule].matches)(&lines[0])),
            _ => {
                let events: Vec<&dyn Event> = lines.iter().map(|line| line as &dyn Event).collect();
                println!("{:?}", (CORRELATIONS[rule].matches)(&events));
            }
        }
    }
    Ok(())
}
"#;

fn document(path: &Path, text: String) -> Document {
    Document::read(path, text, format_of(path).unwrap())
}

/// The searches of the corpus, every so many-th.
fn sample() -> Vec<Document> {
    let Some(folder) = std::env::var_os("SPLC_CORPUS") else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let objects = texts.iter().flat_map(|text| text.lines());
    let searches: Vec<String> = objects
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|object| Some(object.get("spl")?.as_str()?.to_owned()))
        .collect();
    let every = (searches.len() / SAMPLE).max(1);
    // Searches about several events are rare: all of a file that has them would be too many.
    let is_taken = |(at, search): &(usize, String)| {
        at % every == 0
            || (at % (every / 8).max(1) == 0 && search.contains("| where") && search.contains("stats"))
    };
    let taken = searches.into_iter().enumerate().filter(is_taken);
    taken.map(|(at, search)| document(&PathBuf::from(format!("corpus-{at}.spl")), search)).collect()
}

/// What a rule is asked, and what the reference answers.
struct Asked {
    rule: String,
    line: String,
    answer: String,
}

fn read(event: &Event) -> (String, Event) {
    let text = event.to_json().to_string();
    let event = Event::from_json_text(&text).unwrap();
    (text, event)
}

fn asked_of_one(rule: &Rule<'_>, place: usize, into: &mut Vec<Asked>) {
    let mut choices = Choices::new(place as u64);
    for _ in 0..EVENTS {
        let (text, event) = read(&events::event(&rule.legal.predicate, &mut choices));
        let answer = evaluate::predicate(&rule.legal.predicate, &event).to_string();
        into.push(Asked { rule: rule.spl.to_owned(), line: format!("one\t{place}\t{text}"), answer });
    }
}

fn asked_of_several(rule: &Rule<'_>, place: usize, into: &mut Vec<Asked>) {
    let mut choices = Choices::new(place as u64);
    let filters = vec![rule.legal.predicate.clone()];
    let detection = Detection { filters, steps: rule.legal.steps.clone(), ..Detection::everything() };
    for _ in 0..SETS {
        let set = alike(&detection, &mut choices);
        let (texts, set): (Vec<String>, Vec<Event>) = set.iter().map(read).unzip();
        let context = Context::at(evaluate::latest(&set));
        let answer = format!("{:?}", evaluate::detection(&detection, &set, &context));
        let line = format!("several\t{place}\t{}", texts.join("\t"));
        into.push(Asked { rule: rule.spl.to_owned(), line, answer });
    }
}

/// What all rules are asked, how many there are of each kind, and how many rules are refused of what is lowered completely.
#[derive(Default)]
struct Questions {
    asked: Vec<Asked>,
    of_one: usize,
    of_several: usize,
    refused: usize,
}

fn questions(understood: &[Understood<'_>], results: &[TargetResult<'_>]) -> Questions {
    let mut all = Questions::default();
    for (one, result) in understood.iter().zip(results) {
        let search = one.expanded.text();
        let is_complete = one.detection.as_ref().is_ok_and(|detection| detection.holes().is_empty());
        let is_of_list = one.document.path.to_string_lossy().starts_with("several-");
        for rule in &result.rules {
            let Some((written, _, _)) = &rule.written else {
                assert!(!is_of_list, "{search}: {:?}", rule.notes);
                assert!(!is_complete || rule.notes.iter().any(is_right), "{search}: {:?}", rule.notes);
                all.refused += usize::from(is_complete);
                continue;
            };
            if written.legal.steps.is_empty() {
                asked_of_one(written, all.of_one, &mut all.asked);
                all.of_one += 1;
            } else {
                asked_of_several(written, all.of_several, &mut all.asked);
                all.of_several += 1;
            }
        }
    }
    all
}

/// What is lowered completely is refused only where it says nothing that happens, where the event tells a pattern, or where
/// a name stands for what only an installation knows.
fn is_right(refusal: &Diagnostic) -> bool {
    [codes::NO_CONTENT.id, codes::NEVER_TRUE.id, "unresolved-name"].contains(&refusal.code.id)
        || refusal.code.id == codes::SEVERAL_EVENTS.id
            && ["is computed", "holds is not known"].iter().any(|words| refusal.message.contains(words))
}

#[test]
fn searches_decide_as_the_reference() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = load::paths(&[root.join("queries"), root.join("tests/cases")]).documents;
    let of_list = |(at, search): (usize, &&str)| {
        document(&PathBuf::from(format!("several-{at}.spl")), (*search).to_owned())
    };
    documents.extend(SEVERAL.iter().enumerate().map(of_list));
    documents.extend(sample());
    let targets = Targets::embedded().unwrap();
    let understood = compile::understand(&documents, &Settings::of(&targets));
    let options = Options { rust_crate: true, allow_narrower: true, ..Options::default() };
    let map = targets.map("rust").unwrap();
    let results: Vec<_> = understood.iter().map(|one| compile::rules(one, &Rust, map, &options)).collect();
    let Questions { asked, of_one, of_several, refused } = questions(&understood, &results);
    let files = compile::files(&understood, &results, &Rust, &options);
    let files = files.into_iter().map(|(file, _)| file.text).collect();
    let folder = package::write("generated_searches", "2024", files, MAIN);
    let lines: Vec<String> = asked.iter().map(|one| one.line.clone()).collect();
    let found = package::run(&folder, &lines);
    assert_eq!(found.len(), asked.len());
    let differences = found.iter().zip(&asked).filter(|(found, asked)| **found != asked.answer);
    for (found, asked) in differences.clone().take(5) {
        println!("{}\n  {}\n  {found}, not {}", asked.rule, asked.line, asked.answer);
    }
    assert_eq!(differences.count(), 0);
    let answers = |kind: &str, none: &str| {
        asked.iter().filter(|one| one.line.starts_with(kind) && one.answer != none).count()
    };
    println!(
        "{of_one} rules of one event, {of_several} of several, {refused} refused, {} answers",
        asked.len()
    );
    assert!(answers("one", "false") > of_one && answers("several", "[]") > of_several);
}
