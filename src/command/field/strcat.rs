//! `strcat`: joins fields and texts into a field.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::clause::Quote;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Strcat;

impl Command for Strcat {
    fn name(&self) -> &'static str {
        "strcat"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/strcat"
    }

    fn summary(&self) -> &'static str {
        "joins fields and texts into a field"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let needs_all = arguments.flag("allrequired", false)?;
        let words = arguments.words()?;
        let Some((target, sources)) = words.split_last().filter(|(_, sources)| !sources.is_empty()) else {
            return Err(unsupported("sources and the field to set are expected here", stage.span));
        };
        let mut rows = rows;
        for row in &mut rows {
            let mut joined = String::new();
            let mut has_all = true;
            for source in sources {
                if source.quote == Quote::Double {
                    joined.push_str(&source.text);
                } else {
                    let text = rows::text(&row.event, &source.text);
                    has_all &= text.is_some();
                    joined.push_str(&text.unwrap_or_default());
                }
            }
            if has_all || !needs_all {
                row.event.set(&target.text, vec![Value::Text(joined)]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        if let Some(word) = arguments.words()?.last() {
            lowering.hide(&word.text, stage.span, "what `strcat` joins is not translated");
        }
        Ok(())
    }
}

/// What `strcat` may be set to.
const SETTINGS: &[&str] = &["allrequired"];
