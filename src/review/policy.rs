//! Which checks run and how much they weigh: the command line over `splc.toml`.
//!
//! In: both. Out: an answer for a code and a file. Invariant: a list on the command line takes the place of the one in the
//! file, and what the file says of single files takes the place of what it says of all.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Document;
use crate::lint;
use crate::review::{Config, codes, suppress};

/// What users chose.
///
/// ```
/// use splc::review::{Config, Policy};
/// let (config, ignore) = (Config::default(), ["no-index".to_owned()]);
/// let policy = Policy { config: &config, select: &[], ignore: &ignore, current: "/".into() };
/// assert!(!policy.takes("no-index", "a.spl".as_ref()));
/// assert!(policy.takes("neq-star", "a.spl".as_ref()));
/// ```
#[derive(Clone, Debug)]
pub struct Policy<'c> {
    /// The file.
    pub config: &'c Config,
    /// The codes that the command line selects; none for those of the file.
    pub select: &'c [String],
    /// The codes that the command line leaves out; none for those of the file.
    pub ignore: &'c [String],
    /// The folder to which paths of documents are relative.
    pub current: PathBuf,
}

impl Policy<'_> {
    /// Whether findings of this code are told of a file.
    pub fn takes(&self, id: &str, path: &Path) -> bool {
        let path = self.current.join(path);
        let named = |list: &[String]| list.iter().any(|name| name == id);
        let selected = if self.select.is_empty() {
            let by_default = || self.config.pedantic || lint::is_default(id);
            self.config.select(&path).map_or_else(by_default, named)
        } else {
            named(self.select)
        };
        let ignored =
            if self.ignore.is_empty() { self.config.ignores(&path, id) } else { named(self.ignore) };
        selected && !ignored
    }

    /// The finding with the weight that the file gives it, if it is told.
    pub fn judged(&self, mut finding: Diagnostic) -> Option<Diagnostic> {
        let path = finding.path.clone().unwrap_or_default();
        if !self.takes(finding.code.id, &path) {
            return None;
        }
        if let Some(severity) = self.config.severity(&self.current.join(&path), finding.code.id) {
            finding.severity = severity;
        }
        Some(finding)
    }

    /// What is told of the findings about a document: none that is not chosen, none that a comment of the document puts
    /// aside, and what is wrong with those comments. `known` are all codes, and `runs` says whose checks ran at all.
    pub fn told(
        &self,
        document: &Document,
        findings: Vec<Diagnostic>,
        known: &[&'static Code],
        runs: &dyn Fn(&str) -> bool,
    ) -> Vec<Diagnostic> {
        let ids: Vec<&'static str> = known.iter().map(|code| code.id).collect();
        let judged = findings.into_iter().filter_map(|finding| self.judged(finding)).collect();
        let left = suppress(document, judged, &ids, &|id| runs(id) && self.takes(id, &document.path));
        let is_own = |finding: &Diagnostic| codes::ALL.iter().any(|code| code.id == finding.code.id);
        let judged = |finding| if is_own(&finding) { self.judged(finding) } else { Some(finding) };
        left.into_iter().filter_map(judged).collect()
    }
}
