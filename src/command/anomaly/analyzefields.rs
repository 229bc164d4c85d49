//! `analyzefields`: finds which numeric fields predict a discrete one.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Analyzefields;

impl Command for Analyzefields {
    fn name(&self) -> &'static str {
        "analyzefields"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["af"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/analyzefields"
    }

    fn summary(&self) -> &'static str {
        "finds which numeric fields predict a discrete one"
    }
}
