//! `typer`: adds the event types of an event.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Typer;

impl Command for Typer {
    fn name(&self) -> &'static str {
        "typer"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/typer"
    }

    fn summary(&self) -> &'static str {
        "adds the event types of an event"
    }
}
