//! `duplicate-title`: a title that several documents give. In: all queries of a run. Out: one finding at each but
//! the first.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Known, Lint, Subject};

static CODE: Code = Code::new(
    "duplicate-title",
    Severity::Note,
    "two searches with one title",
    "People and tools call searches by their titles: Splunk keeps saved searches by name (savedsearches.conf), \
     and engines take two rules of one name for one. Rules get digits behind such a title.",
);

/// The check.
pub(super) struct DuplicateTitle;

impl Lint for DuplicateTitle {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Root login\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=su user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Root su\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=su user=root\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let _ = known;
        let mut first: BTreeMap<String, &Subject<'_>> = BTreeMap::new();
        for (at, subject) in subjects.iter().enumerate() {
            let title = &subject.analytic.metadata.title;
            match first.get(&title.to_lowercase()) {
                Some(other) if other.document.path != subject.document.path && subject.is_described() => {
                    let message = format!(
                        "`{title}` is the title of a search in {} too",
                        other.document.path.display()
                    );
                    let finding = subject.about(&CODE, title, message);
                    findings
                        .push((at, finding.label("given before").help("say in the title what is different")));
                }
                Some(_) => {}
                None => {
                    first.insert(title.to_lowercase(), subject);
                }
            }
        }
    }
}
