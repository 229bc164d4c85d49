//! Findings as SARIF 2.1.0, which code hosts and editors read.
//!
//! In: a report. Out: one log with one run (OASIS, "Static Analysis Results Interchange Format Version 2.1.0";
//! section numbers below are its own). Invariant: the same findings give the same bytes, and a fingerprint
//! does not change when lines move. Only the properties that are written here are modelled.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::{Fingerprints, Format, Region, Report, display, message_and_help, to_json};
use crate::diagnostic::{Code, Diagnostic, Edit, Fix as Mending, Label, Severity};
use crate::lint;

/// SARIF 2.1.0.
#[derive(Clone, Copy, Debug)]
pub struct Sarif;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn summary(&self) -> &'static str {
        "SARIF 2.1.0, for code scanning"
    }

    fn render(&self, report: &Report) -> String {
        let rules = rules(report);
        let index: BTreeMap<_, _> = rules.iter().enumerate().map(|(at, code)| (code.id, at)).collect();
        let mut fingerprints = Fingerprints::default();
        let results = report.findings.iter().map(|finding| {
            let rule_index = index.get(finding.code.id).copied();
            let path = finding.path.as_deref().map(display).unwrap_or_default();
            let partial_fingerprints =
                [(FINGERPRINT, fingerprints.next(report.sources, finding, &path))].into();
            result(report, finding, rule_index, partial_fingerprints)
        });
        to_json(&Log {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: [Run {
                results: results.collect(),
                tool: Tool { driver: driver(&rules) },
                // §3.14.27: what a column counts.
                column_kind: "unicodeCodePoints",
            }],
        })
    }
}

/// §3.27.17 asks for a name that ends in a version, so that another way to compute it can take another name.
const FINGERPRINT: &str = "splcFinding/v1";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'a str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    information_uri: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration<'a>,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'a str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<TextRegion>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// A `region`: lines and columns from 1, the end column one past the last character (§3.30.8).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TextRegion {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: TextRegion,
    inserted_content: Content,
}

#[derive(Serialize)]
struct Content {
    text: String,
}

/// The codes that occur: first those the run announced, in its order, then any other.
fn rules(report: &Report) -> Vec<&'static Code> {
    let mut occurring: BTreeMap<_, _> =
        report.findings.iter().map(|finding| (finding.code.id, finding.code)).collect();
    let mut rules: Vec<_> = report.codes.iter().filter_map(|code| occurring.remove(code.id)).collect();
    rules.extend(occurring.into_values());
    rules
}

fn driver(rules: &[&'static Code]) -> Driver<'static> {
    let rule = |code: &&'static Code| Rule {
        id: code.id,
        short_description: message(code.summary),
        full_description: message(code.explanation),
        help: message(&lint::documentation(code.id).unwrap_or_else(|| code.explanation.to_owned())),
        default_configuration: Configuration { level: level(code.severity) },
    };
    Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: rules.iter().map(rule).collect(),
    }
}

fn result<'a>(
    report: &Report,
    finding: &'a Diagnostic,
    rule_index: Option<usize>,
    partial_fingerprints: BTreeMap<&'a str, String>,
) -> Finding<'a> {
    let related = |label: &Label| location(report, finding, Some(label));
    Finding {
        rule_id: finding.code.id,
        rule_index,
        level: level(finding.severity),
        message: message(&message_and_help(finding)),
        locations: location(report, finding, finding.primary.as_ref()).into_iter().collect(),
        related_locations: finding.secondary.iter().filter_map(related).collect(),
        partial_fingerprints,
        fixes: finding.fix.iter().filter_map(|mending| fix(report, finding, mending)).collect(),
    }
}

/// §3.27.10; our words are its words.
fn level(severity: Severity) -> &'static str {
    severity.word()
}

/// A plain text message, in which a brace stands for itself only when doubled (§3.11.5).
fn message(text: &str) -> Message {
    Message { text: text.replace('{', "{{").replace('}', "}}") }
}

fn location(report: &Report, finding: &Diagnostic, label: Option<&Label>) -> Option<Location> {
    let region = label.and_then(|label| report.region(finding, label.span)).map(TextRegion::from);
    let message = label.filter(|label| !label.text.is_empty()).map(|label| message(&label.text));
    let artifact_location = ArtifactLocation { uri: uri(finding.path.as_deref()?) };
    Some(Location { physical_location: PhysicalLocation { artifact_location, region }, message })
}

