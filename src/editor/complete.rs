//! What could stand at a place of a search: commands behind a pipe, macros in backticks, functions and fields.
//!
//! In: a place. Out: items in the order of their names. Invariant: names come from the registries, the definitions of
//! macros, the fields that the target files know of the log source, and the search itself; nothing is guessed. What stands
//! behind the place has no part in it, so that a search in the middle of being typed has answers.

use std::collections::BTreeSet;

use lsp_types::{CompletionItem, CompletionItemKind, Documentation, MarkupContent, MarkupKind};

use crate::backend;
use crate::command;
use crate::document::{Analytic, Document};
use crate::editor::{Workspace, hover, query};
use crate::function::Family;
use crate::spl::Shape;
use crate::spl::ast::{Arguments, Kind};
use crate::spl::macros;
use crate::target::{Source, bind};

/// The items at a byte of a document; nothing outside of searches.
pub(super) fn at(workspace: &Workspace, document: &Document, offset: u32) -> Option<Vec<CompletionItem>> {
    let (_, analytic, at) = query::at(document, offset)?;
    let text = analytic.snippet.text();
    if query::macro_call(text, at).is_some() {
        return Some(macros_known(workspace));
    }
    let before = text.get(..query::word(text, at).start as usize)?;
    if before.trim_end().ends_with(['|', '[']) {
        return Some(commands());
    }
    let shape = stage_shape(before);
    let mut items = match shape {
        Some(Shape::Assignments | Shape::Boolean) => functions(Family::Eval),
        Some(Shape::Aggregation | Shape::Chart | Shape::IndexedAggregation) => functions(Family::Statistics),
        _ => Vec::new(),
    };
    items.extend(fields(workspace, analytic, before).into_iter().map(|(name, detail)| CompletionItem {
        label: name,
        kind: Some(CompletionItemKind::FIELD),
        detail,
        ..CompletionItem::default()
    }));
    Some(items)
}

/// The shape of the command whose arguments end here.
fn stage_shape(before: &str) -> Option<Shape> {
    let stages = command::parse(before).pipeline.stages;
    stages
        .last()
        .and_then(|stage| command::find(&stage.name.value))
        .map(super::super::command::Command::shape)
}

fn commands() -> Vec<CompletionItem> {
    let mut items: Vec<CompletionItem> = command::ALL
        .iter()
        .map(|command| CompletionItem {
            label: command.name().to_owned(),
            kind: Some(CompletionItemKind::KEYWORD),
            detail: Some(command.summary().to_owned()),
            ..CompletionItem::default()
        })
        .collect();
    items.sort_by(|a, b| a.label.cmp(&b.label));
    items
}

fn functions(family: Family) -> Vec<CompletionItem> {
    let item = |function: &crate::function::Function| CompletionItem {
        label: function.name.to_owned(),
        kind: Some(CompletionItemKind::FUNCTION),
        detail: (!function.rule.is_empty()).then(|| function.rule.to_owned()),
        documentation: Some(Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hover::of_function(function),
        })),
        ..CompletionItem::default()
    };
    family.all().iter().map(item).collect()
}

fn macros_known(workspace: &Workspace) -> Vec<CompletionItem> {
    let item = |definition: &macros::Definition| CompletionItem {
        label: definition.name.clone(),
        kind: Some(CompletionItemKind::SNIPPET),
        detail: Some(definition.to_string()),
        documentation: Some(Documentation::String(definition.text.clone())),
        ..CompletionItem::default()
    };
    workspace.macros.iter().map(item).collect()
}

/// Fields by name, each with the title of the log source that has it; those of the search itself have none.
fn fields(workspace: &Workspace, analytic: &Analytic, before: &str) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    for source in sources(workspace, before) {
        let maps = backend::ALL.iter().filter_map(|backend| workspace.targets.map(backend.name()).ok());
        let mappings = maps.flat_map(|map| map.mappings_of(Some(source)));
        let names = mappings.flat_map(|mapping| mapping.fields.keys().cloned());
        found.extend(names.map(|name| (name, Some(source.title.clone()))));
    }
    found.extend(own_fields(analytic.snippet.text()).into_iter().map(|name| (name, None)));
    // Of one name, the entry with a source comes first.
    found.sort_by(|a, b| (&a.0, a.1.is_none(), &a.1).cmp(&(&b.0, b.1.is_none(), &b.1)));
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// The log sources that the search names up to here, or up to the pipe before.
fn sources<'w>(workspace: &'w Workspace, before: &str) -> Vec<&'w Source> {
    let stage = before.rfind('|').and_then(|at| before.get(..at));
    let first = before.split('|').next();
    let texts = [Some(before), stage, first];
    texts
        .into_iter()
        .flatten()
        .map(|text| recognised(workspace, text))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn recognised<'w>(workspace: &'w Workspace, text: &str) -> Vec<&'w Source> {
    let expanded = macros::expand(text, &workspace.macros, None);
    let parsed = command::parse_expanded(&expanded);
    let Ok(mut detection) = command::lower_in(&parsed.pipeline, &workspace.context) else {
        return Vec::new();
    };
    detection.macros = expanded.calls().map(|(span, name)| (span, name.to_owned())).collect();
    let stated = workspace.stated.as_deref().and_then(|name| workspace.targets.source(name));
    bind(&detection, &workspace.targets, stated).iter().filter_map(|sourced| sourced.source).collect()
}

/// The fields that a search compares or sets.
fn own_fields(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for stage in command::parse(text).pipeline.stages {
        match &stage.arguments {
            Arguments::Search(expression) => expression.walk(&mut |expression| match &expression.kind {
                Kind::Comparison(comparison) => found.extend([comparison.field.value.clone()]),
                Kind::Computed(computed) => found.extend([computed.field.value.clone()]),
                _ => {}
            }),
            Arguments::Assignments(all) => found.extend(all.iter().map(|one| one.field.value.clone())),
            _ => {}
        }
    }
    found
}
