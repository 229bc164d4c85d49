//! `tail`: keeps the last rows.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::Step;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Tail;

impl Command for Tail {
    fn name(&self) -> &'static str {
        "tail"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/tail"
    }

    fn summary(&self) -> &'static str {
        "keeps the last rows"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let count = match arguments.words()?[..] {
            [] => 10,
            [word] => {
                word.text.parse().map_err(|_| unsupported("a number of rows is expected here", word.span))?
            }
            _ => return Err(unsupported("one number of rows is expected here", stage.span)),
        };
        // The last rows come in reverse order (Search Reference, `tail`).
        Ok(rows.into_iter().rev().take(count).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[])?;
        let limit = match arguments.words()?.as_slice() {
            [] => 10,
            [word, ..] => word
                .text
                .parse()
                .map_err(|_| refused::argument(word.span, format!("`{}` is no number of rows", word.text)))?,
        };
        lowering.thinned(stage.span, "`tail` shows only the last results".to_owned());
        lowering.steps.push(Step::Last(limit));
        Ok(())
    }
}
