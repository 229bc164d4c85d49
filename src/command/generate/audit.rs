//! `audit`: reads the audit trail.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Audit;

impl Command for Audit {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/audit"
    }

    fn summary(&self) -> &'static str {
        "reads the audit trail"
    }
}
