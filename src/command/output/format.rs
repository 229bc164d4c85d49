//! `format`: turns the rows of a sub-search into a search.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::subsearch::{self, DEFAULT, Format as Marks};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Format;

impl Command for Format {
    fn name(&self) -> &'static str {
        "format"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/format"
    }

    fn summary(&self) -> &'static str {
        "turns the rows of a sub-search into a search"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["mvsep", "maxresults", "emptystr"])?;
        let words: Vec<&str> = arguments.words()?.iter().map(|word| word.text.as_str()).collect();
        let marks = match words.as_slice() {
            [] => DEFAULT.marks,
            words => words
                .try_into()
                .map_err(|_| unsupported("six words are expected here, or none", stage.span))?,
        };
        let marks = Marks {
            marks,
            value_mark: arguments.text("mvsep")?.unwrap_or(DEFAULT.value_mark),
            empty: arguments.text("emptystr")?.unwrap_or(DEFAULT.empty),
        };
        let most = arguments.count("maxresults")?.filter(|most| *most > 0).unwrap_or(usize::MAX);
        let used: Vec<Row> = rows.into_iter().take(most).collect();
        let event = Event::new().with("search", subsearch::format(&used, &marks));
        Ok(vec![Row { event, origins: rows::origins(&used) }])
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
