//! `missing-id`: a search whose document does not give an id. In: the metadata of YAML and Markdown documents. Out:
//! one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "missing-id",
    Severity::Note,
    "a search without an id",
    "An id stays when the title or the search changes, so that alerts, exceptions and rules made from the \
     search can refer to it (contentctl: `id`; Sigma specification: `id`). Without one it is made from path, \
     title and text.",
)
.pedantic();

/// The check.
pub(super) struct MissingId;

impl Lint for MissingId {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        if subject.is_described() && subject.analytic.metadata.id.is_none() {
            let title = &subject.analytic.metadata.title;
            findings.push(
                Diagnostic::new(&CODE, subject.start(), format!("`{title}` has no id"))
                    .label("the search")
                    .help("give a UUID of its own as `id`"),
            );
        }
    }
}
