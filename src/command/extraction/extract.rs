//! `extract`: extracts pairs of field and value from the text.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Extract;

impl Command for Extract {
    fn name(&self) -> &'static str {
        "extract"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["kv"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/extract"
    }

    fn summary(&self) -> &'static str {
        "extracts pairs of field and value from the text"
    }
}
