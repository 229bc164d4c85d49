//! `missing-technique`: a search whose document does not give a technique. In: the metadata of YAML and Markdown
//! documents. Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "missing-technique",
    Severity::Note,
    "a search without a technique",
    "An alert without a technique of ATT&CK is in no report of coverage (attack.mitre.org). contentctl, the \
     format of Splunk's security content, wants `mitre_attack_id`; other documents name it in their tags, title \
     or text.",
)
.pedantic();

/// The check.
pub(super) struct MissingTechnique;

impl Lint for MissingTechnique {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        if subject.is_described() && subject.analytic.metadata.techniques.is_empty() {
            let title = &subject.analytic.metadata.title;
            findings.push(
                Diagnostic::new(&CODE, subject.start(), format!("`{title}` has no technique"))
                    .label("the search")
                    .help("name the technique that the search detects, such as `mitre_attack_id: [T1078]`"),
            );
        }
    }
}
