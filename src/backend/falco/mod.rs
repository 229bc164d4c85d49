//! Falco rules, laid out as `falcosecurity/rules` writes them.
//!
//! In: a rule over Falco's fields. Out: one rules file a rule, since a missing plugin of one source would stop the
//! rules of another. Invariant: a condition uses only fields of its source, compares every comparison of a missing
//! field as false, and ignores case for the letters of ASCII only (`sinsp_filtercheck.cpp`, `compare_nocache`;
//! `filter_compare.cpp`).

mod condition;
mod file;
pub(crate) mod list;

use serde::Deserialize;

use crate::backend::{
    Backend, Beyond, Capabilities, Emission, Fields, Loss, Options, OutputFile, Passing, RawTerms, Rule,
    Sources, Written, codes, name,
};
use crate::detection::Step;
use crate::diagnostic::Diagnostic;
use crate::target::falco_fields::{FieldTable, FieldType, Kind, Values};
use crate::target::{FieldKind, FieldMap, TargetError, TargetMap};

/// The target.
pub struct Falco;

/// The Falco engine that rules are written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// 0.57.0, of Falco 0.42.
    #[default]
    V0_57,
    /// 0.62.0, of Falco 0.44: it joins the values of a list into one text (`join`, `concat`).
    V0_62,
}

impl Engine {
    /// The version as a rules file states it.
    pub const fn version(self) -> &'static str {
        match self {
            Self::V0_57 => "0.57.0",
            Self::V0_62 => "0.62.0",
        }
    }
}

static CAPABILITIES: Capabilities = Capabilities {
    folds_all_letters: false,
    some_other: false,
    raw_terms: RawTerms::None,
    same_text: false,
    field_wildcards: false,
    no_names_with: &[],
    text_order: false,
    numbers: false,
    number_order: Fields::Typed,
    networks: Fields::Typed,
    numbers_by_value: false,
    longest_constant: Some(LONGEST_CONSTANT),
    texts: list::texts,
    regex: condition::takes,
    computes: |computed, _| condition::computes(computed),
    computes_each: false,
    one_value: false,
    several: without_state,
    shapes: None,
    sources: Sources::One,
};

/// The longest constant in bytes (`sinsp_filtercheck.h`: "filter parameter too long").
const LONGEST_CONSTANT: usize = 255;

/// No steps: a condition sees one event as it happens, and the engine keeps no state between events.
fn without_state(_passing: &Passing<'_>, _steps: &[Step]) -> Result<Loss, Beyond> {
    Err(Beyond {
        step: 0,
        reason: "a Falco rule sees one event at a time and keeps nothing between two".to_owned(),
        help: "count the alerts of a rule for one event where they are collected, or run the search with `splc match`"
            .to_owned(),
    })
}

/// Parentheses nest to this depth: Falco's parser takes 198 (`rule_loader_compiler.cpp`).
const DEEPEST: usize = 190;

/// What Falco needs to know of a kind of event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The event source.
    source: String,
    /// A condition that comes first, such as the event types.
    guard: Option<String>,
    /// The tag that says where the event happens.
    context: String,
    /// The tag that says what it is about.
    topic: String,
    /// `key=%field` pairs.
    output: String,
    /// What a user should know about these events.
    note: Option<String>,
    /// The plugins that the source and its fields need.
    plugins: Vec<Plugin>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plugin {
    name: String,
    version: String,
    #[serde(default)]
    alternatives: Vec<Plugin>,
}

