//! `transaction`: joins events into groups that belong together.
//!
//! In: fields and settings, of which some are conditions. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Transaction;

impl Command for Transaction {
    fn name(&self) -> &'static str {
        "transaction"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["transam"]
    }

    fn shape(&self) -> Shape {
        Shape::Transaction
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/transaction"
    }

    fn summary(&self) -> &'static str {
        "joins events into groups that belong together"
    }
}
