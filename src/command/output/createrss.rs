//! `createrss`: writes rows into an RSS feed.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Createrss;

impl Command for Createrss {
    fn name(&self) -> &'static str {
        "createrss"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/createrss"
    }

    fn summary(&self) -> &'static str {
        "writes rows into an RSS feed"
    }
}
