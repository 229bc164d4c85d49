//! `overlap`: finds gaps and overlaps of summary events.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Overlap;

impl Command for Overlap {
    fn name(&self) -> &'static str {
        "overlap"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/overlap"
    }

    fn summary(&self) -> &'static str {
        "finds gaps and overlaps of summary events"
    }
}
