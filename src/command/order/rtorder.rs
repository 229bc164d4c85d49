//! `rtorder`: puts the events of a real-time search in order.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Rtorder;

impl Command for Rtorder {
    fn name(&self) -> &'static str {
        "rtorder"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rtorder"
    }

    fn summary(&self) -> &'static str {
        "puts the events of a real-time search in order"
    }
}