impl Backend for Falco {
    fn name(&self) -> &'static str {
        "falco"
    }

    fn summary(&self) -> &'static str {
        "Falco rules for Kubernetes audit events, Docker events and processes on Linux"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    /// Fields have to exist for the source of their view, and be of the type that the map states.
    fn check(&self, map: &TargetMap) -> Result<(), TargetError> {
        let settings = map.settings::<Settings>()?;
        let table = FieldTable::embedded();
        for mapping in map.mappings() {
            let Some(Settings { source, .. }) = settings.get(mapping.view.as_str()) else { continue };
            for (splunk, field) in &mapping.fields {
                let (name, kind) = match field {
                    FieldMap::Name(name) => (name, FieldKind::Keyword),
                    FieldMap::Field(field) => (&field.name, field.kind),
                    FieldMap::Missing(_) | FieldMap::Kept(_) => continue,
                };
                let fault = match table.lookup(source, name) {
                    None => Some(format!("`{name}` is no field of `{source}`")),
                    Some(found) => type_fault(name, found, kind),
                };
                if let Some(fault) = fault {
                    return Err(map.wrong_field(mapping, splunk, fault));
                }
            }
        }
        Ok(())
    }

    fn emit(&self, rule: &Rule<'_>, options: &Options) -> Result<Emission, Diagnostic> {
        let settings = super::settings::<Settings>(rule.view)
            .map_err(|error| Diagnostic::without_place(&codes::TARGET_LIMIT, error))?;
        let condition = condition::text(&rule.legal, settings.guard.as_deref(), options.falco_engine)
            .map_err(|reason| Diagnostic::without_place(&codes::TARGET_LIMIT, reason))?;
        if condition.depth > DEEPEST {
            let message =
                format!("the condition nests {} parentheses, Falco reads {DEEPEST}", condition.depth);
            return Err(Diagnostic::without_place(&codes::TARGET_LIMIT, message));
        }
        let text = file::text(rule, &settings, &condition.text, options.falco_engine);
        let tests_stage = rule.legal.fields.contains_key("ka.stage");
        let stages = settings.note.filter(|_| !tests_stage);
        let notes = stages.map(|note| Diagnostic::without_place(&codes::SEVERAL_STAGES, note));
        Ok(Emission { texts: vec![("file", text)], notes: notes.into_iter().collect() })
    }

    fn files(&self, rules: &[Written<'_>], _options: &Options) -> Vec<OutputFile> {
        let file = |(index, written): (usize, &Written<'_>)| {
            let source = written.rule.source.map(|source| name::slug(&source.name));
            let suffix = source.filter(|_| written.sources > 1).map(|source| format!("_{source}"));
            OutputFile {
                path: format!("falco/{}{}.yaml", written.name, suffix.unwrap_or_default()),
                text: written.emission.text("file").to_owned(),
                rules: vec![index],
            }
        };
        rules.iter().enumerate().map(file).collect()
    }
}

/// What is wrong with the type that a map states for a field.
fn type_fault(name: &str, found: FieldType, stated: FieldKind) -> Option<String> {
    if found.values == Values::Any {
        return Some(format!("`{name}` compares in its own way, which is not written"));
    }
    let fits = match stated {
        FieldKind::Keyword | FieldKind::Wildcard => found.kind == Kind::Text,
        FieldKind::Long => {
            matches!(found.kind, Kind::Signed(_) | Kind::Unsigned(_) | Kind::Time | Kind::Port)
                && !found.is_list()
        }
        // The k8saudit plugin gives Booleans as their JSON text.
        FieldKind::Boolean => found.kind == Kind::Text || (found.kind == Kind::Bool && !found.is_list()),
        FieldKind::Ip => found.kind == Kind::Address && condition::network_field(name).is_some(),
    };
    let of_kind = match found.kind {
        Kind::Text => "text: `keyword`",
        Kind::Signed(_) | Kind::Unsigned(_) | Kind::Time | Kind::Port => "whole numbers: `long`",
        Kind::Bool => "true or false: `boolean`",
        Kind::Address => "addresses: `ip`",
        Kind::Bytes | Kind::Float | Kind::Network | Kind::Dynamic => "what no rule is written for",
    };
    (!fits).then(|| format!("`{name}` holds {of_kind}, not `{}`", stated.word()))
}
