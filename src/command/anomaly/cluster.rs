//! `cluster`: groups events whose text is similar.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Cluster;

impl Command for Cluster {
    fn name(&self) -> &'static str {
        "cluster"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["slc"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/cluster"
    }

    fn summary(&self) -> &'static str {
        "groups events whose text is similar"
    }
}
