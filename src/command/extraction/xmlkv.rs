//! `xmlkv`: extracts the elements of XML as fields.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Xmlkv;

impl Command for Xmlkv {
    fn name(&self) -> &'static str {
        "xmlkv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xmlkv"
    }

    fn summary(&self) -> &'static str {
        "extracts the elements of XML as fields"
    }
}
