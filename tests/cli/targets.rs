//! `--targets`, and what `list` and the report say of names that no file of targets/ knows.
//!
//! In: searches and files written here. Out: a verdict. Invariant: what is printed to be filled in loads as it is, and then
//! the names are known.

use std::fs;

use serde_json::Value as Json;

use super::{folder, splc};

const SEARCHES: &str = "[a]\nsearch = sourcetype=shop:orders item=\"x*\" price=5\n\
    [b]\nsearch = sourcetype=shop:orders item=y\n\
    [c]\nsearch = source=XmlWinEventLog:Security EventCode=4624 Own_Field=z\n\
    [d]\nsearch = | tstats count from datamodel=Shop.Carts where Carts.item=x by _time\n\
    [e]\nsearch = index=shop item=z\n";

#[test]
fn what_no_map_knows_is_counted_and_can_be_filled_in() {
    let folder = folder("targets_scaffold");
    fs::write(folder.join("s.conf"), SEARCHES).unwrap();
    let listed = splc(&folder, &["list", "s.conf"], "");
    for line in [
        "      2  sourcetype=shop:orders\n",
        "      1  datamodel=Shop.Carts\n",
        "      1  index=shop\n",
        "      2  eql    shop_orders  item\n",
        "      1  eql    windows.security  Own_Field\n",
        "# sources.yaml for `--targets DIR`\n",
        "# eql.yaml for `--targets DIR`\n",
    ] {
        assert!(listed.out.contains(line), "{line}: {}", listed.out);
    }
    assert!(!listed.out.contains("sourcetype=XmlWinEventLog"), "{}", listed.out);

    let of_search: Vec<Json> = splc(&folder, &["list", "s.conf", "--format", "json"], "")
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(of_search[0]["unmapped"]["scopes"][0]["name"], "shop:orders");

    splc(&folder, &["compile", "s.conf", "-o", "out", "--report", "r.json"], "");
    let report: Json = serde_json::from_str(&fs::read_to_string(folder.join("r.json")).unwrap()).unwrap();
    assert_eq!(report["unmapped"]["scopes"][0]["searches"], 2);
    let scaffold = report["scaffold"].as_object().unwrap();
    fs::create_dir(folder.join("own")).unwrap();
    for (file, text) in scaffold {
        fs::write(folder.join("own").join(file), text.as_str().unwrap()).unwrap();
    }
    let known = splc(&folder, &["list", "s.conf", "--targets", "own"], "");
    assert_eq!(known.status, 0, "{}", known.err);
    assert!(known.out.contains("sources     shop_orders\n"), "{}", known.out);
    assert!(known.out.contains("sources     shop_carts\n"), "{}", known.out);
    assert!(!known.out.contains("Names of log sources"), "{}", known.out);
}

#[test]
fn a_folder_may_change_single_lines_and_is_told_its_mistakes() {
    let folder = folder("targets_extends");
    fs::create_dir(folder.join("own")).unwrap();
    let write = |file: &str, text: &str| fs::write(folder.join("own").join(file), text).unwrap();
    let search = "sourcetype=our:trail eventName=CreateUser";
    write("bsae.yaml", "version: 1\n");
    write(
        "sources.yaml",
        "extends: embedded\nsources:\n  aws.cloudtrail:\n    recognise:\n      - sourcetype: [our:trail]\n",
    );
    let ran = splc(&folder, &["compile", "-", "-t", "sigma", "--targets", "own"], search);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("warning[unread-targets-file]: `own/bsae.yaml` is not read"), "{}", ran.err);
    assert_eq!(ran.err.matches("unread-targets-file").count(), 1, "{}", ran.err);
    assert!(ran.out.contains("service: cloudtrail"), "{}", ran.out);
    assert!(!ran.out.contains("sourcetype:"), "{}", ran.out);
    write(
        "eql.yaml",
        "extends: embedded\nsources:\n  aws.cloudtrail:\n    mappings:\n      - view: aws.cloudtrail\n        fields:\n          eventName: event.acton\n",
    );
    let ran = splc(&folder, &["list", "-", "--targets", "own"], search);
    assert_eq!(ran.status, 2);
    let told = "own: `eql.yaml` line 7, at `sources > aws.cloudtrail > mappings[0] > fields > eventName`: \
        `event.acton` is no field of the Elastic Common Schema, nor does it begin with one of `field_namespaces`; \
        `event.action` is near";
    assert!(ran.err.contains(told), "{}", ran.err);
    write("eql.yaml", "extends: embedded\nviews: {docker.events: {settings: {categories: any}}}\n");
    let ran = splc(&folder, &["list", "-", "--targets", "own"], search);
    let told = "own: `eql.yaml` line 2, at `views > docker.events > settings > categories`: unknown key `categories`";
    assert!(ran.err.contains(told), "{}", ran.err);
    write("eql.yaml", "extends: absent\n");
    let ran = splc(&folder, &["list", "-", "--targets", "own"], search);
    assert!(ran.err.contains("the file `absent.yaml`, which it extends, is not there"), "{}", ran.err);
}

