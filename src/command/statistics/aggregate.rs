//! The functions of `stats` and its kin: what they compute over the rows of a group.
//!
//! In: the items of a stage, and rows. Out: one field for each function, with the name it is given, or as it is
//! written. Invariant: what a function gives over values is said in `samples`.

use crate::command::arguments::unsupported;
use crate::command::rows::{self, Key};
use crate::command::statistics::samples::{PER, Sample, counted, meant, numbers, over_values, sum};
use crate::command::{Row, Unsupported, expression};
use crate::event::{Event, Value, number};
use crate::function::operand::number_of;
use crate::function::{Context, Family, Operand};
use crate::source::Span;
use crate::spl::clause::{Item, ItemKind, Quote};
use crate::spl::eval::Eval;
use crate::spl::tree;
use std::collections::BTreeSet;

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
            Argument::Field(field) => Ok(event.values(field).to_vec()),
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
