//! Events made from a seed: four of five are processes that start, of the size and fields that Sysmon writes them with,
//! the others are audited requests to Kubernetes.
//!
//! Out: lines of JSON, about 1 kB each. Invariant: the same seed gives the same lines; one of a thousand is made to pass one
//! of the rules, and hardly any other does (see `rules`). Programs and words are those that rules are made of, in other company.

use std::fmt::Write as _;

use crate::rules::{Choices, FLAGS, Item, PROGRAMS, Rule, Way, regex};

/// So many lines, of which one in a thousand is made for one of the rules.
pub(crate) fn lines(count: usize, rules: &[Rule]) -> Vec<u8> {
    let mut choices = Choices::new(0xE7E7);
    let mut text = Vec::new();
    for at in 0..count {
        let rule = (at % 1000 == 500 && !rules.is_empty()).then(|| &rules[choices.below(rules.len())]);
        let is_audit = rule.map_or(at % 5 == 4, |rule| rule.is_audit);
        let line = if is_audit { audit(&mut choices, rule) } else { process(&mut choices, rule) };
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    text
}

/// The value that the rule asks of a field, or another.
fn asked(rule: Option<&Rule>, field: &str, otherwise: String) -> String {
    let items = rule.into_iter().flat_map(|rule| &rule.tests).filter(|item| item.field == field);
    let values = |item: &Item| if item.all { item.values.join(" ") } else { item.values[0].clone() };
    items.fold(otherwise, |before, item| match item.way {
        Way::Is | Way::AtLeast => values(item),
        Way::Starts => values(item) + "\\x.exe",
        Way::Ends => format!("C:\\Windows\\System32{}", values(item)),
        Way::Contains => format!("{before} {} x", values(item)),
        Way::Regex => format!("{before} {}", regex(&item.values[0]).1),
        Way::Network => values(item).replace(".0/24", ".17"),
    })
}

fn path(choices: &mut Choices) -> String {
    let folder = choices.of(&[
        "C:\\Windows\\System32",
        "C:\\Windows\\System32",
        "C:\\Windows\\SysWOW64",
        "C:\\Program Files\\Common Files",
        "C:\\Users\\ada\\AppData\\Local\\Programs",
        "C:\\Program Files (x86)\\Microsoft\\Edge\\Application",
    ]);
    if choices.below(4) > 0 {
        format!("{folder}\\{}", PROGRAMS[choices.skewed(PROGRAMS.len())])
    } else {
        format!("{folder}\\{}.exe", choices.word())
    }
}

fn command_line(choices: &mut Choices, image: &str) -> String {
    let mut line = format!("\"{image}\"");
    for _ in 0..2 + choices.below(7) {
        let word = choices.word();
        let _ = match choices.below(7) {
            0 => write!(line, " --{word}={}", choices.digest(12)),
            1 => write!(line, " C:\\Users\\ada\\Documents\\{word}.txt"),
            2 if choices.below(3) == 0 => write!(line, "{}", choices.of(FLAGS)),
            3 => write!(line, " /{word}:{}", choices.below(5000)),
            4 => write!(line, " -{word}"),
            _ => write!(line, " {word}"),
        };
    }
    line
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn process(choices: &mut Choices, rule: Option<&Rule>) -> String {
    let image = asked(rule, "Image", path(choices));
    let parent = asked(rule.filter(|rule| rule.unless.is_empty()), "ParentImage", path(choices));
    let parent = if rule.is_some_and(|rule| !rule.unless.is_empty()) {
        asked(rule, "ParentImage", "C:\\Windows\\x.exe".to_owned())
    } else {
        parent
    };
    let command_line_ = command_line(choices, &image);
    let parent_line = command_line(choices, &parent);
    let name = image.rsplit('\\').next().unwrap_or_default().to_owned();
    let hashes = format!(
        "SHA1={},MD5={},SHA256={},IMPHASH={}",
        choices.digest(40),
        choices.digest(32),
        choices.digest(64),
        choices.digest(32)
    );
    let id = choices.below(900_000);
    let level = choices.of(&["Medium", "High", "System", "Low"]).to_owned();
    let members = [
        ("Provider_Name", quoted("Microsoft-Windows-Sysmon")),
        ("EventID", "1".to_owned()),
        ("Version", "5".to_owned()),
        ("Level", "4".to_owned()),
        ("Keywords", quoted("0x8000000000000000")),
        (
            "TimeCreated_SystemTime",
            quoted(&format!("2026-01-12T08:{:02}:{:02}.{:06}Z", id / 60 % 60, id % 60, id)),
        ),
        ("EventRecordID", id.to_string()),
        ("Execution_ProcessID", choices.below(9000).to_string()),
        ("Channel", quoted("Microsoft-Windows-Sysmon/Operational")),
        ("Computer", quoted(&format!("host-{:03}.example.org", choices.below(400)))),
        ("ProcessGuid", quoted(&format!("0197231E-5D9C-6929-{:04X}-000000000D00", id % 65_536))),
        ("ProcessId", choices.below(30_000).to_string()),
        ("Image", quoted(&image)),
        ("FileVersion", quoted("10.0.19041.1 (WinBuild.160101.0800)")),
        ("Description", quoted("Part of the operating system")),
        ("Company", quoted("Example Corporation")),
        ("OriginalFileName", quoted(&asked(rule, "OriginalFileName", name))),
        ("CommandLine", quoted(&asked(rule, "CommandLine", command_line_))),
        ("CurrentDirectory", quoted("C:\\Users\\ada\\")),
        ("User", quoted(&format!("EXAMPLE\\user{}", choices.below(300)))),
        ("LogonId", quoted(&format!("0x{:x}", choices.below(1 << 24)))),
        ("IntegrityLevel", quoted(&asked(rule, "IntegrityLevel", level))),
        ("Hashes", quoted(&asked(rule, "Hashes", hashes))),
        ("ParentProcessId", choices.below(30_000).to_string()),
        ("ParentImage", quoted(&parent)),
        ("ParentCommandLine", quoted(&parent_line)),
        ("ParentUser", quoted("EXAMPLE\\ada")),
    ];
    object(&members)
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn audit(choices: &mut Choices, rule: Option<&Rule>) -> String {
    let resource = choices.of(&["pods", "secrets", "configmaps", "leases", "nodes", "endpoints", "events"]);
    let resource = asked(rule, "objectRef.resource", resource.to_owned());
    let verb =
        asked(rule, "verb", choices.of(&["get", "list", "watch", "update", "create", "patch"]).to_owned());
    let name = asked(rule, "objectRef.name", format!("{}-{}", choices.word(), choices.below(100)));
    let user = asked(rule, "user.username", format!("system:node:node-{}", choices.below(200)));
    let uri = asked(rule, "requestURI", format!("/api/v1/namespaces/{}/{resource}/{name}", choices.word()));
    let agent = asked(rule, "userAgent", "kubelet/v1.30.2 (linux/amd64) kubernetes/39683505".to_owned());
    let images: Vec<String> = (0..3)
        .map(|at| {
            format!(
                "{{\"name\":\"c{at}\",\"image\":\"registry.example.org/{}:v{at}\",\"ports\":[{}]}}",
                choices.word(),
                choices.below(9000)
            )
        })
        .collect();
    let address = asked(rule, "sourceIPs", format!("10.0.{}.{}", choices.below(256), choices.below(256)));
    let code = asked(rule, "responseStatus.code", choices.of(&["200", "200", "200", "404"]).to_owned());
    let id = choices.digest(32);
    let members = [
        ("kind", quoted("Event")),
        ("apiVersion", quoted("audit.k8s.io/v1")),
        ("level", quoted("RequestResponse")),
        ("auditID", quoted(&id)),
        ("stage", quoted("ResponseComplete")),
        ("requestURI", quoted(&uri)),
        ("verb", quoted(&verb)),
        (
            "user",
            format!(
                "{{\"username\":{},\"groups\":[\"system:nodes\",\"system:authenticated\"]}}",
                quoted(&user)
            ),
        ),
        ("sourceIPs", format!("[{}]", quoted(&address))),
        ("userAgent", quoted(&agent)),
        (
            "objectRef",
            format!(
                "{{\"resource\":{},\"namespace\":\"kube-system\",\"name\":{},\"apiVersion\":\"v1\"}}",
                quoted(&resource),
                quoted(&name)
            ),
        ),
        ("responseStatus", format!("{{\"metadata\":{{}},\"code\":{code}}}")),
        (
            "requestObject",
            format!("{{\"spec\":{{\"containers\":[{}],\"hostNetwork\":false}}}}", images.join(",")),
        ),
        ("requestReceivedTimestamp", quoted("2026-01-12T08:30:20.966901Z")),
        (
            "annotations",
            "{\"authorization.k8s.io/decision\":\"allow\",\"authorization.k8s.io/reason\":\"\"}".to_owned(),
        ),
    ];
    object(&members)
}
