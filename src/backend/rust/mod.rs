//! Functions of Rust that tell whether an event matches, or which of several do.
//!
//! In: rules over the fields of the search. Out: one file, or a crate: the rules, registries of them, and what they call.
//! `prelude.rs` always stands in it, `parts/` and the module of `runtime` where rules ask for them; all are kept as they
//! are written out. Invariant: a function is true for just the events that the predicate holds for, gives just those that
//! contribute to a result, and no text of a rule can end the comment or the literal it stands in.

mod expression;
mod layout;
mod name;
#[cfg(test)]
#[rustfmt::skip]
#[allow(clippy::pedantic, missing_docs, unreachable_pub, unused_qualifications, reason = "written for others to compile")]
mod prelude;
mod runtime;
mod steps;
mod text;
mod writer;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::backend::{
    Backend, Capabilities, Emission, Fields, Loss, Options, OutputFile, RawTerms, Rule, Sources, Written,
    substitute_line,
};
use crate::diagnostic::Diagnostic;
use crate::target::{TargetError, TargetMap};

use expression::{Expression, literal};
use writer::{Needs, Writer};

/// The target.
pub struct Rust;

static CAPABILITIES: Capabilities = Capabilities {
    folds_all_letters: true,
    some_other: true,
    raw_terms: RawTerms::Bounded,
    same_text: false,
    field_wildcards: true,
    no_names_with: &[],
    text_order: true,
    numbers: true,
    number_order: Fields::All,
    networks: Fields::All,
    numbers_by_value: false,
    longest_constant: None,
    texts: |_, _| Ok(()),
    regex: |regex, _| regex.test_program().map(drop).map_err(|error| error.to_string()),
    computes: |_, _| Ok(()),
    computes_each: false,
    one_value: true,
    several: |_, _| Ok(Loss::default()),
    shapes: None,
    sources: Sources::Tested,
};

impl Backend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn summary(&self) -> &'static str {
        "functions of Rust over any type of event"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn check(&self, map: &TargetMap) -> Result<(), TargetError> {
        match map.views.iter().find(|(_, view)| !view.settings.is_null()) {
            Some((name, _)) => Err(map.wrong_settings(name, "this target has no settings")),
            None => Ok(()),
        }
    }

    fn emit(&self, rule: &Rule<'_>, _options: &Options) -> Result<Emission, Diagnostic> {
        let reserved = reserved();
        let name = free_name(&rule.title, &reserved, &BTreeSet::new());
        let (function, _) = function(rule, &name, &reserved);
        let texts = vec![("function", function), ("entry", entry(rule, &name))];
        Ok(Emission { texts, notes: Vec::new() })
    }

    fn files(&self, rules: &[Written<'_>], options: &Options) -> Vec<OutputFile> {
        let (written, needs) = written(rules);
        let all = (0..rules.len()).collect();
        let file = |path: &str, text: String, rules| OutputFile { path: path.to_owned(), text, rules };
        if !options.rust_crate {
            return vec![file("rust/detections.rs", text::single(&written, &needs), all)];
        }
        let mut files = vec![
            file("rust/Cargo.toml", text::manifest(&needs), Vec::new()),
            file("rust/src/lib.rs", text::root(&written, &needs), all),
        ];
        files.extend(text::runtime(&needs).map(|text| file("rust/src/runtime.rs", text, Vec::new())));
        files
    }
}

/// The functions of all rules and the registries of them, with what they need.
fn written(rules: &[Written<'_>]) -> (text::Rules, Needs) {
    let reserved = reserved();
    let mut taken = BTreeSet::new();
    let (mut all, mut needs) = (text::Rules::default(), Needs::default());
    for written in rules {
        let name = free_name(&wanted_name(written), &reserved, &taken);
        let (function, needed) = function(written.rule, &name, &reserved);
        all.functions.push_str(&function);
        all.functions.push('\n');
        let of_several = !written.rule.legal.steps.is_empty();
        let entries = if of_several { &mut all.of_several } else { &mut all.of_one };
        entries.push_str(&entry(written.rule, &name));
        needs.extend(needed);
        taken.insert(name);
    }
    (all, needs)
}

/// The analytic, and its source if it has several.
fn wanted_name(written: &Written<'_>) -> String {
    match written.rule.source {
        _ if written.sources < 2 => written.name.to_owned(),
        // A slug is cut at its end, so it is made of each on its own.
        Some(source) => format!("{}_{}", name::identifier(written.name), name::identifier(&source.name)),
        None => format!("{}_other_sources", name::identifier(written.name)),
    }
}

fn free_name(wanted: &str, reserved: &BTreeSet<&str>, taken: &BTreeSet<String>) -> String {
    name::unique(&name::identifier(wanted), |name| !reserved.contains(name) && !taken.contains(name))
}

/// The names that a file has for itself: the functions that rules call, and the variables of a generated function.
fn reserved() -> BTreeSet<&'static str> {
    let variables =
        ["event", "value", "raw", "context", "events", "fields", "filters", "steps", "step", "runtime"];
    text::functions().chain(variables).collect()
}

