//! `tactic-mismatch`: a tactic beside techniques of other tactics. In: the tactics and techniques that a document
//! names. Out: one finding a tactic. Where some technique is not known, nothing is said.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, attack};

static CODE: Code = Code::new(
    "tactic-mismatch",
    Severity::Warning,
    "a tactic that no technique of the search belongs to",
    "Each technique of ATT&CK belongs to some tactics (attack.mitre.org). A tactic that none of the named \
     techniques belongs to is a slip, or a technique is missing. The table is that of release 17.0 for \
     Enterprise.",
);

/// The check.
pub(super) struct TacticMismatch;

impl Lint for TacticMismatch {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1003]\ntactics: [impact]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1003]\ntactics: [credential-access]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let metadata = &subject.analytic.metadata;
        let known: Vec<_> = metadata.techniques.iter().map(|it| attack::tactics_of(it)).collect();
        if known.is_empty() || known.iter().any(Option::is_none) {
            return;
        }
        for name in &metadata.tactics {
            let Some(tactic) = attack::tactic(name) else { continue };
            if known.iter().flatten().any(|tactics| tactics.contains(&tactic)) {
                continue;
            }
            let techniques = metadata.techniques.join("`, `");
            let message = format!("`{}` is no tactic of `{techniques}`", attack::tactic_name(tactic));
            let mut right: Vec<&str> =
                known.iter().flatten().flat_map(|ids| ids.iter().map(|id| attack::tactic_name(id))).collect();
            right.sort_unstable();
            right.dedup();
            findings.push(
                subject
                    .about(&CODE, name, message)
                    .label("belongs to other techniques")
                    .help(format!("of these techniques are `{}`", right.join("`, `"))),
            );
        }
    }
}
