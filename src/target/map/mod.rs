//! How a target names sources and fields: one file of targets/ a target.
//!
//! In: the file, and the sources that are known. Out: a [`TargetMap`]. Invariant: every mapping's view and substitute
//! exists; a field is one of the list that the map names, if it names one, and has its type.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::target::error::{TargetError, hint};
use crate::target::file::File;
use crate::target::place::Step;
use crate::target::{Source, ecs, falco_fields};

mod form;

use form::{FieldForm, MapForm, MappingForm};

/// How a target names sources and fields.
#[derive(Clone, Debug)]
pub struct TargetMap {
    /// The kinds of events of the target.
    pub views: BTreeMap<String, View>,
    sources: BTreeMap<String, SourceMap>,
    any_source: Option<Mapping>,
    unrecognised: Option<Mapping>,
    /// What it was read from.
    file: File,
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
    /// Whether events of other sources are among them, and nothing in the rule tells them apart.
    #[serde(default)]
    pub mixed: bool,
    /// What the backend wants to know; it alone reads this.
    #[serde(default)]
    pub settings: serde_yaml::Value,
}

/// The ways in which a source reaches a target, best first.
#[derive(Clone, Debug)]
struct SourceMap {
    /// What is said where none of the ways holds the fields of a search.
    without: Option<String>,
    mappings: Vec<Mapping>,
}

/// One way in which a source reaches a target.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The kind of event.
    pub view: String,
    /// Whether events of other sources are among those of the view.
    pub mixed: bool,
    /// Set where the target's events are of another kind than the source's.
    pub substitute: Option<Substitute>,
    /// Whether a field that is not listed keeps its name.
    pub keep_other_fields: bool,
    /// Whether what tells a part of a source from the others is tested, since the view does not tell it.
    pub tests_parts: bool,
    /// Whether an element of an array goes by the plain dotted path: `a{}.b` is `a.b`.
    pub plain_array_paths: bool,
    /// What is taken for granted of a field that keeps its name, as a clause.
    pub assumes: Option<String>,
    /// Splunk's field name to the target's. A name that ends in `*` stands for all that begin so, and `*` in the target's
    /// name for the rest; in brackets, as `/*]`, for the rest as a JSON pointer, and as `/~*]` for the rest as one key.
    pub fields: BTreeMap<String, FieldMap>,
    /// Splunk's field name to the values that its add-on gives to it where the log, and so the target, has none.
    defaults: BTreeMap<String, Vec<String>>,
    /// What searches of a data model write before a field, with its dot.
    dataset: Option<String>,
    /// Where it stands in the file.
    way: Vec<Step>,
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
#[derive(Clone, Debug)]
pub enum FieldMap {
    /// The same text under another name.
    Name(String),
    /// A field with more to say about it.
    Field(TargetField),
    /// Nothing: the target's events do not have it.
    Missing(MissingField),
    /// The same name, for which this is taken for granted, as a clause.
    Kept(String),
}

/// A field of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetField {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether the target gives the empty text where the event has no value.
    pub empty_is_absent: bool,
    /// Set where it holds a path of which the search's field holds the last part: the characters that separate parts.
    pub separators: Option<String>,
}

/// A field that a target does not have.
#[derive(Clone, Debug)]
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

    /// The way of a source that is not known.
    pub fn unrecognised(&self) -> Option<&Mapping> {
        self.unrecognised.as_ref()
    }

    /// Whether the map lists the source itself.
    pub fn lists(&self, source: &Source) -> bool {
        self.sources.contains_key(&source.name)
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

    /// The settings of every view, read as a backend asks for them.
    ///
    /// ```
    /// use splc::target::Targets;
    /// let targets = Targets::embedded().unwrap();
    /// let read = targets.map("falco").unwrap().settings::<std::collections::BTreeMap<String, u64>>();
    /// let told = read.unwrap_err().to_string();
    /// assert!(told.starts_with("`falco.yaml`, at `views > docker > settings > "), "{told}");
    /// ```
    ///
    /// # Errors
    /// The first mistake, with its place.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<BTreeMap<&str, T>, TargetError> {
        let read = |(name, view): (&'_ String, &View)| {
            let way = [key("views"), key(name), key("settings")];
            self.file.read_at(&way, view.settings.clone())
        };
        self.views.iter().map(|one| Ok((one.0.as_str(), read(one)?))).collect()
    }

    /// A mistake in what a mapping says of a field.
    pub(crate) fn wrong_field(&self, mapping: &Mapping, field: &str, message: String) -> TargetError {
        let own = [mapping.way.as_slice(), &[key("fields"), key(field)]].concat();
        self.file.wrong(&own, message)
    }

    /// A mistake in the settings of a view.
    pub(crate) fn wrong_settings(&self, view: &str, message: &str) -> TargetError {
        self.file.wrong(&[key("views"), key(view), key("settings")], message.to_owned())
    }
}

