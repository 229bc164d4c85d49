//! `collapse`: joins the pieces of a stored result.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Collapse;

impl Command for Collapse {
    fn name(&self) -> &'static str {
        "collapse"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/collapse"
    }

    fn summary(&self) -> &'static str {
        "joins the pieces of a stored result"
    }
}
