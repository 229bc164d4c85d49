//! `splc.toml`: which checks run where, how much they weigh, and what searches are read with.
//!
//! In: the text of the file. Out: settings, or one finding that names the place and the key that was probably meant.
//! Invariant: a key, a code or a target that means nothing stops the run, since a misspelled one would be a check that is
//! off without a word. The file is found and read by `cli`.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::backend;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::function::nearest;
use crate::review::codes::BAD_CONFIGURATION;
use crate::source::Span;

/// The name of the file.
pub const FILE_NAME: &str = "splc.toml";

/// The settings of a file.
///
/// ```
/// use splc::review::Config;
/// let read = |text| Config::read(text, "/repository/splc.toml".as_ref(), splc::review::codes::ALL);
/// let config = read("pedantic = true\n[[paths]]\nfiles = ['drafts/**']\nignore = ['bad-suppression']\n").unwrap();
/// assert!(config.pedantic);
/// let error = read("ignored = ['bad-suppression']").unwrap_err();
/// assert_eq!(error.message, "`ignored` is no key here");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The folder of the file, to which its paths are relative.
    pub folder: PathBuf,
    /// Whether checks run that are for people who want to hear everything.
    pub pedantic: bool,
    /// The targets that searches are meant for.
    pub targets: Vec<String>,
    /// Definitions of macros.
    pub macros: Vec<PathBuf>,
    /// Folders with tables of lookups.
    pub lookups: Vec<PathBuf>,
    all: Choice,
    paths: Vec<(GlobSet, Choice)>,
}

/// Which checks run and how much they weigh.
#[derive(Clone, Debug, Default)]
struct Choice {
    select: Option<Vec<String>>,
    ignore: Vec<String>,
    severity: BTreeMap<String, Severity>,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    select: Option<Vec<Spanned<String>>>,
    ignore: Vec<Spanned<String>>,
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
    pedantic: bool,
    targets: Vec<Spanned<String>>,
    macros: Vec<PathBuf>,
    lookups: Vec<PathBuf>,
    paths: Vec<WrittenPaths>,
}

/// Settings for some files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPaths {
    files: Vec<Spanned<String>>,
    select: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// Every key, for the one that was probably meant.
const KEYS: &[&str] =
    &["select", "ignore", "severity", "pedantic", "targets", "macros", "lookups", "paths", "files"];

impl Config {
    /// Reads the text of the file at an absolute path; its codes have to be among those given.
    ///
    /// # Errors
    /// The first thing that means nothing, with its place.
    pub fn read(text: &str, path: &Path, codes: &[&'static Code]) -> Result<Self, Box<Diagnostic>> {
        let at = |finding: Diagnostic| Box::new(finding.at(path));
        let written: Written = toml::from_str(text).map_err(|error| at(unread(&error, text)))?;
        let reader = Reader { codes };
        let mut paths = Vec::new();
        for one in &written.paths {
            let globs = globs(&one.files).map_err(at)?;
            paths.push((globs, reader.choice(one.select.as_ref(), &one.ignore, &one.severity).map_err(at)?));
        }
        let all = reader.choice(written.select.as_ref(), &written.ignore, &written.severity).map_err(at)?;
        let folder = path.parent().unwrap_or(path).to_path_buf();
        let below = |paths: &[PathBuf]| paths.iter().map(|path| folder.join(path)).collect();
        Ok(Self {
            pedantic: written.pedantic,
            targets: written.targets.iter().map(target).collect::<Result<_, _>>().map_err(at)?,
            macros: below(&written.macros),
            lookups: below(&written.lookups),
            all,
            paths,
            folder,
        })
    }

    /// The choices that hold for a file, the most special last.
    fn choices(&self, path: &Path) -> impl Iterator<Item = &Choice> {
        let below = resolved(path).strip_prefix(&self.folder).ok().map(Path::to_path_buf);
        let special = self
            .paths
            .iter()
            .filter(move |(globs, _)| below.as_deref().is_some_and(|path| globs.is_match(path)));
        std::iter::once(&self.all).chain(special.map(|(_, choice)| choice))
    }

    /// The codes that the file selects for a document, of which the last list counts; none for all.
    pub(super) fn select(&self, path: &Path) -> Option<&[String]> {
        self.choices(path).filter_map(|choice| choice.select.as_deref()).last()
    }

    /// Whether the file leaves a code out for a document.
    pub(super) fn ignores(&self, path: &Path, id: &str) -> bool {
        self.choices(path).any(|choice| choice.ignore.iter().any(|name| name == id))
    }

    /// How much a code weighs in a document.
    pub(super) fn severity(&self, path: &Path, id: &str) -> Option<Severity> {
        self.choices(path).filter_map(|choice| choice.severity.get(id)).last().copied()
    }
}

/// A path without `.` and `..`, as far as its text tells.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if resolved.file_name().is_some() => {
                resolved.pop();
            }
            other => resolved.push(other),
        }
    }
    resolved
}

