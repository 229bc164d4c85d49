//! `crawl`: looks for files that could be indexed.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Crawl;

impl Command for Crawl {
    fn name(&self) -> &'static str {
        "crawl"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/crawl"
    }

    fn summary(&self) -> &'static str {
        "looks for files that could be indexed"
    }
}
