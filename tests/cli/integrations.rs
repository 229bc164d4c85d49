//! EQL rules for logs that an integration of Elastic reads, and Windows events under the labels of their text.
//!
//! In: searches as they are written for the add-ons of Splunk. Out: a verdict. Invariant: a rule names the data set of its
//! events and the fields that the pipeline fills, and says of every other name that it was kept or left out.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{folder, splc};

/// The query of the rule for a search, on one line, with its notes before it.
fn rule(target: &str, search: &str) -> String {
    // Tests run at the same time, each in a folder of its own.
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let ran = splc(&folder(&format!("integrations_{number}")), &["compile", "-", "-t", target], search);
    assert_eq!(ran.status, 0, "{search}: {}", ran.err);
    ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds(target: &str, search: &str, expected: &[&str]) {
    let rule = rule(target, search);
    for part in expected {
        assert!(rule.contains(part), "{search}: {part} in {rule}");
    }
}

#[test]
fn logs_of_linux_are_told_by_their_data_set() {
    holds(
        "eql",
        "sourcetype=linux_secure user=root action=failure",
        &[
            "fidelity: exact",
            r#"any where event.dataset == "system.auth" and ?user.name : "root" and ?event.outcome : "failure""#,
        ],
    );
    holds(
        "eql",
        "sourcetype=linux_messages_syslog process=sshd",
        &[r#"any where event.dataset == "system.syslog" and ?process.name : "sshd""#],
    );
    holds(
        "eql",
        "sourcetype=linux_audit euid=0 auid!=4294967295",
        &[r#"?user.effective.id : "0""#, "dropped-test: `some value of auid is not"],
    );
}

#[test]
fn logs_of_networks_and_services_are_told_by_their_data_set() {
    for (search, expected) in [
        (
            "sourcetype=access_combined status=404 uri=*/etc/passwd*",
            r#"event.dataset in ("apache.access", "nginx.access") and ?http.response.status_code == 404 and ?url.original : "*/etc/passwd*""#,
        ),
        (
            "sourcetype=ms:iis:auto cs_method=PUT",
            r#"event.dataset == "iis.access" and ?http.request.method : "PUT""#,
        ),
        (
            "sourcetype=pan:threat severity=critical log_subtype=virus",
            r#"panw.panos.type == "THREAT" and ?log.level : "critical" and ?panw.panos.sub_type : "virus""#,
        ),
        (
            "sourcetype=fgt_traffic app=ssl dest_port!=443",
            r#"?network.application : "ssl" and ?destination.port != null and not ?destination.port == 443"#,
        ),
        (
            r#"sourcetype=zeek:ssl:json version=TLSv10 server_name!="*.corp.local""#,
            r#"event.dataset == "zeek.ssl" and ?zeek.ssl.version : "TLSv10" and ?zeek.ssl.server.name != null and not ?zeek.ssl.server.name : "*.corp.local""#,
        ),
        (
            "sourcetype=bro:conn:json id.resp_p=445 service=smb",
            r#"event.dataset == "zeek.connection" and ?destination.port == 445 and ?network.protocol : "smb""#,
        ),
        (
            r#"sourcetype=suricata event_type=alert alert.signature="ET *""#,
            r#"event.dataset == "suricata.eve" and ?suricata.eve.event_type : "alert" and ?rule.name : "ET *""#,
        ),
        (
            "sourcetype=osquery:results columns.path=/tmp/* action=added",
            r#"event.dataset == "osquery_manager.result" and ?osquery_meta.action : "added" and ?osquery.path : "/tmp/*""#,
        ),
        (
            "sourcetype=aws:cloudwatch:guardduty detail.type=Recon*",
            r#"event.dataset == "aws.guardduty" and ?aws.guardduty.type : "Recon*""#,
        ),
        (
            "sourcetype=github:cloud:audit action=repo.destroy actor=x",
            r#"event.dataset == "github.audit" and ?event.action : "repo.destroy" and ?user.name : "x""#,
        ),
        (
            r#"sourcetype=gws:reports:login "events{}.name"=login_failure"#,
            r#"event.dataset == "google_workspace.login" and ?event.action : "login_failure""#,
        ),
        (
            r#"sourcetype=OktaIM2:log eventType=x "target{}.alternateId"=y"#,
            r#"?okta.event_type : "x" and ?okta.target.alternate_id : "y""#,
        ),
    ] {
        holds("eql", search, &["fidelity: exact", expected]);
    }
    let parameters =
        r#"sourcetype=o365:management:activity Operation=Set-Mailbox "Parameters{}.Name"=ForwardTo"#;
    holds("eql", parameters, &["dropped-test: `Parameters{}.Name", r#"?event.action : "Set-Mailbox""#]);
}

/// The label of a text is the name of the event data where it stands for one of them alone.
#[test]
fn labels_of_windows_are_names_of_the_event_data() {
    let preauth = "source=WinEventLog:Security EventCode=4771 Client_Address=10.0.0.1 Failure_Code=0x18";
    let eql = r#"?winlog.event_data.IpAddress : "10.0.0.1" and ?winlog.event_data.Status : "0x18""#;
    holds("eql", preauth, &["fidelity: exact", eql]);
    holds("sigma", preauth, &["IpAddress: '10.0.0.1' Status: '0x18'"]);
    let process = r#"index=wineventlog EventCode=4688 New_Process_Name="*\\cmd.exe""#;
    holds("eql", process, &[r#"?process.executable : """*\cmd.exe"""#]);
    holds("sigma", process, &[r"NewProcessName|endswith: '\cmd.exe'"]);
    let several = "source=WinEventLog:Security EventCode IN (4663, 4688) Process_Command_Line=*x*";
    holds("eql", several, &[r#"?process.command_line : "*x*""#]);
    holds("sigma", several, &["CommandLine|contains: 'x'"]);
    let service = r#"source=WinEventLog:System EventCode=7045 Service_File_Name="*\\x.exe""#;
    holds("eql", service, &["?winlog.event_data.ImagePath"]);
    holds("sigma", service, &["ImagePath|endswith"]);
    for target in ["eql", "sigma"] {
        let told = "unmapped-field: `Account_Name` keeps its name; it is a label of the event's text";
        holds(target, "source=WinEventLog:Security EventCode=4720 Account_Name=x", &[told]);
    }
}

/// No event has a value under the name of an object.
#[test]
fn objects_of_the_schema_are_not_tested() {
    let search = "sourcetype=our:own user=root host=h process=x a=b";
    let objects = [
        r#"?user.name : "root" and ?host.name : "h" and ?a : "b""#,
        "dropped-test: `process is \"x\"` is not tested: an object of the Elastic Common Schema has that name",
    ];
    holds("eql", search, &objects);
}

/// A data set that repeats the one that is read tests nothing; one below it is told by a field, or only Splunk knows it.
#[test]
fn data_sets_below_another_are_tested() {
    let traffic = "| tstats count from datamodel=Network_Traffic.All_Traffic where nodename=All_Traffic All_Traffic.dest_port=445 by All_Traffic.src";
    for target in ["eql", "sigma"] {
        let rule = rule(target, traffic);
        let query = rule.replace(traffic, "");
        assert!(!query.contains("nodename"), "{rule}");
    }
    let failed = "| tstats count from datamodel=Authentication.Failed_Authentication where Authentication.user=x by _time";
    let eql = r#"authentication where ?event.outcome : "failure" and ?user.name : "x""#;
    holds("eql", failed, &[eql]);
    holds("sigma", failed, &["action: 'failure'", "category: authentication"]);
    let from = "| from datamodel:Authentication.Failed_Authentication | search user=x";
    holds("eql", from, &[eql]);
    let blocked = "| tstats count from datamodel=Network_Traffic where nodename=All_Traffic.Blocked_Traffic All_Traffic.dest_port=445 by _time";
    let ran = splc(&folder("integrations_nodename"), &["compile", "-", "-t", "sigma"], blocked);
    assert!(ran.err.contains("unresolved-name") && !ran.out.contains("nodename"), "{}{}", ran.out, ran.err);
    let unknown = "| tstats count from datamodel=Authentication.Default_Authentication where Authentication.user=x by _time";
    holds("sigma", unknown, &["fidelity: wider", "unknown-source"]);
}

/// Splunk makes `date_hour` and its like of an event: a rule that tests them would never fire.
#[test]
fn what_splunk_makes_of_an_event_is_left_out() {
    let search = "sourcetype=aws:cloudtrail eventName=x (date_hour>=20 OR date_hour<6) NOT date_wday=sunday";
    for target in ["sigma", "eql"] {
        holds(target, search, &["fidelity: wider", "dropped-test: `date_hour"]);
        assert!(!rule(target, search).contains("date_hour|"), "{target}");
    }
    holds("rust", search, &["exact"]);
    // Nothing is left of a search that asks for these alone, nor of one that an absent field would pass.
    for (at, search) in ["date_hour>20", "date_hour>20 OR date_hour<6"].iter().enumerate() {
        let search = format!("sourcetype=aws:cloudtrail {search}");
        let ran =
            splc(&folder(&format!("integrations_splunk_{at}")), &["compile", "-", "-t", "sigma"], &search);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains("refused") && told.contains("no-content"), "{told}");
    }
}

#[test]
fn rules_of_integrations_hold_to_their_searches() {
    let searches = [
        "sourcetype=linux_secure user!=root action=failure src=10.0.0.1",
        "sourcetype=aws:cloudtrail eventName=x requestParameters.cidrIp=0.0.0.0/0",
        "sourcetype=kube:audit verb=create requestObject.spec.volumes{}.hostPath.path=\"/\"",
        "sourcetype=bluecoat cs_host=x.example cs_user_agent=curl* cs_method!=GET",
        "sourcetype=fgt_traffic app=ssl dest_port!=443",
        "sourcetype=zeek:http:json user_agent=*sqlmap* status_code=200",
        "sourcetype=suricata event_type=alert dest_port!=443",
        "source=WinEventLog:Security EventCode=4771 Client_Address=10.0.0.1 Failure_Code=0x18",
        "index=wineventlog EventCode=4688 New_Process_Name=*cmd.exe",
        "| tstats count from datamodel=Authentication.Failed_Authentication where Authentication.user=x by _time",
        "| from datamodel:Authentication.Failed_Authentication | search user=x",
        "| datamodel Authentication Failed_Authentication search | search Authentication.user=x",
        "| tstats count from datamodel=Authentication where nodename=Authentication Authentication.user=x by _time",
    ];
    let folder = folder("integrations_verify");
    let stanzas = searches.iter().enumerate().map(|(at, search)| format!("[s{at}]\nsearch = {search}\n"));
    std::fs::write(folder.join("s.conf"), stanzas.collect::<String>()).unwrap();
    let ran = splc(&folder, &["verify", "s.conf"], "");
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("13 searches") && ran.out.contains(" 0 differences"), "{}", ran.out);
    for line in ran.out.lines().filter(|line| line.contains(" exact ") || line.contains(" wider ")) {
        assert!(!line.contains(" 0 events") && !line.contains("    0 match"), "it compares nothing: {line}");
    }
}
