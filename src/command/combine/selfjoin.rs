//! `selfjoin`: joins rows with the same values.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Selfjoin;

impl Command for Selfjoin {
    fn name(&self) -> &'static str {
        "selfjoin"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/selfjoin"
    }

    fn summary(&self) -> &'static str {
        "joins rows with the same values"
    }
}
