//! `dbinspect`: lists the buckets of an index.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Dbinspect;

impl Command for Dbinspect {
    fn name(&self) -> &'static str {
        "dbinspect"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/dbinspect"
    }

    fn summary(&self) -> &'static str {
        "lists the buckets of an index"
    }
}
