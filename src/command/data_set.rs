//! Data sets that lie below another of their data model, and the test that tells their events.
//!
//! In: the name of a data model with a data set, as `tstats`, `from` and `datamodel` take it. Out: what it adds to a search,
//! and the rows that pass. Invariant: the events of a data set in [`TOLD`] are those of the data set above it, all fields
//! of which it has, that pass the test. Data sets that a tag tells are not here: what has a tag only Splunk knows.

use crate::command::Row;
use crate::command::lowering::Lowering;
use crate::detection::{Condition, Predicate, Test, ValueTest, codes};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern};
use crate::source::{Origin, Span};

/// A data set that is told by the value of `action`.
struct Told {
    model: &'static str,
    /// The data set above it, which gives its name to the fields.
    above: &'static str,
    name: &'static str,
    action: &'static str,
}

const fn told(model: &'static str, above: &'static str, name: &'static str, action: &'static str) -> Told {
    Told { model, above, name, action }
}

/// Splunk Common Information Model Add-on, `default/data/models/*.json`, "constraints".
const TOLD: &[Told] = &[
    told("Authentication", "Authentication", "Failed_Authentication", "failure"),
    told("Authentication", "Authentication", "Successful_Authentication", "success"),
    told("Malware", "Malware_Attacks", "Allowed_Malware", "allowed"),
    told("Malware", "Malware_Attacks", "Blocked_Malware", "blocked"),
    told("Malware", "Malware_Attacks", "Deferred_Malware", "deferred"),
    told("Network_Traffic", "All_Traffic", "Allowed_Traffic", "allowed"),
    told("Network_Traffic", "All_Traffic", "Blocked_Traffic", "blocked"),
];

/// How a command names the fields of a data model.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// With the data set that has them: `All_Traffic.action`.
    Qualified,
    /// As they are: `action`.
    Plain,
}

/// The entry of a name such as `Authentication.Failed_Authentication`; data sets between may be named too.
fn find(name: &str) -> Option<&'static Told> {
    let (model, path) = name.split_once('.')?;
    let last = path.rsplit('.').next().unwrap_or(path);
    TOLD.iter().find(|told| told.model.eq_ignore_ascii_case(model) && told.name.eq_ignore_ascii_case(last))
}

impl Told {
    fn field(&self, names: Names) -> String {
        match names {
            Names::Qualified => format!("{}.action", self.above),
            Names::Plain => "action".to_owned(),
        }
    }
}

/// Records the data model that a search reads, and tests what tells its data set.
pub(super) fn read(lowering: &mut Lowering<'_>, name: &str, names: Names, span: Span) {
    let Some(told) = find(name) else {
        lowering.reads_model(name, span);
        return;
    };
    lowering.data_models.push((span, format!("{}.{}", told.model, told.above)));
    let field = told.field(names);
    let message = format!(
        "the data model `{}` is recorded, not tested; what tells its data set `{}` is tested: `{field}={}`",
        told.model, told.name, told.action
    );
    lowering.notes.push(Diagnostic::new(&codes::DATA_MODEL, span, message));
    let pattern = Pattern::literal(told.action, Case::Insensitive);
    let condition = Condition::Some(vec![ValueTest::Matches(pattern)]);
    lowering.filter(Predicate::Test(Test { field, condition, origin: Origin(span) }));
}

/// The rows of the data set.
pub(super) fn kept(name: &str, names: Names, mut rows: Vec<Row>) -> Vec<Row> {
    if let Some(told) = find(name) {
        let field = told.field(names);
        let is_told = |row: &Row| {
            row.event.values(&field).iter().any(|value| value.text().eq_ignore_ascii_case(told.action))
        };
        rows.retain(is_told);
    }
    rows
}
