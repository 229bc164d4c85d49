//! Groups that keep what their functions need, and no event.
//!
//! In: events that pass the filters of a detection whose first step groups them. Out: the rows of that step, and what the
//! further steps make of them. Invariant: only functions are kept so whose result depends on the values alone, not on
//! their order or their number of repetitions where these are not kept too. Numbers are added in the order in which
//! events come.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use super::{Made, OVERHEAD, TOLERANCE};
use crate::command::{Row, Sample, computed, counts};
use crate::detection::Formula;
use crate::detection::step::{Aggregate, Group, Step};
use crate::evaluate;
use crate::event::{Event, Value, number};
use crate::function::operand::number_of;
use crate::function::{Context, Operand};
use crate::spl::eval::BinaryOperator;

/// The groups of the first step.
#[derive(Debug)]
pub(super) struct Groups<T> {
    group: Group,
    functions: Vec<Function>,
    /// The key that is a stretch of time, and its seconds, if rows may be done before all events were seen.
    window: Option<(usize, f64)>,
    groups: HashMap<Vec<String>, State<T>>,
    /// The time of the first event, and the latest time.
    first: Option<f64>,
    latest: f64,
    /// Stretches that begin before were done.
    closed: Option<f64>,
    weight: usize,
    /// How many events were added.
    seen: usize,
}

/// What a function keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Rows,
    Count,
    Distinct,
    Values,
    Least,
    Greatest,
    Range,
    Sum,
    Mean,
}

/// A group.
#[derive(Debug)]
struct State<T> {
    parts: Vec<Part>,
    /// How many rows it has: an event is in it once for each time that it has its keys.
    rows: usize,
    events: usize,
    /// The number of the event that came last.
    newest: usize,
    last: T,
    weight: usize,
}

/// What was seen of an argument.
#[derive(Clone, Debug, Default)]
struct Part {
    count: usize,
    numbers: usize,
    sum: f64,
    texts: BTreeSet<String>,
    least: Option<Value>,
    greatest: Option<Value>,
    low: f64,
    high: f64,
}

impl Function {
    fn of(aggregate: &Aggregate) -> Option<Self> {
        Some(match (aggregate.function.as_str(), &aggregate.argument) {
            (name, None) if counts(name) => Self::Rows,
            (_, None) => return None,
            ("count" | "c", _) => Self::Count,
            ("dc" | "distinct_count" | "estdc", _) => Self::Distinct,
            ("values", _) => Self::Values,
            ("min", _) => Self::Least,
            ("max", _) => Self::Greatest,
            ("range", _) => Self::Range,
            ("sum", _) => Self::Sum,
            ("avg" | "mean", _) => Self::Mean,
            _ => return None,
        })
    }
}

/// The seconds of the stretches that a formula divides time into, as `bin` does.
fn stretch(formula: &Formula) -> Option<f64> {
    let Formula::Binary(BinaryOperator::Multiply, whole, by) = formula else { return None };
    let (Formula::Call(floor, divided), Formula::Number(length)) = (&**whole, &**by) else { return None };
    let [Formula::Binary(BinaryOperator::Divide, time, of)] = divided.as_slice() else { return None };
    let is_time = matches!(&**time, Formula::Field(name) if name == "_time");
    let is_same = matches!(&**of, Formula::Number(other) if other == length);
    (floor == "floor" && is_time && is_same && length.0 > 0.0).then_some(length.0)
}

impl<T: Clone> Groups<T> {
    /// The groups of steps that begin with one whose functions can be kept.
    pub(super) fn of(steps: &[Step]) -> Option<Self> {
        let (Step::Group(group), behind) = steps.split_first()? else { return None };
        let functions = group.aggregates.iter().map(Function::of).collect::<Option<Vec<_>>>()?;
        // An event may be in several groups, and counts once in a row that is made of them.
        let merges = |step: &Step| matches!(step, Step::Group(_) | Step::Transaction(_));
        if group.stretches.is_some() || behind.iter().any(merges) {
            return None;
        }
        // What looks at several rows needs all of them.
        let is_apart = behind.iter().all(|step| matches!(step, Step::Filter(_) | Step::Expand(_)));
        let window = group.by.iter().enumerate().find_map(|(at, (_, formula))| Some((at, stretch(formula)?)));
        Some(Self {
            group: group.clone(),
            functions,
            window: window.filter(|_| is_apart),
            groups: HashMap::new(),
            first: None,
            latest: 0.0,
            closed: None,
            weight: 0,
            seen: 0,
        })
    }

    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Adds an event; false if the time of its groups was over, nothing if it is in too many groups.
    pub(super) fn add(&mut self, event: &Event, place: T, given: &Context) -> Option<bool> {
        self.seen += 1;
        let own_time = event.values("_time").first().and_then(number_of);
        self.latest = own_time.map_or(self.latest, |time| self.latest.max(time));
        self.first = self.first.or(own_time);
        let context = given.seen(own_time.unwrap_or(self.latest));
        let row = evaluate::row(event, 0, context.now);
        let mut is_in_time = true;
        for keys in combinations(&self.group.by, &row.event, &context)? {
            if self.start(&keys).is_some_and(|start| self.is_closed(start)) {
                is_in_time = false;
                continue;
            }
            self.add_to(keys, &row.event, place.clone(), &context);
        }
        Some(is_in_time)
    }

