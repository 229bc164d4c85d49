//! `predict`: continues a time series into the future.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Predict;

impl Command for Predict {
    fn name(&self) -> &'static str {
        "predict"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/predict"
    }

    fn summary(&self) -> &'static str {
        "continues a time series into the future"
    }
}
