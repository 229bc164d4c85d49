//! Reads files and folders. Apart from `cli`, the only part of the library that does I/O.
//!
//! In: paths. Out: documents, and a finding for everything that could not be read. Invariant: files come in the
//! order of their names, each once, and one bad file never stops the others. Folders are walked with their ignore
//! files respected; a file that is named is read whatever they say.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::document::{ALL, Document, codes, format_of};
use crate::source::Span;

/// Documents over this size, in bytes, are refused.
pub const LIMIT: u64 = 16 * 1024 * 1024;

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The documents, by path.
    pub documents: Vec<Document>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether a path could not be read, which makes the exit status 2.
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == crate::diagnostic::Severity::Error)
    }
}

/// Reads these paths; folders with all they hold.
pub fn paths(paths: &[PathBuf]) -> Loaded {
    let mut loaded = Loaded::default();
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            let found = walk(path, &mut loaded.diagnostics);
            folders.push((path, found.clone()));
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    let mut seen = HashSet::new();
    // A file that is named in two ways is still one file.
    let one_name = |file: &PathBuf| file.canonicalize().unwrap_or_else(|_| file.clone());
    for file in files.into_iter().filter(|file| seen.insert(one_name(file))) {
        match read(&file) {
            Ok(document) => loaded.documents.push(document),
            Err(finding) => loaded.diagnostics.push(*finding),
        }
    }
    let named: HashSet<&PathBuf> = paths.iter().collect();
    for (folder, found) in folders {
        let found = found.iter().filter(|file| !named.contains(file)).collect();
        loaded.diagnostics.extend(without_query(folder, &found, &mut loaded.documents));
    }
    loaded
}

/// One finding about the files of a folder without a query, in place of one for each: who names a folder knows that it
/// holds other things too.
fn without_query(folder: &Path, found: &HashSet<&PathBuf>, documents: &mut [Document]) -> Option<Diagnostic> {
    let is_empty = |document: &&mut Document| document.analytics.is_empty() && found.contains(&document.path);
    let empty: Vec<&mut Document> = documents.iter_mut().filter(is_empty).collect();
    let count = empty.len();
    let mut names = Vec::new();
    for document in empty {
        names.push(format!("`{}`", document.path.display()));
        document.diagnostics.retain(|finding| finding.code.id != codes::NO_ANALYTIC.id);
    }
    let more = count.saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    let names = if more == 0 { names } else { format!("{names} and {more} more") };
    let message = format!("no SPL query was found in {count} of {} files: {names}", found.len());
    (count > 0).then(|| Diagnostic::without_place(&codes::NO_ANALYTIC, message).at(folder))
}

/// Files that are named where many have nothing to say.
const NAMED: usize = 3;

fn walk(folder: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let (found, findings) = self::files(folder, &|file| format_of(file).is_some());
    let is_empty = found.is_empty() && findings.is_empty();
    diagnostics.extend(findings);
    if is_empty {
        let message = format!("no document was found in `{}`", folder.display());
        let finding = Diagnostic::without_place(&codes::NO_DOCUMENT, message).at(folder);
        diagnostics.push(finding.help(format!("files that end in {} are read", extensions())));
    }
    found
}

fn extensions() -> String {
    let all = ALL.iter().flat_map(|format| format.extensions()).map(|extension| format!("`.{extension}`"));
    all.collect::<Vec<_>>().join(", ")
}

fn read(path: &Path) -> Result<Document, Box<Diagnostic>> {
    let format = format_of(path).ok_or_else(|| {
        let code = if path.exists() { &codes::UNKNOWN_FORMAT } else { &codes::UNREADABLE_FILE };
        let message = if path.exists() {
            format!("`{}` has no extension of a known format", path.display())
        } else {
            format!("`{}` does not exist", path.display())
        };
        Box::new(
            Diagnostic::without_place(code, message)
                .at(path)
                .help(format!("files that end in {} are read", extensions())),
        )
    })?;
    decoded(path, &bytes(path)?, format)
}

/// Decodes and reads a document.
fn decoded(path: &Path, bytes: &[u8], format: &dyn super::Format) -> Result<Document, Box<Diagnostic>> {
    let (text, broken) = decoded_text(path, bytes)?;
    let mut document = Document::read(path, text, format);
    document.diagnostics.extend(broken);
    Ok(document)
}

/// The text of a file; what is not UTF-8 is replaced and reported once.
///
/// # Errors
/// The file cannot be read, is larger than [`LIMIT`] or is not text.
pub(crate) fn text(path: &Path) -> Result<(String, Option<Diagnostic>), Box<Diagnostic>> {
    decoded_text(path, &bytes(path)?)
}

fn decoded_text(path: &Path, bytes: &[u8]) -> Result<(String, Option<Diagnostic>), Box<Diagnostic>> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let message = format!("`{}` is not text: byte {at} is NUL", path.display());
        return Err(Box::new(Diagnostic::without_place(&codes::BINARY_FILE, message).at(path)));
    }
    let broken = std::str::from_utf8(bytes).err().map(|error| {
        let at = error.valid_up_to();
        let span = Span::new(at, at + '\u{FFFD}'.len_utf8());
        Diagnostic::new(&codes::BROKEN_UTF8, span, "bytes that are not UTF-8 start here").at(path)
    });
    Ok((String::from_utf8_lossy(bytes).into_owned(), broken))
}

/// The files below a folder that are wanted, in the order of their names, with findings; or the file itself.
pub(crate) fn files(path: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> (Vec<PathBuf>, Vec<Diagnostic>) {
    if !path.is_dir() {
        return (vec![path.to_path_buf()], Vec::new());
    }
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    let mut walker = ignore::WalkBuilder::new(path);
    walker.require_git(false).sort_by_file_path(std::cmp::Ord::cmp);
    for entry in walker.build() {
        match entry {
            Ok(entry) if entry.path().is_file() && is_wanted(entry.path()) => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                findings.push(Diagnostic::without_place(&codes::UNREADABLE_FILE, error.to_string()));
            }
        }
    }
    (files, findings)
}

/// The bytes of a file.
///
/// # Errors
/// The file cannot be read or is larger than [`LIMIT`].
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let failed = |error: std::io::Error| {
        let message = format!("`{}` cannot be read: {}", path.display(), reason(&error));
        Box::new(Diagnostic::without_place(&codes::UNREADABLE_FILE, message).at(path))
    };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // One byte over the limit tells a file that is too large, whatever its size is said to be.
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        let message = format!("`{}` is larger than {} MiB", path.display(), LIMIT / (1024 * 1024));
        return Err(Box::new(Diagnostic::without_place(&codes::FILE_TOO_LARGE, message).at(path)));
    }
    Ok(bytes)
}

/// What an I/O error means, without the number that the system adds.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads a query from standard input, as if it were an `.spl` file named `-`.
///
/// # Errors
/// Standard input cannot be read, is too large, or is not text.
pub fn stdin() -> Result<Document, Box<Diagnostic>> {
    let path = Path::new("-");
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| {
        let message = format!("standard input cannot be read: {}", reason(&error));
        Box::new(Diagnostic::without_place(&codes::UNREADABLE_FILE, message).at(path))
    })?;
    if bytes.len() as u64 > LIMIT {
        let message = format!("standard input is larger than {} MiB", LIMIT / (1024 * 1024));
        return Err(Box::new(Diagnostic::without_place(&codes::FILE_TOO_LARGE, message).at(path)));
    }
    decoded(path, &bytes, &super::spl::Spl)
}
