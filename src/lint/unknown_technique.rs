//! `unknown-technique`: an id that names no technique. In: the techniques that documents name. Out: one finding an
//! id.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, attack};

static CODE: Code = Code::new(
    "unknown-technique",
    Severity::Warning,
    "a technique that ATT&CK does not have",
    "Ids of ATT&CK change: a technique becomes a part of another one, is deprecated, or goes (attack.mitre.org, \"Version \
     history\"). `T1086` became `T1059.001`. The table is that of release 17.0 for Enterprise; ids above its \
     highest, and those of industrial control systems, are not judged.",
);

/// The check.
pub(super) struct UnknownTechnique;

impl Lint for UnknownTechnique {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1086]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1059.001]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for technique in &subject.analytic.metadata.techniques {
            if !attack::is_of_this_release(technique) || attack::tactics_of(technique).is_some() {
                continue;
            }
            let message = format!("`{technique}` is no technique of ATT&CK {}", attack::VERSION);
            let main = technique.split('.').next().unwrap_or(technique);
            let help = match attack::tactics_of(main) {
                Some(_) if main != technique => format!("`{main}` is one, without such a part"),
                _ => "look up what it became, at attack.mitre.org".to_owned(),
            };
            findings.push(
                subject
                    .about(&CODE, technique, message)
                    .label("revoked, deprecated or never given")
                    .help(help),
            );
        }
    }
}
