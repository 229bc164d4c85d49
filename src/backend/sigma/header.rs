//! Everything of a Sigma rule but its detection.
//!
//! In: a rule. Out: the document and what was assumed for it. Key order, title case and wording follow the rule
//! creation guide of `SigmaHQ/sigma` and its validators; keys that the specification does not know are avoided,
//! so what splc has to say stands in comments, and an approximation in the description as well.

use crate::backend::legalise::untested;
use crate::backend::name::rule_id;
use crate::backend::sigma::{Settings, detection};
use crate::backend::yaml::Node;
use crate::backend::{Rule, codes, settings, substitute_line};
use crate::detection::Fidelity;
use crate::diagnostic::Diagnostic;
use crate::document::Level;
use crate::target::{Mapped, attack};

/// The longest title, in characters (`SigmaHQ` convention).
const LONGEST_TITLE: usize = 120;

/// The date of a rule whose document has none.
pub(crate) const DEFAULT_DATE: &str = "2026-01-01";

/// Words that title case leaves in lower case (`SigmaHQ` title conventions).
const SMALL_WORDS: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "new", "of", "on", "or", "over", "the",
    "through", "to", "via", "with", "without",
];

/// Keys with their values, in order.
type Entries = Vec<(&'static str, Node)>;

/// The whole document of a rule on one event.
pub(crate) fn document(rule: &Rule<'_>) -> (Node, Vec<Diagnostic>) {
    let own = Identity {
        title: title_case(&rule.title),
        id: rule.id.clone(),
        name: None,
        description: description(rule),
        level: level(rule),
    };
    let (mut entries, notes) = opening(rule, &own);
    entries.extend([("logsource", logsource(rule)), ("detection", detection::node(&rule.legal.predicate))]);
    let fields = fields(rule);
    if !fields.is_empty() {
        entries.push(("fields", Node::List(fields.iter().map(Node::text).collect())));
    }
    entries.extend(closing(rule, own.level));
    let node = map(entries);
    (node.commented(comments(rule, &[])), notes)
}

/// A rule that a correlation counts, on the log source `of` one of its members; the first of a file says how all came
/// about, with what was `assumed` for the correlation.
pub(crate) fn base(
    rule: &Rule<'_>,
    of: &Rule<'_>,
    at: usize,
    name: &str,
    detection: Node,
    assumed: &[Diagnostic],
) -> (Node, Vec<Diagnostic>) {
    let number = if at == 0 { String::new() } else { format!(" {}", at + 1) };
    let own = Identity {
        title: title_case(&format!("Base Events{number} of {}", title_case(&rule.title))),
        id: base_id(rule, at),
        name: Some(name.to_owned()),
        description: format!("Events that the correlation rule \"{}\" counts.", title_case(&rule.title)),
        level: Level::Informational,
    };
    let (mut entries, notes) = opening(rule, &own);
    entries.extend([("logsource", logsource(of)), ("detection", detection)]);
    entries.extend(closing(rule, own.level));
    let node = map(entries);
    (if at == 0 { node.commented(comments(rule, assumed)) } else { node }, notes)
}

/// The id of a rule that a correlation counts.
pub(crate) fn base_id(rule: &Rule<'_>, at: usize) -> String {
    rule_id(&rule.id, Some(&format!("base {at}")), false)
}

/// A correlation rule; `variant` is given where a search becomes several.
pub(crate) fn correlation(rule: &Rule<'_>, variant: Option<usize>, correlation: Node) -> Node {
    let number = variant.filter(|at| *at > 0).map(|at| at + 1);
    let own = Identity {
        title: match number {
            Some(number) => title_case(&format!("Variant {number} of {}", title_case(&rule.title))),
            None => title_case(&rule.title),
        },
        id: match number {
            Some(number) => rule_id(&rule.id, Some(&format!("variant {number}")), false),
            None => rule.id.clone(),
        },
        name: None,
        description: description(rule),
        level: level(rule),
    };
    let (mut entries, _) = opening(rule, &own);
    entries.push(("correlation", correlation));
    entries.extend(closing(rule, own.level));
    map(entries)
}

/// What tells one document of a file from another.
struct Identity {
    title: String,
    id: String,
    name: Option<String>,
    description: String,
    level: Level,
}

/// The keys before those that say what is looked for, and what was assumed.
fn opening(rule: &Rule<'_>, own: &Identity) -> (Entries, Vec<Diagnostic>) {
    let metadata = rule.metadata;
    let mut notes = Vec::new();
    let date = metadata.date.clone().unwrap_or_else(|| {
        let message = format!("the document has no date, so the rule is dated {DEFAULT_DATE}");
        notes.push(Diagnostic::without_place(&codes::DEFAULT_DATE, message));
        DEFAULT_DATE.to_owned()
    });
    let texts = |texts: &[String]| Node::List(texts.iter().map(Node::text).collect());
    let references: Vec<String> =
        metadata.references.iter().filter(|link| !link.contains("attack.mitre.org")).cloned().collect();
    let mut entries = vec![("title", Node::text(&own.title)), ("id", Node::text(&own.id))];
    entries.extend(own.name.as_ref().map(|name| ("name", Node::text(name))));
    entries.push(("status", Node::text("experimental")));
    entries.push(("description", Node::text(&own.description)));
    if !references.is_empty() {
        entries.push(("references", texts(&references)));
    }
    entries.push(("author", Node::text(metadata.author.as_deref().unwrap_or("Unknown"))));
    entries.push(("date", Node::text(date)));
    let tags = tags(rule);
    if !tags.is_empty() {
        entries.push(("tags", texts(&tags)));
    }
    (entries, notes)
}

fn closing(rule: &Rule<'_>, level: Level) -> Entries {
    let texts = false_positives(rule).iter().map(Node::text).collect();
    vec![("falsepositives", Node::List(texts)), ("level", Node::text(level.word()))]
}

fn map(entries: Entries) -> Node {
    Node::Map(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
}

/// How the rule came about: fidelity, substitute, notes and the search.
fn comments(rule: &Rule<'_>, assumed: &[Diagnostic]) -> Vec<String> {
    let mut lines = vec![format!("Compiled by splc from a Splunk search; fidelity: {}", rule.fidelity)];
    lines.extend(substitute_line(rule));
    for note in rule.notes.iter().chain(assumed) {
        let line = format!("{}: {}", note.code.id, note.message);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(rule.spl.trim().lines().map(|line| format!("  {}", line.trim_end())));
    lines
}

/// A title in the case that `SigmaHQ` asks for, without a full stop.
fn title_case(title: &str) -> String {
    let title = title.trim().trim_end_matches('.');
    let title = title.strip_prefix("Detects ").or_else(|| title.strip_prefix("Detect ")).unwrap_or(title);
    let mut cased = String::new();
    for (index, word) in title.split_whitespace().enumerate() {
        let word = if index > 0 && !needs_capital(word) { word.to_owned() } else { capitalised(word) };
        if cased.chars().count() + 1 + word.chars().count() > LONGEST_TITLE {
            break;
        }
        if !cased.is_empty() {
            cased.push(' ');
        }
        cased.push_str(&word);
    }
    cased
}

fn needs_capital(word: &str) -> bool {
    let is_lower = word.chars().any(char::is_lowercase) && !word.chars().any(char::is_uppercase);
    is_lower && !SMALL_WORDS.contains(&word) && !word.contains(['.', '/', '_'])
}

fn capitalised(word: &str) -> String {
    if word.contains(['.', '/', '_']) || word.chars().any(char::is_uppercase) {
        return word.to_owned();
    }
    match word.char_indices().find(|(_, c)| c.is_alphabetic()) {
        Some((at, letter)) => {
            let (before, rest) = word.split_at(at);
            let rest = rest.get(letter.len_utf8()..).unwrap_or("");
            format!("{before}{}{rest}", letter.to_uppercase())
        }
        None => word.to_owned(),
    }
}

/// The level; one event of those that a search counts tells little.
fn level(rule: &Rule<'_>) -> Level {
    match rule.metadata.level.unwrap_or(Level::Medium) {
        Level::Informational => Level::Informational,
        _ if untested(&rule.legal.notes).is_some() => Level::Low,
        level => level,
    }
}

fn description(rule: &Rule<'_>) -> String {
    let own = rule.metadata.description.as_deref().unwrap_or("");
    let mut text = if own.len() < 16 {
        format!("Events that match the Splunk search \"{}\".", rule.title)
    } else {
        own.to_owned()
    };
    match rule.fidelity {
        Fidelity::Exact => {}
        Fidelity::Wider => {
            text.push_str(" The rule is wider than its Splunk search and may match more events");
            // Why that is so stands in the comments.
            if let Some(what) = untested(&rule.legal.notes) {
                text.push_str(&format!(": {what}"));
            }
            text.push('.');
        }
        Fidelity::Narrower => {
            text.push_str(" The rule is narrower than its Splunk search and may miss events.");
        }
    }
    text
}

/// Tactics, then techniques; each technique with all tactics it belongs to.
fn tags(rule: &Rule<'_>) -> Vec<String> {
    let metadata = rule.metadata;
    let named = attack::tactics(&metadata.tactics, &metadata.techniques);
    let tactics = named.into_iter().chain(attack::tactics(&[], &metadata.techniques));
    let tactics = tactics.map(|tactic| format!("attack.{}", tactic.short_name));
    let techniques =
        metadata.techniques.iter().map(|technique| format!("attack.{}", technique.to_lowercase()));
    let mut tags: Vec<String> = tactics.chain(techniques).collect();
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

fn logsource(rule: &Rule<'_>) -> Node {
    // `check` has read the settings of every view.
    let settings = settings::<Settings>(rule.view).ok();
    let keys = settings.map(|settings| {
        [("category", settings.category), ("product", settings.product), ("service", settings.service)]
    });
    let entries =
        keys.into_iter().flatten().filter_map(|(key, value)| Some((key.to_owned(), Node::Text(value?))));
    Node::Map(entries.collect())
}

/// The fields that the search shows, as far as they are fields of the events: those that the rule tests or groups by,
/// and those that the map knows. Others may be what the search computes.
fn fields(rule: &Rule<'_>) -> Vec<String> {
    let is_known = |name: &str, target: &str| {
        rule.mapping.fields.contains_key(name) || rule.legal.fields.contains_key(target)
    };
    let mut fields: Vec<String> = Vec::new();
    for name in &rule.shown {
        match rule.mapping.field(name) {
            Mapped::Field(field) if is_known(name, &field.name) && !fields.contains(&field.name) => {
                fields.push(field.name);
            }
            _ => {}
        }
    }
    fields
}

fn false_positives(rule: &Rule<'_>) -> Vec<String> {
    if rule.metadata.false_positives.is_empty() {
        return vec!["Unknown".to_owned()];
    }
    rule.metadata.false_positives.iter().map(|text| capitalised(text.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_follow_the_convention() {
        assert_eq!(
            title_case("unusual command executions in docker:daemon."),
            "Unusual Command Executions in Docker:daemon"
        );
        assert_eq!(title_case("Detects use of docker.sock by 2 users"), "Use of docker.sock by 2 Users");
    }
}
