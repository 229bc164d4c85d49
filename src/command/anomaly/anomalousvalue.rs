//! `anomalousvalue`: finds values that are rare or far from the mean.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Anomalousvalue;

impl Command for Anomalousvalue {
    fn name(&self) -> &'static str {
        "anomalousvalue"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/anomalousvalue"
    }

    fn summary(&self) -> &'static str {
        "finds values that are rare or far from the mean"
    }
}
