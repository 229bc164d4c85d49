//! Tests of the files of targets/: what is embedded, which source a search names, and what is said of files that are wrong.

use std::sync::OnceLock;

use super::*;
use crate::command;

fn given<'t>(name: &'t str, text: &'t str) -> impl Fn(&str) -> Option<String> + 't {
    move |file| (file == name).then(|| text.to_owned())
}

fn error(file: &str, text: &str) -> String {
    Targets::with(&given(file, text)).expect_err("the file is wrong").to_string()
}

/// The names of the sources that a search names.
fn sources(search: &str) -> Vec<String> {
    static TARGETS: OnceLock<Targets> = OnceLock::new();
    let targets = TARGETS.get_or_init(|| Targets::embedded().unwrap());
    let parsed = command::parse(search);
    assert!(parsed.is_clean(), "{search}: {:?}", parsed.diagnostics);
    let detection = command::lower(&parsed.pipeline).unwrap();
    let name = |sourced: &Sourced<'_>| sourced.source.map_or("-".to_owned(), |source| source.name.clone());
    bind(&detection, targets, None).iter().map(name).collect()
}

#[test]
fn the_embedded_files_are_consistent() {
    Targets::embedded().unwrap();
}

fn recognised(searches: &[(&str, &str)]) {
    for (search, expected) in searches {
        assert_eq!(sources(search), [*expected], "{search}");
    }
}

