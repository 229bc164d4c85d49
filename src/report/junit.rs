//! Findings as `JUnit` XML, which most CI servers show as test results.
//!
//! In: a report. Out: one suite with a case for each finding, and a passing one for each file without any.
//! There is no standard; the shape is what the Jenkins plugin's `jenkins-junit.xsd` accepts. Invariant: the
//! output is well-formed XML 1.0 whatever a document holds. Notes pass; they are kept as a case's output.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Format, Report, display, message_and_help, visible};
use crate::diagnostic::{Diagnostic, Severity};

/// `JUnit` XML.
#[derive(Clone, Copy, Debug)]
pub struct JUnit;

impl Format for JUnit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn summary(&self) -> &'static str {
        "JUnit XML, a test case for each finding and each clean file"
    }

    fn render(&self, report: &Report) -> String {
        let with_findings: BTreeSet<&Path> =
            report.findings.iter().filter_map(|finding| finding.path.as_deref()).collect();
        let clean: Vec<_> = report.sources.paths().filter(|path| !with_findings.contains(path)).collect();
        let counts = format!(
            r#"tests="{}" failures="{}" errors="0""#,
            report.findings.len() + clean.len(),
            report.findings.len() - report.count(Severity::Note),
        );
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"splc\" {counts}>\n  \
             <testsuite name=\"splc\" {counts} skipped=\"0\">\n"
        );
        xml.extend(report.findings.iter().map(|finding| case(report, finding)));
        xml.extend(clean.into_iter().map(passing));
        xml + "  </testsuite>\n</testsuites>\n"
    }
}

fn passing(path: &Path) -> String {
    format!("    <testcase classname=\"{}\" name=\"clean\"/>\n", escape(&display(path)))
}

fn case(report: &Report, finding: &Diagnostic) -> String {
    let path = finding.path.as_deref().map_or_else(|| "splc".to_owned(), display);
    let start = finding.span().and_then(|span| report.region(finding, span)).map(|region| region.start);
    let place = start.map_or_else(String::new, |start| format!(":{}:{}", start.line, start.column));
    let text = escape(&format!("{path}{place}: {}", message_and_help(finding)));
    let body = match finding.severity {
        Severity::Note => format!("<system-out>{text}</system-out>"),
        severity => format!(
            r#"<failure type="{}" message="{}">{text}</failure>"#,
            severity.word(),
            escape(&finding.message)
        ),
    };
    format!(
        "    <testcase classname=\"{}\" name=\"{}{place}\">{body}</testcase>\n",
        escape(&path),
        escape(finding.code.id)
    )
}

/// How a test of something other than a document came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What was tested: a file, with the place in it.
    pub class: String,
    /// The test.
    pub name: String,
    /// Why it failed; nothing if it passed.
    pub failure: Option<String>,
    /// Why it was not run, if it was not.
    pub skipped: Option<String>,
}

/// Cases as one suite of that name.
///
/// ```
/// use splc::report::junit::{Case, suite};
/// let case = Case { class: "a.spl:1".into(), name: "sigma".into(), failure: None, skipped: None };
/// assert!(suite("splc verify", &[case]).contains(r#"<testcase classname="a.spl:1" name="sigma"/>"#));
/// ```
pub fn suite(name: &str, cases: &[Case]) -> String {
    let count = |is: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| is(case)).count();
    let counts = format!(
        r#"name="{}" tests="{}" failures="{}" errors="0""#,
        escape(name),
        cases.len(),
        count(&|case| case.failure.is_some())
    );
    let skipped = count(&|case| case.failure.is_none() && case.skipped.is_some());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite {counts} skipped=\"{skipped}\">\n"
    );
    for case in cases {
        let head =
            format!(r#"    <testcase classname="{}" name="{}""#, escape(&case.class), escape(&case.name));
        xml += &match (&case.failure, &case.skipped) {
            (Some(reason), _) => format!(
                "{head}><failure message=\"{}\">{}</failure></testcase>\n",
                escape(reason.lines().next().unwrap_or_default()),
                escape(reason)
            ),
            (None, Some(reason)) => {
                format!("{head}><skipped message=\"{}\"/></testcase>\n", escape(reason))
            }
            (None, None) => format!("{head}/>\n"),
        };
    }
    xml + "  </testsuite>\n</testsuites>\n"
}

/// Text for content and attributes alike: a newline in an attribute would be read as a blank, so it is a
/// reference. [`visible`] has replaced what XML 1.0 forbids (section 2.2, `Char`).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&apos;",
            '\n' => escaped += "&#10;",
            '\t' => escaped += "&#9;",
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bad, odd, render, render_with, said};
    use super::*;
    use crate::report::Sources;

    #[test]
    fn failures_passes_and_clean_files() {
        let mut sources = Sources::default();
        sources.add("dir/a.spl", "é\n=1");
        sources.add("clean.spl", "");
        let findings = vec![bad((3, 5), "bad").help("mend"), odd((0, 0), "odd"), said("kept")];
        assert_eq!(
            render_with(&JUnit, &sources, findings),
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="splc" tests="4" failures="2" errors="0">
  <testsuite name="splc" tests="4" failures="2" errors="0" skipped="0">
    <testcase classname="dir/a.spl" name="bad-thing:2:1"><failure type="error" message="bad">dir/a.spl:2:1: bad&#10;help: mend</failure></testcase>
    <testcase classname="dir/a.spl" name="odd-thing:1:1"><failure type="warning" message="odd">dir/a.spl:1:1: odd</failure></testcase>
    <testcase classname="dir/a.spl" name="said-thing"><system-out>dir/a.spl: kept</system-out></testcase>
    <testcase classname="clean.spl" name="clean"/>
  </testsuite>
</testsuites>
"#
        );
    }

    #[test]
    fn text_stays_text() {
        let message = "<a href=\"x\">&'\n\t\r\0\x1b\u{fffe}]]>";
        let rendered = render(&JUnit, "", vec![bad((0, 0), message)]);
        let escaped = "&lt;a href=&quot;x&quot;&gt;&amp;&apos;&#10;&#9;␍␀␛\u{fffd}]]&gt;".to_owned();
        assert!(rendered.contains(&format!("message=\"{escaped}\">dir/a.spl:1:1: {escaped}</failure>")));
    }

    #[test]
    fn an_empty_run_is_an_empty_suite() {
        assert_eq!(
            render_with(&JUnit, &Sources::default(), vec![]),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"splc\" tests=\"0\" failures=\"0\" \
             errors=\"0\">\n  <testsuite name=\"splc\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">\n  \
             </testsuite>\n</testsuites>\n"
        );
    }
}
