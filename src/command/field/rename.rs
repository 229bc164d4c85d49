//! `rename`: gives fields other names.
//!
//! In: pairs `field AS name`.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::clause::ItemKind;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Rename;

impl Command for Rename {
    fn name(&self) -> &'static str {
        "rename"
    }

    fn shape(&self) -> Shape {
        Shape::Renames
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rename"
    }

    fn summary(&self) -> &'static str {
        "gives fields other names"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let mut rows = rows;
        for item in arguments.items() {
            let (ItemKind::Word(old), Some(new)) = (&item.kind, &item.alias) else {
                return Err(unsupported("`field AS name` is expected here", item.span));
            };
            // Splunk refuses it too (Search Reference, `rename`: names "must have the same number of wildcards").
            if old.text.matches('*').count() != new.text.matches('*').count() {
                return Err(unsupported("the two names do not have the same number of wildcards", item.span));
            }
            rename(&mut rows, &old.text, &new.text);
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[])?;
        for item in arguments.items() {
            let (ItemKind::Word(from), Some(to)) = (&item.kind, &item.alias) else {
                return Err(refused::argument(item.span, "a pair of names is expected here"));
            };
            let stars = |text: &str| text.matches('*').count();
            if stars(&from.text) > 1 || stars(&from.text) != stars(&to.text) {
                return Err(refused::argument(item.span, "the stars of the two names do not pair up"));
            }
            lowering.fields.rename(&from.text, &to.text);
        }
        Ok(())
    }
}

/// Gives fields new names, one pair after the other.
///
/// The values that a field of the new name had are lost, also where the old field is missing (Search Reference,
/// `rename`): this is no coalesce. A wildcard stands for the fields that the row has: `rename` is a streaming command, which
/// "operates on each event as it is returned" (Search Reference, "Command types").
fn rename(rows: &mut [Row], old: &str, new: &str) {
    for row in rows {
        let pairs: Vec<(String, String)> = if old.contains('*') {
            let pair = |(field, _): (&str, &[Value])| {
                rows::renamed(old, new, field).map(|new| (field.to_owned(), new))
            };
            row.event.fields().filter_map(pair).collect()
        } else {
            vec![(old.to_owned(), new.to_owned())]
        };
        let values: Vec<_> = pairs.iter().map(|(old, _)| row.event.values(old).to_vec()).collect();
        row.event =
            rows::without(&row.event, |field| pairs.iter().any(|(old, new)| field == old || field == new));
        for ((_, new), values) in pairs.iter().zip(values) {
            row.event.set(new, values);
        }
    }
}
