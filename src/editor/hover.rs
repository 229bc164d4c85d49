//! What the word under the pointer means: a command, a function, a macro; else how the search reads and what targets do.
//!
//! In: a place. Out: Markdown. Invariant: what is said of commands and functions is what their registries say, and what is
//! said of a search is what `splc explain` and `splc list` would say.

use std::fmt::Write as _;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use crate::backend::compile::{self, Understood};
use crate::backend::{self, Options};
use crate::command;
use crate::detection::tree;
use crate::document::Document;
use crate::editor::{Workspace, place, query};
use crate::function::{Family, Function};
use crate::source::Span;
use crate::spl::macros::Lookup;
use crate::target::Sourced;

/// Lines of a predicate that are shown at most.
const LINES: usize = 40;

/// What is said at a byte of a document; nothing outside of searches.
pub(super) fn at(workspace: &Workspace, document: &Document, offset: u32) -> Option<Hover> {
    let (index, analytic, at) = query::at(document, offset)?;
    let text = analytic.snippet.text();
    let app = analytic.metadata.app.as_deref();
    let (said, span) = if let Some((start, call)) = query::macro_call(text, at) {
        (of_macro(workspace, call, app)?, Span::new(start, start + call.len()))
    } else {
        let word = query::word(text, at);
        if let Some(said) = of_word(text, word) {
            (said, word)
        } else {
            let understood = workspace.understood(document);
            let whole = Span::new(text.len() - text.trim_start().len(), text.trim_end().len());
            (of_search(workspace, understood.get(index)?), whole)
        }
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: said }),
        range: Some(place::range(document, analytic.snippet.to_file(span))),
    })
}

/// A command or function.
fn of_word(text: &str, word: Span) -> Option<String> {
    let stages = command::parse(text).pipeline.stages;
    let stage = stages.iter().find(|stage| stage.name.span == word && word.start < word.end);
    if let Some(command) = stage.and_then(|stage| command::find(&stage.name.value)) {
        return Some(format!(
            "**{}**: {}\n\n[Splunk's manual]({})\n",
            command.name(),
            command.summary(),
            command.manual()
        ));
    }
    let is_call = text.get(word.end as usize..).is_some_and(|rest| rest.starts_with('('));
    let families = if counts(&stages, word) {
        [Family::Statistics, Family::Eval]
    } else {
        [Family::Eval, Family::Statistics]
    };
    families.into_iter().find_map(|family| family.find(word.of(text))).filter(|_| is_call).map(of_function)
}

/// Whether a place is in the arguments of `stats` or its kin.
fn counts(stages: &[crate::spl::Stage], word: Span) -> bool {
    let stage = stages.iter().find(|stage| stage.span.start <= word.start && word.end <= stage.span.end);
    stage.is_some_and(|stage| matches!(stage.arguments, crate::spl::Arguments::Clauses(_)))
}

/// A function with the number of its arguments.
pub(super) fn of_function(function: &Function) -> String {
    let arguments = match (function.least, function.most) {
        (least, Some(most)) if least == most => format!("{least}"),
        (least, Some(most)) => format!("{least} to {most}"),
        (least, None) => format!("{least} or more"),
    };
    let plural = if arguments == "1" { "" } else { "s" };
    let rule = if function.rule.is_empty() { String::new() } else { format!(": {}", function.rule) };
    format!("**{}**{rule}\n\n{arguments} argument{plural}\n", function.name)
}

/// What a macro stands for and where that is written.
fn of_macro(workspace: &Workspace, call: &str, app: Option<&str>) -> Option<String> {
    let (name, arguments) = call.split_once('(').unwrap_or((call, ""));
    let arity =
        if arguments.trim_end_matches(')').trim().is_empty() { 0 } else { arguments.split(',').count() };
    let name = name.trim();
    Some(match workspace.macros.lookup(name, arity, app) {
        Lookup::Found(definition) => {
            format!(
                "**`{definition}`** stands for\n\n```spl\n{}\n```\n\n{}\n",
                definition.text, definition.origin
            )
        }
        Lookup::Ambiguous(apps) => format!("`{name}` is defined differently in {}\n", apps.join(", ")),
        Lookup::OtherArity(arities) => {
            let arities: Vec<String> = arities.iter().map(ToString::to_string).collect();
            format!("`{name}` is defined for {} arguments, not for {arity}\n", arities.join(" or "))
        }
        Lookup::External(app) => format!("`{name}` is defined in {app}; its text is not known here\n"),
        Lookup::Undefined if name.is_empty() => return None,
        Lookup::Undefined => {
            format!("`{name}` is not defined; `--macros` or `macros` in `splc.toml` names definitions\n")
        }
    })
}

/// How a search reads after it was normalised, and what each target does with it.
fn of_search<'a>(workspace: &'a Workspace, one: &Understood<'a>) -> String {
    let mut text = format!("**{}**\n\n", one.title);
    if let Err(reason) = &one.detection {
        text += &format!("not translated: {}\n", reason.message);
        return text;
    }
    for sourced in one.sourced().iter().flat_map(Sourced::apart) {
        let source = sourced.source.map_or("events of no known source", |source| source.title.as_str());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{source}:\n\n```text\n{}```\n", cut(&tree::print(&sourced.predicate, 0)));
    }
    if let (true, Some(predicate)) = (one.sourced().is_empty(), &one.optimised) {
        let _ = writeln!(text, "```text\n{}```\n", cut(&tree::print(predicate, 0)));
    }
    let chosen = &workspace.config.targets;
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|target| target == name);
    for backend in backend::ALL.iter().filter(|backend| is_chosen(backend.name())) {
        let Ok(map) = workspace.targets.map(backend.name()) else { continue };
        let result = compile::rules(one, *backend, map, &Options::default());
        let partial = if result.is_partial() { ", in part" } else { "" };
        let why = result.rules.iter().flat_map(|rule| &rule.notes).find(|note| {
            result.status() != compile::Status::Exact && note.severity >= crate::diagnostic::Severity::Warning
        });
        let why = why.map(|note| format!(": {}", note.message)).unwrap_or_default();
        let _ = writeln!(text, "- `{}` {}{partial}{why}", backend.name(), result.status().word());
    }
    text
}

/// The first lines of a text.
fn cut(text: &str) -> String {
    let mut lines: String = text.split_inclusive('\n').take(LINES).collect();
    if text.lines().count() > LINES {
        lines += "…\n";
    }
    lines
}
