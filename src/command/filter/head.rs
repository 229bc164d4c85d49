//! `head`: keeps the first rows, or rows up to a condition.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Head;

impl Command for Head {
    fn name(&self) -> &'static str {
        "head"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/head"
    }

    fn summary(&self) -> &'static str {
        "keeps the first rows, or rows up to a condition"
    }
}
