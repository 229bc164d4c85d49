//! `splc lint`: reports what is probably wrong with searches, and mends it where asked.

use std::io::IsTerminal;

use crate::cli::args::{Global, Lint};
use crate::cli::session::Session;
use crate::cli::{Status, Stop, codes, output};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::lint::{self, Subject, fix};
use crate::report::{self, Format, Report, Styled};

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Lint) -> Result<Status, Stop> {
    check_codes(arguments)?;
    let session = Session::open(global, &arguments.inputs)?;
    let mut findings = session.findings.clone();
    for one in session.understood() {
        let subject = Subject {
            document: one.document,
            analytic: one.analytic,
            expanded: &one.expanded,
            parsed: &one.parsed,
            detection: one.detection.as_ref().ok(),
        };
        findings.extend(lint::check(&subject, &|id| is_chosen(arguments, id)));
    }
    findings.retain(|finding| is_chosen(arguments, finding.code.id));
    findings.retain(|finding| !global.quiet || finding.severity == Severity::Error);
    if arguments.fix {
        findings = mend(&session.documents, findings, arguments.allow_unsafe)?;
    }
    crate::diagnostic::sort(&mut findings);
    let (sources, codes) = (session.sources(), codes());
    let report =
        Report { findings: &findings, sources: &sources, codes: &codes, checked: session.documents.len() };
    let format = report::find(&arguments.format)
        .ok_or_else(|| Stop(format!("`{}` is no format of a report", arguments.format)))?;
    let is_coloured = output::is_coloured(global, std::io::stdout().is_terminal());
    let text =
        if format.name() == "text" && is_coloured { Styled.render(&report) } else { format.render(&report) };
    output::print(&text)?;
    let worst = findings.iter().map(|finding| finding.severity).max();
    Ok(session.status(if worst == Some(Severity::Error) { Status::Failed } else { Status::Done }))
}

fn is_chosen(arguments: &Lint, id: &str) -> bool {
    let named = |list: &[String]| list.iter().any(|name| name == id);
    (arguments.select.is_empty() || named(&arguments.select)) && !named(&arguments.ignore)
}

fn check_codes(arguments: &Lint) -> Result<(), Stop> {
    let known = codes();
    for name in arguments.select.iter().chain(&arguments.ignore) {
        if !known.iter().any(|code| code.id == name) {
            return Err(Stop(format!(
                "`{name}` is no diagnostic code; `splc explain CODE` tells what one means"
            )));
        }
    }
    Ok(())
}

/// Applies fixes and writes the files; gives the findings that are left.
fn mend(
    documents: &[Document],
    findings: Vec<Diagnostic>,
    allow_unsafe: bool,
) -> Result<Vec<Diagnostic>, Stop> {
    let mut left = Vec::new();
    let (of_documents, others): (Vec<Diagnostic>, Vec<Diagnostic>) = findings
        .into_iter()
        .partition(|finding| documents.iter().any(|one| finding.path.as_ref() == Some(&one.path)));
    left.extend(others);
    for document in documents {
        let own: Vec<Diagnostic> = of_documents
            .iter()
            .filter(|finding| finding.path.as_ref() == Some(&document.path))
            .cloned()
            .collect();
        let fixed = fix::apply(&document.text, &own, allow_unsafe);
        let is_file = document.path.as_os_str() != "-";
        // A document that was not UTF-8 would be written back changed elsewhere.
        let is_intact = !own.iter().any(|finding| finding.code.id == crate::document::codes::BROKEN_UTF8.id);
        if fixed.applied.is_empty() || !is_file || !is_intact {
            left.extend(own);
            continue;
        }
        output::write(&document.path, &fixed.text)?;
        output::error(&format!("{}: {} fixes applied\n", document.path.display(), fixed.applied.len()));
        left.extend(
            own.into_iter()
                .enumerate()
                .filter(|(index, _)| !fixed.applied.contains(index))
                .map(|(_, one)| one),
        );
    }
    Ok(left)
}
