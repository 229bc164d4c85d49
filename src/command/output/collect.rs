//! `collect`: writes rows into a summary index.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Collect;

impl Command for Collect {
    fn name(&self) -> &'static str {
        "collect"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["stash", "summaryindex"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/collect"
    }

    fn summary(&self) -> &'static str {
        "writes rows into a summary index"
    }
}
