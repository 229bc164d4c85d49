//! `kmeans`: puts rows into a number of clusters.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Kmeans;

impl Command for Kmeans {
    fn name(&self) -> &'static str {
        "kmeans"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/kmeans"
    }

    fn summary(&self) -> &'static str {
        "puts rows into a number of clusters"
    }
}
