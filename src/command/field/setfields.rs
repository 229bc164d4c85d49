//! `setfields`: sets fields to constants.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Setfields;

impl Command for Setfields {
    fn name(&self) -> &'static str {
        "setfields"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/setfields"
    }

    fn summary(&self) -> &'static str {
        "sets fields to constants"
    }
}
