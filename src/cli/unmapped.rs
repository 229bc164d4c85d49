//! What searches use and no file of targets/ knows: names of log sources, and fields.
//!
//! In: searches, and what is known. Out: [`Unmapped`], counted by search, and files for `--targets` that would know it, to be
//! filled in. Invariant: those files load as they are, and a field that is not filled in yet is not tested.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde_yaml::{Mapping as Map, Value};

use crate::backend::compile::Understood;
use crate::backend::{self, name};
use crate::detection::scope::SCOPE_FIELDS;
use crate::target::{Sourced, TargetMap, Targets};

/// What is not known, most frequent first.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Unmapped {
    pub(crate) scopes: Vec<Scope>,
    pub(crate) fields: Vec<Field>,
}

/// A name of a log source that sources.yaml does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Scope {
    /// `sourcetype`, `datamodel` and the like.
    pub(crate) field: String,
    pub(crate) name: String,
    /// How many searches use it.
    pub(crate) searches: usize,
}

/// A field that the map of a target does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Field {
    pub(crate) target: &'static str,
    /// The log source; the name that the scaffold gives it where it is not known.
    pub(crate) source: String,
    pub(crate) field: String,
    /// How many searches use it.
    pub(crate) searches: usize,
}

/// The key under which data models stand in sources.yaml.
const DATA_MODEL: &str = "datamodel";

