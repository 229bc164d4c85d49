//! `concurrency`: counts what runs at the same time.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Concurrency;

impl Command for Concurrency {
    fn name(&self) -> &'static str {
        "concurrency"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/concurrency"
    }

    fn summary(&self) -> &'static str {
        "counts what runs at the same time"
    }
}
