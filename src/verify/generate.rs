//! Events on the edge of a predicate.
//!
//! In: the predicate of a search. Out: events, some of which pass it and some of which just fail. For each test:
//! values that pass and values that almost do (other case, a character more at either end, empty, missing, several,
//! numbers written otherwise, wildcards filled with nothing and with much), each put into events in which the test
//! decides. Invariant: deterministic, and the number of events is bounded.

use std::collections::BTreeMap;

use crate::detection::{Condition, Decimal, Order, Predicate, Regex, Test, ValueTest};
use crate::event::pattern::{Pattern, Piece};
use crate::event::{Event, Value};

/// The most events for one predicate.
const MOST: usize = 3_000;

/// The most ways of passing a predicate that are tried.
const WITNESSES: usize = 64;

/// The most values of one list that are tried.
const LIST: usize = 40;

/// Values of fields; no values is a missing field.
type Assignment = BTreeMap<String, Vec<String>>;

/// Events on the edge of `predicate`.
pub fn events(predicate: &Predicate) -> Vec<Event> {
    let candidates = candidates(predicate);
    let mut assignments = witnesses(predicate, true);
    if assignments.is_empty() {
        assignments.push(Assignment::new());
    }
    let mut all: Vec<Assignment> = assignments.clone();
    let values: Vec<(&String, &Vec<String>)> = candidates
        .iter()
        .flat_map(|(field, values)| values.iter().map(move |value| (field, value)))
        .collect();
    // Every value in every witness, or where that is too much an even share of them.
    let pairs = assignments.len() * values.len();
    let stride = pairs.div_ceil(MOST).max(1);
    for pair in (0..pairs).step_by(stride) {
        // Shifted by one each round, so that a stride does not keep to some values.
        let (witness, value) = (pair / values.len(), (pair + pair / values.len()) % values.len());
        if let (Some(witness), Some((field, value))) = (assignments.get(witness), values.get(value)) {
            let mut varied = witness.clone();
            varied.insert((*field).clone(), (*value).clone());
            all.push(varied);
        }
    }
    all.extend(mixed(&candidates));
    all.sort();
    all.dedup();
    all.into_iter().map(event).collect()
}

/// Combinations of candidates in a fixed pseudo-random order, for tests that hang together.
fn mixed(candidates: &BTreeMap<String, Vec<Vec<String>>>) -> Vec<Assignment> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut next = move |below: usize| {
        // xorshift64, which is enough to mix.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % (below.max(1) as u64)).unwrap_or(0)
    };
    let mut assignment = || {
        let choose = |(field, values): (&String, &Vec<Vec<String>>)| {
            let value = values.get(next(values.len()))?;
            Some((field.clone(), value.clone()))
        };
        candidates.iter().filter_map(choose).collect::<Assignment>()
    };
    (0..if candidates.len() > 1 { 300 } else { 0 }).map(|_| assignment()).collect()
}

fn event(assignment: Assignment) -> Event {
    let mut event = Event::new();
    for (field, values) in assignment {
        // A wildcard in a name stands for one field here.
        let field = field.replace('*', "x");
        event.set(field, values.into_iter().map(Value::Text).collect());
    }
    event
}

/// For each field of the predicate, the values that its tests make interesting.
fn candidates(predicate: &Predicate) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut all: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (test, _) in predicate.tests() {
        let values =
            all.entry(test.field.clone()).or_insert_with(|| vec![vec![], vec![String::new()], text("zzz")]);
        let mut edges = edges(test);
        // Values that pass together with one that does not.
        let both: Vec<Vec<String>> =
            edges.iter().take(4).map(|edge| vec!["zzz".to_owned(), edge.clone()]).collect();
        values.extend(edges.drain(..).map(|edge| vec![edge]));
        values.extend(both);
    }
    for values in all.values_mut() {
        values.sort();
        values.dedup();
    }
    all
}

