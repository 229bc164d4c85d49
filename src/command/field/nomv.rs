//! `nomv`: joins the values of a field into one text.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::lowering::formula::bounded;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::Formula;
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Nomv;

impl Command for Nomv {
    fn name(&self) -> &'static str {
        "nomv"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/nomv"
    }

    fn summary(&self) -> &'static str {
        "joins the values of a field into one text"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let (field, _) = arguments.field()?;
        let mut rows = rows;
        for row in &mut rows {
            let texts: Vec<String> =
                row.event.values(field).iter().map(|value| value.text().into_owned()).collect();
            // A line feed stands between the values (Search Reference, `nomv`).
            if texts.len() > 1 {
                row.event.set(field, vec![Value::Text(texts.join("\n"))]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[])?;
        for word in arguments.words()? {
            match lowering.fields.get(&word.text) {
                Ok(formula) => {
                    let joined =
                        Formula::Call("mvjoin".to_owned(), vec![formula, Formula::Text("\n".to_owned())]);
                    lowering.fields.set(word.text.clone(), bounded(joined, stage.span)?);
                }
                Err(reason) => lowering.fields.hide(&word.text, *reason),
            }
        }
        Ok(())
    }
}
