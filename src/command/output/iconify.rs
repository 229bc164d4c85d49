//! `iconify`: shows an icon for each value.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Iconify;

impl Command for Iconify {
    fn name(&self) -> &'static str {
        "iconify"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/iconify"
    }

    fn summary(&self) -> &'static str {
        "shows an icon for each value"
    }
}
