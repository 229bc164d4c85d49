//! `accum`: keeps a running total of a field.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Accum;

impl Command for Accum {
    fn name(&self) -> &'static str {
        "accum"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/accum"
    }

    fn summary(&self) -> &'static str {
        "keeps a running total of a field"
    }
}
