//! `mpreview`: shows raw metric points.
//!
//! In: functions over indexed fields, with a condition in the `search` language. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Mpreview;

impl Command for Mpreview {
    fn name(&self) -> &'static str {
        "mpreview"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["msearch"]
    }

    fn shape(&self) -> Shape {
        Shape::IndexedAggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/mpreview"
    }

    fn summary(&self) -> &'static str {
        "shows raw metric points"
    }
}
