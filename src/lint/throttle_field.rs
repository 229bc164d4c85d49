//! `throttle-field`: throttling by a field that the rows of the search do not have. In: the schedule that documents
//! give, and the fields after the last stage. Out: one finding a field.

use crate::command;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::function::Context;
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "throttle-field",
    Severity::Warning,
    "alerts are held back by a field that the search does not give",
    "With `alert.suppress.fields`, Splunk holds alerts back for rows of equal values of these fields \
     (savedsearches.conf). A field that no row has in the end is equal in all rows, so one alert silences all \
     the others.",
);

/// The check.
pub(super) struct ThrottleField;

impl Lint for ThrottleField {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "[Root login]\nsearch = index=auth user=root | stats count by src\nalert.suppress = 1\nalert.suppress.period = 1h\nalert.suppress.fields = user\n"
    }

    fn good(&self) -> &'static str {
        "[Root login]\nsearch = index=auth user=root | stats count by src, user\nalert.suppress = 1\nalert.suppress.period = 1h\nalert.suppress.fields = user\n"
    }

    fn file(&self) -> &'static str {
        "savedsearches.conf"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(throttle) = &subject.analytic.metadata.schedule.throttle else { return };
        let lost = command::lost_fields(&subject.parsed.pipeline, Context::nothing(), &throttle.fields);
        for field in lost {
            let message = format!("alerts are held back by `{field}`, which no row of the search has");
            findings.push(
                subject
                    .about(&CODE, field, message)
                    .label("equal in all rows, so that one alert silences all")
                    .help("keep the field to the end, or hold back by one that is there"),
            );
        }
    }
}
