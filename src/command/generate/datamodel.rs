//! `datamodel`: reads events or the definition of a data model.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Datamodel;

impl Command for Datamodel {
    fn name(&self) -> &'static str {
        "datamodel"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/datamodel"
    }

    fn summary(&self) -> &'static str {
        "reads events or the definition of a data model"
    }
}
