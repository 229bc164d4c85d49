//! `bad-date`: a date that does not exist. In: the dates that documents give. Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "bad-date",
    Severity::Warning,
    "a date that no calendar has",
    "A date is `YYYY-MM-DD` (contentctl: `date`; ISO 8601). One with a thirteenth month is a slip of day and \
     month, and tools that sort by it fail.",
);

/// The check.
pub(super) struct BadDate;

impl Lint for BadDate {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-31-01\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(date) = &subject.analytic.metadata.date else { return };
        if date.parse::<jiff::civil::Date>().is_err() {
            findings.push(
                subject
                    .about(&CODE, date, format!("`{date}` is no day"))
                    .label("no such month or day")
                    .help("write it as `YYYY-MM-DD`"),
            );
        }
    }
}
