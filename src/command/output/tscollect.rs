//! `tscollect`: writes indexed fields into a namespace.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Tscollect;

impl Command for Tscollect {
    fn name(&self) -> &'static str {
        "tscollect"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/tscollect"
    }

    fn summary(&self) -> &'static str {
        "writes indexed fields into a namespace"
    }
}