/// What all the searches use that is not known.
pub(crate) fn of<'u, 'a: 'u>(
    understood: impl IntoIterator<Item = &'u Understood<'a>>,
    targets: &Targets,
) -> Unmapped {
    let mut scopes: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut fields: BTreeMap<(&'static str, String, String), usize> = BTreeMap::new();
    for one in understood {
        let (mut own_scopes, mut own_fields) = (BTreeSet::new(), BTreeSet::new());
        for sourced in one.sourced().iter().flat_map(Sourced::apart) {
            let named = names(one, sourced);
            own_fields.extend(unknown_fields(sourced, &named, targets));
            own_scopes.extend(named);
        }
        for scope in own_scopes {
            *scopes.entry(scope).or_default() += 1;
        }
        for field in own_fields {
            *fields.entry(field).or_default() += 1;
        }
    }
    let mut scopes: Vec<Scope> =
        scopes.into_iter().map(|((field, name), searches)| Scope { field, name, searches }).collect();
    scopes.sort_by_key(|scope| (Reverse(scope.searches), scope.clone()));
    let mut fields: Vec<Field> = fields
        .into_iter()
        .map(|((target, source, field), searches)| Field { target, source, field, searches })
        .collect();
    fields.sort_by_key(|field| (Reverse(field.searches), field.clone()));
    Unmapped { scopes, fields }
}

/// The names by which a search asks for a log source that is not known; an index counts where nothing else is said.
fn names(one: &Understood<'_>, sourced: &Sourced<'_>) -> BTreeSet<(String, String)> {
    if sourced.source.is_some() {
        return BTreeSet::new();
    }
    let models = one.detection.iter().flat_map(|detection| &detection.data_models);
    let models = models.map(|(_, model)| (DATA_MODEL.to_owned(), model.clone()));
    let scopes = sourced.scopes.iter().flat_map(crate::detection::Scope::iter);
    let all: BTreeSet<(String, String)> =
        scopes.map(|(field, text)| (field.to_owned(), text.to_owned())).chain(models).collect();
    let telling: BTreeSet<_> = all.iter().filter(|(field, _)| field != "index").cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// The fields that a search tests of a source, by target, that no way to the target lists or keeps as the source's own.
fn unknown_fields(
    sourced: &Sourced<'_>,
    named: &BTreeSet<(String, String)>,
    targets: &Targets,
) -> Vec<(&'static str, String, String)> {
    let source = sourced.source.map(|source| source.name.clone());
    let Some(source) = source.or_else(|| named.iter().next().map(|(_, text)| new_name(text, targets))) else {
        return Vec::new();
    };
    let mut tested = BTreeSet::new();
    sourced.predicate.for_each_field(&mut |field| {
        let is_content = !SCOPE_FIELDS.contains(&field) && !field.starts_with('_') && !field.contains('*');
        if is_content {
            tested.insert(field);
        }
    });
    let mut unknown = Vec::new();
    for backend in backend::ALL {
        let Ok(map) = targets.map(backend.name()) else { continue };
        let mappings = map.mappings_of(sourced.source);
        let is_known = |field: &str| {
            mappings.iter().any(|mapping| {
                (mapping.lists(field) || mapping.keep_other_fields) && mapping.assumption(field).is_none()
            })
        };
        if !mappings.is_empty() {
            let fields = tested.iter().filter(|field| !is_known(field));
            unknown.extend(fields.map(|field| (backend.name(), source.clone(), (*field).to_owned())));
        }
    }
    unknown
}

/// What the scaffold calls a source of that name in searches.
fn new_name(text: &str, targets: &Targets) -> String {
    let slug = name::slug(text);
    if slug.is_empty() || targets.source(&slug).is_some() { format!("source_{slug}") } else { slug }
}

impl Unmapped {
    /// Tables for people, and the files; empty where all is known.
    pub(crate) fn as_text(&self, targets: &Targets) -> String {
        let mut text = String::new();
        if !self.scopes.is_empty() {
            text.push_str(
                "\nNames of log sources that sources.yaml does not have, by the searches that use them:\n",
            );
        }
        for scope in &self.scopes {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {:>5}  {}={}", scope.searches, scope.field, scope.name);
        }
        if !self.fields.is_empty() {
            text.push_str("\nFields that the map of a target does not have:\n");
        }
        for field in &self.fields {
            let _ = writeln!(
                text,
                "  {:>5}  {:<5}  {}  {}",
                field.searches, field.target, field.source, field.field
            );
        }
        for (file, scaffold) in self.scaffold(targets) {
            let _ = write!(text, "\n# {file} for `--targets DIR`\n{scaffold}");
        }
        text
    }

    /// Files by name that would know all of it: each is to be filled in.
    pub(crate) fn scaffold(&self, targets: &Targets) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        if !self.scopes.is_empty() {
            files.insert("sources.yaml".to_owned(), self.sources(targets));
        }
        for backend in backend::ALL {
            let Ok(map) = targets.map(backend.name()) else { continue };
            if let Some(text) = self.map(backend.name(), map, targets) {
                files.insert(format!("{}.yaml", backend.name()), text);
            }
        }
        files
    }

    fn sources(&self, targets: &Targets) -> String {
        let mut sources = Map::new();
        for (slug, scopes) in self.new_sources(targets) {
            let recognise = scopes.iter().map(|scope| {
                let names = Value::Sequence(vec![Value::from(scope.name.as_str())]);
                Value::Mapping(pairs([(scope.field.as_str(), names)]))
            });
            let title = scopes.first().map_or(slug.as_str(), |scope| scope.name.as_str());
            let recognise = Value::Sequence(recognise.collect());
            let source = pairs([("title", Value::from(title)), ("recognise", recognise)]);
            sources.insert(Value::from(slug), Value::Mapping(source));
        }
        file("each name is one log source here; names of one source stand in one `recognise`", sources)
    }

    /// The names of log sources, by the name that the scaffold gives them.
    fn new_sources(&self, targets: &Targets) -> BTreeMap<String, Vec<&Scope>> {
        let mut sources: BTreeMap<String, Vec<&Scope>> = BTreeMap::new();
        for scope in &self.scopes {
            sources.entry(new_name(&scope.name, targets)).or_default().push(scope);
        }
        sources
    }

    fn map(&self, target: &str, map: &TargetMap, targets: &Targets) -> Option<String> {
        let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for field in self.fields.iter().filter(|field| field.target == target) {
            fields.entry(&field.source).or_default().push(&field.field);
        }
        let new = self.new_sources(targets);
        if map.unrecognised().is_some_and(|mapping| mapping.assumes.is_none()) {
            // Fields keep their names: a new source needs a way to the target all the same.
            for slug in new.keys() {
                fields.entry(slug).or_default();
            }
        }
        let mut sources = Map::new();
        for (source, names) in fields {
            let known = targets.source(source);
            let mapping = match known {
                Some(known) => map.mappings_of(Some(known)).into_iter().next(),
                None => map.unrecognised().filter(|mapping| !mapping.tests_parts),
            };
            let Some(mapping) = mapping else { continue };
            let is_new = known.is_none_or(|known| !map.lists(known));
            let missing = |_| Value::Mapping(pairs([("missing", Value::from("it is not mapped yet"))]));
            let listed = names.iter().map(|name| (*name, missing(name)));
            let mut entry = pairs([("view", Value::from(mapping.view.as_str()))]);
            if is_new {
                entry.insert(Value::from("keep_other_fields"), Value::from(mapping.keep_other_fields));
            }
            if !names.is_empty() {
                entry.insert(Value::from("fields"), Value::Mapping(pairs(listed)));
            }
            let mappings = Value::Sequence(vec![Value::Mapping(entry)]);
            sources.insert(Value::from(source), Value::Mapping(pairs([("mappings", mappings)])));
        }
        let head = "a field's name in the target takes the place of `missing`; a view of its own says what a new source is there";
        (!sources.is_empty()).then(|| file(head, sources))
    }
}

fn file(head: &str, sources: Map) -> String {
    let whole = pairs([("extends", Value::from("embedded")), ("sources", Value::Mapping(sources))]);
    format!("# To be filled in: {head}.\n{}", serde_yaml::to_string(&whole).unwrap_or_default())
}

fn pairs<'k>(pairs: impl IntoIterator<Item = (&'k str, Value)>) -> Map {
    pairs.into_iter().map(|(key, value)| (Value::from(key), value)).collect()
}
