//! Printing, and writing files whole or not at all.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::cli::Stop;
use crate::cli::args::{Global, When};
use crate::diagnostic::Diagnostic;
use crate::document::load::reason;
use crate::report::{Format, Report, Sources, Styled, Text};

/// Prints to standard output. A reader that has gone is no error.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    written(io::stdout().lock().write_all(text.as_bytes()))
}

/// Turns the result of writing to standard output into what stops a command.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Stop> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Stop(format!("standard output cannot be written: {}", reason(&error)))),
        Ok(()) => Ok(()),
    }
}

/// Prints to standard error. What cannot be said there cannot be said.
pub(crate) fn error(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints findings to standard error.
pub(crate) fn findings(global: &Global, findings: &[Diagnostic], sources: &Sources, checked: usize) {
    let codes = crate::cli::codes();
    let report = Report { findings, sources, codes: &codes, checked };
    let text = if is_coloured(global, io::stderr().is_terminal()) {
        Styled.render(&report)
    } else {
        Text.render(&report)
    };
    error(&text);
}

/// Whether to colour what goes to a stream.
pub(crate) fn is_coloured(global: &Global, is_terminal: bool) -> bool {
    match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Writes a file whole: a neighbour is written first and then takes its place.
#[allow(clippy::disallowed_methods, reason = "the command line does I/O")]
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Stop> {
    let failed =
        |error: io::Error| Stop(format!("`{}` cannot be written: {}", path.display(), reason(&error)));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| {
            Stop(format!("the folder `{}` cannot be made: {}", folder.display(), reason(&error)))
        })?;
    }
    let neighbour = neighbour(path);
    let result = fs::write(&neighbour, text).and_then(|()| fs::rename(&neighbour, path));
    if result.is_err() {
        // Best effort: the error that is reported is the first one.
        let _ = fs::remove_file(&neighbour);
    }
    result.map_err(failed)
}

fn neighbour(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// The text of a file, or nothing if there is none.
#[allow(clippy::disallowed_methods, reason = "the command line does I/O")]
pub(crate) fn read(path: &Path) -> Result<Option<String>, Stop> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Stop(format!("`{}` cannot be read: {}", path.display(), reason(&error)))),
    }
}

/// The names of the files right below a folder, in order; none if there is no such folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>, Stop> {
    let failed =
        |error: io::Error| Stop(format!("`{}` cannot be read: {}", folder.display(), reason(&error)));
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
