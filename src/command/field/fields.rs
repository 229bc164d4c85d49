//! `fields`: keeps or removes fields.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Fields;

impl Command for Fields {
    fn name(&self) -> &'static str {
        "fields"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fields"
    }

    fn summary(&self) -> &'static str {
        "keeps or removes fields"
    }
}
