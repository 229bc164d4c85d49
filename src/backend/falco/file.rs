//! The rules file: versions, and one rule in the order and style of `falcosecurity/rules`.
//!
//! In: a rule with its condition. Out: the text of the file. Invariant: a literal `%` never reaches the output,
//! where Falco would read a field (`rule_loader_compiler.cpp`).

use crate::backend::falco::{Engine, Plugin, Settings};
use crate::backend::yaml::{self, Node, Style};
use crate::backend::{Rule, substitute_line};
use crate::detection::Fidelity;
use crate::document::Level;
use crate::target::{Mapped, attack};

/// The whole file.
pub(crate) fn text(rule: &Rule<'_>, settings: &Settings, condition: &str, engine: Engine) -> String {
    let mut items = vec![map([("required_engine_version", Node::text(engine.version()))])];
    if !settings.plugins.is_empty() {
        let plugins = settings.plugins.iter().map(plugin).collect();
        items.push(map([("required_plugin_versions", Node::List(plugins))]));
    }
    items.push(rule_node(rule, settings, condition));
    if let Some(first) = items.first_mut() {
        *first = first.clone().commented(comments(rule));
    }
    yaml::document(&Node::List(items), &Style { list_offset: true, ..Style::FALCO })
}

fn map<const N: usize>(entries: [(&str, Node); N]) -> Node {
    Node::Map(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
}

fn plugin(plugin: &Plugin) -> Node {
    let mut entries = vec![
        ("name".to_owned(), Node::text(&plugin.name)),
        ("version".to_owned(), Node::text(&plugin.version)),
    ];
    if !plugin.alternatives.is_empty() {
        let alternatives = plugin.alternatives.iter().map(self::plugin).collect();
        entries.push(("alternatives".to_owned(), Node::List(alternatives)));
    }
    Node::Map(entries)
}

fn comments(rule: &Rule<'_>) -> Vec<String> {
    let mut lines = vec![format!("Compiled by splc from a Splunk search; fidelity: {}", rule.fidelity)];
    lines.push(format!("id: {}", rule.id));
    lines.extend(substitute_line(rule));
    lines.extend(rule.notes.iter().map(|note| format!("{}: {}", note.code.id, note.message)));
    lines.extend(rule.spl.trim().lines().map(|line| format!("  {}", line.trim_end())));
    lines
}

fn rule_node(rule: &Rule<'_>, settings: &Settings, condition: &str) -> Node {
    let name = capitalised(&rule.title);
    let mut entries = vec![
        ("rule", Node::text(&name)),
        ("desc", Node::Folded(description(rule))),
        ("condition", Node::Folded(condition.to_owned())),
        ("output", Node::Folded(format!("{} | {}", name.replace('%', " percent"), output(rule, settings)))),
        ("priority", Node::text(priority(rule.metadata.level.unwrap_or(Level::Medium)))),
    ];
    if settings.source != "syscall" {
        entries.push(("source", Node::text(&settings.source)));
    }
    entries.push(("tags", Node::FlowList(tags(rule, settings).into_iter().map(Node::Text).collect())));
    Node::Map(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.trim().trim_end_matches('.').chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// `key=%field` pairs: those of the fields that the search shows, then those that a rule of this source has anyway.
fn output(rule: &Rule<'_>, settings: &Settings) -> String {
    let has = |pairs: &[String], field: &str| pairs.iter().any(|pair| pair.ends_with(&format!("=%{field}")));
    let mut pairs: Vec<String> = Vec::new();
    for name in &rule.shown {
        let Mapped::Field(field) = rule.mapping.field(name) else { continue };
        if !has(&pairs, &field.name) {
            pairs.push(format!("{}=%{}", key(name), field.name));
        }
    }
    for pair in settings.output.split_whitespace() {
        if !pair.split_once("=%").is_some_and(|(_, field)| has(&pairs, field)) {
            pairs.push(pair.to_owned());
        }
    }
    pairs.join(" ")
}

/// A name in snake case, as keys of outputs are (style guide, "Output").
fn key(name: &str) -> String {
    let mut key = String::new();
    let mut before_capital = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && before_capital {
            key.push('_');
        }
        if character.is_ascii_alphanumeric() {
            key.push(character.to_ascii_lowercase());
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
        before_capital = character.is_ascii_lowercase();
    }
    key.trim_end_matches('_').to_owned()
}

/// What the rule is for, how it relates to its search, and how to tune it.
fn description(rule: &Rule<'_>) -> String {
    let metadata = rule.metadata;
    let own = metadata.description.as_deref().unwrap_or("").trim().trim_end_matches('.');
    let mut sentences = Vec::new();
    if own.is_empty() {
        sentences.push(format!("Events that match the Splunk search \"{}\"", rule.title));
    } else {
        sentences.push(own.to_owned());
    }
    match rule.fidelity {
        Fidelity::Exact => {}
        Fidelity::Wider => {
            sentences.push("The rule is wider than its Splunk search and may match more events".to_owned());
        }
        Fidelity::Narrower => {
            sentences.push("The rule is narrower than its Splunk search and may miss events".to_owned());
        }
    }
    sentences.extend(substitute_line(rule));
    match metadata.false_positives.as_slice() {
        [] => sentences.push("Tune it by excluding what is expected with `and not`".to_owned()),
        known => {
            let known: Vec<&str> = known.iter().map(|text| text.trim_end_matches('.')).collect();
            sentences.push(format!(
                "Expected from: {}. Tune it by excluding these with `and not`",
                known.join("; ")
            ));
        }
    }
    format!("{}.", sentences.join(". "))
}

/// The priority of a level (`falco_common.cpp`); upstream rules have at least INFO.
const fn priority(level: Level) -> &'static str {
    match level {
        Level::Informational => "INFO",
        Level::Low => "NOTICE",
        Level::Medium => "WARNING",
        Level::High => "ERROR",
        Level::Critical => "CRITICAL",
    }
}

/// Maturity, context and topic, then `mitre_<tactic>`, then techniques (style guide, "Tags").
fn tags(rule: &Rule<'_>, settings: &Settings) -> Vec<String> {
    let metadata = rule.metadata;
    let mut tags = vec!["maturity_sandbox".to_owned(), settings.context.clone(), settings.topic.clone()];
    let tactics = attack::tactics(&metadata.tactics, &metadata.techniques);
    tags.extend(tactics.iter().map(|tactic| format!("mitre_{}", tactic.short_name.replace('-', "_"))));
    tags.extend(metadata.techniques.iter().cloned());
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_outputs_are_in_snake_case() {
        let keys = ["user.username", "ParentCommandLine", "sourceIPs{}", "Actor.Attributes.name"].map(key);
        assert_eq!(keys, ["user_username", "parent_command_line", "source_ips", "actor_attributes_name"]);
    }
}
