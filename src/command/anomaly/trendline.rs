//! `trendline`: computes moving averages of fields.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Trendline;

impl Command for Trendline {
    fn name(&self) -> &'static str {
        "trendline"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/trendline"
    }

    fn summary(&self) -> &'static str {
        "computes moving averages of fields"
    }
}
