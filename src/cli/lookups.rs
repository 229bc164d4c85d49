//! Reads the tables of lookups that `--lookups` names.
//!
//! In: folders. Out: tables by name and findings. A folder is walked with all it holds, in the order of names; an app's
//! `default` folder comes before its `local` one. CSV files are tables, and `transforms.conf` says how they are searched;
//! other files are left alone. A table that cannot be read is not given, so that searches that use it have a hole.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::lookup::{self, Definitions};
use crate::document::{codes, load};
use crate::event::table::Tables;

/// The tables of a run.
#[derive(Default)]
pub(crate) struct Lookups {
    pub(crate) tables: Arc<Tables>,
    pub(crate) findings: Vec<Diagnostic>,
    /// The texts that findings point into.
    pub(crate) texts: Vec<(PathBuf, String)>,
}

impl Lookups {
    /// Reads all tables and definitions under these folders.
    pub(crate) fn read(folders: &[PathBuf]) -> Self {
        let mut lookups = Self::default();
        let (mut tables, mut definitions) = (Tables::default(), Definitions::default());
        for folder in folders {
            let (files, findings) = load::files(folder, &|file| is_table(file) || is_definition(file));
            lookups.findings.extend(findings);
            if files.is_empty() && folder.exists() {
                let message = format!("no table of a lookup was found in `{}`", folder.display());
                let finding = Diagnostic::without_place(&codes::NO_DOCUMENT, message).at(folder);
                lookups.findings.push(finding.help("files that end in `.csv` are read"));
            }
            for file in files {
                let Some(text) = lookups.text(&file) else { continue };
                if is_definition(&file) {
                    definitions.add(&file, &text);
                    lookups.texts.push((file, text));
                } else {
                    lookups.table(&file, text, &mut tables);
                }
            }
        }
        lookups.define(&definitions, &mut tables);
        lookups.tables = Arc::new(tables);
        lookups
    }

    /// Whether something could not be read, which makes the exit status 2.
    pub(crate) fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    fn text(&mut self, file: &Path) -> Option<String> {
        match load::text(file) {
            Ok((text, finding)) => {
                if let Some(finding) = finding {
                    self.texts.push((file.to_path_buf(), text.clone()));
                    self.findings.push(finding);
                }
                Some(text)
            }
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }

    fn table(&mut self, file: &Path, text: String, tables: &mut Tables) {
        let (table, findings) = lookup::table(&text);
        if !findings.is_empty() {
            self.findings.extend(findings.into_iter().map(|finding| finding.at(file)));
            self.texts.push((file.to_path_buf(), text));
        }
        let (Some(table), Some(name)) = (table, file.file_name()) else { return };
        let name = name.to_string_lossy();
        let before = tables.insert(name.as_ref(), table);
        if before.is_some_and(|before| tables.find(&name) != Some(&before)) {
            let message = format!("another file has the name `{name}` and other rows; this one counts");
            self.findings.push(Diagnostic::without_place(&codes::DUPLICATE_LOOKUP, message).at(file));
        }
    }

    /// Defines the lookups of `transforms.conf`; what is not supported is said.
    fn define(&mut self, definitions: &Definitions, tables: &mut Tables) {
        for (name, definition) in definitions.lookups() {
            tables.define(name, definition.map_err(|finding| self.findings.push(*finding)).ok());
        }
    }
}

fn is_table(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

fn is_definition(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.eq_ignore_ascii_case("transforms.conf"))
}
