//! Findings that are known and accepted, so that a repository with old ones can adopt the tool.
//!
//! In: findings, or the text of a file. Out: the text, or the findings that are new. Invariant: a finding is known by its
//! code, its file and its words, not by its line (`report::Fingerprints`), and what is known twice is accepted twice, not
//! three times. Paths are relative to the folder of the file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::report::{Fingerprints, Sources, display};

/// The file.
///
/// ```
/// use splc::report::Sources;
/// use splc::review::Baseline;
/// let (mut before, mut after) = (Sources::default(), Sources::default());
/// before.add("a.spl", "index=web user!=root");
/// after.add("a.spl", "index=web\nuser!=root uri!=x");
/// let findings = |text| splc::lint::check_text(text).into_iter().map(|it| it.at("a.spl".as_ref())).collect::<Vec<_>>();
/// let place = |path: &std::path::Path| path.to_path_buf();
/// let text = Baseline::of(&findings("index=web user!=root"), &before, &place).text();
/// let baseline = Baseline::read(&text).unwrap();
/// let (new, gone) = baseline.new_findings(findings("index=web\nuser!=root uri!=x"), &after, &place);
/// assert_eq!((new.len(), gone.len()), (1, 0));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u8,
    findings: Vec<Entry>,
}

/// A finding that is accepted.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, below the folder of the baseline.
    pub path: String,
    /// The code.
    pub code: String,
    /// What the finding is known by.
    pub fingerprint: String,
}

impl Baseline {
    /// All findings of a run that have a file; `place` gives the path of a file below the folder of the baseline.
    pub fn of(findings: &[Diagnostic], sources: &Sources, place: &dyn Fn(&Path) -> PathBuf) -> Self {
        let mut entries = entries(findings, sources, place);
        entries.sort();
        Self { version: 1, findings: entries }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match read.version {
            1 => Ok(read),
            other => Err(format!("its version is {other}, and only 1 is known")),
        }
    }

    /// The text of the file, a finding a line, so that changes are easy to look through and to merge.
    pub fn text(&self) -> String {
        let lines: Vec<String> =
            self.findings.iter().map(|entry| format!("    {}", serde_json::json!(entry))).collect();
        let list = if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
        format!("{{\n  \"version\": {},\n  \"findings\": [{list}]\n}}\n", self.version)
    }

    /// How many findings are accepted.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings that are not accepted, and the entries that none of them meets any more.
    pub fn new_findings(
        &self,
        findings: Vec<Diagnostic>,
        sources: &Sources,
        place: &dyn Fn(&Path) -> PathBuf,
    ) -> (Vec<Diagnostic>, Vec<&Entry>) {
        let mut gone: BTreeSet<&Entry> = self.findings.iter().collect();
        let names = entries(&findings, sources, place);
        // Findings without a file have no entry, so they stay.
        let mut names = names.into_iter();
        let is_new = |finding: &Diagnostic| {
            finding.path.is_none() || names.next().is_none_or(|entry| !gone.remove(&entry))
        };
        let new = findings.into_iter().filter(is_new).collect();
        (new, gone.into_iter().collect())
    }
}

/// The entries of the findings that have a file, in their order.
fn entries(findings: &[Diagnostic], sources: &Sources, place: &dyn Fn(&Path) -> PathBuf) -> Vec<Entry> {
    let mut names = Fingerprints::default();
    let entry = |finding: &Diagnostic| {
        let path = display(&place(finding.path.as_deref()?));
        let fingerprint = names.next(sources, finding, &path);
        Some(Entry { path, code: finding.code.id.to_owned(), fingerprint })
    };
    findings.iter().filter_map(entry).collect()
}
