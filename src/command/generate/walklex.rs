//! `walklex`: lists the terms of the index.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Walklex;

impl Command for Walklex {
    fn name(&self) -> &'static str {
        "walklex"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/walklex"
    }

    fn summary(&self) -> &'static str {
        "lists the terms of the index"
    }
}
