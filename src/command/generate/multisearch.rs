//! `multisearch`: runs several streaming searches at once.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Multisearch;

impl Command for Multisearch {
    fn name(&self) -> &'static str {
        "multisearch"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/multisearch"
    }

    fn summary(&self) -> &'static str {
        "runs several streaming searches at once"
    }
}
