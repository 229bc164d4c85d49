//! `gauge`: makes the data of a gauge.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Gauge;

impl Command for Gauge {
    fn name(&self) -> &'static str {
        "gauge"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/gauge"
    }

    fn summary(&self) -> &'static str {
        "makes the data of a gauge"
    }
}