    fn add_to(&mut self, keys: Vec<String>, event: &Event, place: T, context: &Context) {
        let parts = self.functions.len();
        let state = self.groups.entry(keys).or_insert_with_key(|keys| State {
            parts: vec![Part::default(); parts],
            rows: 0,
            events: 0,
            newest: 0,
            last: place.clone(),
            weight: OVERHEAD
                + keys.iter().map(|key| key.len() + 32).sum::<usize>()
                + parts * size_of::<Part>(),
        });
        let before = if state.events == 0 { 0 } else { state.weight };
        state.rows += 1;
        state.events += usize::from(state.newest != self.seen);
        state.newest = self.seen;
        state.last = place;
        for ((part, function), aggregate) in
            state.parts.iter_mut().zip(&self.functions).zip(&self.group.aggregates)
        {
            let Some(argument) = &aggregate.argument else { continue };
            match evaluate::formula(argument, event, context) {
                Operand::Values(values) => {
                    state.weight += values.iter().map(|value| part.add(*function, value)).sum::<usize>();
                }
                // A condition counts where it is true.
                Operand::Boolean(true) if *function == Function::Count => part.count += 1,
                Operand::Boolean(_) | Operand::Null => {}
            }
        }
        self.weight += state.weight - before;
    }

    /// Where the stretch of time of a group begins.
    fn start(&self, keys: &[String]) -> Option<f64> {
        number::parse(keys.get(self.window?.0)?)
    }

    /// Whether a stretch of time is over. One that ended before the stream began is not: events then come in another order
    /// than that of time, and nothing is known of its end.
    fn is_closed(&self, start: f64) -> bool {
        let length = self.window.map_or(0.0, |(_, length)| length);
        self.closed.is_some_and(|closed| start < closed)
            && self.first.is_some_and(|first| start + length >= first)
    }

    /// The rows of groups whose time is over.
    pub(super) fn done(&mut self, steps: &[Step], given: &Context) -> Vec<Made<T>> {
        let Some((_, length)) = self.window else { return Vec::new() };
        let over = self.latest - TOLERANCE - length;
        let closed = ((over / length).floor() + 1.0) * length;
        if self.closed.is_some_and(|before| closed <= before) {
            return Vec::new();
        }
        self.closed = Some(closed);
        let is_over = |keys: &&Vec<String>| self.start(keys).is_some_and(|start| self.is_closed(start));
        let ended: Vec<Vec<String>> = self.groups.keys().filter(is_over).cloned().collect();
        let taken: Vec<_> = ended.into_iter().filter_map(|keys| self.groups.remove_entry(&keys)).collect();
        self.weight -= taken.iter().map(|(_, state)| state.weight).sum::<usize>();
        self.rows(taken, steps, given)
    }

    /// The rows of all groups.
    pub(super) fn finish(&mut self, steps: &[Step], given: &Context) -> Vec<Made<T>> {
        self.weight = 0;
        let taken = self.groups.drain().collect();
        self.rows(taken, steps, given)
    }

