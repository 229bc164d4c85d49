//! `regex`: keeps events that a regular expression matches.
//!
//! In: a regular expression, and the field it applies to. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Regex;

impl Command for Regex {
    fn name(&self) -> &'static str {
        "regex"
    }

    fn shape(&self) -> Shape {
        Shape::Regex
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/regex"
    }

    fn summary(&self) -> &'static str {
        "keeps events that a regular expression matches"
    }
}
