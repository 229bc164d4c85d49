//! Values on both sides of a test.
//!
//! In: a test of a field. Out: texts that pass it and texts that nearly do. Invariant: of a long list only the ends are
//! tried, since what lies between differs from them by its text only.

use crate::detection::{Condition, Decimal, Order, Test, ValueTest};
use crate::event::pattern::{Pattern, Piece};

/// The most values of one list that are tried.
const LIST: usize = 40;

pub(super) fn text(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

/// Values on both sides of a test.
pub(super) fn edges(test: &Test) -> Vec<String> {
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
        ValueTest::Regex(regex) => regex.examples().iter().flat_map(|text| around(text)).collect(),
    }
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

/// A text and others that are nearly it.
fn around(text: &str) -> Vec<String> {
    let mut all =
        vec![text.to_owned(), swapped(text), format!("x{text}"), format!("{text}x"), format!("{text}\n")];
    all.extend(without_last(text));
    all
}

/// Values of the field that pass the test.
pub(crate) fn passing(test: &Test) -> Vec<Vec<String>> {
    match &test.condition {
        Condition::Exists => vec![text("some value")],
        Condition::SomeOther(_) => vec![text("zzz"), text("1.2.3.4")],
        Condition::Some(tests) => {
            let values = ends(tests).map(passing_value);
            // Wildcards that stand for nothing leave out what another test forbids.
            let shortest = ends(tests).take(LIST / 4).filter_map(|test| match test {
                ValueTest::Matches(pattern) => Some(filled(pattern, "")),
                _ => None,
            });
            let mut seen = std::collections::HashSet::new();
            values.chain(shortest).filter(|text| seen.insert(text.clone())).map(|text| vec![text]).collect()
        }
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
        ValueTest::Regex(regex) => regex.examples().into_iter().next().unwrap_or_default(),
        ValueTest::Compares(order, than) => match (order, than.parse::<f64>()) {
            (Order::Less, Ok(number)) => (number - 1.0).to_string(),
            (Order::Greater, Ok(number)) => (number + 1.0).to_string(),
            (Order::Less, Err(_)) => String::new(),
            (Order::Greater, Err(_)) => format!("{than}z"),
            (Order::LessEqual | Order::GreaterEqual, _) => than.clone(),
        },
    }
}
