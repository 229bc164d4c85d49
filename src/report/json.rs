//! Findings as one JSON object, for scripts.
//!
//! In: a report. Out: `{"version": 1, "findings": […], "summary": {…}}`. Invariant: a key is always there, with
//! `null` or an empty list where there is nothing to say; a change of meaning raises `version`. Positions are
//! those of [`crate::source::Position`]; an end is one past the last character. Texts are told unchanged.

use serde::Serialize;

use super::{Format, Region, Report, display, to_json};
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Severity};

/// One JSON object.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn summary(&self) -> &'static str {
        "one JSON object"
    }

    fn render(&self, report: &Report) -> String {
        to_json(&Document {
            version: 1,
            findings: report.findings.iter().map(|finding| Finding::new(report, finding)).collect(),
            summary: Summary {
                errors: report.count(Severity::Error),
                warnings: report.count(Severity::Warning),
                notes: report.count(Severity::Note),
                files: report.checked,
            },
        })
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    findings: Vec<Finding<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    files: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    path: Option<String>,
    #[serde(flatten)]
    place: Place,
    label: Option<&'a str>,
    help: &'a [String],
    related: Vec<Related<'a>>,
    fix: Option<Mending<'a>>,
}

#[derive(Default, Serialize)]
struct Place {
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place,
    label: &'a str,
}

#[derive(Serialize)]
struct Mending<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

impl<'a> Finding<'a> {
    fn new(report: &Report, finding: &'a Diagnostic) -> Self {
        let place = |span| report.region(finding, span).map(Place::from).unwrap_or_default();
        let related = |label: &'a Label| Related { place: place(label.span), label: &label.text };
        let replacement = |edit: &'a Edit| Replacement { place: place(edit.span), text: &edit.text };
        let mending = |fix: &'a Fix| Mending {
            title: &fix.title,
            safe: fix.safe,
            edits: fix.edits.iter().map(replacement).collect(),
        };
        let label = finding.primary.as_ref().map(|label| label.text.as_str());
        Self {
            code: finding.code.id,
            severity: finding.severity.word(),
            message: &finding.message,
            path: finding.path.as_deref().map(display),
            place: finding.span().map(place).unwrap_or_default(),
            label: label.filter(|text| !text.is_empty()),
            help: &finding.help,
            related: finding.secondary.iter().map(related).collect(),
            fix: finding.fix.as_ref().map(mending),
        }
    }
}

impl From<Region> for Place {
    fn from(region: Region) -> Self {
        Self {
            line: Some(region.start.line),
            column: Some(region.start.column),
            end_line: Some(region.end.line),
            end_column: Some(region.end.column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bad, fix, odd, render, said};
    use super::*;
    use crate::source::Span;

    /// The rendered object on one line; the pretty printer's breaks are not the point.
    fn compact(text: &str, findings: Vec<Diagnostic>) -> String {
        let value: serde_json::Value = serde_json::from_str(&render(&Json, text, findings)).unwrap();
        value.to_string()
    }

    #[test]
    fn nothing_found() {
        assert_eq!(
            render(&Json, "", vec![]),
            "{\n  \"version\": 1,\n  \"findings\": [],\n  \"summary\": {\n    \"errors\": 0,\n    \
             \"warnings\": 0,\n    \"notes\": 0,\n    \"files\": 1\n  }\n}\n"
        );
    }

    #[test]
    fn every_key_in_its_order() {
        let finding = odd((3, 8), "odd")
            .label("here")
            .also(Span::new(0, 2), "there")
            .help("mend it")
            .fix(fix("write `c`", &[((3, 4), "c\n")]));
        assert_eq!(
            compact("é\nb=2\nc", vec![finding]),
            concat!(
                r#"{"version":1,"findings":[{"code":"odd-thing","severity":"warning","message":"odd","#,
                r#""path":"dir/a.spl","line":2,"column":1,"end_line":3,"end_column":2,"label":"here","#,
                r#""help":["mend it"],"#,
                r#""related":[{"line":1,"column":1,"end_line":1,"end_column":2,"label":"there"}],"#,
                r#""fix":{"title":"write `c`","safe":true,"#,
                r#""edits":[{"line":2,"column":1,"end_line":2,"end_column":2,"text":"c\n"}]}}],"#,
                r#""summary":{"errors":0,"warnings":1,"notes":0,"files":1}}"#
            )
        );
    }

    #[test]
    fn a_finding_without_place_has_no_numbers() {
        let wanted = concat!(
            r#"{"version":1,"findings":[{"code":"said-thing","severity":"note","message":"\u001b\"","#,
            r#""path":"dir/a.spl","line":null,"column":null,"end_line":null,"end_column":null,"label":null,"#,
            r#""help":[],"related":[],"fix":null}],"#,
            r#""summary":{"errors":0,"warnings":0,"notes":1,"files":1}}"#
        );
        assert_eq!(compact("", vec![said("\x1b\"")]), wanted);
    }

    #[test]
    fn spans_at_and_past_the_end_are_the_end() {
        let rendered = compact("a=1", vec![bad((3, 3), "ends"), bad((9, 12), "far")]);
        assert_eq!(rendered.matches(r#""line":1,"column":4,"end_line":1,"end_column":4"#).count(), 2);
    }
}
