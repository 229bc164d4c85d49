//! `runshellscript`: runs a shell script for an alert.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Runshellscript;

impl Command for Runshellscript {
    fn name(&self) -> &'static str {
        "runshellscript"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/runshellscript"
    }

    fn summary(&self) -> &'static str {
        "runs a shell script for an alert"
    }
}
