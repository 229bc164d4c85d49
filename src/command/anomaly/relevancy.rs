//! `relevancy`: scores how well an event fits the search.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Relevancy;

impl Command for Relevancy {
    fn name(&self) -> &'static str {
        "relevancy"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/relevancy"
    }

    fn summary(&self) -> &'static str {
        "scores how well an event fits the search"
    }
}
