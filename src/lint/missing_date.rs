//! `missing-date`: a search whose document does not give a date. In: the metadata of YAML and Markdown documents.
//! Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "missing-date",
    Severity::Note,
    "a search without a date",
    "The date says how old a detection is (contentctl: `date`; Sigma specification: `date`). Targets that want \
     one get a fixed date instead.",
)
.pedantic();

/// The check.
pub(super) struct MissingDate;

impl Lint for MissingDate {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        if subject.is_described() && subject.analytic.metadata.date.is_none() {
            let title = &subject.analytic.metadata.title;
            findings.push(
                Diagnostic::new(&CODE, subject.start(), format!("`{title}` has no date"))
                    .label("the search")
                    .help("give the day of the last change as `date: YYYY-MM-DD`"),
            );
        }
    }
}
