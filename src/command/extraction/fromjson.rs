//! `fromjson`: makes fields of the keys of a JSON object.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Fromjson;

impl Command for Fromjson {
    fn name(&self) -> &'static str {
        "fromjson"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fromjson"
    }

    fn summary(&self) -> &'static str {
        "makes fields of the keys of a JSON object"
    }
}
