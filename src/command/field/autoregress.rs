//! `autoregress`: copies values of earlier rows into this one.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Autoregress;

impl Command for Autoregress {
    fn name(&self) -> &'static str {
        "autoregress"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/autoregress"
    }

    fn summary(&self) -> &'static str {
        "copies values of earlier rows into this one"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["p"])?;
        let (field, alias) = arguments.field()?;
        let text = arguments.text("p")?.unwrap_or("1");
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (Ok(first @ 1..), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>()) else {
            return Err(unsupported("`p` is a number or a range of numbers", stage.span));
        };
        rows::bounded(last.saturating_sub(first), stage.span)?;
        let before: Vec<_> = rows.iter().map(|row| row.event.values(field).to_vec()).collect();
        let mut rows = rows;
        for back in first..=last {
            let name = match alias {
                Some(alias) if first == last => alias.to_owned(),
                _ => format!("{}_p{back}", alias.unwrap_or(field)),
            };
            for (row, values) in rows.iter_mut().skip(back).zip(&before) {
                row.event.set(&name, values.clone());
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("*", stage.span, "what `autoregress` makes of other rows is not translated");
        Ok(())
    }
}