impl Mapping {
    /// What a field of the search is in the target.
    pub fn field(&self, name: &str) -> Mapped {
        let prefix = self.dataset.as_deref();
        let plain = prefix.and_then(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        match self.listed(name) {
            Some((FieldMap::Name(target), rest)) => TargetField::text(target).mapped(rest),
            Some((FieldMap::Field(field), rest)) => field.clone().mapped(rest),
            Some((FieldMap::Missing(field), _)) => Mapped::Missing(field.missing.clone()),
            Some((FieldMap::Kept(_), _)) | None if self.plain_array_paths => {
                Mapped::Field(TargetField::text(&plain.replace("{}", "")))
            }
            Some((FieldMap::Kept(_), _)) => Mapped::Field(TargetField::text(plain)),
            None if self.keep_other_fields => Mapped::Field(TargetField::text(plain)),
            None => Mapped::Unknown,
        }
    }
}

impl Mapping {
    /// Whether the mapping says what the field is, so that it does not just keep its name.
    pub fn lists(&self, name: &str) -> bool {
        self.listed(name).is_some()
    }

    /// What is taken for granted of a field that keeps its name, as a clause; none if its events surely have it.
    ///
    /// ```
    /// use splc::target::Targets;
    /// let targets = Targets::embedded().unwrap();
    /// let mapping = targets.map("sigma").unwrap().mappings_of(targets.source("windows.sysmon.process"))[0];
    /// assert_eq!(mapping.assumption("Computer"), None);
    /// // An add-on makes it.
    /// assert!(mapping.assumption("dest").is_some());
    /// ```
    pub fn assumption(&self, name: &str) -> Option<&str> {
        match self.listed(name) {
            Some((FieldMap::Kept(assumed), _)) => Some(assumed),
            Some(_) => None,
            None => self.assumes.as_deref(),
        }
    }

    /// The values that a field has in Splunk where the target's event has none.
    pub fn defaults_of(&self, name: &str) -> &[String] {
        self.defaults.get(name).map_or(&[], Vec::as_slice)
    }

    /// The fields that have such values.
    pub fn defaults(&self) -> impl Iterator<Item = &str> {
        self.defaults.keys().map(String::as_str)
    }

    /// The entry of a field, with the rest of its name behind a `*` in the entry's; the longest of several such counts.
    fn listed<'n>(&self, name: &'n str) -> Option<(&FieldMap, Option<&'n str>)> {
        if let Some(field) = self.fields.get(name) {
            return Some((field, None));
        }
        let starred = self.fields.iter().filter_map(|(key, field)| {
            let prefix = key.strip_suffix('*')?;
            Some((prefix.len(), field, name.strip_prefix(prefix)?))
        });
        let (_, field, rest) = starred.max_by_key(|(length, ..)| *length)?;
        Some((field, Some(rest)))
    }
}

impl TargetField {
    fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: FieldKind::Keyword, empty_is_absent: false, separators: None }
    }

    /// What the search's field holds where the target's holds this: the last part of a path, or all of it.
    ///
    /// ```
    /// use splc::target::{Mapped, Targets};
    /// let targets = Targets::embedded().unwrap();
    /// let mapping = targets.map("sigma").unwrap().mappings_of(targets.source("cim.processes"))[0];
    /// let Mapped::Field(field) = mapping.field("Processes.process_name") else { panic!() };
    /// assert_eq!((field.name.as_str(), field.part_of(r"C:\Windows\cmd.exe")), ("Image", "cmd.exe"));
    /// ```
    pub fn part_of<'t>(&self, text: &'t str) -> &'t str {
        let separators = self.separators.as_deref().unwrap_or_default();
        text.rsplit(|character| separators.contains(character)).next().unwrap_or(text)
    }

    /// The field for a name that has this behind what the map names.
    fn mapped(self, rest: Option<&str>) -> Mapped {
        let Some(rest) = rest else { return Mapped::Field(self) };
        match pointer(&self.name, rest) {
            Some(Ok(name)) => Mapped::Field(Self { name, ..self }),
            Some(Err(why)) => Mapped::Missing(why.to_owned()),
            None => Mapped::Field(Self { name: self.name.replace('*', &rest.replace("{}", "")), ..self }),
        }
    }
}