/// The values of a list that the Kubernetes plugin gives one by one are looked for in a text of all since engine 0.62.0.
#[test]
fn rules_for_the_newer_engine_of_falco_are_verified() {
    let folder = folder("targets_falco_engine");
    let search = r#"sourcetype=kubernetes:api verb=create "requestObject.spec.containers{}.image"="docker.io/alpine*""#;
    let verify =
        |engine: &str| splc(&folder, &["verify", "-", "-t", "falco", "--falco-engine", engine], search).out;
    let newer = verify("0.62.0");
    assert!(newer.contains("falco     exact") && newer.contains(" 0 differences"), "{newer}");
    assert!(!newer.contains("    0 match"), "it compares nothing: {newer}");
    let older = verify("0.57.0");
    assert!(!older.contains("falco     exact"), "{older}");
}

/// Both rules of a correlation are for one log source: a search that is joined has to name the same one.
#[test]
fn a_join_of_one_known_source_is_a_correlation() {
    let folder = folder("targets_join");
    let searches = [
        "sourcetype=aws:cloudtrail eventName=CreateUser | join src_ip [search sourcetype=aws:cloudtrail eventName=DeleteUser | fields src_ip]",
        r#"source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 Image=a | join Computer [search source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 Image=b]"#,
        "sourcetype=aws:cloudtrail eventName=CreateUser | fillnull value=none user | stats count by user | where count > 3",
    ];
    let stanzas = searches.iter().enumerate().map(|(at, search)| format!("[s{at}]\nsearch = {search}\n"));
    fs::write(folder.join("s.conf"), stanzas.collect::<String>()).unwrap();
    let ran = splc(&folder, &["verify", "s.conf", "-t", "sigma"], "");
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("3 searches, 3 rules") && ran.out.contains(" 0 differences"), "{}", ran.out);
    for line in ran.out.lines().filter(|line| line.contains(" wider ")) {
        assert!(!line.contains(" 0 events") && !line.contains("    0 match"), "it compares nothing: {line}");
    }
    let compiled = splc(&folder, &["compile", "s.conf", "-t", "sigma"], "");
    assert_eq!(compiled.out.matches("type: temporal").count(), 2, "{}", compiled.out);
    assert_eq!(compiled.out.matches("type: event_count").count(), 2, "{}", compiled.out);
    let mut of_rules = compiled.out.lines().filter(|line| !line.starts_with('#'));
    assert!(!of_rules.any(|line| line.contains("sourcetype")), "{}", compiled.out);
    for other in ["sourcetype=linux_secure user=x", "EventCode=3 Image=x"] {
        let sysmon = "source=\"XmlWinEventLog:Microsoft-Windows-Sysmon/Operational\" EventCode=1 Image=a";
        let search = format!("{sysmon} | join Computer [search {other}]");
        let refused = splc(&folder, &["compile", "-", "-t", "sigma"], &search);
        assert!(
            refused.err.contains("the other search may look at events that are none of"),
            "{}",
            refused.err
        );
    }
}

