//! Detections about several events, over a stream of those that pass their filters.
//!
//! In: events, one after the other, each with where it was found. Out: the rows that a detection comes to. Invariant: the
//! rows are those that `evaluate` makes of the same events, or it is said of the detection why not; nothing is left out in
//! silence.
//!
//! A group whose functions count, sum, or look for distinct, least or greatest values keeps what these need and no event;
//! every other detection keeps the fields that it asks for. Rows come when all events were seen. In a stream that
//! does not end ([`Several::streaming`]) a group that holds a stretch of time is done once an event is later than its end by
//! more than [`TOLERANCE`]; an event that comes later than that is left out and counted. All that waits takes at most
//! [`LIMIT`] bytes, about. Beyond that, groups whose time is over are done first; if that is not enough, the detection that
//! keeps most is given up, and [`Several::left`] says so.
//!
//! Events come in any order; for functions and steps that ask for one they are put in order of time, newest first, as
//! a search finds them, and of equal times the later one first.

mod group;

use std::collections::BTreeSet;

use crate::command::Row;
use crate::detection::step::{Group, Step};
use crate::detection::{Detection, Predicate};
use crate::evaluate;
use crate::event::Event;
use crate::function::Context;
use crate::function::operand::number_of;
use group::Groups;

/// How many seconds an event of an endless stream may be later than those after it.
pub const TOLERANCE: f64 = 300.0;

/// The most bytes that events and groups take, about.
pub const LIMIT: usize = 32 << 20;

/// What is taken for an event or group beside its texts.
const OVERHEAD: usize = 200;

/// Detections with what waits for their rows; `T` says where an event was found.
///
/// ```
/// use splc::{command, event::Event, matcher::several::Several};
/// let parsed = command::parse("action=login | stats count by user | where count > 1");
/// let mut several = Several::new(&[command::lower(&parsed.pipeline).unwrap()]);
/// for (line, user) in ["root", "ada", "root"].into_iter().enumerate() {
///     several.add(0, &Event::new().with("user", user), line);
/// }
/// let rows = several.finish();
/// assert_eq!((rows.len(), rows[0].events, rows[0].last), (1, 2, Some(2)));
/// ```
#[derive(Debug)]
pub struct Several<T> {
    detections: Vec<Option<Waiting<T>>>,
    left: Vec<Left>,
    given: Context,
    weight: usize,
    limit: usize,
    is_endless: bool,
}

/// A row of a detection.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The detection, by its place in the list.
    pub detection: usize,
    /// The row.
    pub event: Event,
    /// The fields that tell its group from others.
    pub group: Vec<String>,
    /// The fields that were computed over the group.
    pub values: Vec<String>,
    /// How many events contribute.
    pub events: usize,
    /// Where the latest of them was found.
    pub last: Option<T>,
}

/// What was left out of a detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The detection, by its place in the list.
    pub detection: usize,
    /// What, and why.
    pub reason: String,
}

/// An event that is kept.
#[derive(Debug)]
struct Kept<T> {
    event: Event,
    place: T,
}

/// A detection, and what it keeps.
#[derive(Debug)]
struct Waiting<T> {
    detection: Detection,
    /// The fields that steps ask for; nothing if they name them by a pattern.
    fields: Option<BTreeSet<String>>,
    kept: Vec<Kept<T>>,
    looks_at_all: bool,
    groups: Option<Groups<T>>,
    seen: usize,
    late: usize,
    weight: usize,
}

impl<T: Clone> Several<T> {
    /// Nothing seen yet. Detections that judge each event alone give no rows.
    pub fn new(detections: &[Detection]) -> Self {
        let waiting = |detection: &Detection| (!detection.steps.is_empty()).then(|| Waiting::new(detection));
        Self {
            detections: detections.iter().map(waiting).collect(),
            left: Vec::new(),
            given: Context::default(),
            weight: 0,
            limit: LIMIT,
            is_endless: false,
        }
    }

    /// The same with the time that the user states, if one is.
    #[must_use]
    pub fn given(self, given: &Context) -> Self {
        Self { given: given.clone(), ..self }
    }

    /// The same for a stream that may not end: rows come as soon as their time is over.
    #[must_use]
    pub fn streaming(self, is_endless: bool) -> Self {
        Self { is_endless, ..self }
    }

    /// The same with another bound on what waits.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Keeps these fields of events too, for what shows rows.
    #[must_use]
    pub fn keeping(mut self, fields: &[String]) -> Self {
        for waiting in self.detections.iter_mut().flatten() {
            if let Some(own) = &mut waiting.fields {
                own.extend(fields.iter().cloned());
            }
        }
        self
    }

