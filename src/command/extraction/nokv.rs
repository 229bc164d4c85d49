//! `nokv`: turns the automatic extraction of fields off.
//!
//! In: nothing. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Nokv;

impl Command for Nokv {
    fn name(&self) -> &'static str {
        "nokv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "turns the automatic extraction of fields off"
    }
}
