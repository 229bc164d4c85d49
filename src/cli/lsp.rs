//! `splc lsp`: speaks the Language Server Protocol over standard input and output.
//!
//! In: messages, each behind a header with its length (LSP 3.17, "Base Protocol"). Out: answers and diagnostics. One message
//! is dealt with after the other, so diagnostics are those of the text that came last. Invariant: no message ends
//! the server but `exit`; one that cannot be read is answered with an error, and its length is bounded before it is
//! believed. The exit status is 0 only where `shutdown` came before `exit`.

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};

use lsp_types::{InitializeParams, MessageType, ShowMessageParams, Uri};
use serde_json::{Value, json};

use crate::cli::args::Global;
use crate::cli::session::Session;
use crate::cli::{Status, Stop, codes, config};
use crate::document::load::reason;
use crate::editor::{Editor, Refusal, path_of};
use crate::review::Config;

/// The longest message that is read, in bytes: documents are far smaller.
const LONGEST: usize = 64 * 1024 * 1024;

/// The longest line of a header that is read.
const LONGEST_HEADER: u64 = 4096;

/// The server was not initialized yet (LSP 3.17, "`ErrorCodes`").
const NOT_INITIALIZED: i32 = -32002;
/// The message is no request (JSON-RPC 2.0, section 5.1).
const INVALID_REQUEST: i32 = -32600;
/// The text is no JSON (JSON-RPC 2.0, section 5.1).
const PARSE_ERROR: i32 = -32700;

/// Runs the command.
pub(crate) fn run(global: &Global) -> Result<Status, Stop> {
    let mut server = Server { global, editor: None, is_shut_down: false, out: io::stdout().lock() };
    let mut input = io::stdin().lock();
    loop {
        let message = match read(&mut input) {
            Ok(Message::End) => return Ok(if server.is_shut_down { Status::Done } else { Status::Failed }),
            Ok(Message::Value(message)) => message,
            Ok(Message::Unread(why)) => {
                server.refuse(&Value::Null, &Refusal { code: PARSE_ERROR, message: why })?;
                continue;
            }
            Err(error) => return Err(Stop(format!("standard input cannot be read: {}", reason(&error)))),
        };
        if message.get("method").and_then(Value::as_str) == Some("exit") {
            return Ok(if server.is_shut_down { Status::Done } else { Status::Failed });
        }
        if !server.take(message)? {
            return Ok(Status::Done);
        }
    }
}

/// What came in.
enum Message {
    Value(Value),
    /// Something that is no message, and why.
    Unread(String),
    End,
}

fn read(input: &mut impl BufRead) -> io::Result<Message> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(Message::End);
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        match line.split_once(':') {
            None if line.is_empty() && length.is_some() => break,
            // Empty lines before a header do no harm.
            None if line.is_empty() => {}
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                let read = value.trim().parse::<usize>().ok().filter(|length| *length <= LONGEST);
                let Some(read) = read else {
                    return Ok(Message::Unread(format!("`{}` is no length of a message", value.trim())));
                };
                length = Some(read);
            }
            Some(_) => {}
            None => return Ok(Message::Unread("a line is no header".to_owned())),
        }
    }
    let mut body = Vec::new();
    let wanted = length.unwrap_or(0);
    if input.take(wanted as u64).read_to_end(&mut body)? < wanted {
        return Ok(Message::End);
    }
    Ok(match serde_json::from_slice(&body) {
        Ok(value) => Message::Value(value),
        Err(error) => Message::Unread(format!("the message is no JSON: {error}")),
    })
}

struct Server<'g, W: Write> {
    global: &'g Global,
    editor: Option<Editor>,
    is_shut_down: bool,
    out: W,
}

