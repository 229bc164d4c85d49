//! `join`: joins rows with those of a sub-search.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::{Unknown, refused};
use crate::command::{Command, Lowering, Row, Unsupported, rows, run_subsearch};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::clause::ItemKind;
use crate::spl::{Shape, Stage};
use std::collections::HashMap;

/// The command.
pub(crate) struct Join;

impl Command for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/join"
    }

    fn summary(&self) -> &'static str {
        "joins rows with those of a sub-search"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["type", "usetime", "earlier", "overwrite", "max"])?;
        if arguments.flag("usetime", false)? {
            return Err(unsupported("a join by time is not computed here", stage.span));
        }
        let keeps_all = match arguments.text("type")?.unwrap_or("inner").to_ascii_lowercase().as_str() {
            "inner" => false,
            "outer" | "left" => true,
            _ => return Err(unsupported("a join is `inner`, `outer` or `left`", stage.span)),
        };
        let overwrites = arguments.flag("overwrite", true)?;
        let most = arguments.count("max")?.unwrap_or(1);
        let most = if most == 0 { usize::MAX } else { most };
        let others = run_subsearch(arguments.subsearch()?, context)?;
        let mut fields: Vec<String> =
            arguments.words_beside_subsearches()?.iter().map(|word| word.text.clone()).collect();
        if fields.is_empty() {
            // All fields that both sides have (Search Reference, `join`).
            let columns = rows::columns(&others);
            fields = rows::columns(&rows)
                .intersection(&columns)
                .filter(|it| !it.starts_with('_'))
                .cloned()
                .collect();
        }
        let mut by_key: HashMap<Vec<Vec<String>>, Vec<&Row>> = HashMap::new();
        for other in &others {
            if let Some(key) = key(other, &fields) {
                by_key.entry(key).or_default().push(other);
            }
        }
        let mut joined = Vec::new();
        for row in rows {
            let matches =
                key(&row, &fields).and_then(|key| by_key.get(&key)).map(Vec::as_slice).unwrap_or_default();
            if matches.is_empty() && keeps_all {
                joined.push(row);
                continue;
            }
            rows::bounded(joined.len() + matches.len().min(most), stage.span)?;
            joined.extend(matches.iter().take(most).map(|other| both(&row, other, overwrites)));
        }
        Ok(joined)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::with_any(stage)?;
        let kind = arguments.text("type")?.unwrap_or("inner").to_ascii_lowercase();
        let items = arguments.items();
        let joined = items.iter().find_map(|item| match &item.kind {
            ItemKind::Subsearch(pipeline) => Some(pipeline),
            _ => None,
        });
        let Some(joined) = joined.filter(|_| ["left", "outer"].contains(&kind.as_str())) else {
            return Err(refused::stored("join", stage.span));
        };
        // Every row stays; fields of the other rows come in.
        let message = "the field may come from the events that are joined";
        let reason =
            Diagnostic::new(&codes::NOT_KNOWN, stage.span, "events that are joined are part of the results");
        lowering.does_not_know(Unknown::Rows, 0, reason);
        match lowering.names_of(joined) {
            Some(names) => names.iter().for_each(|name| lowering.hide(name, stage.span, message)),
            None => lowering.hide("*", stage.span, message),
        }
        Ok(())
    }
}

/// All values of the fields, nothing where one is missing.
fn key(row: &Row, fields: &[String]) -> Option<Vec<Vec<String>>> {
    let texts = |field: &String| {
        let values = rows::values(&row.event, field);
        let texts: Vec<String> = values.iter().map(|value| value.text().into_owned()).collect();
        (!texts.is_empty()).then_some(texts)
    };
    fields.iter().map(texts).collect()
}

/// A row with the fields of one of the sub-search, which win unless `overwrite` is off. That internal fields stay those
/// of the first row is a choice.
fn both(row: &Row, other: &Row, overwrites: bool) -> Row {
    let mut both = row.clone();
    for (field, values) in other.event.fields().filter(|(field, _)| !field.starts_with('_')) {
        if overwrites || !both.event.has(field) {
            both.event.set(field, values.to_vec());
        }
    }
    both.origins = rows::origins([row, other]);
    both
}
