//! `autoregress`: copies values of earlier rows into this one.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Autoregress;

impl Command for Autoregress {
    fn name(&self) -> &'static str {
        "autoregress"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/autoregress"
    }

    fn summary(&self) -> &'static str {
        "copies values of earlier rows into this one"
    }
}