struct Reader<'c> {
    codes: &'c [&'static Code],
}

impl Reader<'_> {
    fn choice(
        &self,
        select: Option<&Vec<Spanned<String>>>,
        ignore: &[Spanned<String>],
        severity: &BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> Result<Choice, Diagnostic> {
        let list = |codes: &[Spanned<String>]| codes.iter().map(|code| self.code(code)).collect();
        let weight = |(code, word)| -> Result<_, Diagnostic> { Ok((self.code(code)?, level(word)?)) };
        Ok(Choice {
            select: select.map(|codes| list(codes)).transpose()?,
            ignore: list(ignore)?,
            severity: severity.iter().map(weight).collect::<Result<_, _>>()?,
        })
    }

    fn code(&self, name: &Spanned<String>) -> Result<String, Diagnostic> {
        let id = name.get_ref();
        if self.codes.iter().any(|code| code.id == id) {
            return Ok(id.clone());
        }
        let finding = bad(name, format!("`{id}` is no code of a finding"));
        Err(match nearest(id, self.codes.iter().map(|code| code.id)) {
            Some(near) => finding.help(format!("`{near}` is one")),
            None => finding.help("`splc explain CODE` tells what a code means"),
        })
    }
}

fn level(word: &Spanned<String>) -> Result<Severity, Diagnostic> {
    let levels = [Severity::Note, Severity::Warning, Severity::Error];
    levels.into_iter().find(|level| level.word() == word.get_ref()).ok_or_else(|| {
        bad(word, format!("`{}` is no severity", word.get_ref()))
            .help("severities are `note`, `warning` and `error`; `ignore` leaves a code out")
    })
}

fn target(name: &Spanned<String>) -> Result<String, Diagnostic> {
    if backend::find(name.get_ref()).is_some() {
        return Ok(name.get_ref().clone());
    }
    let known: Vec<String> = backend::ALL.iter().map(|backend| format!("`{}`", backend.name())).collect();
    Err(bad(name, format!("`{}` is no target", name.get_ref()))
        .help(format!("targets are {}", known.join(", "))))
}

fn globs(patterns: &[Spanned<String>]) -> Result<GlobSet, Diagnostic> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern.get_ref()).literal_separator(true).build();
        set.add(glob.map_err(|error| {
            bad(pattern, format!("`{}` is no glob", pattern.get_ref())).label(error.kind().to_string())
        })?);
    }
    set.build().map_err(|error| Diagnostic::without_place(&BAD_CONFIGURATION, error.to_string()))
}

fn bad(place: &Spanned<String>, message: String) -> Diagnostic {
    let span = place.span();
    Diagnostic::new(&BAD_CONFIGURATION, Span::new(span.start, span.end), message)
}

/// A file that is no TOML, or has other keys or values than it may.
fn unread(error: &toml::de::Error, text: &str) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let span = Span::new(span.start, span.end.min(text.len()));
    let message = error.message().lines().next().unwrap_or("this is not TOML");
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    let Some((key, rest)) = unknown else {
        return Diagnostic::new(&BAD_CONFIGURATION, span, message);
    };
    let allowed: Vec<&'static str> =
        KEYS.iter().copied().filter(|key| rest.contains(&format!("`{key}`"))).collect();
    let finding = Diagnostic::new(&BAD_CONFIGURATION, span, format!("`{key}` is no key here"));
    let all = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    match nearest(key, allowed.iter().copied()) {
        Some(near) => finding.label(format!("`{near}` is one")).help(format!("keys are {all}")),
        None => finding.help(format!("keys are {all}")),
    }
}
