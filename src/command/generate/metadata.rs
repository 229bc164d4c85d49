//! `metadata`: lists hosts, sources or source types.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Metadata;

impl Command for Metadata {
    fn name(&self) -> &'static str {
        "metadata"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/metadata"
    }

    fn summary(&self) -> &'static str {
        "lists hosts, sources or source types"
    }
}
