//! `federate`: runs a search on other deployments.
//!
//! In: providers of other deployments and a sub-search in brackets. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Federate;

impl Command for Federate {
    fn name(&self) -> &'static str {
        "federate"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/search/federated-search/10.4/run-federated-searches-across-other-splunk-deployments"
    }

    fn summary(&self) -> &'static str {
        "runs a search on other deployments"
    }
}
