//! `metasearch`: reads the metadata of events that match.
//!
//! In: the `search` language. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Metasearch;

impl Command for Metasearch {
    fn name(&self) -> &'static str {
        "metasearch"
    }

    fn shape(&self) -> Shape {
        Shape::Search
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/metasearch"
    }

    fn summary(&self) -> &'static str {
        "reads the metadata of events that match"
    }
}