/// The name with what its `*` stands for where that is the end of a JSON pointer in brackets (RFC 6901): `/*` is a path,
/// `/~*` one key, in which a dot is no step. A pointer leads to one value, so not to each of an array.
fn pointer(name: &str, rest: &str) -> Option<Result<String, &'static str>> {
    let (before, is_path) = match (name.strip_suffix("/*]"), name.strip_suffix("/~*]")) {
        (Some(before), _) => (before, true),
        (_, Some(before)) => (before, false),
        _ => return None,
    };
    if rest.contains("{}") {
        return Some(Err("a JSON pointer does not lead to each element of an array"));
    }
    if rest.contains(|c: char| c.is_whitespace() || "[]\"'".contains(c)) {
        return Some(Err("a JSON pointer in brackets holds no blanks, brackets or quotation marks"));
    }
    let escaped = rest.replace('~', "~0").replace('/', "~1");
    let steps = if is_path { escaped.replace('.', "/") } else { escaped };
    Some(Ok(format!("{before}/{steps}]")))
}

/// A list of all fields of a target, against which a map is checked.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum FieldList {
    /// The Elastic Common Schema.
    Ecs,
    /// Falco's own list; the setting `source` of a view says which part of it.
    Falco,
}

/// Reads the map of a target.
pub(super) fn read(file: File, sources: &[Source]) -> Result<TargetMap, TargetError> {
    let form: MapForm = file.form()?;
    let reader = Reader { file: &file, form: &form, sources };
    reader.used_sets()?;
    let mut read = BTreeMap::new();
    for (name, source) in &form.sources {
        let way = vec![key("sources"), key(name)];
        let known = reader.source(name, &way)?;
        let mut mappings = Vec::new();
        for (at, mapping) in source.mappings.iter().enumerate() {
            let way = [way.as_slice(), &[key("mappings"), Step::Item(at)]].concat();
            mappings.push(reader.mapping(mapping, Some(known), &way)?);
        }
        read.insert(name.clone(), SourceMap { without: source.without.clone(), mappings });
    }
    let one = |name: &str, mapping: &Option<MappingForm>| {
        mapping.as_ref().map(|mapping| reader.mapping(mapping, None, &[key(name)])).transpose()
    };
    let any_source = one("any_source", &form.any_source)?;
    let unrecognised = one("unrecognised", &form.unrecognised)?;
    Ok(TargetMap { views: form.views, sources: read, any_source, unrecognised, file })
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

struct Reader<'r> {
    file: &'r File,
    form: &'r MapForm,
    sources: &'r [Source],
}