fn text(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

/// Values on both sides of a test.
fn edges(test: &Test) -> Vec<String> {
    match &test.condition {
        Condition::Exists => text("some value"),
        Condition::Some(tests) | Condition::SomeOther(tests) => ends(tests).flat_map(value_edges).collect(),
        Condition::Holds(terms) => terms.iter().flat_map(|term| raw_edges(&term.pattern)).collect(),
    }
}

/// The first and last tests of a long list: what lies between differs from them by its text only.
fn ends(tests: &[ValueTest]) -> impl Iterator<Item = &ValueTest> {
    let half = LIST / 2;
    let last = tests.len().saturating_sub(half);
    tests.iter().enumerate().filter(move |(at, _)| *at < half || *at >= last).map(|(_, test)| test)
}

fn value_edges(test: &ValueTest) -> Vec<String> {
    match test {
        ValueTest::Matches(pattern) => pattern_edges(pattern),
        ValueTest::In(network) => {
            let hosts = [network.network(), network.broadcast()];
            let outside = ["1.2.3.4", "::1", "not an address"].map(str::to_owned);
            hosts.iter().map(ToString::to_string).chain(outside).chain([network.to_string()]).collect()
        }
        ValueTest::Compares(_, than) => {
            let mut edges = vec![than.clone(), format!("{than}0"), format!("-{than}"), "abc".to_owned()];
            if let Ok(number) = than.parse::<f64>() {
                edges.extend([number - 1.0, number + 1.0, number - 0.5].map(|number| number.to_string()));
            }
            edges
        }
        ValueTest::Equals(number) | ValueTest::Number(_, number) => {
            let Decimal(number) = *number;
            let mut edges: Vec<String> =
                [number, number - 1.0, number + 1.0, number - 0.5].iter().map(ToString::to_string).collect();
            edges.extend([format!("0{number}"), format!("{number}.0"), "abc".to_owned()]);
            edges
        }
        ValueTest::Regex(regex) => regex_edges(regex),
    }
}

/// Texts that may match: the literal letters of the expression, alone and in the middle of others.
fn regex_edges(regex: &Regex) -> Vec<String> {
    let letters: String =
        regex.text().chars().filter(|c| c.is_alphanumeric() || " ._-/:=".contains(*c)).collect();
    vec![letters.clone(), format!("x {letters} y"), letters.to_uppercase(), regex.text().to_owned()]
}

fn pattern_edges(pattern: &Pattern) -> Vec<String> {
    let mut edges = Vec::new();
    for filling in ["", "x", " y\n*z "] {
        let filled = filled(pattern, filling);
        edges.push(filled.to_uppercase());
        edges.push(swapped(&filled));
        edges.push(format!("x{filled}"));
        edges.push(format!("{filled}x"));
        edges.push(format!(" {filled}"));
        edges.push(format!("{filled} -it"));
        edges.extend(without_last(&filled));
        edges.extend(filled.chars().next().map(|first| filled.trim_start_matches(first).to_owned()));
        edges.push(filled.replace('\\', ""));
        edges.push(filled.replace('?', "q"));
        edges.push(filled);
    }
    let plain = filled(pattern, "");
    if plain.parse::<f64>().is_ok() {
        edges.extend([format!("0{plain}"), format!("{plain}.0"), format!("+{plain}"), format!("{plain}e0")]);
    }
    edges.dedup();
    edges
}

fn raw_edges(pattern: &Pattern) -> Vec<String> {
    let term = filled(pattern, "x");
    let round = ["", " ", "-", "x", "\"", "=", "."];
    round
        .iter()
        .flat_map(|before| round.iter().map(move |after| (before, after)))
        .map(|(before, after)| format!("a{before}{term}{after}b"))
        .chain([term.clone(), term.to_uppercase()])
        .collect()
}

/// The pattern with its wildcards filled.
fn filled(pattern: &Pattern, filling: &str) -> String {
    pattern
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            Piece::Any => filling,
            Piece::One => "q",
        })
        .collect()
}

fn swapped(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect()
}

fn without_last(text: &str) -> Option<String> {
    let (at, _) = text.char_indices().next_back()?;
    text.get(..at).map(str::to_owned)
}

/// Assignments that make the predicate `wanted`, at most [`WITNESSES`].
fn witnesses(predicate: &Predicate, wanted: bool) -> Vec<Assignment> {
    let mut found = match predicate {
        Predicate::Constant(value) => {
            if *value == wanted {
                vec![Assignment::new()]
            } else {
                Vec::new()
            }
        }
        Predicate::Not(child) => witnesses(child, !wanted),
        Predicate::And(children) if wanted => joined(children, wanted),
        Predicate::Or(children) if !wanted => joined(children, wanted),
        Predicate::And(children) | Predicate::Or(children) => {
            children.iter().flat_map(|child| witnesses(child, wanted)).collect()
        }
        Predicate::Test(test) => {
            let values = if wanted { passing(test) } else { vec![vec![]] };
            values.into_iter().map(|values| Assignment::from([(test.field.clone(), values)])).collect()
        }
        // What makes these true is not looked for; other tests of the search put values into their fields.
        Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Hole(_) => vec![Assignment::new()],
    };
    found.truncate(WITNESSES);
    found
}

fn joined(children: &[Predicate], wanted: bool) -> Vec<Assignment> {
    let mut all = vec![Assignment::new()];
    for child in children {
        let ways = witnesses(child, wanted);
        let combined = all.iter().flat_map(|before| {
            ways.iter().map(move |way| {
                // What is already assigned stays: an absence is only assumed where nothing else is known.
                let mut joined = way.clone();
                let kept =
                    before.iter().filter(|(field, values)| !values.is_empty() || !way.contains_key(*field));
                joined.extend(kept.map(|(field, values)| (field.clone(), values.clone())));
                joined
            })
        });
        all = combined.take(WITNESSES).collect();
    }
    all
}

/// Values of the field that pass the test.
pub(crate) fn passing(test: &Test) -> Vec<Vec<String>> {
    match &test.condition {
        Condition::Exists => vec![text("some value")],
        Condition::SomeOther(_) => vec![text("zzz"), text("1.2.3.4")],
        Condition::Some(tests) => ends(tests).map(|test| vec![passing_value(test)]).collect(),
        Condition::Holds(terms) => {
            terms.iter().map(|term| vec![format!("a {} b", filled(&term.pattern, "x"))]).collect()
        }
    }
}

fn passing_value(test: &ValueTest) -> String {
    match test {
        ValueTest::Matches(pattern) => filled(pattern, "x"),
        ValueTest::In(network) => network.network().to_string(),
        ValueTest::Equals(number) => number.0.to_string(),
        ValueTest::Number(order, number) => match order {
            Order::Less => (number.0 - 1.0).to_string(),
            Order::Greater => (number.0 + 1.0).to_string(),
            Order::LessEqual | Order::GreaterEqual => number.0.to_string(),
        },
        ValueTest::Regex(regex) => {
            regex_edges(regex).into_iter().find(|text| regex.is_match(text)).unwrap_or_default()
        }
        ValueTest::Compares(order, than) => match (order, than.parse::<f64>()) {
            (Order::Less, Ok(number)) => (number - 1.0).to_string(),
            (Order::Greater, Ok(number)) => (number + 1.0).to_string(),
            (Order::Less, Err(_)) => String::new(),
            (Order::Greater, Err(_)) => format!("{than}z"),
            (Order::LessEqual | Order::GreaterEqual, _) => than.clone(),
        },
    }
}
