//! `tstats`: computes over indexed fields and data models.
//!
//! In: functions over indexed fields, with a condition in the `search` language.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::data_set::{self, Names};
use crate::command::lowering::{formula, group, refused};
use crate::command::statistics::aggregate::{self, Options};
use crate::command::statistics::span::Width;
use crate::command::{Command, Lowering, Row, Unsupported, rows, search};
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::clause::ItemKind;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Tstats;

impl Command for Tstats {
    fn name(&self) -> &'static str {
        "tstats"
    }

    fn shape(&self) -> Shape {
        Shape::IndexedAggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/tstats"
    }

    fn summary(&self) -> &'static str {
        "computes over indexed fields and data models"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        if arguments.flag("prestats", false)? || arguments.flag("append", false)? {
            return Err(unsupported(
                "results in the form that `prestats` gives are not computed here",
                stage.span,
            ));
        }
        let functions = aggregate::read(&arguments.items())?;
        if let Some(function) = functions.iter().find(|function| function.is_eval()) {
            return Err(unsupported("`tstats` computes over fields alone", function.span()));
        }
        let by = [arguments.fields("by")?, arguments.fields("groupby")?].concat();
        let rows = match arguments.text("datamodel")? {
            Some(model) => data_set::kept(model, Names::Qualified, rows),
            None => rows,
        };
        let rows = match arguments.condition("where") {
            Some(condition) => search::kept(condition, rows, context)?,
            None => rows,
        };
        let mut keyed = rows.clone();
        // Stretches are what events are grouped by; functions see the times themselves.
        if let Some(span) = arguments.text("span")? {
            let width =
                Width::parse(span).ok_or_else(|| unsupported("this span is not understood", stage.span))?;
            for row in &mut keyed {
                let start = rows::time(&row.event).map(|time| Value::Number(width.start(time, 0.0)));
                row.event.set("_time", start.into_iter().collect());
            }
        }
        // A row without a value to group by is left out, unless one is given for it (Search Reference, `tstats`).
        if let Some(value) = arguments.text("fillnull_value")? {
            for row in &mut keyed {
                for field in by.iter().filter(|field| !row.event.has(field)).collect::<Vec<_>>() {
                    row.event.set(field, vec![Value::from(value)]);
                }
            }
        }
        let options = Options { once: false, all_numbers: false, span: stage.span };
        aggregate::table(&rows, &keyed, &by, &functions, options, context)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.begins(stage)?;
        let arguments = Arguments::of(stage, SETTINGS)?;
        for flag in ["append", "prestats"] {
            if arguments.flag(flag, false)? {
                return Err(refused::argument(stage.span, format!("`{flag}=t` is not translated")));
            }
        }
        if let Some(model) = arguments.text("datamodel")? {
            data_set::read(lowering, model, Names::Qualified, stage.span);
        }
        for item in arguments.behind("from").unwrap_or(&[]) {
            if let ItemKind::Word(word) = &item.kind {
                let message = format!("the namespace `{}` is recorded, not tested", word.text);
                lowering.notes.push(Diagnostic::new(&codes::DATA_MODEL, word.span, message));
            }
        }
        if let Some(condition) = arguments.condition("where") {
            let mut notes = Vec::new();
            let predicate = search::lowered(condition, lowering, &mut notes)?;
            lowering.notes.extend(notes);
            lowering.filter(predicate);
        }
        let functions = lowering.functions(&arguments.items())?;
        let names = [group::by(&arguments, "by")?, group::by(&arguments, "groupby")?].concat();
        let mut keys = lowering.keys(&names)?;
        for (name, formula) in &mut keys.by {
            if let (true, Some(span)) = (name.as_str() == "_time", arguments.text("span")?) {
                match group::slot_of(formula.clone(), span, stage.span) {
                    Ok(slot) => *formula = slot,
                    Err(reason) => keys.vague.push((name.clone(), reason)),
                }
            }
        }
        let fill = arguments.text("fillnull_value")?;
        for (_, key) in &mut keys.by {
            if let Some(value) = fill {
                *key = formula::first_of(key.clone(), Formula::Text(value.to_owned()));
            }
        }
        lowering.group(keys, functions, stage.span);
        Ok(())
    }
}

/// What `tstats` may be set to. The data model in `FROM` says where the events come from, which is no test of an event;
/// those that choose summaries change where Splunk looks, not what it finds.
const SETTINGS: &[&str] = &[
    "prestats",
    "append",
    "local",
    "summariesonly",
    "include_reduced_buckets",
    "allow_old_summaries",
    "use_summary_index_values",
    "chunk_size",
    "fillnull_value",
    "span",
    "datamodel",
    "sid",
];
