//! `xyseries`: makes columns of the values of a field.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Xyseries;

impl Command for Xyseries {
    fn name(&self) -> &'static str {
        "xyseries"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["maketable"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xyseries"
    }

    fn summary(&self) -> &'static str {
        "makes columns of the values of a field"
    }
}
