//! `makecontinuous`: adds rows for gaps in a series.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Makecontinuous;

impl Command for Makecontinuous {
    fn name(&self) -> &'static str {
        "makecontinuous"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/makecontinuous"
    }

    fn summary(&self) -> &'static str {
        "adds rows for gaps in a series"
    }
}
