//! What is done with a chunk of events: its hits are found and written out.
//!
//! In: a chunk. Out: the text that goes to standard output, what was wrong, and counts. Invariant: the same chunk gives the
//! same result whoever works on it, and nothing is printed here.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::cut::{Chunk, Form};
use crate::cli::report_file;
use crate::event::Event;
use crate::matcher::{Matcher, Scratch};

/// How many bad lines of a chunk are named before they are only counted.
pub(super) const NAMED: usize = 10;

/// Fields that say where an event comes from.
pub(super) const SCOPE: [&str; 4] = ["index", "sourcetype", "source", "host"];

/// A rule as hits name it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) title: String,
    /// Whether it judges several events together, so that no single one is a hit.
    pub(super) is_several: bool,
    /// Whether it counts over time.
    pub(super) asks_time: bool,
}

/// What all who work share.
pub(super) struct Work {
    pub(super) matcher: Matcher,
    pub(super) rules: Vec<Rule>,
    /// Fields to print with each hit.
    pub(super) fields: Vec<String>,
    /// Whether hits are only counted.
    pub(super) only_counts: bool,
    /// Whether some rule tests where events come from, and whether they say so is still to be seen.
    pub(super) looks_for_scope: bool,
    /// Whether the time of each rule is taken.
    pub(super) measures: bool,
}

/// An event that a rule about several events waits for more of.
pub(super) struct Waiting {
    pub(super) rule: usize,
    pub(super) line: usize,
    pub(super) event: Event,
}

/// What came of a chunk.
#[derive(Default)]
pub(super) struct Done {
    pub(super) out: Vec<u8>,
    /// The rules that matched, once for each event.
    pub(super) hits: Vec<u32>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) events: usize,
    pub(super) bytes: usize,
    /// Lines that are no events; the first of them are named.
    pub(super) bad: usize,
    pub(super) named: Vec<(usize, String)>,
    pub(super) unreadable: Option<String>,
    /// Whether an event says where it comes from.
    pub(super) is_scoped: bool,
}

impl Work {
    /// Finds the hits of a chunk.
    pub(super) fn run(&self, chunk: &Chunk, scratch: &mut Scratch) -> Done {
        let mut done = Done { bytes: chunk.bytes.len(), ..Done::default() };
        match &chunk.form {
            Form::Lines => self.lines(chunk, scratch, &mut done),
            Form::Elements(elements) => {
                for (range, line) in elements {
                    self.line(
                        chunk,
                        *line,
                        chunk.bytes.get(range.clone()).unwrap_or(&[]),
                        scratch,
                        &mut done,
                    );
                }
            }
            Form::Records(header) => {
                header.events(&chunk.bytes, |before, event| match event {
                    Ok(event) => {
                        done.events += 1;
                        self.matcher.matches_event(&event, scratch);
                        let hits = scratch.hits();
                        self.hits(&chunk.path, chunk.line + before, hits, &|| Some(&event), &mut done);
                    }
                    Err(reason) => done.bad(chunk.line + before, reason),
                });
            }
            Form::Bad(reason) => done.bad(chunk.line, reason.clone()),
            Form::Unreadable(reason) => done.unreadable = Some(reason.clone()),
        }
        if self.looks_for_scope {
            done.is_scoped = match &chunk.form {
                Form::Records(header) => SCOPE.iter().any(|name| header.has(name)),
                _ => SCOPE.iter().any(|name| names_key(&chunk.bytes, name)),
            };
        }
        done
    }

    fn lines(&self, chunk: &Chunk, scratch: &mut Scratch, done: &mut Done) {
        let counts = self.matcher.matches_lines(&chunk.bytes, scratch, |line, result| {
            let number = chunk.line + line.place;
            match result {
                Ok(scratch) => {
                    self.hits(&chunk.path, number, scratch.hits(), &|| scratch.event(), done);
                }
                Err(error) => done.bad(number, error.to_string()),
            }
        });
        done.events += counts.events;
    }

    fn line(&self, chunk: &Chunk, number: usize, line: &[u8], scratch: &mut Scratch, done: &mut Done) {
        match self.matcher.matches_line(line, scratch) {
            Ok(_) => done.events += 1,
            Err(error) => return done.bad(number, error.to_string()),
        }
        self.hits(&chunk.path, number, scratch.hits(), &|| scratch.event(), done);
    }

    /// Writes the hits of an event, which is read only if something of it is needed.
    fn hits<'e>(
        &self,
        path: &Path,
        line: usize,
        hits: &[usize],
        event: &dyn Fn() -> Option<&'e Event>,
        done: &mut Done,
    ) {
        for hit in hits {
            let Some(rule) = self.rules.get(*hit) else { continue };
            if rule.is_several {
                done.waiting.extend(event().map(|event| Waiting { rule: *hit, line, event: event.clone() }));
                continue;
            }
            done.hits.push(u32::try_from(*hit).unwrap_or(u32::MAX));
            if !self.only_counts {
                let mut object = head(rule, path, line);
                for field in &self.fields {
                    let value = event().map_or(Value::Null, |event| value(event, field));
                    object.insert(field.clone(), value);
                }
                write(&Value::Object(object), &mut done.out);
            }
        }
    }
}

impl Done {
    fn bad(&mut self, line: usize, reason: String) {
        self.bad += 1;
        if self.named.len() < NAMED {
            self.named.push((line, reason));
        }
    }
}

/// What every hit begins with.
pub(super) fn head(rule: &Rule, path: &Path, line: usize) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("rule".to_owned(), json!(rule.id));
    object.insert("title".to_owned(), json!(rule.title));
    object.insert("file".to_owned(), json!(report_file::path(path)));
    object.insert("line".to_owned(), json!(line));
    object
}

/// A field as a hit shows it: nothing, a text, or several.
pub(super) fn value(event: &Event, field: &str) -> Value {
    let values: Vec<String> = event.values(field).iter().map(|value| value.text().into_owned()).collect();
    match values.as_slice() {
        [] => Value::Null,
        [only] => json!(only),
        many => json!(many),
    }
}

/// Appends a line of JSON.
pub(super) fn write(object: &Value, out: &mut Vec<u8>) {
    out.extend_from_slice(object.to_string().as_bytes());
    out.push(b'\n');
}

/// Whether a key of this name stands somewhere in the text.
fn names_key(text: &[u8], name: &str) -> bool {
    memchr::memmem::find(text, format!("\"{name}\"").as_bytes()).is_some()
}
