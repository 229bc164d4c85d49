//! Tables of one field by another: what `chart` and `timechart` have in common.
//!
//! In: rows, the field that makes rows, the one that makes columns, and functions. Out: rows. Invariant: a row is made of
//! the events that are counted in one of its columns. Sources are the pages `chart` and `timechart` of the Search
//! Reference. Where they are open: the null series does not count against the limit, a row of which no column is left is
//! left out, and in an empty cell `count` is 0 and other functions have no value.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::rows::{self, Key};
use crate::command::statistics::aggregate::{self, Aggregate, Options};
use crate::command::statistics::bin;
use crate::command::statistics::span::Width;
use crate::command::{Row, Unsupported};
use crate::event::{Event, Value, number};
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::clause::{self, Item, ItemKind};
use std::collections::{BTreeMap, BTreeSet};

/// What both commands may be set to.
pub(super) const SETTINGS: &[&str] = &[
    "limit",
    "useother",
    "usenull",
    "otherstr",
    "nullstr",
    "sep",
    "cont",
    "partial",
    "fixedrange",
    "dedup_splitvals",
    "span",
];

/// What says how ranges are made where no span does, and how numbers are shown: that is not computed here.
pub(super) const OF_RANGES: &[&str] =
    &["agg", "aligntime", "bins", "end", "format", "minspan", "start", "timeformat"];

/// A field that splits rows, and the width of its ranges.
#[derive(Clone, Debug)]
pub(super) struct Split {
    pub(super) field: String,
    pub(super) width: Option<Width>,
}

/// A table to make.
pub(super) struct Chart<'a> {
    pub(super) row: Split,
    pub(super) column: Option<Split>,
    pub(super) functions: Vec<Aggregate<'a>>,
    pub(super) options: Options,
    limit: Limit,
    /// The name of the series of rows without the field, if there is one.
    null: Option<String>,
    /// The name of the series of values beyond the limit, if there is one.
    other: Option<String>,
    separator: String,
    /// Whether there is a row for each range between the first and the last.
    pub(super) is_continuous: bool,
}

/// How many series are kept.
#[derive(Clone, Copy)]
struct Limit {
    most: usize,
    is_top: bool,
}

/// The fields behind `by` or `over`, each with the span that follows it.
pub(super) fn splits(items: &[Item]) -> Result<Vec<Split>, Unsupported> {
    let mut found: Vec<Split> = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Word(word) => found.push(Split { field: word.text.clone(), width: None }),
            ItemKind::Setting(setting) if setting.name.text.eq_ignore_ascii_case("span") => {
                let clause::Value::Word(word) = &setting.value else {
                    return Err(unsupported("this span is not understood", item.span));
                };
                let width = Width::parse(&word.text)
                    .ok_or_else(|| unsupported("this span is not understood", word.span));
                if let Some(last) = found.last_mut() {
                    last.width = Some(width?);
                }
            }
            ItemKind::Setting(_) => {}
            _ => return Err(unsupported("a field is expected here", item.span)),
        }
    }
    Ok(found)
}

impl<'a> Chart<'a> {
    /// The table that the arguments describe, for these splits.
    pub(super) fn read(
        arguments: &Arguments<'a>,
        row: Split,
        column: Option<Split>,
    ) -> Result<Self, Unsupported> {
        if let Some(items) = arguments.behind("where") {
            let span = items.first().map_or(arguments.span, |item| item.span);
            return Err(unsupported("a condition on the series is not computed here", span));
        }
        let name = |flag: &str, name: &str, default: &str| -> Result<Option<String>, Unsupported> {
            let text = arguments.text(name)?.unwrap_or(default).to_owned();
            Ok(arguments.flag(flag, true)?.then_some(text))
        };
        Ok(Self {
            row,
            column,
            functions: aggregate::read(&arguments.items())?,
            options: Options {
                once: arguments.flag("dedup_splitvals", false)?,
                all_numbers: false,
                span: arguments.span,
            },
            limit: Limit::read(arguments)?,
            null: name("usenull", "nullstr", "NULL")?,
            other: name("useother", "otherstr", "OTHER")?,
            separator: arguments.text("sep")?.unwrap_or(": ").to_owned(),
            is_continuous: false,
        })
    }

    /// The rows of the table, in the order of the field that makes them.
    pub(super) fn table(&self, rows: &[Row], context: &Context) -> Result<Vec<Row>, Unsupported> {
        // Ranges are what rows are grouped by; functions see the values themselves.
        let mut keyed = rows.to_vec();
        for split in std::iter::once(&self.row).chain(&self.column) {
            bin::put(&mut keyed, split);
        }
        let columns = rows::columns(rows);
        let by: Vec<String> =
            std::iter::once(&self.row).chain(&self.column).map(|it| it.field.clone()).collect();
        let functions = aggregate::expanded(&self.functions, &columns, &by);
        if let Some(column) = &self.column {
            self.name_null(&mut keyed, &column.field);
            let cells = self.cells(&keyed, &by)?;
            let kept = self.series(&cells, &functions, rows, context)?;
            return self.split_table(&cells, &kept, &functions, rows, context);
        }
        let table = aggregate::table(rows, &keyed, &by, &functions, self.options, context)?;
        let counts = functions.iter().filter(|function| function.function == "count");
        let counts = counts.map(|function| function.name.clone()).collect();
        if self.is_continuous { self.filled(table, &counts) } else { Ok(table) }
    }

    fn name_null(&self, rows: &mut [Row], field: &str) {
        for row in rows.iter_mut().filter(|row| !row.event.has(field)) {
            row.event.set(field, self.null.iter().map(|name| Value::from(name.as_str())).collect());
        }
    }

