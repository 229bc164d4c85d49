//! What the functions of `stats` and its kin give over values.
//!
//! In: the name of a function, and values with the times of their rows. Out: values. Invariant: a function over no values
//! gives no value, but for `count` and `dc`, which give 0. Sources are the pages "Aggregate functions", "Event order
//! functions", "Multivalue stats and chart functions" and "Time functions" of the Search Reference. Stages are not known
//! here, so the file stands in generated programs too.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::rows::Key;
use crate::event::{Value, number};
use crate::function::Family;
use crate::function::operand::number_of;

/// A value and the time of its row.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) value: Value,
    pub(crate) time: Option<f64>,
}

/// The first name of a function that is computed here.
pub(super) fn meant(name: &'static str) -> Option<&'static str> {
    match name {
        "c" => Some("count"),
        "distinct_count" | "estdc" => Some("dc"),
        "mean" => Some("avg"),
        "p" | "perc" | "exactperc" | "upperperc" => Some("perc"),
        "estdc_error" | "percentile" | "sparkline" | "rate_avg" | "rate_sum" | "eval" => None,
        other => Some(other),
    }
}

/// The first name of a function as it is written in lower case, and the number behind it; nothing for one that is not
/// computed from the values of rows alone.
fn known(lower: &str) -> Option<(&'static str, f64)> {
    let function = meant(Family::Statistics.find(lower)?.name)?;
    let percent = number::parse(lower.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    let is_known = match function {
        "perc" => percent.is_some_and(|percent| (0.0..=100.0).contains(&percent)),
        _ => PER.iter().all(|(per, _)| *per != function),
    };
    is_known.then_some((function, percent.unwrap_or_default()))
}

/// Whether the function, in lower case, counts.
pub(crate) fn counts(lower: &str) -> bool {
    matches!(known(lower), Some(("count", _)))
}

/// What a function, in lower case, gives over values; nothing for one that is not computed.
pub(crate) fn computed(lower: &str, samples: &[Sample]) -> Option<Vec<Value>> {
    let (function, percent) = known(lower)?;
    over_values(function, percent, samples)
}

pub(super) fn numbers(samples: &[Sample]) -> Vec<f64> {
    samples.iter().filter_map(|sample| number_of(&sample.value)).collect()
}

/// What a function gives over values, by its first name and the number behind it.
pub(super) fn over_values(function: &str, percent: f64, samples: &[Sample]) -> Option<Vec<Value>> {
    let numbers = numbers(samples);
    let one = |number: Option<f64>| number.into_iter().map(Value::Number).collect();
    Some(match function {
        "count" => vec![counted(samples.len())],
        "dc" => vec![counted(distinct(samples).len())],
        "values" => distinct(samples).into_iter().map(Value::Text).collect(),
        // limits.conf, [stats], list_maxsize.
        "list" => samples.iter().take(100).map(|sample| sample.value.clone()).collect(),
        "min" => {
            samples.iter().map(|it| &it.value).min_by_key(|value| key(value)).cloned().into_iter().collect()
        }
        "max" => {
            samples.iter().map(|it| &it.value).max_by_key(|value| key(value)).cloned().into_iter().collect()
        }
        "first" => samples.first().map(|sample| sample.value.clone()).into_iter().collect(),
        "last" => samples.last().map(|sample| sample.value.clone()).into_iter().collect(),
        "mode" => mode(samples).into_iter().collect(),
        "earliest" => end(samples, false).map(|sample| sample.value.clone()).into_iter().collect(),
        "latest" => end(samples, true).map(|sample| sample.value.clone()).into_iter().collect(),
        "earliest_time" => one(end(samples, false).and_then(|sample| sample.time)),
        "latest_time" => one(end(samples, true).and_then(|sample| sample.time)),
        "rate" => one(rate(samples)),
        "sum" => one(sum(&numbers)),
        "sumsq" => one(sum(&numbers.iter().map(|number| number * number).collect::<Vec<_>>())),
        "avg" => one(mean(&numbers)),
        "range" => one(range(&numbers)),
        "median" => one(ranked(&numbers, numbers.len() / 2)),
        "perc" => one(percentile(&numbers, percent)),
        "varp" => one(deviation(&numbers, numbers.len())),
        "stdevp" => one(deviation(&numbers, numbers.len()).map(f64::sqrt)),
        "var" => one(deviation(&numbers, numbers.len().saturating_sub(1))),
        "stdev" => one(deviation(&numbers, numbers.len().saturating_sub(1)).map(f64::sqrt)),
        _ => return None,
    })
}

/// Functions of `timechart` that say a sum for a unit of time, and its seconds ("Time functions").
pub(super) const PER: &[(&str, f64)] =
    &[("per_second", 1.0), ("per_minute", 60.0), ("per_hour", 3_600.0), ("per_day", 86_400.0)];

pub(super) fn counted(count: usize) -> Value {
    Value::Number(number::of_count(count))
}

/// Values are compared as text: `1` and `1.0` are two ("Statistical and charting functions").
fn distinct(samples: &[Sample]) -> BTreeSet<String> {
    samples.iter().map(|sample| sample.value.text().into_owned()).collect()
}

/// The order of `min` and `max`: numbers by value, below all texts ("Aggregate functions", `max`).
fn key(value: &Value) -> Key {
    Key(value.text().into_owned())
}

/// The most frequent value; of several, the one that comes first. Which one Splunk takes is not documented.
fn mode(samples: &[Sample]) -> Option<Value> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for sample in samples {
        *counts.entry(sample.value.text().into_owned()).or_default() += 1;
    }
    let most = counts.values().max()?;
    let is_most = |sample: &&Sample| counts.get(sample.value.text().as_ref()) == Some(most);
    samples.iter().find(is_most).map(|sample| sample.value.clone())
}

/// The sample of the earliest or latest time. Of equal times the one further down is the earlier, since results come
/// newest first.
fn end(samples: &[Sample], is_latest: bool) -> Option<&Sample> {
    let timed = samples.iter().filter_map(|sample| Some((sample.time?, sample)));
    let better = |best: Option<(f64, _)>, (time, sample): (f64, _)| match best {
        Some((other, _)) if is_latest && time <= other => best,
        Some((other, _)) if !is_latest && time > other => best,
        _ => Some((time, sample)),
    };
    timed.fold(None, better).map(|(_, sample)| sample)
}

/// The change a second between the earliest and the latest value ("Time functions", `rate`).
fn rate(samples: &[Sample]) -> Option<f64> {
    let (first, last) = (end(samples, false)?, end(samples, true)?);
    let seconds = last.time? - first.time?;
    let change = number_of(&last.value)? - number_of(&first.value)?;
    (seconds != 0.0).then_some(change / seconds)
}

pub(super) fn sum(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum()).filter(|sum: &f64| sum.is_finite())
}

