//! `tail`: keeps the last rows.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

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
}
