//! `return`: gives values of a sub-search back.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Return;

impl Command for Return {
    fn name(&self) -> &'static str {
        "return"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/return"
    }

    fn summary(&self) -> &'static str {
        "gives values of a sub-search back"
    }
}
