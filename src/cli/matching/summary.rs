//! What is said beside the hits: progress, what was wrong, counts, and how fast it went.
//!
//! In: what came of chunks, in the order of the events. Out: text on standard error, counts on standard output where they
//! are asked for. Invariant: progress is shown only on a terminal that shows no hits; times are measured, so they are the
//! only thing here that differs from run to run.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::Place;
use super::work::{Done, NAMED, Rule, Work, head, value, write};
use crate::cli::args::{Global, Match};
use crate::cli::output;
use crate::event::{Event, time};
use crate::function::operand::number_of;
use crate::matcher::Cost;
use crate::matcher::several::{Found, Several};

/// How many rules the statistics name.
const COSTLIEST: usize = 10;

/// How often progress is shown.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts of a run.
pub(super) struct Summary {
    start: Instant,
    shown: Option<Instant>,
    shows_progress: bool,
    titles: Vec<String>,
    counts: Vec<usize>,
    costs: Vec<Cost>,
    unindexed: Vec<usize>,
    events: usize,
    bytes: usize,
    bad: usize,
    looks_for_scope: bool,
    is_scoped: bool,
    /// For each rule that counts over time the events without one.
    untimed: Vec<Option<usize>>,
    pub(super) interrupted: bool,
    pub(super) failed: bool,
}

impl Summary {
    pub(super) fn begin(global: &Global, work: &Work) -> Self {
        Self {
            start: Instant::now(),
            shown: None,
            shows_progress: !global.quiet && io::stderr().is_terminal() && !io::stdout().is_terminal(),
            titles: work.rules.iter().map(|rule| rule.title.clone()).collect(),
            counts: vec![0; work.rules.len()],
            costs: vec![Cost::default(); work.rules.len()],
            unindexed: work.matcher.unindexed().to_vec(),
            events: 0,
            bytes: 0,
            bad: 0,
            looks_for_scope: work.looks_for_scope,
            is_scoped: false,
            untimed: work.rules.iter().map(|rule| rule.asks_time.then_some(0)).collect(),
            interrupted: false,
            failed: false,
        }
    }

    /// Adds what came of a chunk, and says what was wrong in it.
    pub(super) fn add(&mut self, path: &Path, done: &Done) {
        self.events += done.events;
        self.bytes += done.bytes;
        self.is_scoped |= done.is_scoped;
        done.hits.iter().for_each(|rule| self.add_hit(*rule as usize));
        let left = NAMED.saturating_sub(self.bad);
        for (line, reason) in done.named.iter().take(left) {
            self.clear_progress();
            output::error(&format!("{}:{line}: not an event: {reason}\n", path.display()));
        }
        self.bad += done.bad;
        if let Some(reason) = &done.unreadable {
            self.failed = true;
            self.clear_progress();
            output::error(&format!("error: `{}` cannot be read: {reason}\n", path.display()));
        }
    }

    pub(super) fn add_hit(&mut self, rule: usize) {
        if let Some(count) = self.counts.get_mut(rule) {
            *count += 1;
        }
    }

    /// Adds what rules cost a thread.
    pub(super) fn add_costs(&mut self, costs: &[Cost]) {
        for (all, cost) in self.costs.iter_mut().zip(costs) {
            all.looks += cost.looks;
            all.time += cost.time;
        }
    }

    /// Shows how far it is, at most once a second.
    pub(super) fn show_progress(&mut self) {
        let since = self.shown.unwrap_or(self.start).elapsed();
        if self.shows_progress && since >= PAUSE {
            self.shown = Some(Instant::now());
            output::error(&format!("\r{} events, {}", self.events, self.speed()));
        }
    }

    fn clear_progress(&mut self) {
        if self.shown.is_some() {
            output::error("\r\u{1b}[K");
        }
    }

    fn speed(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64().max(1e-9);
        format!("{:.0} events/s, {:.1} MB/s", float(self.events) / seconds, float(self.bytes) / seconds / 1e6)
    }

