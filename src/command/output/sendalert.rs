//! `sendalert`: runs an alert action.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sendalert;

impl Command for Sendalert {
    fn name(&self) -> &'static str {
        "sendalert"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sendalert"
    }

    fn summary(&self) -> &'static str {
        "runs an alert action"
    }
}
