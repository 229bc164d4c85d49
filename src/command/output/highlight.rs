//! `highlight`: marks words in the shown text.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Highlight;

impl Command for Highlight {
    fn name(&self) -> &'static str {
        "highlight"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["hilite"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/highlight"
    }

    fn summary(&self) -> &'static str {
        "marks words in the shown text"
    }
}
