//! `datamodelsimple`: lists data models, their objects or their fields.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Datamodelsimple;

impl Command for Datamodelsimple {
    fn name(&self) -> &'static str {
        "datamodelsimple"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/datamodelsimple"
    }

    fn summary(&self) -> &'static str {
        "lists data models, their objects or their fields"
    }
}
