//! `inputintelligence`: reads rows of threat intelligence.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Inputintelligence;

impl Command for Inputintelligence {
    fn name(&self) -> &'static str {
        "inputintelligence"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/inputintelligence"
    }

    fn summary(&self) -> &'static str {
        "reads rows of threat intelligence"
    }
}
