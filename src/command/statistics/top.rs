//! `top`: lists the most frequent values.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::{Unknown, group};
use crate::command::rows::{self, Key};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::{Step, codes};
use crate::diagnostic::Diagnostic;
use crate::event::{Event, Value, number};
use crate::function::Context;
use crate::spl::{Shape, Stage};
use std::collections::BTreeMap;

/// The command.
pub(crate) struct Top;

impl Command for Top {
    fn name(&self) -> &'static str {
        "top"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["common"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/top"
    }

    fn summary(&self) -> &'static str {
        "lists the most frequent values"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        frequent(stage, &rows, true)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowered(stage, lowering)
    }
}

const SETTINGS: &[&str] =
    &["limit", "showcount", "showperc", "countfield", "percentfield", "useother", "otherstr"];

/// The most or least frequent combinations of values in each group, with their count and their share of the rows that
/// have all the fields (Search Reference, `top` and `rare`). Equally frequent ones come in the order of their values,
/// which the manual leaves open.
pub(super) fn frequent(stage: &Stage, rows: &[Row], is_most: bool) -> Result<Vec<Row>, Unsupported> {
    let arguments = Arguments::of(stage, SETTINGS)?;
    let mut words = arguments.words()?;
    let mut limit = arguments.count("limit")?;
    if let Some(count) = words.first().and_then(|word| word.text.parse().ok()) {
        limit = limit.or(Some(count));
        words.remove(0);
    }
    let fields: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    if fields.is_empty() {
        return Err(unsupported("fields are expected here", stage.span));
    }
    let by = arguments.fields("by")?;
    let names = [by.clone(), fields].concat();
    let mut groups: BTreeMap<Vec<Key>, Vec<Counted>> = BTreeMap::new();
    for (keys, members) in rows::groups(rows, &names, false, stage.span)? {
        let group = keys.get(..by.len()).unwrap_or(&[]).to_vec();
        groups.entry(group).or_default().push((keys, members));
    }
    let look = Look::read(&arguments)?;
    let limit = limit.filter(|limit| *limit > 0).unwrap_or(if limit == Some(0) { usize::MAX } else { 10 });
    let mut results = Vec::new();
    for mut values in groups.into_values() {
        let total = values.iter().map(|(_, members)| members.len()).sum();
        values.sort_by_key(|(_, members)| members.len());
        if is_most {
            // Sorting keeps the order of equals, also the other way round.
            values.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
        }
        let others = values.split_off(limit.min(values.len()));
        for (keys, members) in values {
            let texts: Vec<String> = keys.into_iter().map(|Key(text)| text).collect();
            results.push(look.row(&names, &texts, &members, total, rows));
        }
        if let (Some(other), Some((keys, _))) = (&look.other, others.first()) {
            let text = |(index, Key(text)): (usize, &Key)| {
                if index < by.len() { text.clone() } else { other.clone() }
            };
            let texts: Vec<String> = keys.iter().enumerate().map(text).collect();
            let members: Vec<usize> = others.iter().flat_map(|(_, members)| members.clone()).collect();
            results.push(look.row(&names, &texts, &members, total, rows));
        }
    }
    Ok(results)
}

/// Values and the rows that have them, as indexes.
type Counted = (Vec<Key>, Vec<usize>);

/// How results are shown.
struct Look {
    count: Option<String>,
    percent: Option<String>,
    other: Option<String>,
}

impl Look {
    fn read(arguments: &Arguments<'_>) -> Result<Self, Unsupported> {
        let name = |show: &str, name: &str, default: &str| -> Result<Option<String>, Unsupported> {
            let field = arguments.text(name)?.unwrap_or(default).to_owned();
            Ok(arguments.flag(show, true)?.then_some(field))
        };
        let other = arguments.text("otherstr")?.unwrap_or("OTHER").to_owned();
        Ok(Self {
            count: name("showcount", "countfield", "count")?,
            percent: name("showperc", "percentfield", "percent")?,
            other: arguments.flag("useother", false)?.then_some(other),
        })
    }

    fn row(&self, names: &[String], texts: &[String], members: &[usize], total: usize, rows: &[Row]) -> Row {
        let mut event = Event::new();
        for (name, text) in names.iter().zip(texts) {
            event.set(name, vec![Value::from(text.as_str())]);
        }
        let count = number::of_count(members.len());
        if let Some(name) = &self.count {
            event.set(name, vec![Value::Number(count)]);
        }
        if let Some(name) = &self.percent {
            let percent = count * 100.0 / number::of_count(total);
            event.set(name, vec![Value::Text(format!("{percent:.6}"))]);
        }
        Row { event, origins: rows::origins(members.iter().filter_map(|index| rows.get(*index))) }
    }
}

/// The groups whose counts are compared, of which only some are shown: what `top` and `rare` ask of events.
pub(super) fn lowered(stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
    let arguments = Arguments::of(stage, SETTINGS)?;
    let mut names = Vec::new();
    for word in arguments.words()? {
        if word.text.parse::<usize>().is_err() {
            names.push((word.text.as_str(), word.span));
        }
    }
    names.extend(group::by(&arguments, "by")?);
    let keys = lowering.keys(&names)?;
    lowering.thinned(stage.span, format!("`{}` shows only some of the values", stage.name.value));
    lowering.group(keys, group::Functions::default(), stage.span);
    let message = format!("the counts and shares that `{}` computes are not translated", stage.name.value);
    let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
    lowering.does_not_know(Unknown::Rows, lowering.steps.len() - 1, reason.clone());
    lowering.steps.push(Step::First(10));
    if arguments.flag("useother", false)? {
        lowering.fields.hide("*", reason);
    } else {
        lowering.fields.has_others("*", reason);
    }
    Ok(())
}
