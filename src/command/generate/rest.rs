//! `rest`: reads an endpoint of the server.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Rest;

impl Command for Rest {
    fn name(&self) -> &'static str {
        "rest"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rest"
    }

    fn summary(&self) -> &'static str {
        "reads an endpoint of the server"
    }
}