fn function(rule: &Rule<'_>, name: &str, reserved: &BTreeSet<&str>) -> (String, Needs) {
    let mut writer = Writer::default();
    if !rule.legal.steps.is_empty() {
        let body = steps::body(&rule.legal, &mut writer);
        let head = format!("pub fn {name}<E: Event>(events: &[E]) -> Vec<usize> {{\n");
        let attributes = "#[rustfmt::skip]\n#[allow(unused_variables)]\n";
        return (format!("{}{attributes}{head}{body}}}\n", documentation(rule)), writer.needs);
    }
    let expression = writer.predicate(&rule.legal.predicate);
    let is_constant = matches!(expression, Expression::Constant(_));
    let mut head: Vec<String> = if is_constant { Vec::new() } else { writer.statics() };
    if (writer.needs.computed || writer.asks_for_time) && !is_constant {
        writer.needs.timed = true;
        head.push("let event = &Timed(event);".to_owned());
    }
    let body = layout::body(&head, &expression, reserved);
    // How the calls of a formula would be laid out is not known here.
    let skip = if body.is_tidy && !writer.needs.computed { "" } else { "#[rustfmt::skip]\n" };
    // A formula need not ask for the event in which a field has one value.
    let allow = if writer.needs.computed { "#[allow(unused_variables)]\n" } else { "" };
    let event = if is_constant { "_event" } else { "event" };
    let signature = signature(name, event);
    (format!("{}{skip}{allow}{signature}{}}}\n", documentation(rule), body.text), writer.needs)
}

/// The signature, broken as `rustfmt` would where the name is long.
fn signature(name: &str, event: &str) -> String {
    let line = format!("pub fn {name}<E: Event + ?Sized>({event}: &E) -> bool {{\n");
    if line.len() <= 101 {
        line
    } else {
        format!("pub fn {name}<E: Event + ?Sized>(\n    {event}: &E,\n) -> bool {{\n")
    }
}

fn documentation(rule: &Rule<'_>) -> String {
    let mut lines = vec![prose(&rule.title), String::new(), prose(&facts(rule))];
    let substitute = substitute_line(rule);
    let notes = rule.notes.iter().map(|note| note.message.clone()).chain(substitute);
    let notes: Vec<String> = notes.map(|note| format!("- {}", prose(&note))).collect();
    if !notes.is_empty() {
        lines.push(String::new());
        lines.extend(notes);
    }
    let fence = "`".repeat(longest_run(rule.spl, '`').max(2) + 1);
    lines.push(String::new());
    lines.push(format!("{fence}text"));
    lines.extend(rule.spl.lines().map(visible));
    lines.push(fence);
    let comment = |line: &String| format!("{}\n", format!("/// {line}").trim_end());
    lines.iter().map(comment).collect()
}

/// Fidelity, source, techniques and level.
fn facts(rule: &Rule<'_>) -> String {
    let source = rule.source.map_or("any source", |source| source.name.as_str());
    let mut facts = vec![rule.fidelity.to_string(), source.to_owned()];
    if !rule.metadata.techniques.is_empty() {
        facts.push(rule.metadata.techniques.join(", "));
    }
    facts.extend(rule.metadata.level.map(|level| level.word().to_owned()));
    facts.join(" · ")
}

/// The longest run of a character.
fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(|run| run.chars().count()).max().unwrap_or(0)
}

/// A text on one line with everything written out that is invisible, breaks lines or turns the direction of
/// writing; a comment with such characters would be read otherwise than it looks (Unicode Technical Report 36).
fn visible(line: &str) -> String {
    let mut out = String::new();
    for character in line.chars() {
        match character {
            '\t' => out.push_str("    "),
            '"' | '\'' | '\\' => out.push(character),
            // A combining character is shown only where it stands on another, as here.
            _ => out.extend(format!("a{character}").escape_debug().skip(1)),
        }
    }
    out
}

/// A text as a paragraph of Markdown on one line; what stands in backticks stays code.
fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = visible(&words.join(" "));
    let keeps_code = text.matches('`').count().is_multiple_of(2) && longest_run(&text, '`') < 2;
    let mut is_code = false;
    let mut out = String::new();
    for character in text.chars() {
        is_code ^= keeps_code && character == '`';
        let is_markup = r"\[]<>*_#|".contains(character) || (character == '`' && !keeps_code);
        let is_list = out.is_empty() && "-+=~".contains(character);
        if (is_markup && !is_code) || is_list {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn entry(rule: &Rule<'_>, name: &str) -> String {
    let option = |text: Option<&str>| {
        text.map_or_else(|| "None".to_owned(), |text| format!("Some({})", literal(text)))
    };
    let techniques: Vec<String> = rule.metadata.techniques.iter().map(|id| literal(id)).collect();
    let substitute = rule.mapping.substitute.as_ref().map(|substitute| substitute.source.as_str());
    let events = if rule.legal.steps.is_empty() { "event" } else { "events" };
    let members = [
        ("id", literal(&rule.id)),
        ("title", literal(&rule.title)),
        ("source", option(rule.source.map(|source| source.name.as_str()))),
        ("techniques", format!("&[{}]", techniques.join(", "))),
        ("level", option(rule.metadata.level.map(crate::document::Level::word))),
        ("fidelity", literal(&rule.fidelity.to_string())),
        ("substitute", option(substitute)),
        ("spl", literal(rule.spl)),
        ("matches", format!("|{events}| {name}({events})")),
    ];
    let mut out = String::from("    Rule {\n");
    for (member, value) in members {
        // Writing to a `String` does not fail.
        let _ = writeln!(out, "        {member}: {value},");
    }
    out.push_str("    },\n");
    out
}

#[cfg(test)]
mod tests;
