//! `dedup`: keeps the first rows of each combination of values.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Dedup;

impl Command for Dedup {
    fn name(&self) -> &'static str {
        "dedup"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/dedup"
    }

    fn summary(&self) -> &'static str {
        "keeps the first rows of each combination of values"
    }
}
