//! `outlier`: removes or cuts numbers that lie far from the others.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Outlier;

impl Command for Outlier {
    fn name(&self) -> &'static str {
        "outlier"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["outlierfilter"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/outlier"
    }

    fn summary(&self) -> &'static str {
        "removes or cuts numbers that lie far from the others"
    }
}
