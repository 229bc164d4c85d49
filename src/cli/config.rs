//! Finds and reads `splc.toml`.
//!
//! In: `--config`, or the first path. Out: settings; those of an empty file if there is none. A file is looked for in the
//! folder of the first path and in those above it, and the nearest one counts alone.

use std::path::{Path, PathBuf};

use crate::cli::args::Global;
use crate::cli::{Stop, codes, output};
use crate::document::load::reason;
use crate::report::Sources;
use crate::review::{Config, FILE_NAME};

/// The folder that paths of documents are relative to.
pub(crate) fn current() -> Result<PathBuf, Stop> {
    std::env::current_dir()
        .map_err(|error| Stop(format!("the current folder cannot be told: {}", reason(&error))))
}

/// The settings that hold for these paths.
pub(crate) fn load(global: &Global, paths: &[PathBuf]) -> Result<Config, Stop> {
    let current = current()?;
    let (path, text) = match &global.config {
        Some(path) => match output::read(path)? {
            Some(text) => (current.join(path), text),
            None => return Err(Stop(format!("`{}` cannot be read: it does not exist", path.display()))),
        },
        None => match found(&start(&current, paths))? {
            Some(found) => found,
            None => return Ok(Config::default()),
        },
    };
    let shown = path.strip_prefix(&current).unwrap_or(&path).to_path_buf();
    Config::read(&text, &path, &codes()).map_err(|finding| {
        let mut sources = Sources::default();
        sources.add(&shown, text);
        output::findings(global, &[finding.at(&shown)], &sources, 0);
        Stop(format!("`{}` has to be mended first", shown.display()))
    })
}

/// The folder of the first path.
pub(crate) fn start(current: &Path, paths: &[PathBuf]) -> PathBuf {
    let Some(first) = paths.iter().find(|path| path.as_os_str() != "-") else {
        return current.to_path_buf();
    };
    // `..` in a path would not lead upward below.
    let first = current.join(first);
    let first = first.canonicalize().unwrap_or(first);
    if first.is_dir() { first } else { first.parent().unwrap_or(current).to_path_buf() }
}

fn found(start: &Path) -> Result<Option<(PathBuf, String)>, Stop> {
    for folder in start.ancestors() {
        let path = folder.join(FILE_NAME);
        if let Some(text) = output::read(&path)? {
            return Ok(Some((path, text)));
        }
    }
    Ok(None)
}
