//! What every command starts with: targets, macros, lookups, documents, and the findings of reading them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::backend::compile::{self, Settings, Understood};
use crate::backend::{self, Backend};
use crate::cli::args::{Global, Inputs};
use crate::cli::config;
use crate::cli::lookups::Lookups;
use crate::cli::macros::Macros;
use crate::cli::{Status, Stop, output};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::{Document, load};
use crate::editor::Workspace;
use crate::function::Context;
use crate::lint::Known;
use crate::report::Sources;
use crate::review::Config;
use crate::target::{self, Source, Targets};

/// Documents and targets of a run.
pub(crate) struct Session {
    pub(crate) targets: Targets,
    pub(crate) documents: Vec<Document>,
    /// What could not be read, and what was noticed while reading.
    pub(crate) findings: Vec<Diagnostic>,
    macros: Macros,
    lookups: Lookups,
    context: Context,
    stated: Option<String>,
    config: Config,
    failed: bool,
}

impl Session {
    /// Reads targets and documents.
    pub(crate) fn open(global: &Global, inputs: &Inputs) -> Result<Self, Stop> {
        Self::open_paths(global, &inputs.paths)
    }

    /// Reads targets and the documents under these paths.
    pub(crate) fn open_paths(global: &Global, paths: &[PathBuf]) -> Result<Self, Stop> {
        let (stdin, files): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.iter().cloned().partition(|path| path.as_os_str() == "-");
        if paths.is_empty() {
            return Err(Stop("no path is given; `-` reads a search from standard input".to_owned()));
        }
        let mut session = Self::with(global, config::load(global, paths)?)?;
        let mut loaded = load::paths(&files);
        if !stdin.is_empty() {
            match load::stdin() {
                Ok(document) => loaded.documents.push(document),
                Err(finding) => loaded.diagnostics.push(*finding),
            }
        }
        session.failed |= loaded.failed();
        let of_documents = loaded.documents.iter().flat_map(|document| document.diagnostics.iter().cloned());
        let of_options = std::mem::take(&mut session.findings);
        session.findings = loaded.diagnostics.iter().cloned().chain(of_options).chain(of_documents).collect();
        session.documents = loaded.documents;
        Ok(session)
    }

    /// Reads targets, macros and lookups, and no document.
    pub(crate) fn with(global: &Global, config: Config) -> Result<Self, Stop> {
        let (targets, of_targets) = targets(global)?;
        if let Some(name) = &global.source {
            stated(&targets, name)?;
        }
        // What the command line names takes the place of what the file names.
        let or = |given: &[PathBuf], file: &[PathBuf]| if given.is_empty() { file } else { given }.to_vec();
        let macros = Macros::read(&or(&global.macros, &config.macros));
        let lookups = Lookups::read(&or(&global.lookups, &config.lookups));
        let context = Context::given(global.now, Arc::clone(&lookups.tables));
        let failed = macros.failed() || lookups.failed();
        let findings = of_targets.iter().chain(&macros.findings).chain(&lookups.findings).cloned().collect();
        let (documents, stated) = (Vec::new(), global.source.clone());
        Ok(Self { targets, documents, findings, macros, lookups, context, stated, config, failed })
    }

    /// What an editor reads documents with.
    pub(crate) fn workspace(self, root: &Path, codes: Vec<&'static Code>) -> Workspace {
        Workspace {
            targets: self.targets,
            macros: self.macros.definitions,
            context: self.context,
            stated: self.stated,
            config: self.config,
            current: root.to_path_buf(),
            codes,
        }
    }

    /// The source that the user states.
    pub(crate) fn stated(&self) -> Option<&Source> {
        self.stated.as_deref().and_then(|name| self.targets.source(name))
    }

    /// The tables of lookups, and the time if the user states one.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// What `splc.toml` says.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Puts another text of a document in its place; gives the text that it had.
    pub(crate) fn replace(&mut self, index: usize, document: Document) -> String {
        self.findings.retain(|finding| finding.path.as_ref() != Some(&document.path));
        self.findings.extend(document.diagnostics.iter().cloned());
        let before = self.documents.get_mut(index).map(|place| std::mem::replace(place, document));
        before.map(|document| document.text).unwrap_or_default()
    }

