//! `nomv`: joins the values of a field into one text.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Nomv;

impl Command for Nomv {
    fn name(&self) -> &'static str {
        "nomv"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/nomv"
    }

    fn summary(&self) -> &'static str {
        "joins the values of a field into one text"
    }
}
