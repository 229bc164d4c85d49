//! `rare`: lists the rarest values.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::lowering::{Unknown, group};
use crate::command::statistics::top;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::{Step, codes};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Rare;

impl Command for Rare {
    fn name(&self) -> &'static str {
        "rare"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rare"
    }

    fn summary(&self) -> &'static str {
        "lists the rarest values"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        top::frequent(stage, &rows, false)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::with_any(stage)?;
        let mut names = Vec::new();
        for word in arguments.words()? {
            if word.text.parse::<usize>().is_err() {
                names.push((word.text.as_str(), word.span));
            }
        }
        names.extend(group::by(&arguments, "by")?);
        let keys = lowering.keys(&names)?;
        lowering.thinned(stage.span, "`rare` shows only some of the values".to_owned());
        lowering.group(keys, group::Functions::default(), stage.span);
        let message = "how often a value occurs is known for some of the values only";
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
}
