//! `sort`: puts rows in order.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, is_minus, unsupported};
use crate::command::lowering::Unknown;
use crate::command::rows::{self, Key};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::step::{self, Comparison, SortKey, Step};
use crate::diagnostic::Diagnostic;
use crate::event::number;
use crate::function::Context;
use crate::source::Origin;
use crate::spl::clause::{Item, ItemKind, Quote};
use crate::spl::{Shape, Stage};
use std::cmp::Ordering;
use std::net::IpAddr;

/// The command.
pub(crate) struct Sort;

impl Command for Sort {
    fn name(&self) -> &'static str {
        "sort"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sort"
    }

    fn summary(&self) -> &'static str {
        "puts rows in order"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["limit"])?;
        let mut items = arguments.items();
        items.retain(|item| !matches!(item.kind, ItemKind::Setting(_)));
        let mut limit = arguments.count("limit")?;
        if let Some(count) = items.first().and_then(|item| whole(item)) {
            limit = Some(count);
            items.remove(0);
        }
        let is_reversed = items.len() > 1 && items.last().is_some_and(|item| is_word(item, &["d", "desc"]));
        if is_reversed {
            items.pop();
        }
        let mut sorted = by(&items, rows)?;
        if is_reversed {
            sorted.reverse();
        }
        match limit.unwrap_or(step::DEFAULT_MOST) {
            0 => {}
            limit => sorted.truncate(limit),
        }
        Ok(sorted)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["limit"])?;
        let mut items = arguments.items();
        items.retain(|item| !matches!(item.kind, ItemKind::Setting(_)));
        let mut limit = arguments.count("limit")?;
        if let Some(count) = items.first().and_then(|item| whole(item)) {
            limit = Some(count);
            items.remove(0);
        }
        let reversed = items.len() > 1 && items.last().is_some_and(|item| is_word(item, &["d", "desc"]));
        if reversed {
            items.pop();
        }
        if limit.is_some_and(|limit| limit > 0) {
            lowering.thinned(stage.span, "`sort` shows only the first results".to_owned());
        }
        let keys = keys(&items, lowering)?;
        let most = Some(limit.unwrap_or(step::DEFAULT_MOST)).filter(|limit| *limit > 0);
        lowering.steps.push(Step::Sort(step::Sort { keys, reversed, most, origin: Origin(stage.span) }));
        Ok(())
    }
}

/// What decides an order. That a key is not known is a reason to refuse the search only if the order counts.
pub(crate) fn keys(items: &[&Item], lowering: &mut Lowering<'_>) -> Result<Vec<SortKey>, Diagnostic> {
    let mut keys = Vec::new();
    for item in items {
        let (order, name) = read(item)?;
        let comparison = match order {
            Order::Automatic => Comparison::Automatic,
            Order::Number => Comparison::Number,
            Order::Text => Comparison::Text,
            Order::Address => Comparison::Address,
        };
        match lowering.fields.get(name) {
            Ok(formula) => keys.push(SortKey { formula, comparison, descending: is_minus(item) }),
            Err(reason) => lowering.does_not_know(Unknown::Order, lowering.steps.len(), *reason),
        }
    }
    Ok(keys)
}

/// The rows in the order of their values in some fields, `-` before those that descend. A row without the field comes
/// behind the others either way, and equal rows keep their order (Search Reference, `sort`).
pub(crate) fn by(items: &[&Item], rows: Vec<Row>) -> Result<Vec<Row>, Unsupported> {
    let mut rows = rows;
    // The last field decides least, and sorting keeps the order of equal rows.
    for item in items.iter().rev() {
        let (order, field) = read(item)?;
        let order = order.resolved(&rows, field);
        let key = |row: &Row| rows::text(&row.event, field);
        rows.sort_by(|left, right| match (key(left), key(right)) {
            (Some(left), Some(right)) if is_minus(item) => order.compare(&right, &left),
            (Some(left), Some(right)) => order.compare(&left, &right),
            (left, right) => left.is_none().cmp(&right.is_none()),
        });
    }
    Ok(rows)
}

/// What values are compared as.
#[derive(Clone, Copy)]
enum Order {
    /// Addresses if all are, else numbers before other texts: `auto()`, and what is taken where nothing is said. The
    /// manual compares each pair of texts on its own, which is no order where numbers are among other texts.
    Automatic,
    Number,
    Text,
    Address,
}

impl Order {
    fn resolved(self, rows: &[Row], field: &str) -> Self {
        let mut texts = rows.iter().filter_map(|row| rows::text(&row.event, field));
        match self {
            Self::Automatic if texts.all(|text| text.parse::<IpAddr>().is_ok()) => Self::Address,
            order => order,
        }
    }

    fn compare(self, left: &str, right: &str) -> Ordering {
        match self {
            Self::Automatic => Key(left.to_owned()).cmp(&Key(right.to_owned())),
            Self::Text => left.cmp(right),
            Self::Number => {
                let number = |text| number::parse(text).unwrap_or(f64::INFINITY);
                number(left).total_cmp(&number(right))
            }
            Self::Address => {
                let address = |text: &str| text.parse::<IpAddr>();
                match (address(left), address(right)) {
                    (Ok(left), Ok(right)) => left.cmp(&right),
                    (left, right) => left.is_err().cmp(&right.is_err()),
                }
            }
        }
    }
}

fn read(item: &Item) -> Result<(Order, &str), Unsupported> {
    match &item.kind {
        ItemKind::Word(word) => Ok((Order::Automatic, &word.text)),
        ItemKind::Call(name, arguments) => {
            let order = match name.value.to_ascii_lowercase().as_str() {
                "auto" => Order::Automatic,
                "num" => Order::Number,
                "str" => Order::Text,
                "ip" => Order::Address,
                _ => return Err(unsupported(format!("`{}` is no order", name.value), name.span)),
            };
            match arguments.as_slice() {
                [Item { kind: ItemKind::Word(word), .. }] => Ok((order, &word.text)),
                _ => Err(unsupported("one field is expected here", item.span)),
            }
        }
        _ => Err(unsupported("a field is expected here", item.span)),
    }
}

/// The number of rows, which stands before the fields.
fn whole(item: &Item) -> Option<usize> {
    match &item.kind {
        ItemKind::Word(word) if word.quote == Quote::None && item.sign.is_none() => word.text.parse().ok(),
        _ => None,
    }
}

fn is_word(item: &Item, words: &[&str]) -> bool {
    let ItemKind::Word(word) = &item.kind else { return false };
    item.sign.is_none()
        && word.quote == Quote::None
        && words.contains(&word.text.to_ascii_lowercase().as_str())
}
