//! `ingestpreview`: shows what the settings of indexing would do to events.
//!
//! In: settings of `props.conf` and `transforms.conf`. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Ingestpreview;

impl Command for Ingestpreview {
    fn name(&self) -> &'static str {
        "ingestpreview"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "shows what the settings of indexing would do to events"
    }
}
