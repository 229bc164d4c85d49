//! `kvform`: extracts fields by a form template.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Kvform;

impl Command for Kvform {
    fn name(&self) -> &'static str {
        "kvform"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/kvform"
    }

    fn summary(&self) -> &'static str {
        "extracts fields by a form template"
    }
}