fn mean(numbers: &[f64]) -> Option<f64> {
    Some(sum(numbers)? / number::of_count(numbers.len()))
}

fn range(numbers: &[f64]) -> Option<f64> {
    let least = numbers.iter().copied().reduce(f64::min)?;
    let most = numbers.iter().copied().reduce(f64::max)?;
    Some(most - least)
}

/// The number of that rank in ascending order, counted from 0.
///
/// The median of an even number of values is the higher one in the middle ("Aggregate functions", `median`).
fn ranked(numbers: &[f64], rank: usize) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(rank).copied()
}

/// The nearest rank, which is what Splunk takes below 1,000 distinct values ("Aggregate functions", `perc`).
fn percentile(numbers: &[f64], percent: f64) -> Option<f64> {
    let up_to = |rank: &usize| number::of_count(*rank) * 100.0 >= percent * number::of_count(numbers.len());
    let rank = (1..=numbers.len()).find(up_to)?;
    ranked(numbers, rank - 1)
}

/// The squares of the differences from the mean, over `divisor`; 0 of a single value.
fn deviation(numbers: &[f64], divisor: usize) -> Option<f64> {
    let mean = mean(numbers)?;
    let squares: f64 = numbers.iter().map(|number| (number - mean) * (number - mean)).sum();
    Some(if divisor == 0 { 0.0 } else { squares / number::of_count(divisor) }).filter(|it| it.is_finite())
}
