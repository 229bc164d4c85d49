//! What an editor asks about an open document: findings and fixes, what a word means, what could stand here, layout.
//!
//! In: messages of the Language Server Protocol (3.17) as JSON. Out: answers. Invariant: the text that counts is the one in
//! the editor, not the one on disk, and an answer depends on that text and the settings alone. Everything that has a place
//! in a query goes through [`crate::source::Snippet`], so a search in Markdown, YAML or a `.conf` file is edited like one
//! in a file of its own. `cli` reads and writes the messages.

mod complete;
mod findings;
mod hover;
mod place;
mod query;
mod symbols;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CompletionOptions,
    CompletionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DocumentFormattingParams, DocumentSymbolParams, HoverParams, HoverProviderCapability, OneOf,
    PublishDiagnosticsParams, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::backend::compile::{self, Understood};
use crate::backend::{self, Backend};
use crate::diagnostic::Code;
use crate::document::{self, Document, Format, format_of};
use crate::function::Context;
use crate::review::Config;
use crate::spl::macros::Definitions;
use crate::target::{TargetMap, Targets};

/// What documents are read with.
#[derive(Debug)]
pub struct Workspace {
    /// The log sources and targets that are known.
    pub targets: Targets,
    /// The macros that are defined.
    pub macros: Definitions,
    /// The tables of lookups.
    pub context: Context,
    /// The log source of searches that name none.
    pub stated: Option<String>,
    /// What `splc.toml` says.
    pub config: Config,
    /// The folder that paths are relative to.
    pub current: PathBuf,
    /// Every code of a finding.
    pub codes: Vec<&'static Code>,
}

/// Why a request has no answer, with a code of JSON-RPC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The code.
    pub code: i32,
    /// In words.
    pub message: String,
}

/// The parameters are not those of the method (JSON-RPC 2.0, section 5.1).
const INVALID_PARAMS: i32 = -32602;
/// There is no such method (JSON-RPC 2.0, section 5.1).
const METHOD_NOT_FOUND: i32 = -32601;

/// The open documents.
#[derive(Debug)]
pub struct Editor {
    workspace: Workspace,
    open: BTreeMap<String, Document>,
}

impl Editor {
    /// An editor without an open document.
    pub const fn new(workspace: Workspace) -> Self {
        Self { workspace, open: BTreeMap::new() }
    }

