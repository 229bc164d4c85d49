//! `geom`: adds the shape of a region.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Geom;

impl Command for Geom {
    fn name(&self) -> &'static str {
        "geom"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/geom"
    }

    fn summary(&self) -> &'static str {
        "adds the shape of a region"
    }
}
