//! `reltime`: says in words how long ago an event was.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Reltime;

impl Command for Reltime {
    fn name(&self) -> &'static str {
        "reltime"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/reltime"
    }

    fn summary(&self) -> &'static str {
        "says in words how long ago an event was"
    }
}
