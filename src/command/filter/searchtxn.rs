//! `searchtxn`: finds transactions that match a search.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Searchtxn;

impl Command for Searchtxn {
    fn name(&self) -> &'static str {
        "searchtxn"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/searchtxn"
    }

    fn summary(&self) -> &'static str {
        "finds transactions that match a search"
    }
}