/// Parts of a source, data models and values that an add-on adds mean the same in the rules as in the search.
#[test]
fn rules_of_mapped_sources_hold_to_their_searches() {
    let folder = folder("targets_verify");
    let searches = [
        r#"source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" (EventCode=1 OR EventCode=11) Image="*\\cmd.exe" NOT User=x"#,
        r#"source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode IN (12, 13, 14) TargetObject="*\\Run\\*""#,
        r#"source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode!=1 Image=x"#,
        r#"source="XmlWinEventLog:Security" EventCode=4688 (New_Process_Name="*\\x.exe" OR Process_Command_Line="*y*")"#,
        r#"source="XmlWinEventLog:Security" EventCode IN (4624, 4625) LogonType=3 TargetUserName!=x"#,
        "sourcetype=aws:cloudtrail eventName=CreateUser errorCode=AccessDenied",
        "sourcetype=aws:cloudtrail eventName=CreateUser errorCode=success",
        "sourcetype=aws:cloudtrail eventName=CreateUser NOT errorCode=success",
        "sourcetype=aws:cloudtrail eventName=CreateUser errorCode!=AccessDenied",
        "sourcetype=azure:monitor:aad category=SignInLogs properties.status.errorCode=50126",
        "sourcetype=linux_audit exe=\"/bin/*\" type=SYSCALL",
        "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=a Processes.process=\"*b*\" by Processes.user",
        "| tstats count from datamodel=Endpoint.Processes where Processes.process_name IN (a.exe, *b.exe) by Processes.user",
        "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=pow*l NOT Processes.process_name=*x* by _time",
        r#"| tstats count from datamodel=Endpoint.Processes where Processes.process_name=a Processes.process_path="C:\\b\\*" by _time"#,
        "| tstats count from datamodel=Endpoint.Processes where Processes.process=x Processes.parent_process_name!=a by _time",
        "| tstats dc(Processes.process_name) as n from datamodel=Endpoint.Processes where Processes.process=a by Processes.user | where n > 2",
        "| tstats count from datamodel=Endpoint.Processes where Processes.process=a by Processes.process_name Processes.user | where count > 2",
        r#"| tstats count from datamodel=Endpoint.Filesystem where Filesystem.file_name="*.docm" by _time"#,
        "| tstats count from datamodel=Network_Traffic where All_Traffic.dest_port=445 All_Traffic.src_ip=10.0.0.1 by _time",
    ];
    let stanzas = searches.iter().enumerate().map(|(at, search)| format!("[s{at}]\nsearch = {search}\n"));
    fs::write(folder.join("s.conf"), stanzas.collect::<String>()).unwrap();
    let ran = splc(&folder, &["verify", "s.conf"], "");
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("20 searches") && ran.out.contains(" 0 differences"), "{}", ran.out);
    for line in ran.out.lines().filter(|line| line.contains(" exact ") || line.contains(" wider ")) {
        assert!(!line.contains(" 0 events") && !line.contains("    0 match"), "it compares nothing: {line}");
    }
}

/// Who asks for the absence of a field that an add-on fills reads events that no add-on has touched.
#[test]
fn absence_of_a_field_that_an_add_on_fills_asks_the_log() {
    let search = "sourcetype=aws:cloudtrail eventName=AssumeRole NOT errorCode=*";
    let ran = splc(&folder("targets_absent"), &["compile", "-", "-t", "sigma"], search);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for line in ["fidelity: wider", "shown-where-absent: `errorCode` is absent", "errorCode|exists: true"] {
        assert!(ran.out.contains(line), "{line} in {}", ran.out);
    }
}

/// The tags of a field are known to the Splunk installation alone, as those of an event are.
#[test]
fn tags_of_one_field_are_no_field_of_a_target() {
    for search in ["index=a tag::host=web user=x", "index=a tag=ours user=x"] {
        let ran = splc(&folder("targets_tags"), &["compile", "-", "-t", "sigma"], search);
        assert!(ran.err.contains("unresolved-name") && !ran.out.contains("tag"), "{}{}", ran.out, ran.err);
    }
}

/// Events of other sources in a group may silence a rule that wants few.
#[test]
fn few_events_are_not_counted_among_those_of_other_sources() {
    let folder = folder("targets_mixed_count");
    fs::create_dir_all(folder.join("own")).unwrap();
    let own = "extends: embedded\nviews: {aws.cloudtrail: {mixed: true}}\n";
    fs::write(folder.join("own/sigma.yaml"), own).unwrap();
    let sigma = |asked: &str| {
        let search =
            format!("sourcetype=aws:cloudtrail eventName=A | stats count by eventSource | where {asked}");
        splc(&folder, &["compile", "-", "-t", "sigma", "--targets", "own"], &search)
    };
    let ran = sigma("count > 3");
    assert!(ran.out.contains("source-not-tested") && ran.out.contains("gt: 3"), "{}{}", ran.out, ran.err);
    let ran = sigma("count < 3");
    assert!(!ran.out.contains("lt: 3"), "{}", ran.out);
}

/// A source that nothing in the target tells apart is named, and the rule is no exact one.
#[test]
fn a_source_that_no_rule_can_test_makes_it_wider() {
    let folder = folder("targets_mixed");
    let eql = |search: &str| splc(&folder, &["compile", "-", "-t", "eql"], search);
    let ran = eql("index=net sourcetype=cisco:ios severity=high");
    assert!(ran.out.contains("source-not-tested") && ran.out.contains("fidelity: wider"), "{}", ran.out);
    let ran = eql("index=aws sourcetype=aws:cloudtrail eventName=AssumeRole");
    assert!(!ran.out.contains("source-not-tested") && ran.out.contains("fidelity: exact"), "{}", ran.out);
}
