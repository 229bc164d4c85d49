//! `fieldsummary`: computes statistics of each field.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Fieldsummary;

impl Command for Fieldsummary {
    fn name(&self) -> &'static str {
        "fieldsummary"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fieldsummary"
    }

    fn summary(&self) -> &'static str {
        "computes statistics of each field"
    }
}