fn fix(report: &Report, finding: &Diagnostic, mending: &Mending) -> Option<Fix> {
    let replacement = |edit: &Edit| {
        let deleted_region = report.region(finding, edit.span)?.into();
        Some(Replacement { deleted_region, inserted_content: Content { text: edit.text.clone() } })
    };
    let change = ArtifactChange {
        artifact_location: ArtifactLocation { uri: uri(finding.path.as_deref()?) },
        // The schema wants at least one replacement.
        replacements: mending.edits.iter().map(replacement).collect::<Option<Vec<_>>>()?,
    };
    let useful = !change.replacements.is_empty();
    useful.then(|| Fix { description: message(&mending.title), artifact_changes: [change] })
}

impl From<Region> for TextRegion {
    fn from(region: Region) -> Self {
        Self {
            start_line: region.start.line,
            start_column: region.start.column,
            end_line: region.end.line,
            end_column: region.end.column,
        }
    }
}

/// A path as a URI reference (RFC 3986): relative paths stay relative, absolute ones become `file` URIs.
fn uri(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let bytes = bytes.strip_prefix(b"./").unwrap_or(bytes);
    let prefix = match (path.is_absolute(), bytes.first()) {
        (false, _) => "",
        (true, Some(b'/')) => "file://",
        // A drive letter.
        (true, _) => "file:///",
    };
    let mut uri = prefix.to_owned();
    for byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            // §4.2 of the RFC: a colon in the first part of a relative path would make it a scheme.
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::super::tests::{bad, fix, odd, render, render_with, said};
    use super::*;
    use crate::report::Sources;
    use crate::source::Span;

    fn run(text: &str, findings: Vec<Diagnostic>) -> Value {
        let log: Value = serde_json::from_str(&render(&Sarif, text, findings)).unwrap();
        log.pointer("/runs/0").unwrap().clone()
    }

    #[test]
    fn a_log_without_results() {
        let version = env!("CARGO_PKG_VERSION");
        let log: Value = serde_json::from_str(&render(&Sarif, "", vec![])).unwrap();
        assert_eq!(log.pointer("/version"), Some(&json!("2.1.0")));
        let schema = log.pointer("/$schema").and_then(Value::as_str).unwrap();
        assert!(schema.ends_with("/sarif-schema-2.1.0.json"));
        let mut driver = json!({ "name": "splc", "version": version, "rules": [] });
        if !env!("CARGO_PKG_REPOSITORY").is_empty() {
            driver["informationUri"] = json!(env!("CARGO_PKG_REPOSITORY"));
        }
        let wanted =
            json!([{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": [] }]);
        assert_eq!(log.pointer("/runs"), Some(&wanted));
    }

    #[test]
    fn a_result_with_everything() {
        let finding = odd((3, 8), "`a{}` is odd")
            .label("here")
            .also(Span::new(0, 2), "there")
            .help("mend it")
            .fix(fix("write `c`", &[((3, 4), "c{}\n")]));
        let mut run = run("é\nb=2\nc", vec![finding]);
        let fingerprint = run.pointer_mut("/results/0/partialFingerprints/splcFinding~1v1").unwrap().take();
        assert_eq!(fingerprint.as_str().map(str::len), Some(36));
        let file = json!({ "uri": "dir/a.spl" });
        assert_eq!(
            run.pointer("/results/0"),
            Some(&json!({
                "ruleId": "odd-thing",
                "ruleIndex": 0,
                "level": "warning",
                "message": { "text": "`a{{}}` is odd\nhelp: mend it" },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": file,
                        "region": { "startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 2 }
                    },
                    "message": { "text": "here" }
                }],
                "relatedLocations": [{
                    "physicalLocation": {
                        "artifactLocation": file,
                        "region": { "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2 }
                    },
                    "message": { "text": "there" }
                }],
                "partialFingerprints": { "splcFinding/v1": null },
                "fixes": [{
                    "description": { "text": "write `c`" },
                    "artifactChanges": [{
                        "artifactLocation": file,
                        "replacements": [{
                            "deletedRegion": { "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2 },
                            "insertedContent": { "text": "c{}\n" }
                        }]
                    }]
                }]
            }))
        );
    }

    #[test]
    fn only_codes_that_occur_are_rules_and_the_index_names_them() {
        let run = run("", vec![said("kept"), bad((0, 0), "bad"), said("kept too")]);
        let rule = |id, summary, explanation, level| {
            json!({
                "id": id,
                "shortDescription": { "text": summary },
                "fullDescription": { "text": explanation },
                "help": { "text": explanation },
                "defaultConfiguration": { "level": level }
            })
        };
        let wanted = json!([
            rule("bad-thing", "a bad thing", "Bad things fail.", "error"),
            rule("said-thing", "a thing said", "For the record.", "note"),
        ]);
        assert_eq!(run.pointer("/tool/driver/rules"), Some(&wanted));
        let indices: Vec<_> =
            (0..3).filter_map(|at| run.pointer(&format!("/results/{at}/ruleIndex"))?.as_u64()).collect();
        assert_eq!(indices, [1, 0, 1]);
    }

    #[test]
    fn a_code_that_was_not_announced_is_a_rule_all_the_same() {
        static LATE: Code = Code::new("late-thing", Severity::Note, "late", "Late.");
        let run = run("", vec![Diagnostic::without_place(&LATE, "late"), bad((0, 0), "bad")]);
        assert_eq!(run.pointer("/tool/driver/rules/1/id"), Some(&json!("late-thing")));
        assert_eq!(run.pointer("/results/0/ruleIndex"), Some(&json!(1)));
    }

    #[test]
    fn a_finding_about_a_file_or_a_run_has_no_region() {
        let mut finding = said("kept");
        let of_file = run("", vec![finding.clone()]);
        let wanted = json!([{ "physicalLocation": { "artifactLocation": { "uri": "dir/a.spl" } } }]);
        assert_eq!(of_file.pointer("/results/0/locations"), Some(&wanted));
        finding.fix = Some(fix("nothing", &[]));
        let findings = [finding];
        let report = Report { findings: &findings, sources: &Sources::default(), codes: &[], checked: 0 };
        let of_run: Value = serde_json::from_str(&Sarif.render(&report)).unwrap();
        let keys: Vec<_> = of_run.pointer("/runs/0/results/0").unwrap().as_object().unwrap().keys().collect();
        assert_eq!(keys, ["ruleId", "ruleIndex", "level", "message", "partialFingerprints"]);
    }

    #[test]
    fn paths_become_uri_references() {
        let of = |path: &str| uri(Path::new(path));
        assert_eq!(of("./dir/é b#1?.spl"), "dir/%C3%A9%20b%231%3F.spl");
        assert_eq!(of("c:d%.spl"), "c%3Ad%25.spl");
        assert_eq!(of("../a~b_c-d.spl"), "../a~b_c-d.spl");
        if cfg!(unix) {
            assert_eq!(of("/a b"), "file:///a%20b");
        }
    }

    fn fingerprints(text: &str, findings: Vec<Diagnostic>) -> Vec<String> {
        let run = run(text, findings);
        let results = run.pointer("/results").unwrap().as_array().unwrap();
        let of = |result: &Value| result.pointer("/partialFingerprints/splcFinding~1v1").unwrap().to_string();
        results.iter().map(of).collect()
    }

    #[test]
    fn fingerprints_survive_moved_lines_and_tell_findings_apart() {
        let before = fingerprints("a=1 a=1", vec![odd((0, 3), "x"), odd((4, 7), "x"), bad((0, 3), "x")]);
        let after = fingerprints("\n\na=1 a=1", vec![odd((2, 5), "y"), odd((6, 9), "y"), bad((2, 5), "y")]);
        assert_eq!(before, after);
        assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 3);
        // Written down: a fingerprint that changes closes and reopens every alert of every user.
        assert_eq!(before[0], "\"ecf0eccc-1c6e-5a3e-bbdc-633211cd37d0\"");
    }

    #[test]
    fn the_path_is_part_of_the_fingerprint() {
        let sources = Sources::default();
        let log = |path: &str| render_with(&Sarif, &sources, vec![said("kept").at(path.as_ref())]);
        let fingerprint = |log: &str| {
            let log: Value = serde_json::from_str(log).unwrap();
            log.pointer("/runs/0/results/0/partialFingerprints").unwrap().to_string()
        };
        assert_ne!(fingerprint(&log("a.spl")), fingerprint(&log("b.spl")));
    }
}
