//! `duplicate-id`: an id that several documents give. In: all queries of a run. Out: one finding at each but the
//! first.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Known, Lint, Subject};

static CODE: Code = Code::new(
    "duplicate-id",
    Severity::Warning,
    "two searches with one id",
    "An id tells searches apart (contentctl: `id`, which it wants to be unique; Sigma specification: `id`). Of \
     two with one id, tools keep one, or take the second for a change of the first.",
);

/// The check.
pub(super) struct DuplicateId;

impl Lint for DuplicateId {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Root su\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=su user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Root su\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=su user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let _ = known;
        let mut first: BTreeMap<&str, &Subject<'_>> = BTreeMap::new();
        for (at, subject) in subjects.iter().enumerate() {
            let Some(id) = subject.analytic.metadata.id.as_deref() else { continue };
            match first.get(id) {
                Some(other) if other.document.path != subject.document.path => {
                    let title = &other.analytic.metadata.title;
                    let place = other.document.path.display();
                    let message = format!("`{id}` is the id of `{title}` too, in {place}");
                    let finding = subject.about(&CODE, id, message);
                    findings
                        .push((at, finding.label("given before").help("give each search an id of its own")));
                }
                Some(_) => {}
                None => {
                    first.insert(id, subject);
                }
            }
        }
    }
}
