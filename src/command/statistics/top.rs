//! `top`: lists the most frequent values.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Top;

impl Command for Top {
    fn name(&self) -> &'static str {
        "top"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["common"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/top"
    }

    fn summary(&self) -> &'static str {
        "lists the most frequent values"
    }
}
