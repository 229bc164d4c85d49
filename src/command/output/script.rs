//! `script`: runs a script over the rows.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Script;

impl Command for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["run"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/script"
    }

    fn summary(&self) -> &'static str {
        "runs a script over the rows"
    }
}