    /// Adds an event that passes what is [`asked`] for a detection; gives the rows that are done.
    pub fn add(&mut self, detection: usize, event: &Event, place: T) -> Vec<Found<T>> {
        let given = &self.given;
        let Some(Some(waiting)) = self.detections.get_mut(detection) else { return Vec::new() };
        let before = waiting.weight;
        if !waiting.add(event, place, given) {
            let reason = format!("an event is in more than {} of its groups", group::MOST_GROUPS);
            self.give_up(detection, &reason);
            return Vec::new();
        }
        self.weight = (self.weight + waiting.weight).saturating_sub(before);
        let mut rows = Vec::new();
        if self.is_endless {
            rows.extend(self.done(detection));
        }
        if self.weight > self.limit {
            rows.extend(
                (0..self.detections.len()).flat_map(|detection| self.done(detection)).collect::<Vec<_>>(),
            );
        }
        while self.weight > self.limit
            && let Some(heaviest) = self.heaviest()
        {
            let megabytes = self.limit >> 20;
            let reason = format!("what waits for more of them would take over {megabytes} MiB");
            self.give_up(heaviest, &reason);
        }
        rows
    }

    /// The rows of a detection whose time is over.
    fn done(&mut self, detection: usize) -> Vec<Found<T>> {
        let Some(Some(waiting)) = self.detections.get_mut(detection) else { return Vec::new() };
        let before = waiting.weight;
        let rows = waiting.done(&self.given);
        self.weight = (self.weight + waiting.weight).saturating_sub(before);
        found(detection, waiting, rows)
    }

    /// The detection that keeps most.
    fn heaviest(&self) -> Option<usize> {
        let weight =
            |at: &usize| self.detections.get(*at).and_then(Option::as_ref).map(|waiting| waiting.weight);
        (0..self.detections.len()).filter(|at| weight(at).is_some()).max_by_key(weight)
    }

    /// Gives up a detection, with all that it keeps.
    fn give_up(&mut self, detection: usize, reason: &str) {
        let Some(waiting) = self.detections.get_mut(detection).and_then(Option::take) else { return };
        self.weight = self.weight.saturating_sub(waiting.weight);
        let reason =
            format!("given up after {} events, since {reason}; its rows are not known", waiting.seen);
        self.left.push(Left { detection, reason });
    }

    /// The rows of all that waits, once all events were seen.
    pub fn finish(&mut self) -> Vec<Found<T>> {
        let mut rows = Vec::new();
        for at in 0..self.detections.len() {
            let Some(Some(waiting)) = self.detections.get_mut(at) else { continue };
            let made = waiting.finish(&self.given);
            rows.extend(found(at, waiting, made));
            if waiting.late > 0 {
                let reason = format!(
                    "{} events are left out, which came over {TOLERANCE} seconds after later ones",
                    waiting.late
                );
                self.left.push(Left { detection: at, reason });
            }
        }
        self.weight = 0;
        rows
    }

    /// What was left out so far.
    pub fn left(&self) -> &[Left] {
        &self.left
    }
}

/// What an event has to pass to be added for a detection: its filters, unless a sub-search looks at all events (Search
/// Manual, "About subsearches").
///
/// ```
/// use splc::{command, matcher::several::asked};
/// let detection = command::lower(&command::parse("a=1 | stats count by b | where count > 1").pipeline).unwrap();
/// assert_eq!(asked(&detection), detection.predicate());
/// ```
pub fn asked(detection: &Detection) -> Predicate {
    if looks_at_all(&detection.steps) { Predicate::Constant(true) } else { detection.predicate() }
}

fn looks_at_all(steps: &[Step]) -> bool {
    steps.iter().any(|step| !step.other().is_empty() || matches!(step, Step::Join(_) | Step::Mark(_)))
}

/// A row, with how many events it is made of and the latest of them.
type Made<T> = (Event, usize, Option<T>);

fn found<T>(detection: usize, waiting: &Waiting<T>, rows: Vec<Made<T>>) -> Vec<Found<T>> {
    let (group, values) = names(&waiting.detection.steps);
    let one = |(event, events, last)| Found {
        detection,
        event,
        group: group.clone(),
        values: values.clone(),
        events,
        last,
    };
    rows.into_iter().map(one).collect()
}

/// The fields that tell the last groups apart, and those that were computed over them.
fn names(steps: &[Step]) -> (Vec<String>, Vec<String>) {
    fn of(step: &Step) -> Option<&Group> {
        match step {
            Step::Group(group) | Step::Annotate(group) => Some(group),
            Step::Run(run) => Some(&run.group),
            _ => None,
        }
    }
    let last = steps.iter().rev().find(|step| of(step).is_some() || matches!(step, Step::Transaction(_)));
    match last {
        Some(Step::Transaction(transaction)) => {
            let by = transaction.by.iter().map(|(name, _)| name.clone()).collect();
            (by, ["duration", "eventcount"].map(str::to_owned).to_vec())
        }
        Some(step) => of(step).map_or_else(Default::default, |group| {
            // Other steps leave the keys of their rows as they are.
            let keys = if matches!(step, Step::Group(_)) { group.by.as_slice() } else { &[] };
            let by = keys.iter().map(|(name, _)| name.clone()).collect();
            (by, group.aggregates.iter().map(|one| one.name.clone()).collect())
        }),
        None => Default::default(),
    }
}

