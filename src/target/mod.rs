//! What is known about log sources and targets, as data: `targets/*.yaml`.
//!
//! In: the files, embedded or from a folder. Out: [`Targets`]: which source a scope names, and how a target names
//! that source's fields. Invariant: a loaded map is consistent: every mapping's view and every substitute exists, and a
//! field of a list that the map names is in that list. No code here knows a particular target.

pub mod attack;
mod bind;
pub mod codes;
pub mod ecs;
mod error;
mod extend;
pub mod falco_fields;
mod file;
mod map;
mod place;
mod project;
mod source;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::target::error::hint;
use crate::target::file::{File, Texts};
use crate::target::place::Step;
use crate::target::source::InOrder;

pub use bind::{Sourced, bind};
pub use error::{Place, TargetError};
pub use map::{FieldKind, FieldMap, Mapped, Mapping, MissingField, Substitute, TargetField, TargetMap, View};
pub use project::project;
pub(crate) use project::project_in;
pub use source::{Named, Recognised, Source};

/// The files that the binary carries: all of `targets/`, as the build script lists them.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The file of log sources.
const SOURCES: &str = "sources";

/// All log sources and the maps of all targets.
#[derive(Clone, Debug)]
pub struct Targets {
    /// In the order of the file, which is that in which they are asked.
    sources: Vec<Source>,
    maps: BTreeMap<String, TargetMap>,
}

impl Targets {
    /// The maps that the binary carries.
    ///
    /// ```
    /// use splc::target::Targets;
    /// assert!(Targets::embedded().unwrap().source("kubernetes.audit").is_some());
    /// ```
    ///
    /// # Errors
    /// Never for the files as they are, which a test checks.
    pub fn embedded() -> Result<Self, TargetError> {
        Self::with(&|_| None)
    }

    /// The maps that the binary carries, with those files replaced that `given` has, by name without extension. A file
    /// with the key `extends` changes another one: `embedded` is the one of its own name that the binary carries, any
    /// other name is a file that `given` has.
    ///
    /// ```
    /// use splc::target::Targets;
    /// let changes = "extends: embedded\nsources: {shop: {title: Shop, recognise: [{sourcetype: [shop]}]}}";
    /// let targets = Targets::with(&|file| (file == "sources").then(|| changes.to_owned())).unwrap();
    /// assert!(targets.source("shop").is_some() && targets.source("kubernetes.audit").is_some());
    /// ```
    ///
    /// # Errors
    /// A file that is not of the right form or names what does not exist.
    pub fn with(given: &dyn Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        let embedded = |name: &str| EMBEDDED.iter().find(|(file, _)| *file == name).map(|(_, text)| *text);
        let texts = Texts { given, embedded: &embedded };
        let file = File::read(SOURCES, &texts)?;
        let sources = read_sources(&file)?;
        let mut maps = BTreeMap::new();
        for name in Self::files().filter(|name| *name != SOURCES) {
            let file = File::read(name, &texts)?;
            maps.insert(name.to_owned(), map::read(file, &sources)?);
        }
        Ok(Self { sources, maps })
    }

    /// The names of the files, without extension.
    pub fn files() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(file, _)| *file)
    }

    /// The source of that name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// All sources, in the order in which they are asked.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter()
    }

    /// The parts of a source, in the order of the file.
    pub(crate) fn parts_of<'t>(&'t self, whole: &str) -> impl Iterator<Item = &'t Source> {
        self.sources.iter().filter(move |source| source.part_of.as_deref() == Some(whole))
    }

    /// The map of a target.
    ///
    /// # Errors
    /// No file describes the target.
    pub fn map(&self, target: &str) -> Result<&TargetMap, TargetError> {
        self.maps.get(target).ok_or_else(|| TargetError::Missing(target.to_owned()))
    }

    /// The source that a search names, by its scope, the macros that supplied it, or the data model that it reads.
    pub fn recognise(&self, named: &Named<'_>) -> Option<Recognised<'_>> {
        source::recognise(&self.sources, named)
    }
}

/// The sources, parts with what they take over from the whole.
fn read_sources(file: &File) -> Result<Vec<Source>, TargetError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sources {
        #[serde(rename = "version")]
        _version: u32,
        sources: InOrder<Source>,
    }
    let read: Sources = file.form()?;
    let named = |(name, source): (String, Source)| {
        let mut source = source;
        source.name = name;
        source
    };
    let mut sources: Vec<Source> = read.sources.0.into_iter().map(named).collect();
    let before = sources.clone();
    for source in &mut sources {
        let way = [Step::Key("sources".to_owned()), Step::Key(source.name.clone())];
        if let Some(mistake) = source.mistake() {
            return Err(file.wrong(&way, mistake.to_owned()));
        }
        if let Some((inner, mistake)) = source.nameless() {
            return Err(file.wrong(&[way.as_slice(), inner.as_slice()].concat(), mistake));
        }
        if let Some(whole) = source.part_of.clone() {
            let known = before.iter().filter(|other| other.part_of.is_none() && !other.parts_by().is_empty());
            let Some(whole) = known.clone().find(|other| other.name == whole) else {
                let near = hint(&whole, known.map(|other| other.name.as_str()));
                return Err(file.wrong(&way, format!("no source `{whole}` has `parts_by`{near}")));
            };
            source.inherit(whole);
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests;
