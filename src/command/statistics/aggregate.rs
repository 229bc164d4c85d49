//! The functions of `stats` and its kin: what they compute over the rows of a group.
//!
//! In: the items of a stage, and rows. Out: one field for each function, with the name it is given, or as it is
//! written. Invariant: a function over no values gives no value, but for `count` and `dc`, which give 0. Sources are the
//! pages "Aggregate functions", "Event order functions", "Multivalue stats and chart functions" and "Time functions" of
//! the Search Reference.

use crate::command::arguments::unsupported;
use crate::command::rows::{self, Key};
use crate::command::{Row, Unsupported, expression};
use crate::event::{Event, Value, number};
use crate::function::operand::number_of;
use crate::function::{Context, Family, Operand};
use crate::source::Span;
use crate::spl::clause::{Item, ItemKind, Quote};
use crate::spl::eval::Eval;
use crate::spl::tree;
use std::collections::{BTreeMap, BTreeSet};

/// A function and the name of its result.
#[derive(Clone, Debug)]
pub(crate) struct Aggregate<'a> {
    /// The function in lower case, by its first name.
    pub(crate) function: String,
    /// The number behind `perc`.
    percent: f64,
    /// What it is computed over.
    argument: Argument<'a>,
    /// How many seconds the rows span, where that is known: `per_hour`.
    seconds: Option<f64>,
    /// The name of the result.
    pub(crate) name: String,
    /// The name as the user gives it, if he does.
    alias: Option<&'a str>,
    span: Span,
}

/// What a function is computed over.
#[derive(Clone, Copy, Debug)]
enum Argument<'a> {
    /// The rows themselves.
    Rows,
    /// The values of a field.
    Field(&'a str),
    /// The values of an expression.
    Eval(&'a Eval),
}

/// A value and the time of its row.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) value: Value,
    pub(crate) time: Option<f64>,
}

/// The functions among the items of a stage.
pub(crate) fn read<'a>(items: &[&'a Item]) -> Result<Vec<Aggregate<'a>>, Unsupported> {
    let functions = items.iter().filter(|item| !matches!(item.kind, ItemKind::Setting(_)));
    functions.map(|item| one(item)).collect()
}

fn one(item: &Item) -> Result<Aggregate<'_>, Unsupported> {
    let (name, argument) = match &item.kind {
        ItemKind::Word(word) if word.quote == Quote::None => (word.text.as_str(), Argument::Rows),
        ItemKind::Call(name, arguments) => (name.value.as_str(), argument(arguments, item.span)?),
        _ => return Err(unsupported("a function is expected here", item.span)),
    };
    let lower = name.to_ascii_lowercase();
    let Some(known) = Family::Statistics.find(&lower) else {
        return Err(unsupported(format!("there is no function `{name}`"), item.span));
    };
    let function =
        meant(known.name).ok_or_else(|| unsupported(format!("`{name}` is not computed here"), item.span))?;
    // Without a field, other functions are computed over each field (Search Reference, `stats`, "Statistical functions
    // that are not applied to specific fields").
    let argument = match argument {
        Argument::Rows if function != "count" => Argument::Field("*"),
        argument => argument,
    };
    let percent = number::parse(lower.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    if function == "perc" && percent.is_none_or(|percent| !(0.0..=100.0).contains(&percent)) {
        return Err(unsupported(format!("`{name}` is no percentile"), item.span));
    }
    let written = match argument {
        Argument::Rows => name.to_owned(),
        Argument::Field(field) => format!("{name}({field})"),
        Argument::Eval(eval) => format!("{name}(eval({}))", tree::eval(eval)),
    };
    let alias = item.alias.as_ref().map(|alias| alias.text.as_str());
    Ok(Aggregate {
        function: function.to_owned(),
        percent: percent.unwrap_or_default(),
        argument,
        seconds: None,
        name: alias.map_or(written, str::to_owned),
        alias,
        span: item.span,
    })
}

/// The first name of a function that is computed here.
fn meant(name: &'static str) -> Option<&'static str> {
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

fn argument(arguments: &[Item], span: Span) -> Result<Argument<'_>, Unsupported> {
    match arguments {
        [] => Ok(Argument::Rows),
        [Item { kind: ItemKind::Word(word), .. }] => Ok(Argument::Field(&word.text)),
        [Item { kind: ItemKind::Eval(eval), .. }] => Ok(Argument::Eval(eval)),
        _ => Err(unsupported("this argument is not computed here", span)),
    }
}

/// The functions with one of its own for each field that a wildcard stands for: `avg(x*)`, `values(*) AS *`.
///
/// Fields that rows are grouped by are left out, since they keep their names. That a name which the search itself gives to
/// a result wins over one that a wildcard gives is a choice.
pub(crate) fn expanded<'a>(
    aggregates: &[Aggregate<'a>],
    columns: &'a BTreeSet<String>,
    by: &[String],
) -> Vec<Aggregate<'a>> {
    let expand = |aggregate: &Aggregate<'a>| match aggregate.argument {
        Argument::Field(pattern) if pattern.contains('*') => {
            let fields = columns.iter().filter(|field| rows::names(pattern, field) && !by.contains(field));
            let is_given =
                |name: &str| aggregates.iter().any(|other| !other.is_starred() && other.name == name);
            let made = fields.map(|field| aggregate.of_field(pattern, field));
            made.filter(|one| !is_given(&one.name)).collect()
        }
        _ => vec![aggregate.clone()],
    };
    aggregates.iter().flat_map(expand).collect()
}