    /// Prints the count of each rule, if that is what was asked for.
    pub(super) fn counts(&self, work: &Work, out: &mut impl Write) -> io::Result<()> {
        if work.only_counts {
            for (rule, count) in work.rules.iter().zip(&self.counts) {
                writeln!(out, "{}", json!({"rule": rule.id, "title": rule.title, "count": count}))?;
            }
        }
        Ok(())
    }

    /// Counts an event that a rule waits for if it is to be counted over time and has none.
    pub(super) fn look_for_time(&mut self, rule: usize, event: &Event) {
        let has_time = || event.values(time::FIELD).first().is_some_and(|time| number_of(time).is_some());
        if let Some(Some(untimed)) =
            self.untimed.get_mut(rule).filter(|untimed| untimed.is_some() && !has_time())
        {
            *untimed += 1;
        }
    }

    /// Prints the end of it.
    pub(super) fn print(&mut self, global: &Global, arguments: &Match, several: &Several<Place>) {
        self.clear_progress();
        if self.bad > NAMED {
            output::error(&format!("{} more lines are not events\n", self.bad - NAMED));
        }
        if self.looks_for_scope && self.events > 0 && !self.is_scoped {
            output::error(
                "warning: searches test where events come from, and no event has index, sourcetype, source or host; \
                 `--source NAME` states the log source\n",
            );
        }
        for left in several.left() {
            let title = self.titles.get(left.detection).map_or("", String::as_str);
            output::error(&format!("warning: {title}: {}\n", left.reason));
        }
        let untimed = self.titles.iter().zip(&self.untimed);
        for (title, count) in untimed.filter_map(|(title, count)| Some((title, count.filter(|it| *it > 0)?)))
        {
            output::error(&format!(
                "warning: {title}: {count} events have no `_time` in seconds or as RFC 3339 writes it, and are taken to be of one time\n"
            ));
        }
        if self.interrupted {
            output::error(
                "interrupted: later events were not looked at, and what several events come to is not known\n",
            );
        }
        if arguments.stats {
            self.stats();
        }
        if !global.quiet {
            let hits: usize = self.counts.iter().sum();
            output::error(&format!("{} searches, {} events, {hits} hits\n", self.titles.len(), self.events));
        }
    }

    fn stats(&self) {
        output::error(&format!("{} bytes, {}\n", self.bytes, self.speed()));
        if !self.unindexed.is_empty() {
            let title = |rule: &usize| self.titles.get(*rule).map_or("", String::as_str);
            let named: Vec<&str> = self.unindexed.iter().take(COSTLIEST).map(title).collect();
            let count = self.unindexed.len();
            output::error(&format!(
                "{count} searches ask for nothing that has to be there, and look at every event: {}\n",
                named.join(", ")
            ));
        }
        let mut costs: Vec<(&Cost, &String)> = self.costs.iter().zip(&self.titles).collect();
        costs.sort_by_key(|(cost, _)| std::cmp::Reverse((cost.time, cost.looks)));
        output::error(&format!("{:>12} {:>12}  search\n", "time", "events"));
        for (cost, title) in costs.into_iter().filter(|(cost, _)| cost.looks > 0).take(COSTLIEST) {
            output::error(&format!("{:>12} {:>12}  {title}\n", format!("{:.1?}", cost.time), cost.looks));
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a speed is shown in a few digits")]
fn float(number: usize) -> f64 {
    number as f64
}

/// Appends a row of a rule about several events: its group and values, and the event that came last.
pub(super) fn write_row(rule: &Rule, row: &Found<Place>, fields: &[String], out: &mut Vec<u8>) {
    let Some(place) = &row.last else { return };
    let mut object = head(rule, &place.path, place.line);
    let named = |names: &[String]| -> Map<String, Value> {
        names.iter().map(|name| (name.clone(), value(&row.event, name))).collect()
    };
    object.insert("group".to_owned(), Value::Object(named(&row.group)));
    object.insert("value".to_owned(), Value::Object(named(&row.values)));
    object.insert("events".to_owned(), json!(row.events));
    for field in fields {
        object.insert(field.clone(), value(&row.event, field));
    }
    write(&Value::Object(object), out);
}
