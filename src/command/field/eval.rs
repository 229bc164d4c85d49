//! `eval`: sets fields to the values of expressions.
//!
//! In: fields set to expressions, with commas between them. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Eval;

impl Command for Eval {
    fn name(&self) -> &'static str {
        "eval"
    }

    fn shape(&self) -> Shape {
        Shape::Assignments
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/eval"
    }

    fn summary(&self) -> &'static str {
        "sets fields to the values of expressions"
    }
}