impl<'a> Aggregate<'a> {
    fn of_field(&self, pattern: &str, field: &'a str) -> Self {
        let pattern_of_name = self.alias.map_or_else(|| self.name.replacen(pattern, "*", 1), str::to_owned);
        let name = match self.alias {
            None => self.name.replacen(pattern, field, 1),
            Some(alias) => rows::renamed(pattern, alias, field).unwrap_or(pattern_of_name),
        };
        Self { argument: Argument::Field(field), name, ..self.clone() }
    }

    /// Whether it stands for one function for each field of a pattern.
    fn is_starred(&self) -> bool {
        matches!(self.argument, Argument::Field(pattern) if pattern.contains('*'))
    }

    /// The same over rows that span so many seconds.
    pub(crate) fn spanning(self, seconds: f64) -> Self {
        Self { seconds: Some(seconds), ..self }
    }

    /// Whether the argument is an expression.
    pub(crate) const fn is_eval(&self) -> bool {
        matches!(self.argument, Argument::Eval(_))
    }

    /// Its place in the query.
    pub(crate) const fn span(&self) -> Span {
        self.span
    }

    /// What the function gives over some rows, in the order of the rows.
    ///
    /// # Errors
    /// The expression in it cannot be computed.
    pub(crate) fn over(
        &self,
        rows: &[&Row],
        all_numbers: bool,
        context: &Context,
    ) -> Result<Vec<Value>, Unsupported> {
        if matches!(self.argument, Argument::Rows) {
            return Ok(vec![counted(rows.len())]);
        }
        let mut samples = Vec::new();
        for row in rows {
            let time = rows::time(&row.event);
            for value in self.values(&row.event, context)? {
                samples.push(Sample { value, time });
            }
        }
        if all_numbers
            && is_numeric(&self.function)
            && samples.iter().any(|it| number_of(&it.value).is_none())
        {
            return Ok(Vec::new());
        }
        self.of(&samples)
    }

    /// The values of the argument in one row. A condition counts where it is true: `count(eval(status=404))`.
    fn values(&self, event: &Event, context: &Context) -> Result<Vec<Value>, Unsupported> {
        match self.argument {
            Argument::Rows => Ok(Vec::new()),
            Argument::Field(field) => Ok(rows::values(event, field).into_owned()),
            Argument::Eval(eval) => match expression::value(eval, event, context)? {
                Operand::Values(values) => Ok(values),
                Operand::Boolean(true) if self.function == "count" => Ok(vec![Value::Number(1.0)]),
                Operand::Boolean(_) | Operand::Null => Ok(Vec::new()),
            },
        }
    }

    fn of(&self, samples: &[Sample]) -> Result<Vec<Value>, Unsupported> {
        if let Some(values) = over_values(&self.function, self.percent, samples) {
            return Ok(values);
        }
        let unit = PER.iter().find(|(per, _)| *per == self.function).map(|(_, unit)| unit);
        let (Some(unit), Some(seconds)) = (unit, self.seconds) else {
            return Err(unsupported(format!("`{}` is not computed here", self.function), self.span));
        };
        let sum = sum(&numbers(samples)).map(|sum| Value::Number(sum * unit / seconds));
        Ok(sum.into_iter().collect())
    }
}

fn numbers(samples: &[Sample]) -> Vec<f64> {
    samples.iter().filter_map(|sample| number_of(&sample.value)).collect()
}

/// What a function gives over values, by its first name and the number behind it.
fn over_values(function: &str, percent: f64, samples: &[Sample]) -> Option<Vec<Value>> {
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
const PER: &[(&str, f64)] =
    &[("per_second", 1.0), ("per_minute", 60.0), ("per_hour", 3_600.0), ("per_day", 86_400.0)];

/// One row for each group, with the fields it is grouped by and the results; one row in all where there is no `by`,
/// even if there are no rows (searchbnf.conf, `stats-command`: "without a by-clause, one row is produced").
///
/// The rows are grouped by the fields of `keyed`, the same rows with ranges in the place of some values.
pub(crate) fn table(
    rows: &[Row],
    keyed: &[Row],
    by: &[String],
    aggregates: &[Aggregate<'_>],
    options: Options,
    context: &Context,
) -> Result<Vec<Row>, Unsupported> {
    let columns = rows::columns(rows);
    let aggregates = expanded(aggregates, &columns, by);
    let mut groups = rows::groups(keyed, by, options.once, options.span)?;
    if by.is_empty() {
        groups.entry(Vec::new()).or_default();
    }
    let mut table = Vec::new();
    for (keys, members) in groups {
        let members: Vec<&Row> = members.into_iter().filter_map(|index| rows.get(index)).collect();
        let mut event = Event::new();
        for aggregate in &aggregates {
            event.set(&aggregate.name, aggregate.over(&members, options.all_numbers, context)?);
        }
        for (field, Key(value)) in by.iter().zip(keys) {
            event.set(field, vec![Value::Text(value)]);
        }
        table.push(Row { event, origins: rows::origins(members) });
    }
    Ok(table)
}

/// How rows are grouped and computed over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// `dedup_splitvals`: a value that a row has twice counts once.
    pub(crate) once: bool,
    /// `allnum`: numbers are computed only of fields whose values are all numbers.
    pub(crate) all_numbers: bool,
    /// The stage.
    pub(crate) span: Span,
}

/// Whether the function takes numbers alone.
fn is_numeric(function: &str) -> bool {
    !["count", "dc", "values", "list", "first", "last", "mode", "earliest", "latest"].contains(&function)
        && !function.ends_with("_time")
}

fn counted(count: usize) -> Value {
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

fn sum(numbers: &[f64]) -> Option<f64> {
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
