//! `makejson`: writes fields into one JSON object; older form of tojson.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Makejson;

impl Command for Makejson {
    fn name(&self) -> &'static str {
        "makejson"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/makejson"
    }

    fn summary(&self) -> &'static str {
        "writes fields into one JSON object; older form of tojson"
    }
}
