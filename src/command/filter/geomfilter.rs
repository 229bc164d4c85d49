//! `geomfilter`: keeps map features inside of a box.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Geomfilter;

impl Command for Geomfilter {
    fn name(&self) -> &'static str {
        "geomfilter"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/geomfilter"
    }

    fn summary(&self) -> &'static str {
        "keeps map features inside of a box"
    }
}
