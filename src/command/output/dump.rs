//! `dump`: writes events into files.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Dump;

impl Command for Dump {
    fn name(&self) -> &'static str {
        "dump"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/dump"
    }

    fn summary(&self) -> &'static str {
        "writes events into files"
    }
}
