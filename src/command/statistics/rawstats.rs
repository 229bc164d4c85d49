//! `rawstats`: computes statistics of the raw text.
//!
//! In: nothing. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Rawstats;

impl Command for Rawstats {
    fn name(&self) -> &'static str {
        "rawstats"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "computes statistics of the raw text"
    }
}
