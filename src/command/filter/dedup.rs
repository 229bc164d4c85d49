//! `dedup`: keeps the first rows of each combination of values.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::refused;
use crate::command::order::sort;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::detection::step::{Distinct, Sort, Step};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::source::Origin;
use crate::spl::{Shape, Stage};
use std::collections::HashMap;

/// The command.
pub(crate) struct Dedup;

impl Command for Dedup {
    fn name(&self) -> &'static str {
        "dedup"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/dedup"
    }

    fn summary(&self) -> &'static str {
        "keeps the first rows of each combination of values"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["keepevents", "keepempty", "consecutive"])?;
        let mut words = arguments.words()?;
        let first = words.first().and_then(|word| word.text.parse::<usize>().ok());
        if first.is_some() {
            words.remove(0);
        }
        let most = first.unwrap_or(1);
        if words.is_empty() || most == 0 {
            return Err(unsupported("fields are expected here, and a number above 0", stage.span));
        }
        let fields: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let order: Vec<_> = arguments.behind("sortby").unwrap_or(&[]).iter().collect();
        // The order decides which of the rows is kept (Search Reference, `dedup`).
        let rows = sort::by(&order, rows)?;
        let keeps_empty = arguments.flag("keepempty", false)?;
        let keeps_events = arguments.flag("keepevents", false)?;
        let is_consecutive = arguments.flag("consecutive", false)?;
        let mut seen: HashMap<Vec<Vec<String>>, usize> = HashMap::new();
        let mut kept = Vec::new();
        for row in rows {
            let Some(key) = rows::key(&row, &fields) else {
                kept.extend(keeps_empty.then_some(row));
                continue;
            };
            if is_consecutive && !seen.contains_key(&key) {
                seen.clear();
            }
            let count = seen.entry(key).or_default();
            *count += 1;
            if *count <= most {
                kept.push(row);
            } else if keeps_events {
                let event = rows::without(&row.event, |field| fields.contains(&field));
                kept.push(Row { event, ..row });
            }
        }
        Ok(kept)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["keepempty", "keepevents", "consecutive"])?;
        let mut words = arguments.words()?;
        let first = words.first().and_then(|word| word.text.parse().ok());
        if first.is_some() {
            words.remove(0);
        }
        let keep = first.unwrap_or(1);
        if words.is_empty() || keep == 0 {
            return Err(refused::argument(stage.span, "fields are expected here, and a number above 0"));
        }
        let by: Result<Vec<_>, _> = words.iter().map(|word| lowering.field(&word.text, word.span)).collect();
        let by = by?;
        let keeps_empty = arguments.flag("keepempty", false)?;
        if arguments.flag("keepevents", false)? {
            return Err(refused::argument(
                stage.span,
                "`keepevents` removes fields and no rows, which is not translated",
            ));
        }
        lowering.thinned(stage.span, "`dedup` shows one result of several that are alike".to_owned());
        let order: Vec<_> = arguments.behind("sortby").unwrap_or(&[]).iter().collect();
        if !order.is_empty() {
            let keys = sort::keys(&order, lowering)?;
            let origin = Origin(stage.span);
            lowering.steps.push(Step::Sort(Sort { keys, reversed: false, most: None, origin }));
        }
        lowering.steps.push(Step::Distinct(Distinct {
            keep,
            by,
            keeps_empty,
            consecutive: arguments.flag("consecutive", false)?,
            origin: Origin(stage.span),
        }));
        Ok(())
    }
}