impl Reader<'_> {
    fn undefined<'n>(
        &self,
        way: &[Step],
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> TargetError {
        self.file.wrong(way, format!("the {what} `{name}` is not defined{}", hint(name, known)))
    }

    fn source(&self, name: &str, way: &[Step]) -> Result<&Source, TargetError> {
        let names = self.sources.iter().map(|source| source.name.as_str());
        let found = self.sources.iter().find(|source| source.name == name);
        found.ok_or_else(|| self.undefined(way, "source", name, names))
    }

    /// A set that no mapping takes is a mistake.
    fn used_sets(&self) -> Result<(), TargetError> {
        let of_sources = self.form.sources.values().flat_map(|source| &source.mappings);
        let all: Vec<&MappingForm> =
            of_sources.chain(&self.form.any_source).chain(&self.form.unrecognised).collect();
        let unused = |name: &&String| !all.iter().any(|mapping| mapping.sets.contains(name));
        match self.form.sets.keys().find(unused) {
            Some(name) => {
                let message = format!("no mapping takes the fields of the set `{name}`");
                Err(self.file.wrong(&[key("sets"), key(name)], message))
            }
            None => Ok(()),
        }
    }

    fn mapping(
        &self,
        form: &MappingForm,
        source: Option<&Source>,
        way: &[Step],
    ) -> Result<Mapping, TargetError> {
        let at = |name: &str| [way, &[key(name)]].concat();
        let Some(view) = self.form.views.get(&form.view) else {
            return Err(self.undefined(
                &at("view"),
                "view",
                &form.view,
                self.form.views.keys().map(String::as_str),
            ));
        };
        if let Some(substitute) = &form.substitute {
            self.source(&substitute.source, &[at("substitute"), vec![key("source")]].concat())?;
        }
        let common = self.form.fields.iter();
        let mut fields: BTreeMap<String, (&FieldForm, Vec<Step>)> =
            common.map(|(name, field)| (name.clone(), (field, vec![key("fields")]))).collect();
        for name in &form.sets {
            let Some(set) = self.form.sets.get(name) else {
                return Err(self.undefined(
                    &at("sets"),
                    "set",
                    name,
                    self.form.sets.keys().map(String::as_str),
                ));
            };
            for (field, form) in set {
                fields.insert(field.clone(), (form, vec![key("sets"), key(name)]));
            }
        }
        for (name, field) in &form.fields {
            fields.insert(name.clone(), (field, at("fields")));
        }
        let dataset = source.and_then(|source| source.dataset.as_ref()).map(|dataset| format!("{dataset}."));
        let mut read = BTreeMap::new();
        for (name, (field, way)) in fields {
            let field = self.field(field, view, &[way, vec![key(&name)]].concat())?;
            if let Some(prefix) = &dataset {
                read.insert(format!("{prefix}{name}"), field.clone());
            }
            read.insert(name, field);
        }
        Ok(Mapping {
            view: form.view.clone(),
            mixed: view.mixed,
            substitute: form.substitute.clone(),
            keep_other_fields: form.keep_other_fields,
            tests_parts: form.tests_parts,
            plain_array_paths: form.plain_array_paths,
            assumes: form.assumes.clone(),
            fields: read,
            defaults: form.defaults.clone(),
            dataset,
            way: way.to_vec(),
        })
    }

    fn field(&self, form: &FieldForm, view: &View, way: &[Step]) -> Result<FieldMap, TargetError> {
        let (name, kind, empty_is_absent, separators) = match form {
            FieldForm::Missing(missing) => {
                return Ok(FieldMap::Missing(MissingField { missing: missing.clone() }));
            }
            FieldForm::Kept(assumed) => return Ok(FieldMap::Kept(assumed.clone())),
            FieldForm::Name(name) => (name, None, false, &None),
            FieldForm::Field { name, kind, empty_is_absent, last_part_after } => {
                (name, *kind, *empty_is_absent, last_part_after)
            }
        };
        let listed = match &self.form.field_list {
            Some(FieldList::Ecs) => self.of_ecs(name, kind, way)?,
            Some(FieldList::Falco) => {
                self.is_of_falco(name, view, way)?;
                kind
            }
            None => kind,
        };
        if self.form.field_list.is_none() && kind.is_none() && !empty_is_absent && separators.is_none() {
            return Ok(FieldMap::Name(name.clone()));
        }
        let kind = listed.unwrap_or_default();
        if let Some(separators) = separators {
            let way = [way, &[key("last_part_after")]].concat();
            if separators.is_empty() || separators.contains(char::is_alphanumeric) {
                let message =
                    "`last_part_after` holds the characters that separate the parts of a path, such as `/`";
                return Err(self.file.wrong(&way, message.to_owned()));
            }
            if !matches!(kind, FieldKind::Keyword | FieldKind::Wildcard) {
                let message = format!("`{name}` is of the type `{}`, which holds no path", kind.word());
                return Err(self.file.wrong(&way, message));
            }
        }
        Ok(FieldMap::Field(TargetField {
            name: name.clone(),
            kind,
            empty_is_absent,
            separators: separators.clone(),
        }))
    }

    /// The type of a field of the schema, or of one that an integration adds to it.
    fn of_ecs(
        &self,
        name: &str,
        stated: Option<FieldKind>,
        way: &[Step],
    ) -> Result<Option<FieldKind>, TargetError> {
        let added = &self.form.field_namespaces;
        let is_added = added
            .iter()
            .any(|space| name.strip_prefix(space.as_str()).is_some_and(|rest| rest.starts_with('.')));
        match (ecs::kind(name), stated) {
            (Some(ecs::Ecs::Other(kind)), _) => Err(self
                .file
                .wrong(way, format!("`{name}` is of the type `{kind}`, which rules cannot test"))),
            (Some(ecs::Ecs::Testable(kind)), Some(stated)) if kind != stated => Err(self
                .file
                .wrong(way, format!("`{name}` is of the type `{}`, not `{}`", kind.word(), stated.word()))),
            (Some(ecs::Ecs::Testable(kind)), _) => Ok(Some(kind)),
            (None, _) if is_added => Ok(stated),
            (None, _) => {
                let near = hint(name, ecs::names());
                Err(self.file.wrong(
                    way,
                    format!("`{name}` is no field of the Elastic Common Schema, nor does it begin with one of `field_namespaces`{near}"),
                ))
            }
        }
    }

    fn is_of_falco(&self, name: &str, view: &View, way: &[Step]) -> Result<(), TargetError> {
        let source = view.settings.get("source").and_then(serde_yaml::Value::as_str).unwrap_or_default();
        let table = falco_fields::table();
        if table.lookup(source, name).is_some() {
            Ok(())
        } else {
            let near = hint(name, table.names(source));
            Err(self.file.wrong(way, format!("`{name}` is no field of Falco's source `{source}`{near}")))
        }
    }
}

impl FieldKind {
    /// The word that the files use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Wildcard => "wildcard",
            Self::Long => "long",
            Self::Boolean => "boolean",
            Self::Ip => "ip",
        }
    }
}