    fn rows(
        &self,
        mut groups: Vec<(Vec<String>, State<T>)>,
        steps: &[Step],
        given: &Context,
    ) -> Vec<Made<T>> {
        groups.sort_by(|(one, _), (two, _)| by_value(one, two));
        let row = |(at, (keys, state)): (usize, &(Vec<String>, State<T>))| {
            let mut event = Event::new();
            for ((part, function), aggregate) in
                state.parts.iter().zip(&self.functions).zip(&self.group.aggregates)
            {
                event.set(&aggregate.name, part.result(*function, &aggregate.function, state.rows));
            }
            for ((name, _), key) in self.group.by.iter().zip(keys) {
                event = event.with(name, key.as_str());
            }
            Row { event, origins: vec![at] }
        };
        let rows = groups.iter().enumerate().map(row).collect();
        let behind = steps.get(1..).unwrap_or(&[]);
        let context = given.seen(self.latest);
        let made = |row: Row| {
            let of: Vec<&State<T>> =
                row.origins.iter().filter_map(|at| groups.get(*at)).map(|(_, state)| state).collect();
            let events = of.iter().map(|state| state.events).sum();
            (row.event, events, of.last().map(|state| state.last.clone()))
        };
        // A row of no event tells of nothing that was found.
        let found = |made: &Made<T>| made.1 > 0;
        evaluate::rows(behind, rows, &[], &context).into_iter().map(made).filter(found).collect()
    }
}

/// The most groups that one event may be in: a value of each key makes one, and values are multiplied.
pub(super) const MOST_GROUPS: usize = 100_000;

/// Each choice of one value for each key: the groups that an event is in; nothing if they are over [`MOST_GROUPS`].
pub(super) fn combinations(
    by: &[(String, Formula)],
    event: &Event,
    context: &Context,
) -> Option<Vec<Vec<String>>> {
    by.iter().try_fold(vec![Vec::new()], |all, (_, formula)| {
        let values = evaluate::formula(formula, event, context);
        let texts: Vec<String> = values.values().iter().map(|value| value.text().into_owned()).collect();
        let with = |chosen: &Vec<String>| {
            let chosen = chosen.clone();
            texts
                .iter()
                .map(move |text| chosen.iter().chain([text]).cloned().collect())
                .collect::<Vec<Vec<String>>>()
        };
        let is_bounded = all.len().saturating_mul(texts.len()) <= MOST_GROUPS;
        is_bounded.then(|| all.iter().flat_map(with).collect())
    })
}

/// Keys in the order of results: numbers by value, then other texts by their bytes.
fn by_value(one: &[String], two: &[String]) -> Ordering {
    let of = |(one, two): (&String, &String)| {
        let by_number = match (number::parse(one), number::parse(two)) {
            (Some(one), Some(two)) => one.total_cmp(&two),
            (one, two) => one.is_none().cmp(&two.is_none()),
        };
        by_number.then_with(|| one.cmp(two))
    };
    one.iter().zip(two).map(of).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

impl Part {
    /// Adds a value; gives how much more memory that takes.
    fn add(&mut self, function: Function, value: &Value) -> usize {
        self.count += 1;
        if let Some(number) = number_of(value) {
            (self.low, self.high) = match self.numbers {
                0 => (number, number),
                _ => (self.low.min(number), self.high.max(number)),
            };
            self.numbers += 1;
            self.sum += number;
        }
        match function {
            Function::Distinct | Function::Values => {
                let text = value.text().into_owned();
                let length = text.len() + 48;
                return if self.texts.insert(text) { length } else { 0 };
            }
            Function::Least => self.least = better("min", self.least.take(), value),
            Function::Greatest => self.greatest = better("max", self.greatest.take(), value),
            _ => {}
        }
        0
    }

    fn result(&self, function: Function, name: &str, rows: usize) -> Vec<Value> {
        let number = |number: f64| vec![Value::Number(number)];
        let of_numbers =
            |result: f64| if self.numbers > 0 && self.sum.is_finite() { number(result) } else { Vec::new() };
        match function {
            Function::Rows => number(number::of_count(rows)),
            Function::Count => number(number::of_count(self.count)),
            Function::Distinct | Function::Values => {
                let sample = |text: &String| Sample { value: Value::Text(text.clone()), time: None };
                computed(name, &self.texts.iter().map(sample).collect::<Vec<_>>()).unwrap_or_default()
            }
            Function::Least => self.least.iter().cloned().collect(),
            Function::Greatest => self.greatest.iter().cloned().collect(),
            Function::Range if self.numbers > 0 => number(self.high - self.low),
            Function::Range => Vec::new(),
            Function::Sum => of_numbers(self.sum),
            Function::Mean => of_numbers(self.sum / number::of_count(self.numbers)),
        }
    }
}

/// The least or greatest of two values, as the function has it.
fn better(function: &str, known: Option<Value>, value: &Value) -> Option<Value> {
    let sample = |value: Value| Sample { value, time: None };
    let samples: Vec<Sample> = known.into_iter().chain([value.clone()]).map(sample).collect();
    computed(function, &samples)?.into_iter().next()
}