    /// The rows of each cell, as indexes, by row and column.
    fn cells(&self, rows: &[Row], by: &[String]) -> Result<Cells, Unsupported> {
        let mut cells = Cells::new();
        for (mut keys, members) in rows::groups(rows, by, self.options.once, self.options.span)? {
            if let (Some(column), Some(row)) = (keys.pop(), keys.pop()) {
                cells.entry(row).or_default().insert(column, members);
            }
        }
        Ok(cells)
    }

    /// The series within the limit: those with the largest or least sums over all rows.
    fn series(
        &self,
        cells: &Cells,
        functions: &[Aggregate<'_>],
        rows: &[Row],
        context: &Context,
    ) -> Result<BTreeSet<Key>, Unsupported> {
        let mut scores: BTreeMap<&Key, f64> = BTreeMap::new();
        for (column, members) in cells.values().flatten() {
            let score = match functions {
                [only] => {
                    let values = only.over(&picked(rows, members), false, context)?;
                    values.first().and_then(number_of).unwrap_or(0.0)
                }
                _ => number::of_count(members.len()),
            };
            *scores.entry(column).or_default() += score;
        }
        let is_null = |key: &Key| Some(&key.0) == self.null.as_ref();
        let mut ranked: Vec<(&Key, f64)> = scores.into_iter().filter(|(key, _)| !is_null(key)).collect();
        ranked.sort_by(|a, b| if self.limit.is_top { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) });
        ranked.truncate(self.limit.most);
        let nulls = cells.values().flat_map(BTreeMap::keys).filter(|key| is_null(key));
        Ok(ranked.into_iter().map(|(key, _)| key).chain(nulls).cloned().collect())
    }

    fn split_table(
        &self,
        cells: &Cells,
        kept: &BTreeSet<Key>,
        functions: &[Aggregate<'_>],
        rows: &[Row],
        context: &Context,
    ) -> Result<Vec<Row>, Unsupported> {
        let mut table = Vec::new();
        let mut counts: BTreeSet<String> = BTreeSet::new();
        for (Key(row), columns) in cells {
            let mut series: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (column, members) in columns {
                let name = if kept.contains(column) { Some(&column.0) } else { self.other.as_ref() };
                if let Some(name) = name {
                    series.entry(name).or_default().extend(members);
                }
            }
            if series.is_empty() {
                continue;
            }
            let mut event = Event::new().with(&self.row.field, row);
            for (name, members) in &series {
                for function in functions {
                    let column = self.column_name(function, name, functions.len());
                    if function.function == "count" {
                        counts.insert(column.clone());
                    }
                    event.set(column, function.over(&picked(rows, members), false, context)?);
                }
            }
            let members: Vec<usize> = series.into_values().flatten().collect();
            table.push(Row { event, origins: rows::origins(picked(rows, &members)) });
        }
        if self.is_continuous {
            table = self.filled(table, &counts)?;
        }
        for row in &mut table {
            for name in counts.iter().filter(|name| !row.event.has(name)).collect::<Vec<_>>() {
                row.event.set(name, vec![Value::Number(0.0)]);
            }
        }
        Ok(table)
    }

    /// The name of a column; one that would look like an internal field gets `VALUE` before it (Search Reference,
    /// `timechart`, "Prepending VALUE to the names of some fields").
    fn column_name(&self, function: &Aggregate<'_>, series: &str, functions: usize) -> String {
        match functions {
            1 if series.starts_with('_') => format!("VALUE{series}"),
            1 => series.to_owned(),
            _ => format!("{}{}{series}", function.name, self.separator),
        }
    }

    /// The table with a row for each range that no event is in, between the first and the last (Search Reference,
    /// `timechart`, `cont`).
    fn filled(&self, table: Vec<Row>, counts: &BTreeSet<String>) -> Result<Vec<Row>, Unsupported> {
        let Some(width) = self.row.width else { return Ok(table) };
        let mut filled: Vec<Row> = Vec::new();
        for row in table {
            let start = rows::time(&row.event);
            let mut next =
                filled.last().and_then(|last| rows::time(&last.event)).map(|last| width.next(last));
            while let (Some(time), Some(start)) = (next, start) {
                if time >= start {
                    break;
                }
                rows::bounded(filled.len(), self.options.span)?;
                filled.push(self.empty(time, counts));
                next = Some(width.next(time)).filter(|next| *next > time);
            }
            filled.push(row);
        }
        Ok(filled)
    }

    fn empty(&self, time: f64, counts: &BTreeSet<String>) -> Row {
        let mut event = Event::new();
        event.set(&self.row.field, vec![Value::Number(time)]);
        for name in counts {
            event.set(name, vec![Value::Number(0.0)]);
        }
        Row { event, origins: Vec::new() }
    }
}

/// The members of each cell, by row and column.
type Cells = BTreeMap<Key, BTreeMap<Key, Vec<usize>>>;

fn picked<'r>(rows: &'r [Row], members: &[usize]) -> Vec<&'r Row> {
    members.iter().filter_map(|index| rows.get(*index)).collect()
}

impl Limit {
    /// `limit=5`, `limit=top5` or `limit=bottom5`; 0 is no limit, and 10 where nothing is said.
    fn read(arguments: &Arguments<'_>) -> Result<Self, Unsupported> {
        let text = arguments.text("limit")?.unwrap_or("10").to_ascii_lowercase();
        let (number, is_top) = match text.strip_prefix("bottom") {
            Some(number) => (number, false),
            None => (text.strip_prefix("top").unwrap_or(&text), true),
        };
        let most: usize =
            number.trim().parse().map_err(|_| unsupported("`limit` is no number", arguments.span))?;
        Ok(Self { most: if most == 0 { usize::MAX } else { most }, is_top })
    }
}
