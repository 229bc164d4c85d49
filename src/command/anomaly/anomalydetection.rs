//! `anomalydetection`: finds events that are unlikely given all others.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Anomalydetection;

impl Command for Anomalydetection {
    fn name(&self) -> &'static str {
        "anomalydetection"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/anomalydetection"
    }

    fn summary(&self) -> &'static str {
        "finds events that are unlikely given all others"
    }
}
