//! `iplocation`: adds the place of an address.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Iplocation;

impl Command for Iplocation {
    fn name(&self) -> &'static str {
        "iplocation"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/iplocation"
    }

    fn summary(&self) -> &'static str {
        "adds the place of an address"
    }
}
