//! Workflow commands of GitHub Actions, which show a finding beside the line of a pull request.
//!
//! In: a report. Out: one `::error …::message` line a finding (GitHub's manual, "Workflow commands", "Setting
//! an error message"; the escapes are those of `toolkit/packages/core/src/command.ts`). Invariant: one finding
//! is one line, whatever its text says, so no text of a document can start a command of its own.

use std::fmt::Write as _;

use super::{Format, Report, display, message_and_help, visible};
use crate::diagnostic::{Diagnostic, Severity};

/// Annotations of GitHub Actions.
#[derive(Clone, Copy, Debug)]
pub struct GitHub;

impl Format for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn summary(&self) -> &'static str {
        "annotations of GitHub Actions, one line a finding"
    }

    fn render(&self, report: &Report) -> String {
        report.findings.iter().map(|finding| command(report, finding)).collect()
    }
}

fn command(report: &Report, finding: &Diagnostic) -> String {
    let name = match finding.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = place(report, finding);
    let title = property(finding.code.id);
    format!("::{name} {place}title={title}::{}\n", data(&message_and_help(finding)))
}

/// The properties that say where, each with a comma behind it.
fn place(report: &Report, finding: &Diagnostic) -> String {
    let Some(path) = &finding.path else { return String::new() };
    let path = display(path);
    // A path below the top of the repository: with `./` it would be another one.
    let mut place = format!("file={},", property(path.strip_prefix("./").unwrap_or(&path)));
    if let Some(region) = finding.span().and_then(|span| report.region(finding, span)) {
        let (start, end) = (region.start, region.end);
        let _ = write!(place, "line={},endLine={},", start.line, end.line);
        // Annotations have columns on one line only (REST manual, "Create a check run", `start_column`).
        if start.line == end.line {
            let _ = write!(place, "col={},endColumn={},", start.column, end.column);
        }
    }
    place
}

fn data(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    visible(&text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bad, odd, render, said};
    use super::*;
    use crate::report::Sources;
    use crate::report::tests::render_with;

    #[test]
    fn columns_count_characters_and_the_end_is_past_the_last() {
        assert_eq!(
            render(&GitHub, "é=1 b=2", vec![bad((5, 8), "`b` is bad")]),
            "::error file=dir/a.spl,line=1,endLine=1,col=5,endColumn=8,title=bad-thing::`b` is bad\n"
        );
    }

    #[test]
    fn columns_are_dropped_over_several_lines() {
        assert_eq!(
            render(&GitHub, "a=1\nb=2\n", vec![odd((2, 5), "odd")]),
            "::warning file=dir/a.spl,line=1,endLine=2,title=odd-thing::odd\n"
        );
    }

    #[test]
    fn no_text_of_a_document_starts_a_command() {
        let finding = odd((0, 0), "50%\r\n::set-env name=A::b\x1b[m").help("a\n::stop-commands::x");
        assert_eq!(
            render(&GitHub, "", vec![finding]),
            "::warning file=dir/a.spl,line=1,endLine=1,col=1,endColumn=1,title=odd-thing::\
             50%25%0A::set-env name=A::b␛[m%0Ahelp: a%0A::stop-commands::x\n"
        );
    }

    #[test]
    fn properties_escape_what_parts_them() {
        let finding = said("kept").at("a,b:c%\n.spl".as_ref());
        assert_eq!(
            render_with(&GitHub, &Sources::default(), vec![finding]),
            "::notice file=a%2Cb%3Ac%25%0A.spl,title=said-thing::kept\n"
        );
    }

    #[test]
    fn a_finding_about_the_run_has_no_file() {
        let findings = [said("kept")];
        let report = Report { findings: &findings, sources: &Sources::default(), codes: &[], checked: 0 };
        assert_eq!(GitHub.render(&report), "::notice title=said-thing::kept\n");
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(render(&GitHub, "a=1", vec![]), "");
    }
}
