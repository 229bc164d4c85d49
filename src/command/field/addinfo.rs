//! `addinfo`: adds the time range and id of the search.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Addinfo;

impl Command for Addinfo {
    fn name(&self) -> &'static str {
        "addinfo"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/addinfo"
    }

    fn summary(&self) -> &'static str {
        "adds the time range and id of the search"
    }
}
