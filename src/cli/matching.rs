//! `splc match`: runs searches over events, one JSON object a line, and keeps no event.
//!
//! A line that is no event is counted and reported with its place, and the rest goes on. With `--source` the events
//! are of that log source, and the tests of where they come from are decided by it; without it these tests look at
//! the fields index, sourcetype, source and host of the event, like any other test.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::backend::compile::Understood;
use crate::cli::args::{Global, Match};
use crate::cli::report_file;
use crate::cli::session::Session;
use crate::cli::{Status, Stop, output};
use crate::detection::Predicate;
use crate::document::load::reason;
use crate::event::Event;
use crate::matcher::Matcher;

/// The longest line that is read, in bytes; what is longer is reported and skipped, so memory stays bounded.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// How many bad lines are named before they are only counted.
const NAMED: usize = 10;

/// Fields that say where an event comes from.
const SCOPE: [&str; 4] = ["index", "sourcetype", "source", "host"];

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Match) -> Result<Status, Stop> {
    let session = Session::open_paths(global, &arguments.rules)?;
    let understood = session.understood();
    session.print_findings(global, &understood);
    let rules = rules(&session, &understood, global.quiet);
    let matcher = Matcher::new(rules.iter().map(|(_, predicate)| predicate)).given(session.context());
    let mut run = Run {
        rules: rules.iter().map(|(one, _)| *one).collect(),
        tests_scope: session.stated().is_none() && rules.iter().any(|(_, predicate)| tests_scope(predicate)),
        matcher,
        arguments,
        counts: vec![0; rules.len()],
        events: 0,
        bad: 0,
        scoped: 0,
        failed: false,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let result = run.all(&mut out).and_then(|()| out.flush());
    output::written(result)?;
    run.report(global);
    let status = if run.failed { Status::Broken } else { Status::Done };
    Ok(session.status(status))
}

/// The searches that can be run on the events, with their predicate.
fn rules<'s>(
    session: &'s Session,
    understood: &'s [Understood<'s>],
    quiet: bool,
) -> Vec<(&'s Understood<'s>, Predicate)> {
    let mut rules = Vec::new();
    for one in understood {
        let predicate = match (&one.detection, session.stated()) {
            (Err(reason), _) => {
                let message = format!("{}: not run: {}: {}\n", one.title, reason.code.id, reason.message);
                output::error(&message);
                continue;
            }
            (Ok(detection), None) => Some(detection.predicate()),
            (Ok(_), Some(stated)) => one
                .sourced
                .iter()
                .filter(|sourced| sourced.source.is_some_and(|source| source.belongs_to(&stated.name)))
                .map(|sourced| match sourced.source {
                    Some(source) if source.name == stated.name => sourced.predicate.clone(),
                    _ => Predicate::and([sourced.part.clone(), sourced.predicate.clone()]),
                })
                .reduce(|one, other| Predicate::or([one, other])),
        };
        match predicate {
            Some(predicate) => rules.push((one, predicate)),
            None if !quiet => {
                output::error(&format!("{}: not run: the search names other log sources\n", one.title));
            }
            None => {}
        }
    }
    rules
}

fn tests_scope(predicate: &Predicate) -> bool {
    predicate.tests().iter().any(|(test, _)| SCOPE.contains(&test.field.as_str()))
}

struct Run<'a> {
    rules: Vec<&'a Understood<'a>>,
    matcher: Matcher,
    /// Whether some search tests where an event comes from.
    tests_scope: bool,
    arguments: &'a Match,
    counts: Vec<usize>,
    events: usize,
    bad: usize,
    /// Events that say where they come from.
    scoped: usize,
    failed: bool,
}

