//! Reads the definitions of macros that `--macros` names.
//!
//! In: files and folders. Out: definitions and findings. A folder is walked with all it holds, in the order of names;
//! an app's `default` folder comes before its `local` one. Files that do not look like definitions are left alone in
//! a folder, and reported where they are named.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{codes, load};
use crate::spl::macros::Definitions;
use crate::spl::macros::read::{File, Reader, is_candidate};

/// The definitions of a run.
pub(crate) struct Macros {
    pub(crate) definitions: Definitions,
    pub(crate) findings: Vec<Diagnostic>,
    /// The texts that findings point into.
    pub(crate) texts: Vec<(PathBuf, String)>,
}

impl Macros {
    /// Reads all definitions under these paths, later ones over earlier ones.
    pub(crate) fn read(paths: &[PathBuf]) -> Self {
        let mut reader = Reader::default();
        let mut findings = Vec::new();
        let mut texts = Vec::new();
        for path in paths {
            let is_folder = path.is_dir();
            let files = if is_folder { walk(path, &mut findings) } else { vec![path.clone()] };
            for file in files {
                match load::bytes(&file) {
                    Ok(bytes) => {
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        let role = if is_folder { File::found(&file) } else { File::named(&file) };
                        reader.read(&role, &text);
                        texts.push((file, text));
                    }
                    Err(finding) => findings.push(*finding),
                }
            }
        }
        let (definitions, of_reader) = reader.finish();
        findings.extend(of_reader);
        texts.retain(|(path, _)| findings.iter().any(|finding| finding.path.as_ref() == Some(path)));
        Self { definitions, findings, texts }
    }

    /// Whether something could not be read, which makes the exit status 2.
    pub(crate) fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

fn walk(folder: &Path, findings: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let (files, unread) = load::files(folder, &is_candidate);
    findings.extend(unread);
    if files.is_empty() {
        let message = format!("no definition of a macro was found in `{}`", folder.display());
        findings.push(Diagnostic::without_place(&codes::NO_DOCUMENT, message).at(folder));
    }
    files
}
