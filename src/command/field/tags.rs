//! `tags`: writes tags of values into fields.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Tags;

impl Command for Tags {
    fn name(&self) -> &'static str {
        "tags"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/tags"
    }

    fn summary(&self) -> &'static str {
        "writes tags of values into fields"
    }
}