    /// What is offered.
    pub fn capabilities() -> ServerCapabilities {
        ServerCapabilities {
            text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(vec!["|".to_owned(), "`".to_owned()]),
                ..CompletionOptions::default()
            }),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                ..CodeActionOptions::default()
            })),
            document_formatting_provider: Some(OneOf::Left(true)),
            document_symbol_provider: Some(OneOf::Left(true)),
            ..ServerCapabilities::default()
        }
    }

    /// Takes a notification about a document; gives what is to be published. Others are left alone.
    ///
    /// # Errors
    /// The parameters are not those of the method.
    pub fn notify(
        &mut self,
        method: &str,
        params: Value,
    ) -> Result<Option<PublishDiagnosticsParams>, Refusal> {
        match method {
            "textDocument/didOpen" => {
                let open = read::<DidOpenTextDocumentParams>(params)?.text_document;
                let path = path_of(&open.uri);
                let document = Document::read(&path, open.text, format(&path, &open.language_id));
                Ok(Some(self.published(&open.uri, Some(open.version), document)))
            }
            "textDocument/didChange" => {
                let change: DidChangeTextDocumentParams = read(params)?;
                let uri = change.text_document.uri;
                let (Some(last), Some(before)) =
                    (change.content_changes.into_iter().next_back(), self.open.get(uri.as_str()))
                else {
                    return Ok(None);
                };
                let path = before.path.clone();
                let document = Document::read(&path, last.text, format(&path, ""));
                Ok(Some(self.published(&uri, Some(change.text_document.version), document)))
            }
            "textDocument/didClose" => {
                let uri = read::<DidCloseTextDocumentParams>(params)?.text_document.uri;
                self.open.remove(uri.as_str());
                Ok(Some(PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None }))
            }
            _ => Ok(None),
        }
    }

    fn published(&mut self, uri: &Uri, version: Option<i32>, document: Document) -> PublishDiagnosticsParams {
        let found = findings::of(&self.workspace, &document);
        let diagnostics = findings::published(&document, uri, &found);
        self.open.insert(uri.as_str().to_owned(), document);
        PublishDiagnosticsParams { uri: uri.clone(), diagnostics, version }
    }

    /// Answers a request; `null` where there is nothing to say, as about a document that is not open.
    ///
    /// # Errors
    /// The method is not known, or the parameters are not its own.
    pub fn request(&self, method: &str, params: Value) -> Result<Value, Refusal> {
        let workspace = &self.workspace;
        match method {
            "textDocument/hover" => {
                let params = read::<HoverParams>(params)?.text_document_position_params;
                self.answer(&params.text_document.uri, |document| {
                    hover::at(workspace, document, place::offset(document, params.position))
                })
            }
            "textDocument/completion" => {
                let params = read::<CompletionParams>(params)?.text_document_position;
                self.answer(&params.text_document.uri, |document| {
                    complete::at(workspace, document, place::offset(document, params.position))
                })
            }
            "textDocument/codeAction" => {
                let params: CodeActionParams = read(params)?;
                let uri = &params.text_document.uri;
                self.answer(uri, |document| Some(findings::actions(workspace, document, uri, params.range)))
            }
            "textDocument/formatting" => {
                let params: DocumentFormattingParams = read(params)?;
                self.answer(&params.text_document.uri, |document| Some(symbols::formatted(document)))
            }
            "textDocument/documentSymbol" => {
                let params: DocumentSymbolParams = read(params)?;
                self.answer(&params.text_document.uri, |document| Some(symbols::of(document)))
            }
            _ => Err(Refusal {
                code: METHOD_NOT_FOUND,
                message: format!("`{method}` is no method of this server"),
            }),
        }
    }

    fn answer<T: serde::Serialize>(
        &self,
        uri: &Uri,
        answer: impl FnOnce(&Document) -> Option<T>,
    ) -> Result<Value, Refusal> {
        let answer = self.open.get(uri.as_str()).and_then(answer);
        serde_json::to_value(answer)
            .map_err(|error| Refusal { code: INVALID_PARAMS, message: error.to_string() })
    }
}

impl Workspace {
    /// The targets that `splc.toml` names, with their maps.
    fn asked(&self) -> impl Iterator<Item = (&'static dyn Backend, &TargetMap)> {
        let is_asked = move |name: &str| self.config.targets.iter().any(|target| target == name);
        let asked = backend::ALL.iter().filter(move |backend| is_asked(backend.name()));
        asked.filter_map(move |backend| Some((*backend, self.targets.map(backend.name()).ok()?)))
    }

    /// The queries of a document, read and lowered.
    fn understood<'a>(&'a self, document: &'a Document) -> Vec<Understood<'a>> {
        let stated = self.stated.as_deref().and_then(|name| self.targets.source(name));
        let settings = compile::Settings {
            targets: &self.targets,
            stated,
            macros: &self.macros,
            context: &self.context,
        };
        compile::understand(std::slice::from_ref(document), &settings)
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Refusal> {
    serde_json::from_value(params)
        .map_err(|error| Refusal { code: INVALID_PARAMS, message: error.to_string() })
}

/// The path of a `file` URI (RFC 8089); that of another one as far as it has one.
pub(crate) fn path_of(uri: &Uri) -> PathBuf {
    let path = decoded(uri.path().as_str());
    // `/C:/x` is `C:/x`.
    let drive = path.strip_prefix('/').filter(|rest| rest.get(1..2) == Some(":"));
    PathBuf::from(drive.unwrap_or(&path))
}

/// A text with each `%XX` replaced by the byte it stands for (RFC 3986, section 2.1).
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| *first == b'%').and_then(|it| std::str::from_utf8(it).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = behind.get(if byte.is_some() { 2.. } else { 0.. }).unwrap_or(&[]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The format of a document: by its name, else by the language that the editor takes it for, else a search.
fn format(path: &Path, language: &str) -> &'static dyn Format {
    let named = |name: &str| document::ALL.iter().copied().find(|format| format.name() == name);
    let spl = || named("spl").expect("files with one search are a format");
    format_of(path).or_else(|| named(language)).unwrap_or_else(spl)
}