impl<W: Write> Server<'_, W> {
    /// Deals with a message; false where nobody reads the answers any more.
    fn take(&mut self, mut message: Value) -> Result<bool, Stop> {
        let id = message.get("id").cloned();
        let params = message.get_mut("params").map(Value::take).unwrap_or_default();
        let Some(method) = message.get("method").and_then(Value::as_str) else {
            // An answer to a request; none is ever sent.
            let is_answer = message.get("result").is_some() || message.get("error").is_some();
            let why = "the message names no method".to_owned();
            return if is_answer {
                Ok(true)
            } else {
                self.refuse(&id.unwrap_or_default(), &Refusal { code: INVALID_REQUEST, message: why })
            };
        };
        match (method, id) {
            ("initialize", Some(id)) => self.initialize(&id, params),
            ("shutdown", Some(id)) => {
                self.is_shut_down = true;
                self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}))
            }
            (method, Some(id)) => {
                let answer = match (&self.editor, self.is_shut_down) {
                    (_, true) => {
                        Err(Refusal { code: INVALID_REQUEST, message: "the server is shut down".to_owned() })
                    }
                    (None, _) => {
                        Err(Refusal { code: NOT_INITIALIZED, message: "`initialize` comes first".to_owned() })
                    }
                    (Some(editor), false) => editor.request(method, params),
                };
                match answer {
                    Ok(result) => self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result})),
                    Err(refusal) => self.refuse(&id, &refusal),
                }
            }
            (method, None) => match self.editor.as_mut().map(|editor| editor.notify(method, params)) {
                Some(Ok(Some(published))) => self.notify("textDocument/publishDiagnostics", &published),
                Some(Err(refusal)) => {
                    let message = format!("`{method}` was not understood: {}", refusal.message);
                    self.notify("window/logMessage", &ShowMessageParams { typ: MessageType::ERROR, message })
                }
                Some(Ok(None)) | None => Ok(true),
            },
        }
    }

    fn initialize(&mut self, id: &Value, params: Value) -> Result<bool, Stop> {
        let params: InitializeParams = match serde_json::from_value(params) {
            Ok(params) => params,
            Err(error) => {
                return self.refuse(id, &Refusal { code: INVALID_REQUEST, message: error.to_string() });
            }
        };
        let (editor, problem) = opened(self.global, &root(&params)?)?;
        self.editor = Some(editor);
        let about = json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")});
        let result = json!({"capabilities": Editor::capabilities(), "serverInfo": about});
        let goes_on = self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}))?;
        match problem {
            Some(message) => {
                self.notify("window/showMessage", &ShowMessageParams { typ: MessageType::ERROR, message })
            }
            None => Ok(goes_on),
        }
    }

    fn notify(&mut self, method: &str, params: &impl serde::Serialize) -> Result<bool, Stop> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    fn refuse(&mut self, id: &Value, refusal: &Refusal) -> Result<bool, Stop> {
        let error = json!({"code": refusal.code, "message": refusal.message});
        self.send(&json!({"jsonrpc": "2.0", "id": id, "error": error}))
    }

    fn send(&mut self, message: &Value) -> Result<bool, Stop> {
        let body = message.to_string();
        let text = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Stop(format!("standard output cannot be written: {}", reason(&error)))),
        }
    }
}

/// The folder that the editor works in.
#[allow(deprecated, reason = "editors that know no workspace folders send the root alone")]
fn root(params: &InitializeParams) -> Result<PathBuf, Stop> {
    let folder = params.workspace_folders.as_ref().and_then(|folders| folders.first());
    let uri: Option<&Uri> = folder.map(|folder| &folder.uri).or(params.root_uri.as_ref());
    uri.map_or_else(config::current, |uri| Ok(path_of(uri)))
}

/// An editor with the settings of a folder; where those cannot be followed, without them, and why.
fn opened(global: &Global, root: &Path) -> Result<(Editor, Option<String>), Stop> {
    let (config, problem) = match config::load(global, &[root.to_path_buf()]) {
        Ok(config) => (config, None),
        Err(stop) => (Config::default(), Some(stop.0)),
    };
    let session = Session::with(global, config)?;
    Ok((Editor::new(session.workspace(root, codes())), problem))
}