#[test]
fn sources_of_systems_are_recognised() {
    recognised(&[
        (r#"source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" Image=x"#, "windows.sysmon"),
        (
            r#"sourcetype=XmlWinEventLog source="*WinEventLog:Microsoft-Windows-Sysmon/Operational" Image=x"#,
            "windows.sysmon",
        ),
        (r#"sourcetype="WinEventLog:Security" EventCode=4624"#, "windows.security"),
        (
            "(eventtype=wineventlog_security OR Channel=Security OR source=XmlWinEventLog:Security) user=x",
            "windows.security",
        ),
        (r#"source="WinEventLog:System" EventCode=7045"#, "windows.system"),
        (r#"source="XmlWinEventLog:Application" EventCode=1000"#, "windows.application"),
        (
            r#"source="WinEventLog:Microsoft-Windows-Windows Defender/Operational" EventCode=5007"#,
            "windows.defender",
        ),
        ("sourcetype=WinEventLog EventCode=1", "windows.eventlog"),
        ("sourcetype=linux_secure user=root", "linux.auth"),
        (r#"source="/var/log/audit/audit.log" type=EXECVE"#, "linux.auditd"),
        ("sourcetype=syslog source=/var/log/messages process=x", "linux.syslog"),
        ("sourcetype=syslog process=x", "syslog"),
    ]);
}

#[test]
fn sources_of_clouds_networks_and_models_are_recognised() {
    recognised(&[
        ("sourcetype=aws:cloudtrail eventName=CreateUser", "aws.cloudtrail"),
        (r#"sourcetype="azure:monitor:aad" operationName=x"#, "azure.entra"),
        (r#"sourcetype="azure:monitor:aad" category=SignInLogs a=x"#, "azure.entra.signin"),
        (r#"sourcetype="mscs:azure:audit" a=x"#, "azure.activity"),
        (r#"sourcetype="o365:management:activity" Operation=x"#, "m365.audit"),
        (r#"sourcetype="google:gcp:pubsub:message" a=x"#, "gcp.audit"),
        (r#"sourcetype="OktaIM2:log" eventType=x"#, "okta"),
        (r#"source="okta:im2" sourcetype="OktaIM2:log" eventType=x"#, "okta"),
        ("sourcetype=okta:im2 eventType=x", "okta"),
        ("sourcetype=cisco:umbrella:dns query=x", "dns.server"),
        ("sourcetype=bluecoat:proxysg cs_host=x", "proxy"),
        ("sourcetype=kube:apiserver-audit verb=x", "kubernetes.audit"),
        ("sourcetype=stream:http http_method=POST", "stream.http"),
        ("sourcetype=stream:dns query=x", "stream.dns"),
        ("sourcetype=access_combined status=404", "web.server"),
        ("sourcetype=ms:iis:auto cs_method=PUT", "web.iis"),
        ("sourcetype=pan:traffic action=allowed", "firewall"),
        ("sourcetype=zeek:conn:json service=ssl", "zeek.conn"),
        ("sourcetype=bro:http:json uri=x", "zeek.http"),
        ("sourcetype=suricata event_type=alert", "suricata"),
        ("sourcetype=zscalernss-web url=x", "proxy"),
        ("sourcetype=osquery:results name=x", "osquery"),
        ("sourcetype=kube:apiserver:audit verb=x", "kubernetes.audit"),
        ("sourcetype=docker:events action=x", "docker.events"),
        (
            "| tstats count from datamodel=Endpoint.Processes where Processes.process=x by Processes.dest",
            "cim.processes",
        ),
        (
            "| tstats count from datamodel=Endpoint where nodename=Endpoint.Registry Registry.action=x by _time",
            "cim.registry",
        ),
        (
            "| tstats count from datamodel=Network_Traffic where All_Traffic.action=x by _time",
            "cim.network_traffic",
        ),
        ("| from datamodel:Authentication.Authentication | search action=failure", "cim.authentication"),
        ("tag=web url=x", "cim.web"),
        (
            "| tstats count from datamodel=Authentication.Failed_Authentication where a=x by _time",
            "cim.authentication",
        ),
        ("| tstats count from datamodel=Authentication.Default_Authentication where a=x by _time", "-"),
        (
            "| tstats count from datamodel=Network_Traffic.All_Traffic where nodename=All_Traffic All_Traffic.a=x by _time",
            "cim.network_traffic",
        ),
        ("sourcetype=my:own a=x", "-"),
    ]);
}

#[test]
fn parts_are_told_where_the_search_names_only_parts() {
    let sysmon =
        |rest: &str| sources(&format!("source=XmlWinEventLog:Microsoft-Windows-Sysmon/Operational {rest}"));
    assert_eq!(sysmon("EventCode=1 Image=x"), ["windows.sysmon.process"]);
    assert_eq!(sysmon("EventID=13 Details=x"), ["windows.sysmon.registry_set"]);
    assert_eq!(sysmon("EventCode IN (12, 13, 14) Details=x"), ["windows.sysmon.registry"]);
    assert_eq!(
        sysmon("(EventCode=1 OR EventCode=11) Image=x"),
        ["windows.sysmon.process", "windows.sysmon.file_create"]
    );
    // A pipe is event 17 and 18, and the search asks for one of them; 255 is no part; any number but one is all others.
    for whole in
        ["EventCode=17 PipeName=x", "EventCode IN (1, 255) Image=x", "EventCode!=1 Image=x", "Image=x"]
    {
        assert_eq!(sysmon(whole), ["windows.sysmon"], "{whole}");
    }
    // What several events come to is asked of all of them together.
    let counted = "EventCode IN (1, 3) | stats dc(EventCode) as n by host | where n > 1";
    assert_eq!(sysmon(counted), ["windows.sysmon"]);
}

#[test]
fn a_part_is_asked_what_is_left() {
    let targets = Targets::embedded().unwrap();
    let search = "sourcetype=sysmon (EventCode=1 a=x) OR (sourcetype=sysmon EventCode=3 b=y)";
    let detection = command::lower(&command::parse(search).pipeline).unwrap();
    let asked: Vec<String> = bind(&detection, &targets, None)
        .iter()
        .map(|one| crate::detection::tree::print(&one.predicate, 0))
        .collect();
    assert_eq!(asked, ["a is \"x\"\n", "b is \"y\"\n"]);
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (found, expected) in [
        (
            error("sigma", "version: 1\nviews: {}\nvews: {}\n"),
            "`sigma.yaml` line 3, at `vews`: unknown key `vews`, expected one of `version`, `field_list`, `field_namespaces`, `views`, `fields`, `sets`, `sources`, `any_source`, `unrecognised`; `views` is near",
        ),
        (
            error("rust", "version: 1\nunrecognised: {view: nowhere}\n"),
            "`rust.yaml` line 2, at `unrecognised > view`: the view `nowhere` is not defined",
        ),
        (
            error("rust", "version: 1\nviews: {v: {title: x}}\nsources:\n  docker.event: {}\n"),
            "`rust.yaml` line 4, at `sources > docker.event`: the source `docker.event` is not defined; `docker.events` is near",
        ),
        (error("rust", "version: 2\n"), "`rust.yaml`: version 2 is not read, only version 1"),
        (
            error("rust", "extends: other\n"),
            "`rust.yaml` line 1, at `extends`: the file `other.yaml`, which it extends, is not there; `extends` takes the name of a file of the folder, or `embedded` for the one that splc carries",
        ),
        (
            error("rust", "extends: embedded\nsets: {s: {a: b}}\n"),
            "`rust.yaml` line 2, at `sets > s`: no mapping takes the fields of the set `s`",
        ),
        (
            Targets::with(&|file| {
                (file == "rust")
                    .then(|| "extends: base".to_owned())
                    .or_else(|| (file == "base").then(|| "extends: embedded".to_owned()))
            })
            .unwrap_err()
            .to_string(),
            "`base.yaml` line 1, at `extends`: splc carries no file `base.yaml`; a file that extends another of the folder names it",
        ),
        (
            error("rust", "- a\n"),
            "`rust.yaml`: the file has to be a map of keys that begins with `version: 1`, or with `extends: embedded` and then only what differs",
        ),
        (
            error("rust", "views: {}\n"),
            "`rust.yaml`: missing key `version`: a file begins with `version: 1`, or with `extends: embedded` and then only what differs",
        ),
        (
            error("rust", "version: 1\nviews: {}\nviews: {}\n"),
            "`rust.yaml` line 3: the key `views` is there twice",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn mistakes_in_sources_are_told_with_their_place() {
    for (found, expected) in [
        (
            error("sources", "extends: embedded\nsources:\n  a: {title: A}\n"),
            "`sources.yaml` line 3, at `sources > a`: `recognise` or `part_of` has to say how the source is told",
        ),
        (
            error(
                "sources",
                "extends: embedded\nsources:\n  a: {title: A, part_of: windows.sysmn, values: [1x]}\n",
            ),
            "`sources.yaml` line 3, at `sources > a`: no source `windows.sysmn` has `parts_by`; `windows.sysmon` is near",
        ),
        (
            error("sources", "extends: embedded\nsources:\n  a: {title: A, recognise: [{sourcetyp: [x]}]}\n"),
            "`sources.yaml` line 3, at `sources > a > recognise[0] > sourcetyp`: `sourcetyp` does not tell where events come from; what does: `index`, `sourcetype`, `source`, `eventtype`, `tag`, `Channel`, `LogName`, `nodename`, `macro`, `datamodel`; `sourcetype` is near",
        ),
        (
            error("sources", "extends: embedded\nsources:\n  a: {title: A, recognise: [{sourcetype: []}]}\n"),
            "`sources.yaml` line 3, at `sources > a > recognise[0] > sourcetype`: `sourcetype` has to have at least one value",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

/// What is said of one field, after the file, its line and the way to the field.
fn field_error(target: &str, head: &str, field: &str) -> String {
    let rest = "version: 1\nviews:\n  v:\n    title: x\n    settings: {source: docker}\nsources:\n  docker.events:\n    mappings:\n      - view: v\n        fields:\n";
    let text = format!("{head}{rest}          a: {field}\n");
    let line = text.lines().count();
    let told = error(target, &text);
    let before =
        format!("`{target}.yaml` line {line}, at `sources > docker.events > mappings[0] > fields > a");
    told.strip_prefix(&before).unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[test]
fn mistakes_in_fields_are_told_with_their_place() {
    for (field, expected) in [
        ("docker.actin", "`: `docker.actin` is no field of Falco's source `docker`; `docker.action` is near"),
        (
            "{nme: x}",
            " > nme`: unknown key `nme`, expected one of `name`, `type`, `empty_is_absent`, `last_part_after`, `missing`, `assumes`; `name` is near",
        ),
        (
            "{name: x, missing: y}",
            "`: a field has either `name`, or `missing` with the reason, or `assumes` where it keeps its name",
        ),
    ] {
        assert_eq!(field_error("falco", "field_list: falco\n", field), expected);
    }
    for (field, expected) in [
        (
            "process.nme",
            "`: `process.nme` is no field of the Elastic Common Schema, nor does it begin with one of `field_namespaces`; `process.name` is near",
        ),
        ("{name: process.pid, type: keyword}", "`: `process.pid` is of the type `long`, not `keyword`"),
        (
            "{name: process.executable, last_part_after: x}",
            " > last_part_after`: `last_part_after` holds the characters that separate the parts of a path, such as `/`",
        ),
        (
            "{name: process.pid, last_part_after: /}",
            " > last_part_after`: `process.pid` is of the type `long`, which holds no path",
        ),
        ("message", "`: `message` is of the type `match_only_text`, which rules cannot test"),
        (
            "{name: aws.x, type: text}",
            " > type`: unknown value `text`, expected one of `keyword`, `wildcard`, `long`, `boolean`, `ip`",
        ),
    ] {
        assert_eq!(field_error("eql", "field_list: ecs\nfield_namespaces: [aws]\n", field), expected);
    }
}

#[test]
fn a_file_that_extends_says_only_what_differs() {
    let changes = "extends: embedded\nsources:\n  windows.security:\n    mappings:\n      - view: windows.security\n        fields: {Own: winlog.event_data.Own}\n";
    let targets = Targets::with(&given("eql", changes)).unwrap();
    let mapping = targets.map("eql").unwrap().mappings_of(targets.source("windows.security"))[0];
    for (field, expected) in
        [("Own", "winlog.event_data.Own"), ("TargetUserName", "winlog.event_data.TargetUserName")]
    {
        assert!(matches!(mapping.field(field), Mapped::Field(found) if found.name == expected), "{field}");
    }
    // A mistake in a joined list is told at its line in the user's file, not at that of the joined one.
    let wrong = "extends: embedded\nsources:\n  docker.events:\n    mappings:\n      - view: process\n        fields:\n          a: user.nme\n";
    let told = error("eql", wrong);
    assert!(told.starts_with("`eql.yaml` line 7, at"), "{told}");
    // One in the file that is extended is told there.
    let two = |file: &str| match file {
        "eql" => Some("extends: base\nviews: {}\n".to_owned()),
        "base" => Some(
            wrong.replace("extends: embedded", "version: 1\nfield_list: ecs\nviews: {process: {title: x}}"),
        ),
        _ => None,
    };
    let told = Targets::with(&two).unwrap_err().to_string();
    assert!(told.starts_with("`base.yaml` line 9, at"), "{told}");
    let told = error("eql", "extends: embedded\nviews: {docker.events: null}\n");
    assert!(told.starts_with("`eql.yaml`, at `sources > "), "{told}");
    assert!(told.ends_with("; so the file says that splc carries, which this one extends"), "{told}");
    // A source of the user is asked first.
    let own = "extends: embedded\nsources:\n  mine: {title: Mine, recognise: [{sourcetype: [\"aws:cloudtrail\"]}]}\n";
    let targets = Targets::with(&given("sources", own)).unwrap();
    assert_eq!(targets.sources().next().map(|source| source.name.as_str()), Some("mine"));
    // Files of one folder may extend each other, but not in a circle.
    let circle =
        |file: &str| Some(format!("extends: {}", if file == "sources" { "other" } else { "sources" }));
    let told = Targets::with(&circle).unwrap_err().to_string();
    let chain = "files extend each other in a circle: `sources.yaml`, which extends `other.yaml`, which extends `sources.yaml`";
    assert!(told.ends_with(chain), "{told}");
    let endless = |file: &str| Some(format!("extends: x{file}"));
    let told = Targets::with(&endless).unwrap_err().to_string();
    assert!(told.contains("more than 8 files extend each other in a row"), "{told}");
}

#[test]
fn fields_are_found_by_data_set_and_by_how_they_begin() {
    let targets = Targets::embedded().unwrap();
    let field = |target: &str, source: &str, name: &str| {
        targets.map(target).unwrap().mappings_of(targets.source(source))[0].field(name)
    };
    let name = |mapped: Mapped| match mapped {
        Mapped::Field(field) => (field.name, field.kind.word()),
        other => panic!("{other:?}"),
    };
    for (target, source, asked, expected) in [
        ("eql", "cim.processes", "Processes.process", ("process.command_line", "wildcard")),
        ("eql", "cim.processes", "process_id", ("process.pid", "long")),
        ("eql", "cim.network_traffic", "All_Traffic.src_ip", ("source.ip", "ip")),
        ("eql", "cim.processes", "Processes.unheard_of", ("unheard_of", "keyword")),
        ("sigma", "cim.processes", "Processes.process", ("CommandLine", "keyword")),
        ("sigma", "windows.security.process", "New_Process_Name", ("Image", "keyword")),
        ("sigma", "gcp.audit", "protoPayload.methodName", ("gcp.audit.method_name", "keyword")),
        ("sigma", "proxy", "cs_user_agent", ("c-useragent", "keyword")),
        ("sigma", "google_workspace.admin", "event.name", ("eventName", "keyword")),
        ("eql", "google_workspace.admin", "event.name", ("event.action", "keyword")),
        ("eql", "okta", "client.geographicalContext.country", ("client.geo.country_name", "keyword")),
        (
            "falco",
            "kubernetes.audit",
            "requestObject.spec.volumes{}.hostPath.path",
            ("ka.req.pod.volumes.hostpath", "keyword"),
        ),
        // What Splunk makes of an event is there for the rules that see events as it does.
        ("rust", "aws.cloudtrail", "date_hour", ("date_hour", "keyword")),
    ] {
        assert_eq!(name(field(target, source, asked)), (expected.0.to_owned(), expected.1), "{asked}");
    }
    let flattened = field("eql", "aws.cloudtrail", "requestParameters.policyArn");
    assert!(matches!(flattened, Mapped::Missing(reason) if reason.contains("flattened")));
    assert_eq!(field("falco", "kubernetes.audit", "unheard_of"), Mapped::Unknown);
    for asked in ["debugContext.debugData.behaviors", "debugContext.debugData.other"] {
        assert!(matches!(field("eql", "okta", asked), Mapped::Missing(_)), "{asked}");
    }
}

#[test]
fn fields_that_splunk_makes_are_in_no_log() {
    let targets = Targets::embedded().unwrap();
    for target in ["sigma", "eql", "falco"] {
        for mapping in targets.map(target).unwrap().mappings() {
            for field in ["date_hour", "date_wday", "linecount", "punct", "splunk_server", "_indextime"] {
                assert!(matches!(mapping.field(field), Mapped::Missing(_)), "{target}: {field}");
            }
        }
    }
    // A mapping has the last word, and so has a file that extends another.
    let own = "extends: embedded\nfields: {punct: null}\nsources: {zeek: {mappings: [{view: zeek, fields: {date_hour: hour}}]}}\n";
    let targets = Targets::with(&given("sigma", own)).unwrap();
    let field = |name| targets.map("sigma").unwrap().mappings_of(targets.source("zeek"))[0].field(name);
    for (asked, expected) in [("date_hour", "hour"), ("punct", "punct")] {
        assert!(matches!(field(asked), Mapped::Field(found) if found.name == expected), "{asked}");
    }
}

/// The schemas name the keys that are read, and no others: what serde expects is what they list.
#[test]
fn the_schemas_list_what_is_read() {
    let schema = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let sources = schema(include_str!("../../targets/schema/sources.json"));
    let target = schema(include_str!("../../targets/schema/target.json"));
    let listed = |schema: &serde_json::Value, at: &str| -> Vec<String> {
        let mut keys: Vec<String> =
            schema.pointer(at).unwrap().as_object().unwrap().keys().cloned().collect();
        keys.retain(|key| key != "extends");
        keys.sort();
        keys
    };
    let read = |file: &str, text: &str| -> Vec<String> {
        let told = error(file, text);
        let (_, names) = told.split_once("expected ").unwrap_or_else(|| panic!("{told}"));
        let names = names.split(';').next().unwrap_or_default();
        let mut keys: Vec<String> = names.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        keys.sort();
        keys
    };
    let mapping = |inner: &str| format!("version: 1\nany_source: {{view: v, {inner}}}\n");
    for (schema, at, read) in [
        (&sources, "/properties", read("sources", "version: 1\nxyzzy: 1\n")),
        (&sources, "/$defs/source/properties", read("sources", "version: 1\nsources: {a: {xyzzy: 1}}\n")),
        (&target, "/properties", read("rust", "version: 1\nxyzzy: 1\n")),
        (&target, "/$defs/view/properties", read("rust", "version: 1\nviews: {v: {xyzzy: 1}}\n")),
        (&target, "/$defs/source/properties", read("rust", "version: 1\nsources: {v: {xyzzy: 1}}\n")),
        (&target, "/$defs/mapping/properties", read("rust", &mapping("xyzzy: 1"))),
        (
            &target,
            "/$defs/mapping/properties/substitute/properties",
            read("rust", &mapping("substitute: {xyzzy: 1}")),
        ),
        (&target, "/$defs/field/anyOf/2/properties", read("rust", &mapping("fields: {a: {xyzzy: 1}}"))),
    ] {
        assert_eq!(listed(schema, at), read, "{at}");
    }
}
