//! `mrollup`: sums up metrics into another index.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Mrollup;

impl Command for Mrollup {
    fn name(&self) -> &'static str {
        "mrollup"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "sums up metrics into another index"
    }
}
