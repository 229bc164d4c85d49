//! `xmlunescape`: undoes the escapes of XML.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Xmlunescape;

impl Command for Xmlunescape {
    fn name(&self) -> &'static str {
        "xmlunescape"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xmlunescape"
    }

    fn summary(&self) -> &'static str {
        "undoes the escapes of XML"
    }
}