impl<T: Clone> Waiting<T> {
    fn new(detection: &Detection) -> Self {
        let mut fields = BTreeSet::from(["_time".to_owned()]);
        Step::for_each_field_in(&detection.steps, &mut |field| {
            fields.insert(field.to_owned());
        });
        for step in &detection.steps {
            // What rows show under the name of a key may be the event's own.
            if let Step::Transaction(transaction) = step {
                fields.extend(transaction.by.iter().map(|(name, _)| name.clone()));
            }
        }
        let looks_at_all = looks_at_all(&detection.steps);
        if looks_at_all {
            for filter in &detection.filters {
                filter.for_each_field(&mut |field| {
                    fields.insert(field.to_owned());
                });
            }
        }
        let is_known = fields.iter().all(|field| !field.contains('*'));
        Self {
            detection: detection.clone(),
            fields: is_known.then_some(fields),
            kept: Vec::new(),
            groups: if looks_at_all { None } else { Groups::of(&detection.steps) },
            looks_at_all,
            seen: 0,
            late: 0,
            weight: 0,
        }
    }

    /// Adds an event; false if it is in too many groups.
    fn add(&mut self, event: &Event, place: T, given: &Context) -> bool {
        self.seen += 1;
        if let Some(groups) = &mut self.groups {
            let Some(is_in_time) = groups.add(event, place, given) else { return false };
            self.late += usize::from(!is_in_time);
            self.weight = groups.weight();
            return true;
        }
        let keys = self.detection.steps.iter().find_map(|step| match step {
            Step::Group(group) => Some(group.by.as_slice()),
            _ => None,
        });
        if keys.is_some_and(|keys| group::combinations(keys, event, given).is_none()) {
            return false;
        }
        let event = self.projected(event);
        let texts = event
            .fields()
            .map(|(name, values)| name.len() + values.iter().map(|it| it.text().len() + 32).sum::<usize>());
        self.weight += OVERHEAD + texts.sum::<usize>() + event.raw().map_or(0, |raw| raw.len());
        self.kept.push(Kept { event, place });
        true
    }

    /// The event with the fields that are asked for.
    fn projected(&self, event: &Event) -> Event {
        let Some(fields) = &self.fields else { return event.clone() };
        let mut own = Event::new();
        for field in fields {
            if field == "_raw" {
                own = match event.raw() {
                    Some(raw) => own.with_raw(raw),
                    None => own,
                };
            } else {
                own.set(field.clone(), event.values(field).to_vec());
            }
        }
        own
    }

    fn done(&mut self, given: &Context) -> Vec<Made<T>> {
        let Some(groups) = &mut self.groups else { return Vec::new() };
        let rows = groups.done(&self.detection.steps, given);
        self.weight = groups.weight();
        rows
    }

    fn finish(&mut self, given: &Context) -> Vec<Made<T>> {
        self.weight = 0;
        if let Some(groups) = &mut self.groups {
            return groups.finish(&self.detection.steps, given);
        }
        let kept = std::mem::take(&mut self.kept);
        let time = |event: &Event| event.values("_time").first().and_then(number_of);
        let latest = kept.iter().filter_map(|one| time(&one.event)).fold(0.0, f64::max);
        let context = given.seen(latest);
        let mut order: Vec<usize> = (0..kept.len()).rev().collect();
        let key = |at: &usize| kept.get(*at).and_then(|one| time(&one.event)).unwrap_or(context.now);
        order.sort_by(|one, two| key(two).total_cmp(&key(one)));
        let row = |at: usize| Some(evaluate::row(&kept.get(at)?.event, at, context.now));
        let all: Vec<Row> = order.into_iter().filter_map(row).collect();
        let mut rows = all.clone();
        if self.looks_at_all {
            let passes = |row: &Row| {
                let filters = &self.detection.filters;
                filters.iter().all(|filter| evaluate::predicate_in(filter, &row.event, &context))
            };
            rows.retain(passes);
        }
        let made = |row: Row| {
            let last = row.origins.iter().max().and_then(|at| kept.get(*at)).map(|one| one.place.clone());
            (row.event, row.origins.len(), last)
        };
        // A row of no event tells of nothing that was found.
        let rows = evaluate::rows(&self.detection.steps, rows, &all, &context);
        rows.into_iter().filter(|row| !row.origins.is_empty()).map(made).collect()
    }
}

#[cfg(test)]
mod tests;
