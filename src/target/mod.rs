//! What is known about log sources and targets, as data: `targets/*.yaml`.
//!
//! In: the files, embedded or from a folder. Out: [`Targets`]: which source a scope names, and how a target names
//! that source's fields. Invariant: a loaded map is consistent: every mapping's view and every substitute exists.
//! No code here knows a particular target.

pub mod attack;
mod bind;
pub mod codes;
pub mod falco_fields;
mod project;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::detection::scope::is_default_field;
use crate::detection::{Condition, Predicate, Scope, ValueTest};
use crate::event::pattern::{Case, Pattern};
use crate::source::Span;

pub use bind::{Sourced, bind};
pub use project::project;

/// The files that the binary carries.
const EMBEDDED: &[(&str, &str)] = &[
    ("sources", include_str!("../../targets/sources.yaml")),
    ("sigma", include_str!("../../targets/sigma.yaml")),
    ("falco", include_str!("../../targets/falco.yaml")),
    ("eql", include_str!("../../targets/eql.yaml")),
    ("rust", include_str!("../../targets/rust.yaml")),
];

/// The key of `recognise` that names macros, not a field.
const MACRO: &str = "macro";

/// The version of the files that is read.
const VERSION: u32 = 1;

/// A file under `targets/` that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Not YAML of the right form.
    #[error("`{file}.yaml`: {error}")]
    Yaml {
        /// The file, without its extension.
        file: String,
        /// What the YAML reader says, with line and column.
        error: serde_yaml::Error,
    },
    /// A version that is not read.
    #[error("`{file}.yaml`: version {found} is not read, only version {VERSION}")]
    Version {
        /// The file, without its extension.
        file: String,
        /// The version it states.
        found: u32,
    },
    /// A name that nothing defines.
    #[error("`{file}.yaml`: {what} `{name}` is not defined")]
    Undefined {
        /// The file, without its extension.
        file: String,
        /// The kind of thing that is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A target without a file.
    #[error("no file `{0}.yaml` describes the target `{0}`")]
    Missing(String),
}

/// All log sources and the maps of all targets.
#[derive(Clone, Debug)]
pub struct Targets {
    sources: BTreeMap<String, Source>,
    maps: BTreeMap<String, TargetMap>,
}

/// A log source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name, such as `kubernetes.audit`.
    #[serde(skip)]
    pub name: String,
    /// Its name in titles.
    pub title: String,
    /// Alternatives; each asks for these values of scope fields.
    recognise: Vec<BTreeMap<String, Vec<String>>>,
    /// Whether a field holds at most one value, unless its name ends in `{}`.
    #[serde(default)]
    single_valued: bool,
}

/// How a target names sources and fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetMap {
    version: u32,
    /// The kinds of events of the target.
    #[serde(default)]
    pub views: BTreeMap<String, View>,
    #[serde(default)]
    sources: BTreeMap<String, SourceMap>,
    any_source: Option<Mapping>,
    unrecognised: Option<Mapping>,
}

/// A kind of event of a target.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// In words.
    pub title: String,
    /// Fields that every event of this kind has, with their value.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// What the backend wants to know; it alone reads this.
    #[serde(default)]
    pub settings: serde_yaml::Value,
}

/// The ways in which a source reaches a target, best first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceMap {
    /// What is said where none of the ways holds the fields of a search.
    without: Option<String>,
    #[serde(default)]
    mappings: Vec<Mapping>,
}

/// One way in which a source reaches a target.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The kind of event.
    pub view: String,
    /// Set where the target's events are of another kind than the source's.
    pub substitute: Option<Substitute>,
    /// Whether a field that is not listed keeps its name.
    #[serde(default)]
    pub keep_other_fields: bool,
    /// Whether an element of an array goes by the plain dotted path: `a{}.b` is `a.b`.
    #[serde(default)]
    pub plain_array_paths: bool,
    /// What is taken for granted of a field that keeps its name, as a clause.
    pub assumes: Option<String>,
    /// Splunk's field name to the target's.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldMap>,
}

/// Why events of another kind stand in for those of the source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Substitute {
    /// The source whose events the rule sees.
    pub source: String,
    /// Why that is as near as the target comes.
    pub reason: String,
}

/// What a field of Splunk is in a target.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum FieldMap {
    /// The same text under another name.
    Name(String),
    /// A field with more to say about it.
    Field(TargetField),
    /// Nothing: the target's events do not have it.
    Missing(MissingField),
}

/// A field of a target.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TargetField {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(default, rename = "type")]
    pub kind: FieldKind,
    /// Whether the target gives the empty text where the event has no value.
    #[serde(default)]
    pub empty_is_absent: bool,
}

