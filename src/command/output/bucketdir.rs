//! `bucketdir`: joins file names into folders.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Bucketdir;

impl Command for Bucketdir {
    fn name(&self) -> &'static str {
        "bucketdir"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/bucketdir"
    }

    fn summary(&self) -> &'static str {
        "joins file names into folders"
    }
}
