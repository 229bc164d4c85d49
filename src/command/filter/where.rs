//! `where`: keeps rows for which an expression is true.
//!
//! In: an expression that is true or false. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Where;

impl Command for Where {
    fn name(&self) -> &'static str {
        "where"
    }

    fn shape(&self) -> Shape {
        Shape::Boolean
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/where"
    }

    fn summary(&self) -> &'static str {
        "keeps rows for which an expression is true"
    }
}
