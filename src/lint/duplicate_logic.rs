//! `duplicate-logic`: two searches of one meaning. In: the intermediate forms of all queries of a run. Out: one
//! finding at each but the first. Searches that ask nothing of an event are left alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::detection::{Condition, Detection, Predicate, tree};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Known, Lint, Subject};
use crate::optimise;

static CODE: Code = Code::new(
    "duplicate-logic",
    Severity::Warning,
    "two searches that ask the same of events",
    "Two searches whose normalised forms are the same find the same events, however they are written (Search \
     Manual, \"Boolean expressions\"): parentheses, the order of terms, `IN` and a later `search` make no \
     difference. Each alert comes twice, and a change is made in one place only. Stages that only show rows are \
     not compared.",
);

/// The check.
pub(super) struct DuplicateLogic;

impl Lint for DuplicateLogic {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Superuser login\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth (user=root) action=login\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Superuser logout\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth (user=root) action=logout\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let _ = known;
        for group in alike(subjects) {
            let mut first: BTreeMap<String, usize> = BTreeMap::new();
            for at in group {
                let Some(subject) = subjects.get(at) else { continue };
                let Some(form) = subject.detection.and_then(normalised) else { continue };
                match first.get(&form).and_then(|first| subjects.get(*first)) {
                    Some(other) => {
                        let title = &other.analytic.metadata.title;
                        let place = other.document.path.display();
                        let message = format!("the search asks the same as `{title}`, in {place}");
                        let finding = Diagnostic::new(&CODE, subject.start(), message);
                        findings.push((at, finding.label("the same events").help("keep one of the two")));
                    }
                    None => {
                        first.insert(form, at);
                    }
                }
            }
        }
    }
}

/// Queries that name the same fields and have as many steps, as indexes: only those can be the same.
fn alike(subjects: &[Subject<'_>]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(BTreeSet<&str>, usize), Vec<usize>> = BTreeMap::new();
    for (at, subject) in subjects.iter().enumerate() {
        let Some(detection) = subject.detection else { continue };
        let mut fields = BTreeSet::new();
        detection.filters.iter().for_each(|filter| {
            filter.for_each_field(&mut |field| {
                fields.insert(field);
            });
        });
        groups.entry((fields, detection.steps.len())).or_default().push(at);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// What a search asks of events, as text; nothing if that is nothing, or only where events come from.
fn normalised(detection: &Detection) -> Option<String> {
    let predicate = optimise::predicate(optimise::fold(detection));
    let mut has_content = !detection.data_models.is_empty();
    predicate.for_each_field(&mut |field| has_content |= !SCOPE.contains(&field));
    let models: Vec<&str> = detection.data_models.iter().map(|(_, name)| name.as_str()).collect();
    let form =
        format!("{}{}{models:?}", tree::print(&canonical(predicate), 0), tree::steps(&detection.steps, 0));
    has_content.then_some(form)
}

/// The same predicate with its parts in one order.
fn canonical(predicate: Predicate) -> Predicate {
    match predicate.map_children(&mut canonical) {
        Predicate::And(mut parts) => {
            parts.sort();
            Predicate::And(parts)
        }
        Predicate::Or(mut parts) => {
            parts.sort();
            Predicate::Or(parts)
        }
        Predicate::Test(mut test) => {
            if let Condition::Some(values) | Condition::SomeOther(values) = &mut test.condition {
                values.sort();
            }
            Predicate::Test(test)
        }
        other => other,
    }
}

/// Fields that say where events come from.
const SCOPE: &[&str] = &["index", "source", "sourcetype", "host", "eventtype", "tag"];