impl Run<'_> {
    fn all(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let stdin = [PathBuf::from("-")];
        let inputs = if self.arguments.events.is_empty() { &stdin } else { self.arguments.events.as_slice() };
        for input in inputs {
            if input.as_os_str() == "-" {
                self.input(input, &mut io::stdin().lock(), out)?;
                continue;
            }
            match File::open(input) {
                Ok(file) => self.input(input, &mut BufReader::with_capacity(256 * 1024, file), out)?,
                Err(error) => self.unreadable(input, &error),
            }
        }
        if self.arguments.count {
            for (one, count) in self.rules.iter().zip(&self.counts) {
                writeln!(out, "{}", json!({"rule": one.id, "title": one.title, "count": count}))?;
            }
        }
        Ok(())
    }

    fn unreadable(&mut self, input: &Path, error: &io::Error) {
        self.failed = true;
        output::error(&format!("error: `{}` cannot be read: {}\n", input.display(), reason(error)));
    }

    fn input(&mut self, path: &Path, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<()> {
        let mut line = Vec::new();
        for number in 1.. {
            match read_line(input, &mut line) {
                Ok(Line::End) => break,
                Ok(Line::TooLong) => {
                    self.bad(
                        path,
                        number,
                        &format!("the line is longer than {} MiB", LONGEST_LINE / (1024 * 1024)),
                    );
                }
                Ok(Line::Read) => self.line(path, number, &line, out)?,
                Err(error) => {
                    self.unreadable(path, &error);
                    break;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, path: &Path, number: usize, line: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let text = if let Ok(text) = std::str::from_utf8(line) {
            text.trim()
        } else {
            self.bad(path, number, "the line is not UTF-8");
            return Ok(());
        };
        if text.is_empty() {
            return Ok(());
        }
        match Event::from_json_text(text) {
            Ok(event) => self.event(path, number, &event, out),
            Err(error) => {
                self.bad(path, number, &error.to_string());
                Ok(())
            }
        }
    }

    fn event(&mut self, path: &Path, number: usize, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        self.events += 1;
        self.scoped += usize::from(SCOPE.iter().any(|field| event.has(field)));
        let hits: Vec<usize> = self.matcher.matches(event).collect();
        for hit in hits {
            if let Some(count) = self.counts.get_mut(hit) {
                *count += 1;
            }
            if let (Some(one), false) = (self.rules.get(hit), self.arguments.count) {
                writeln!(out, "{}", self.hit(one, path, number, event))?;
            }
        }
        Ok(())
    }

    fn hit(&self, one: &Understood<'_>, path: &Path, number: usize, event: &Event) -> Value {
        let mut hit = Map::new();
        hit.insert("rule".to_owned(), json!(one.id));
        hit.insert("title".to_owned(), json!(one.title));
        hit.insert("file".to_owned(), json!(report_file::path(path)));
        hit.insert("line".to_owned(), json!(number));
        for field in &self.arguments.fields {
            let values: Vec<String> =
                event.values(field).iter().map(|value| value.text().into_owned()).collect();
            let value = match values.as_slice() {
                [] => Value::Null,
                [only] => json!(only),
                many => json!(many),
            };
            hit.insert(field.clone(), value);
        }
        Value::Object(hit)
    }

    fn bad(&mut self, path: &Path, number: usize, reason: &str) {
        self.bad += 1;
        if self.bad <= NAMED {
            output::error(&format!("{}:{number}: not an event: {reason}\n", path.display()));
        }
    }

    fn report(&self, global: &Global) {
        if self.bad > NAMED {
            output::error(&format!("{} more lines are not events\n", self.bad - NAMED));
        }
        if self.tests_scope && self.events > 0 && self.scoped == 0 {
            output::error(
                "warning: searches test where events come from, and no event has index, sourcetype, source or host; \
                 `--source NAME` states the log source\n",
            );
        }
        if !global.quiet {
            let hits: usize = self.counts.iter().sum();
            output::error(&format!("{} searches, {} events, {hits} hits\n", self.rules.len(), self.events));
        }
    }
}

enum Line {
    Read,
    TooLong,
    End,
}

/// Reads a line without its end; what is longer than the limit is skipped without being kept.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut too_long = false;
    let mut any = false;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
        too_long |= line.len() + part.len() > LONGEST_LINE;
        if !too_long {
            line.extend_from_slice(part);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, too_long) {
        (false, _) => Line::End,
        (true, true) => Line::TooLong,
        (true, false) => Line::Read,
    })
}
