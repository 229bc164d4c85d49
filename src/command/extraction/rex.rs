//! `rex`: extracts fields by a regular expression, or edits text like sed.
//!
//! In: a regular expression, and the field it applies to. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Rex;

impl Command for Rex {
    fn name(&self) -> &'static str {
        "rex"
    }

    fn shape(&self) -> Shape {
        Shape::Regex
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rex"
    }

    fn summary(&self) -> &'static str {
        "extracts fields by a regular expression, or edits text like sed"
    }
}
