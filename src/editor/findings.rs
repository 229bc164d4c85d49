//! Findings about the document as one types, and the fixes for them.
//!
//! In: a document. Out: diagnostics and quick fixes of the protocol. Invariant: they are the findings of `splc lint` with
//! the same `splc.toml` and comments, but for those that compare several files, and a fix is offered only if the document
//! can be read again after it.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, DiagnosticRelatedInformation, DiagnosticSeverity,
    Location, NumberOrString, Range, TextEdit, Uri, WorkspaceEdit,
};

use crate::backend::Options;
use crate::backend::compile::{self, TargetResult};
use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::document::Document;
use crate::editor::{Workspace, place};
use crate::lint::{self, Group, Known, Subject, fix};
use crate::review::Policy;
use crate::source::Span;

/// What is found in a document, in reading order.
pub(super) fn of(workspace: &Workspace, document: &Document) -> Vec<Diagnostic> {
    let policy =
        Policy { config: &workspace.config, select: &[], ignore: &[], current: workspace.current.clone() };
    let mut findings = document.diagnostics.clone();
    let understood = workspace.understood(document);
    let known = Known { macros: &workspace.macros, tables: &workspace.context.tables };
    let checks = lint::chosen(&|id| policy.takes(id, &document.path));
    for one in &understood {
        let targets: Vec<TargetResult<'_>> = workspace
            .asked()
            .map(|(backend, map)| compile::rules(one, backend, map, &Options::default()))
            .collect();
        let subject = Subject { targets: &targets, ..Subject::of(one, known) };
        findings.extend(lint::check(&subject, &checks));
    }
    let runs =
        |id: &str| !workspace.config.targets.is_empty() || lint::group_of(id) != Some(Group::Portability);
    let mut told = policy.told(document, findings, &workspace.codes, &runs);
    crate::diagnostic::sort(&mut told);
    told
}

/// Findings as the protocol has them.
pub(super) fn published(
    document: &Document,
    uri: &Uri,
    findings: &[Diagnostic],
) -> Vec<lsp_types::Diagnostic> {
    findings.iter().map(|finding| diagnostic(document, uri, finding)).collect()
}

fn diagnostic(document: &Document, uri: &Uri, finding: &Diagnostic) -> lsp_types::Diagnostic {
    let related = finding.secondary.iter().map(|label| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: place::range(document, label.span) },
        message: label.text.clone(),
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let message = finding.help.iter().fold(finding.message.clone(), |text, help| text + "\nhelp: " + help);
    lsp_types::Diagnostic {
        range: place::range(document, finding.span().unwrap_or_default()),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.code.id.to_owned())),
        source: Some("splc".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..lsp_types::Diagnostic::default()
    }
}

/// The fixes of the findings in a range; those that keep the events that match come first.
#[allow(clippy::mutable_key_type, reason = "the structure of the protocol has addresses as keys")]
pub(super) fn actions(
    workspace: &Workspace,
    document: &Document,
    uri: &Uri,
    range: Range,
) -> Vec<CodeActionOrCommand> {
    let (start, end) = (place::offset(document, range.start), place::offset(document, range.end));
    let touches = |span: Span| span.start <= end && start <= span.end;
    let mut actions = Vec::new();
    for finding in of(workspace, document) {
        let Some(fix) = &finding.fix else { continue };
        let is_here = finding.span().is_some_and(touches);
        if !is_here || fix::in_document(document, std::slice::from_ref(&finding), true).is_none() {
            continue;
        }
        let title =
            if fix.safe { fix.title.clone() } else { format!("{} (changes which events match)", fix.title) };
        let action = CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic(document, uri, &finding)]),
            edit: Some(WorkspaceEdit {
                changes: Some(HashMap::from([(uri.clone(), edits(document, &fix.edits))])),
                ..WorkspaceEdit::default()
            }),
            is_preferred: Some(fix.safe),
            ..CodeAction::default()
        };
        actions.push((!fix.safe, action));
    }
    // Stable, so that both kinds stay in reading order.
    actions.sort_by_key(|(is_unsafe, _)| *is_unsafe);
    actions.into_iter().map(|(_, action)| CodeActionOrCommand::CodeAction(action)).collect()
}

/// Edits as the protocol has them, with the line ends of the document.
pub(super) fn edits<'e>(document: &Document, edits: impl IntoIterator<Item = &'e Edit>) -> Vec<TextEdit> {
    let has_returns = document.text.contains("\r\n");
    let text = |text: &str| {
        if has_returns { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text.to_owned() }
    };
    let edit =
        |edit: &Edit| TextEdit { range: place::range(document, edit.span), new_text: text(&edit.text) };
    edits.into_iter().map(edit).collect()
}
