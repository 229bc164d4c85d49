//! `x11`: takes the season out of a time series.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct X11;

impl Command for X11 {
    fn name(&self) -> &'static str {
        "x11"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/x11"
    }

    fn summary(&self) -> &'static str {
        "takes the season out of a time series"
    }
}