    /// The macros and tables that the user gives.
    pub(crate) fn known(&self) -> Known<'_> {
        Known { macros: &self.macros.definitions, tables: &self.lookups.tables }
    }

    /// All queries, read and lowered.
    pub(crate) fn understood(&self) -> Vec<Understood<'_>> {
        let (stated, macros) = (self.stated(), &self.macros.definitions);
        let settings = Settings { targets: &self.targets, stated, macros, context: &self.context };
        compile::understand(&self.documents, &settings)
    }

    /// The texts that findings point into.
    pub(crate) fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for (path, text) in self.macros.texts.iter().chain(&self.lookups.texts) {
            sources.add(path, text.as_str());
        }
        for document in &self.documents {
            sources.add(&document.path, document.text.as_str());
        }
        sources
    }

    /// Prints the findings of reading, with those of the queries themselves.
    pub(crate) fn print_findings(&self, global: &Global, understood: &[Understood<'_>]) {
        let least = if global.quiet { Severity::Error } else { Severity::Note };
        let of_queries =
            understood.iter().flat_map(|one| compile::placed(one, one.parsed.diagnostics.clone()));
        let mut all: Vec<Diagnostic> = self.findings.iter().cloned().chain(of_queries).collect();
        all.retain(|finding| finding.severity >= least);
        crate::diagnostic::sort(&mut all);
        output::findings(global, &all, &self.sources(), 0);
    }

    /// 2 if a path could not be read, else the status given.
    pub(crate) fn status(&self, otherwise: Status) -> Status {
        if self.failed { Status::Broken } else { otherwise }
    }
}

/// The files of targets/, and what was noticed while reading them.
fn targets(global: &Global) -> Result<(Targets, Vec<Diagnostic>), Stop> {
    let Some(folder) = &global.targets else {
        let targets = Targets::embedded().map_err(|error| Stop(error.to_string()))?;
        return Ok((targets, Vec::new()));
    };
    if !folder.is_dir() {
        return Err(Stop(format!(
            "`{}` is no folder; `--targets` takes one with files like sources.yaml",
            folder.display()
        )));
    }
    if !Targets::files().any(|file| folder.join(format!("{file}.yaml")).exists()) {
        let names: Vec<String> = Targets::files().map(|file| format!("`{file}.yaml`")).collect();
        return Err(Stop(format!("`{}` holds none of {}", folder.display(), names.join(", "))));
    }
    // A file may extend any other of the folder, so what is read is known only while reading.
    let failure = RefCell::new(None);
    let asked = RefCell::new(BTreeSet::new());
    let given = |file: &str| {
        let path = folder.join(format!("{file}.yaml"));
        let read = output::read(&path);
        asked.borrow_mut().insert(path);
        match read {
            Ok(text) => text,
            Err(stop) => {
                failure.borrow_mut().get_or_insert(stop);
                None
            }
        }
    };
    let read = Targets::with(&given);
    if let Some(stop) = failure.take() {
        return Err(stop);
    }
    let targets = read.map_err(|error| Stop(format!("{}: {error}", folder.display())))?;
    for backend in backend::ALL {
        let map = targets.map(backend.name()).map_err(|error| Stop(error.to_string()))?;
        backend.check(map).map_err(|error| Stop(format!("{}: {error}", folder.display())))?;
    }
    Ok((targets, unread(folder, &asked.into_inner())))
}

/// Warnings of files in a folder of targets that nothing asks for, such as one whose name is misspelt.
fn unread(folder: &Path, asked: &BTreeSet<PathBuf>) -> Vec<Diagnostic> {
    let is_yaml =
        |file: &Path| file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let (files, mut findings) = load::files(folder, &is_yaml);
    let names: Vec<String> = Targets::files().map(|file| format!("`{file}.yaml`")).collect();
    let finding = |file: &PathBuf| {
        let message = format!("`{}` is not read: no file of that name is asked for", file.display());
        let help = format!("files of targets are {}, and those that they extend", names.join(", "));
        Diagnostic::without_place(&target::codes::UNREAD_FILE, message).at(file).help(help)
    };
    findings.extend(files.iter().filter(|file| !asked.contains(*file)).map(finding));
    findings
}

fn stated(targets: &Targets, name: &str) -> Result<(), Stop> {
    if targets.source(name).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = targets.sources().map(|source| source.name.as_str()).collect();
    Err(Stop(format!("`--source {name}` is no known log source; known are {}", known.join(", "))))
}

/// The backends of these names, all if there are none; each once, in the order of the registry.
pub(crate) fn backends(names: &[String]) -> Vec<&'static dyn Backend> {
    let is_chosen =
        |backend: &&dyn Backend| names.is_empty() || names.iter().any(|name| name == backend.name());
    backend::ALL.iter().copied().filter(is_chosen).collect()
}
