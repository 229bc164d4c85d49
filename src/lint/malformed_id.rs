//! `malformed-id`: an id that is no UUID. In: the ids that YAML and Markdown documents give. Out: one finding a
//! query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "malformed-id",
    Severity::Note,
    "an id that is no UUID",
    "contentctl and Sigma want a UUID as id (contentctl: `id`; Sigma specification: `id`). Targets that want \
     one get another, made from this.",
)
.pedantic();

/// The check.
pub(super) struct MalformedId;

impl Lint for MalformedId {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: root-login\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(id) = subject.analytic.metadata.id.as_ref().filter(|_| subject.is_described()) else {
            return;
        };
        if uuid::Uuid::try_parse(id).is_err() {
            findings.push(
                subject
                    .about(&CODE, id, format!("`{id}` is no UUID"))
                    .label("the id")
                    .help("give a UUID of its own as `id`"),
            );
        }
    }
}