/// A field that a target does not have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingField {
    /// Why, as a clause.
    pub missing: String,
}

/// What a field of a target holds, in the words of Elasticsearch's mappings.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Text.
    #[default]
    Keyword,
    /// Long text.
    Wildcard,
    /// A whole number.
    Long,
    /// True or false.
    Boolean,
    /// An address.
    Ip,
}

/// What a mapping says about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// The target has it.
    Field(TargetField),
    /// The target's events do not have it, for this reason.
    Missing(String),
    /// The mapping does not know it.
    Unknown,
}

/// The scope of a search, recognised.
#[derive(Clone, Debug)]
pub struct Recognised<'a> {
    /// The source.
    pub source: &'a Source,
    /// The scope fields that told it.
    pub by: Vec<String>,
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

    /// The maps that the binary carries, with those files replaced that `replacement` has, by name without
    /// extension.
    ///
    /// # Errors
    /// A file that is not of the right form or names what does not exist.
    pub fn with(replacement: &dyn Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        let mut sources = BTreeMap::new();
        let mut maps = BTreeMap::new();
        for (file, embedded) in EMBEDDED {
            let text = replacement(file).unwrap_or_else(|| (*embedded).to_owned());
            if *file == "sources" {
                sources = read_sources(file, &text)?;
            } else {
                maps.insert((*file).to_owned(), read_map(file, &text)?);
            }
        }
        let targets = Self { sources, maps };
        targets.check()?;
        Ok(targets)
    }

    fn check(&self) -> Result<(), TargetError> {
        for (file, map) in &self.maps {
            let undefined =
                |what, name: &str| TargetError::Undefined { file: file.clone(), what, name: name.to_owned() };
            for source in map.sources.keys() {
                self.source(source).ok_or_else(|| undefined("the source", source))?;
            }
            for mapping in map.mappings() {
                map.views.get(&mapping.view).ok_or_else(|| undefined("the view", &mapping.view))?;
                if let Some(substitute) = &mapping.substitute {
                    self.source(&substitute.source)
                        .ok_or_else(|| undefined("the source", &substitute.source))?;
                }
            }
        }
        Ok(())
    }

    /// The names of the files, without extension.
    pub fn files() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(file, _)| *file)
    }

    /// The source of that name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.get(name)
    }

    /// All sources, by name.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// The map of a target.
    ///
    /// # Errors
    /// No file describes the target.
    pub fn map(&self, target: &str) -> Result<&TargetMap, TargetError> {
        self.maps.get(target).ok_or_else(|| TargetError::Missing(target.to_owned()))
    }

    /// The source that a scope names, by its tests or by the macros that supplied them.
    pub fn recognise(&self, scope: &Scope, macros: &[(Span, String)]) -> Option<Recognised<'_>> {
        self.sources.values().find_map(|source| {
            let by = source.recognise.iter().find_map(|alternative| told_by(alternative, scope, macros))?;
            Some(Recognised { source, by })
        })
    }
}

/// The scope fields that fit an alternative, if all of it fits: each field is compared with one of the values, and
/// a macro of one of the names supplied some test.
fn told_by(
    alternative: &BTreeMap<String, Vec<String>>,
    scope: &Scope,
    macros: &[(Span, String)],
) -> Option<Vec<String>> {
    let mut by = Vec::new();
    for (field, values) in alternative {
        let fits =
            |text: &str| values.iter().any(|value| Pattern::wildcard(value, Case::Insensitive).matches(text));
        if field == MACRO {
            let called = macros.iter().filter(|(_, name)| fits(name));
            let before = by.len();
            by.extend(called.flat_map(|(stretch, _)| scope.fields_in(*stretch)).map(str::to_owned));
            if by.len() == before {
                return None;
            }
        } else if scope.get(field).is_some_and(fits) {
            by.push(field.clone());
        } else {
            return None;
        }
    }
    (!by.is_empty()).then_some(by)
}

fn read_sources(file: &str, text: &str) -> Result<BTreeMap<String, Source>, TargetError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sources {
        version: u32,
        sources: BTreeMap<String, Source>,
    }
    let read: Sources = from_yaml(file, text)?;
    check_version(file, read.version)?;
    let named = |(name, source): (String, Source)| (name.clone(), Source { name, ..source });
    Ok(read.sources.into_iter().map(named).collect())
}

fn read_map(file: &str, text: &str) -> Result<TargetMap, TargetError> {
    let map: TargetMap = from_yaml(file, text)?;
    check_version(file, map.version)?;
    Ok(map)
}

