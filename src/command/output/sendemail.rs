//! `sendemail`: sends the rows by mail.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sendemail;

impl Command for Sendemail {
    fn name(&self) -> &'static str {
        "sendemail"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sendemail"
    }

    fn summary(&self) -> &'static str {
        "sends the rows by mail"
    }
}
