//! `tojson`: writes fields into one JSON object.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Tojson;

impl Command for Tojson {
    fn name(&self) -> &'static str {
        "tojson"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/tojson"
    }

    fn summary(&self) -> &'static str {
        "writes fields into one JSON object"
    }
}