fn from_yaml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, TargetError> {
    serde_yaml::from_str(text).map_err(|error| TargetError::Yaml { file: file.to_owned(), error })
}

fn check_version(file: &str, found: u32) -> Result<(), TargetError> {
    if found == VERSION { Ok(()) } else { Err(TargetError::Version { file: file.to_owned(), found }) }
}

impl TargetMap {
    /// The ways in which the source reaches the target, best first; `None` is a source that is not known.
    pub fn mappings_of(&self, source: Option<&Source>) -> Vec<&Mapping> {
        match source {
            None => self.unrecognised.iter().collect(),
            Some(source) => match self.sources.get(&source.name) {
                Some(map) => map.mappings.iter().collect(),
                None => self.any_source.iter().collect(),
            },
        }
    }

    /// What is said where no way holds the fields of a search.
    pub fn without(&self, source: &Source) -> Option<&str> {
        self.sources.get(&source.name)?.without.as_deref()
    }

    /// All mappings.
    pub fn mappings(&self) -> impl Iterator<Item = &Mapping> {
        let listed = self.sources.values().flat_map(|source| &source.mappings);
        listed.chain(&self.any_source).chain(&self.unrecognised)
    }

    /// The view of a mapping.
    pub fn view(&self, mapping: &Mapping) -> Option<&View> {
        self.views.get(&mapping.view)
    }
}

impl Mapping {
    /// What a field of the search is in the target.
    pub fn field(&self, name: &str) -> Mapped {
        match self.fields.get(name) {
            Some(FieldMap::Name(target)) => Mapped::Field(TargetField::text(target)),
            Some(FieldMap::Field(field)) => Mapped::Field(field.clone()),
            Some(FieldMap::Missing(field)) => Mapped::Missing(field.missing.clone()),
            None if self.plain_array_paths => Mapped::Field(TargetField::text(&name.replace("{}", ""))),
            None if self.keep_other_fields => Mapped::Field(TargetField::text(name)),
            None => Mapped::Unknown,
        }
    }
}

impl TargetField {
    fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: FieldKind::Keyword, empty_is_absent: false }
    }
}

impl Source {
    /// Whether a field of this source holds at most one value.
    pub fn is_single_valued(&self, field: &str) -> bool {
        self.single_valued && !field.contains("{}") && !field.contains('*')
    }

    /// A name of the source for events that state none: field and value.
    pub(crate) fn example_name(&self) -> impl Iterator<Item = (&str, String)> {
        // An event does not show by which macro people look for it.
        let first = self.recognise.iter().find(|one| !one.contains_key(MACRO)).into_iter().flatten();
        first.filter_map(|(field, names)| Some((field.as_str(), names.first()?.replace('*', "x"))))
    }

    /// The predicate for events of this source: a test of a name that all or none of its names pass is decided.
    pub(crate) fn decide(&self, predicate: &Predicate) -> Predicate {
        let Predicate::Test(test) = predicate else {
            return predicate.clone().map_children(&mut |child| self.decide(&child));
        };
        let names: Vec<&String> =
            self.recognise.iter().filter_map(|names| names.get(&test.field)).flatten().collect();
        let (tests, wanted) = match &test.condition {
            Condition::Some(tests) => (tests, true),
            // A name that tells a source stands in a field that holds one value.
            Condition::SomeOther(tests) if is_default_field(&test.field) => (tests, false),
            _ => return predicate.clone(),
        };
        if names.is_empty() || names.iter().any(|name| name.contains('*')) {
            return predicate.clone();
        }
        let passes = |name: &&String| {
            tests.iter().any(|test| matches!(test, ValueTest::Matches(pattern) if pattern.matches(name)))
        };
        match names.iter().filter(|name| passes(name)).count() {
            0 => Predicate::Constant(!wanted),
            count if count == names.len() => Predicate::Constant(wanted),
            _ => predicate.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_files_are_consistent() {
        Targets::embedded().unwrap();
    }

    #[test]
    fn a_file_with_an_unknown_key_is_refused_with_its_place() {
        let text = "version: 1\nviews: {}\nvews: {}\n".to_owned();
        let error = Targets::with(&|file| (file == "sigma").then(|| text.clone())).unwrap_err().to_string();
        assert!(error.contains("`sigma.yaml`") && error.contains("vews"), "{error}");
    }

    #[test]
    fn a_mapping_to_no_view_is_refused() {
        let text = "version: 1\nunrecognised: {view: nowhere}\n".to_owned();
        let error = Targets::with(&|file| (file == "rust").then(|| text.clone())).unwrap_err().to_string();
        assert_eq!(error, "`rust.yaml`: the view `nowhere` is not defined");
    }
}
