//! Falco rules of searches as detection teams write them for Kubernetes audit logs, Docker and processes on Linux.
//!
//! In: a search. Out: what becomes of it, and words of its condition. Invariant: what a rule asks for is what the search
//! asks for, in the fields that Falco has (`targets/falco.yaml`); the rules are run against the reference elsewhere.

use std::path::Path;

use splc::backend::compile::{self, Settings, Status};
use splc::backend::falco::Engine;
use splc::backend::{self, Options};
use splc::document::{Document, format_of};
use splc::target::Targets;

/// Searches with their status and words of the condition.
const SEARCHES: &[(&str, Status, &[&str])] = &[
    (
        "sourcetype=kube:apiserver:audit verb=create objectRef.resource=pods objectRef.subresource=exec",
        Status::Exact,
        &[r#"tolower(ka.target.subresource) = "exec""#],
    ),
    (
        "sourcetype=kube:apiserver:audit objectRef.resource=secrets verb IN (get, list) NOT user.username=\"system:*\"",
        Status::Exact,
        &[r#"tolower(ka.verb) in ("get", "list")"#, r#"not tolower(ka.user.name) startswith "system:""#],
    ),
    (
        "sourcetype=kube:apiserver:audit requestObject.spec.containers{}.securityContext.privileged=true",
        Status::Exact,
        &[r#"ka.req.pod.containers.privileged intersects ("true")"#],
    ),
    (
        "sourcetype=kube:apiserver:audit user.groups{}=\"system:unauthenticated\"",
        Status::Exact,
        &[r#"jevt.value[/user/groups] icontains "[\"system:unauthenticated\"""#],
    ),
    (
        "sourcetype=kube:apiserver:audit verb=delete NOT sourceIPs{}=\"10.*\"",
        Status::Exact,
        &[r#"jevt.value[/sourceIPs] icontains ",\"10.""#],
    ),
    (
        "sourcetype=kube:apiserver:audit requestObject.message=\"Pulling image*\"",
        Status::Exact,
        &[r#"tolower(jevt.value[/requestObject/message]) startswith "pulling image""#],
    ),
    (
        "sourcetype=kube:apiserver:audit requestObject.metadata.annotations.a.b/c=\"x\"",
        Status::Exact,
        &[r"jevt.value[/requestObject/metadata/annotations/a.b~1c]"],
    ),
    (
        "sourcetype=docker:events action=\"exec_create*\"",
        Status::Exact,
        &[r#"tolower(docker.action) startswith "exec_create""#],
    ),
    (
        "sourcetype=\"sysmon:linux\" EventID=1 CommandLine=\"*curl*|*sh*\" OR CommandLine=\"*/dev/tcp/*\"",
        Status::Exact,
        &[r#"proc.cmdline iglob "*curl*|*sh*""#, r#"proc.cmdline icontains "/dev/tcp/""#],
    ),
    (
        "sourcetype=\"sysmon:linux\" EventID=1 Image=\"*/cat\" CommandLine=\"*/etc/shadow*\"",
        Status::Exact,
        &[r#"tolower(proc.exepath) endswith "/cat""#],
    ),
    (
        "sourcetype=\"sysmon:linux\" EventID=1 process_name=crontab NOT User=root",
        Status::Exact,
        &[r#"tolower(proc.name) = "crontab""#],
    ),
];

/// What becomes of a search for an engine: the status, the text, or why it was refused.
fn compiled(spl: &str, falco_engine: Engine) -> (Status, String) {
    let path = Path::new("rules.spl").to_path_buf();
    let documents = [Document::read(&path, spl.to_owned(), format_of(&path).unwrap())];
    let targets = Targets::embedded().unwrap();
    let understood = compile::understand(&documents, &Settings::of(&targets));
    let options = Options { falco_engine, ..Options::default() };
    let falco = backend::find("falco").unwrap();
    let result = compile::rules(&understood[0], falco, targets.map("falco").unwrap(), &options);
    let rule = &result.rules[0];
    let notes: Vec<&str> = rule.notes.iter().map(|note| note.message.as_str()).collect();
    let text = rule.written.as_ref().map(|(_, emission, _)| emission.text("file").to_owned());
    (rule.status, text.unwrap_or_else(|| notes.join("\n")))
}

#[test]
fn searches_of_the_kinds_that_falco_has_become_rules() {
    for (spl, status, words) in SEARCHES {
        let (found, text) = compiled(spl, Engine::default());
        assert_eq!(found, *status, "{spl}\n{text}");
        // Folded lines end where the text has a blank.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in *words {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}

/// What the plugin reads of each element of an array is a list (plugins/k8saudit, `extract.go`).
#[test]
fn elements_of_the_arrays_of_a_pod_have_fields_that_are_lists() {
    let head = "sourcetype=kube:audit verb=create ";
    for (asked, expected) in [
        (
            r#"requestObject.spec.volumes{}.hostPath.path="/""#,
            r#"ka.req.pod.volumes.hostpath intersects ("/")"#,
        ),
        (
            "requestObject.spec.containers{}.securityContext.allowPrivilegeEscalation=true",
            r#"ka.req.pod.containers.allow_privilege_escalation intersects ("true")"#,
        ),
        (
            "NOT requestObject.spec.initContainers{}.securityContext.runAsUser=0",
            r#"not ka.req.pod.initContainers.run_as_user intersects ("0")"#,
        ),
        (r#"requestObject.rules{}.verbs{}="*""#, "ka.req.role.rules.verbs exists"),
    ] {
        let (status, text) = compiled(&format!("{head}{asked}"), Engine::V0_62);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((status, text.contains(expected)), (Status::Exact, true), "{text}");
    }
    // Capabilities are one text for each container, and letters of a list are compared with case: left out.
    for asked in [
        "requestObject.spec.containers{}.securityContext.capabilities.add{}=SYS_ADMIN",
        "requestObject.spec.volumes{}.hostPath.path=/etc",
        "requestObject.rules{}.resources{}=secret*",
    ] {
        let (status, text) = compiled(&format!("{head}{asked}"), Engine::V0_62);
        assert_eq!((status, text.contains("dropped-test")), (Status::Wider, true), "{text}");
    }
}

#[test]
fn parts_of_the_values_of_a_list_want_the_newer_engine() {
    let spl = "sourcetype=kube:apiserver:audit requestObject.spec.containers{}.image=\"*alpine*\"";
    let (status, why) = compiled(spl, Engine::V0_57);
    assert_eq!((status, why.contains("is a list")), (Status::Refused, true), "{why}");
    let (status, text) = compiled(spl, Engine::V0_62);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(status, Status::Exact, "{text}");
    assert!(text.contains(r#"join("|", ka.req.pod.containers.image)"#) && text.contains("0.62.0"), "{text}");
}
