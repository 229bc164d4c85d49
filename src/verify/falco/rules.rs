//! The structure of a Falco rules file.
//!
//! In: YAML text, one document or several. Out: the rules in the order of the file. Invariant: a rule that is
//! returned has all its required keys, no key that Falco would ignore, a known source, a name of its own, a
//! condition and an output that load. Source: `userspace/engine/rule_loader_reader.cpp:443-965`.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_yaml::{Mapping, Value as Yaml};

use super::condition::{Condition, ENGINE, JOINING_ENGINE, Version};
use super::error::ReadError;
use super::output;
use crate::target::falco_fields::FieldTable;

/// How urgent a rule is (`falco_common.cpp:25-37`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are Falco's own, from most to least urgent")]
pub enum Priority {
    Emergency,
    Alert,
    Critical,
    Error,
    Warning,
    Notice,
    Informational,
    Debug,
}

impl Priority {
    fn read(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "EMERGENCY" => Self::Emergency,
            "ALERT" => Self::Alert,
            "CRITICAL" => Self::Critical,
            "ERROR" => Self::Error,
            "WARNING" => Self::Warning,
            "NOTICE" => Self::Notice,
            "INFORMATIONAL" | "INFO" => Self::Informational,
            "DEBUG" => Self::Debug,
            _ => return None,
        })
    }
}

/// A rule that has been read.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, the only one of its kind in the file.
    pub name: String,
    /// The source of its events, `syscall` if the file does not say.
    pub source: String,
    /// When it fires.
    pub condition: Condition,
    /// Its tags; Falco keeps them as a sorted set.
    pub tags: BTreeSet<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// What it prints, with `%field` for values.
    pub output: String,
    /// What it is for.
    pub desc: String,
}

/// Reads a rules file.
///
/// ```
/// let rules = splc::verify::falco::read_rules("
/// - rule: A shell in a container
///   desc: Tells of shells.
///   condition: container.id != host and proc.name in (sh, bash)
///   output: a shell | command=%proc.cmdline
///   priority: NOTICE
/// ").unwrap();
/// assert_eq!(rules[0].source, "syscall");
/// ```
///
/// # Errors
/// The first thing in the file that Falco would not load, or not as it seems to be meant.
pub fn read_rules(yaml: &str) -> Result<Vec<Rule>, ReadError> {
    let fields = FieldTable::embedded();
    let mut rules: Vec<Rule> = Vec::new();
    let mut names = BTreeSet::new();
    let mut engine = ENGINE;
    for document in serde_yaml::Deserializer::from_str(yaml) {
        let items = match Yaml::deserialize(document)? {
            Yaml::Sequence(items) => items,
            Yaml::Null => continue,
            _ => return Err(ReadError::NotASequence),
        };
        for item in &items {
            let item = item.as_mapping().ok_or(ReadError::NotAMap)?;
            let Some(rule) = read_item(item, &fields, &mut engine)? else { continue };
            if !names.insert(rule.name.clone()) {
                return Err(in_rule(&rule.name, ReadError::DuplicateRule));
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn in_rule(name: &str, error: ReadError) -> ReadError {
    ReadError::InRule { rule: name.to_owned(), error: Box::new(error) }
}

/// The first of the keys that mark an item decides of what kind it is.
///
/// `engine` is the one that reads the file, at least: the rules behind a version may use what that has.
fn read_item(item: &Mapping, fields: &FieldTable, engine: &mut Version) -> Result<Option<Rule>, ReadError> {
    if let Some(version) = item.get("required_engine_version") {
        only(item, &["required_engine_version"])?;
        *engine = engine_version(version)?.max(*engine);
        return Ok(None);
    }
    if let Some(plugins) = item.get("required_plugin_versions") {
        only(item, &["required_plugin_versions"])?;
        return plugin_versions(plugins).map(|()| None);
    }
    if item.contains_key("list") || item.contains_key("macro") {
        return Err(ReadError::Unmodelled("lists and macros"));
    }
    if !item.contains_key("rule") {
        return Err(ReadError::UnknownItem);
    }
    let name = text(item, "rule")?;
    read_rule(item, name, fields, *engine).map(Some).map_err(|error| in_rule(name, error))
}

fn read_rule(item: &Mapping, name: &str, fields: &FieldTable, engine: Version) -> Result<Rule, ReadError> {
    for key in ["append", "override", "exceptions"] {
        if item.contains_key(key) {
            return Err(ReadError::Unmodelled("changes of rules by append, override and exceptions"));
        }
    }
    only(item, &KEYS)?;
    for key in ["warn_evttypes", "skip-if-unknown-filter", "capture"] {
        flag(item, key)?;
    }
    if flag(item, "enabled")? == Some(false) {
        return Err(ReadError::Unmodelled("disabled rules"));
    }
    if item.get("capture_duration").is_some_and(|value| !value.is_u64()) {
        return Err(ReadError::WrongType { key: "capture_duration", wanted: "a number" });
    }
    let (condition, output) = (text(item, "condition")?, text(item, "output")?);
    let (desc, priority) = (text(item, "desc")?, text(item, "priority")?);
    let source = if item.contains_key("source") { text(item, "source")? } else { "syscall" };
    if !fields.has_source(source) {
        return Err(ReadError::UnknownSource(source.to_owned()));
    }
    output::check(output, source, fields)?;
    Ok(Rule {
        name: name.to_owned(),
        source: source.to_owned(),
        condition: Condition::parse_for(engine, condition, source, fields)?,
        tags: tags(item)?,
        priority: Priority::read(priority).ok_or_else(|| ReadError::Priority(priority.to_owned()))?,
        output: output.to_owned(),
        desc: desc.to_owned(),
    })
}

const KEYS: [&str; 12] = [
    "rule",
    "condition",
    "output",
    "desc",
    "priority",
    "source",
    "enabled",
    "tags",
    "warn_evttypes",
    "skip-if-unknown-filter",
    "capture",
    "capture_duration",
];

fn only(item: &Mapping, known: &[&str]) -> Result<(), ReadError> {
    for key in item.keys() {
        if !key.as_str().is_some_and(|key| known.contains(&key)) {
            return Err(ReadError::UnknownKey(key.as_str().unwrap_or("?").to_owned()));
        }
    }
    Ok(())
}

/// A text that must be there and not be empty.
fn text<'a>(item: &'a Mapping, key: &'static str) -> Result<&'a str, ReadError> {
    match item.get(key) {
        None => Err(ReadError::MissingKey(key)),
        Some(Yaml::String(text)) if !text.is_empty() => Ok(text),
        Some(Yaml::String(_) | Yaml::Null) => Err(ReadError::Empty(key)),
        Some(_) => Err(ReadError::WrongType { key, wanted: "a text" }),
    }
}

fn flag(item: &Mapping, key: &'static str) -> Result<Option<bool>, ReadError> {
    let wrong = || ReadError::WrongType { key, wanted: "true or false" };
    item.get(key).map(|value| value.as_bool().ok_or_else(wrong)).transpose()
}

fn tags(item: &Mapping) -> Result<BTreeSet<String>, ReadError> {
    let wrong = || ReadError::WrongType { key: "tags", wanted: "a sequence of texts" };
    match item.get("tags") {
        None => Ok(BTreeSet::new()),
        Some(Yaml::Sequence(tags)) => {
            tags.iter().map(|tag| tag.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

/// Three numbers, or one that stands in the middle of `0.N.0` (`rule_loader_collector.cpp:155-166`).
fn engine_version(version: &Yaml) -> Result<Version, ReadError> {
    let numbers = match version {
        Yaml::Number(number) => match number.as_u64() {
            Some(minor) => [0, minor, 0],
            None => return Err(ReadError::Version(number.to_string())),
        },
        Yaml::String(text) => semver(text)?,
        _ => return Err(ReadError::WrongType { key: "required_engine_version", wanted: "a version" }),
    };
    if numbers > JOINING_ENGINE {
        let [major, minor, patch] = numbers;
        return Err(ReadError::EngineTooOld(format!("{major}.{minor}.{patch}")));
    }
    Ok(numbers)
}

fn semver(text: &str) -> Result<Version, ReadError> {
    let wrong = || ReadError::Version(text.to_owned());
    let number = |part: &str| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u64>().ok().filter(|_| is_number)
    };
    let parts: Option<Vec<u64>> = text.split('.').map(number).collect();
    parts.and_then(|parts| parts.try_into().ok()).ok_or_else(wrong)
}

fn plugin_versions(plugins: &Yaml) -> Result<(), ReadError> {
    let wrong = || ReadError::WrongType { key: "required_plugin_versions", wanted: "a sequence of plugins" };
    for plugin in plugins.as_sequence().ok_or_else(wrong)? {
        let plugin = plugin.as_mapping().ok_or_else(wrong)?;
        only(plugin, &["name", "version", "alternatives"])?;
        plugin_version(plugin)?;
        let Some(alternatives) = plugin.get("alternatives") else { continue };
        for alternative in alternatives.as_sequence().ok_or_else(wrong)? {
            let alternative = alternative.as_mapping().ok_or_else(wrong)?;
            only(alternative, &["name", "version"])?;
            plugin_version(alternative)?;
        }
    }
    Ok(())
}

fn plugin_version(plugin: &Mapping) -> Result<(), ReadError> {
    text(plugin, "name")?;
    semver(text(plugin, "version")?).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    const RULE: &str = "
- rule: One
  desc: It tells.
  condition: proc.name = sh
  output: shell %proc.name
  priority: NOTICE
";

    fn error(yaml: &str) -> ReadError {
        match read_rules(yaml).unwrap_err() {
            ReadError::InRule { rule, error } => {
                assert_eq!(rule, "One");
                *error
            }
            other => other,
        }
    }

    /// The error of the rule with this line added.
    fn with(line: &str) -> ReadError {
        error(&format!("{RULE}  {line}\n"))
    }

    /// The error of the rule with one line replaced.
    fn changed(key: &str, line: &str) -> ReadError {
        let keep = |text: &&str| !text.trim_start().starts_with(key);
        let lines: Vec<_> = RULE.lines().filter(keep).collect();
        error(&format!("{}\n  {line}\n", lines.join("\n")))
    }

    #[test]
    fn a_whole_file_is_read() {
        let rules = read_rules(
            "
- required_engine_version: 0.57.0
- required_plugin_versions:
    - name: k8saudit
      version: 0.7.0
      alternatives: [{name: k8saudit-eks, version: 0.2.0}]
    - {name: json, version: 0.7.0}
- rule: Exec
  desc: |
    It tells.
  condition: >
    ka.verb = create
    and ka.target.subresource = exec
  output: exec (user=%ka.user.name)
  priority: warning
  source: k8s_audit
  enabled: true
  warn_evttypes: false
  skip-if-unknown-filter: false
  tags: [users, k8s, users]
---
- rule: Other
  desc: x
  condition: evt.num >= 0
  output: x
  priority: INFO
",
        )
        .unwrap();
        let [first, second] = rules.as_slice() else { panic!("two rules") };
        assert_eq!((first.name.as_str(), first.source.as_str()), ("Exec", "k8s_audit"));
        assert_eq!(
            (first.desc.as_str(), first.output.as_str()),
            ("It tells.\n", "exec (user=%ka.user.name)")
        );
        assert_eq!(first.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["k8s", "users"]);
        assert_eq!((first.priority, second.priority), (Priority::Warning, Priority::Informational));
        assert_eq!(second.source, "syscall");
        let event = Event::new().with("ka.verb", "create").with("ka.target.subresource", "exec");
        assert!(first.condition.matches(&event) && !first.condition.matches(&Event::new()));
    }

    #[test]
    fn required_keys() {
        for key in ["desc", "condition", "output", "priority"] {
            assert!(
                matches!(changed(key, "tags: []"), ReadError::MissingKey(found) if found == key),
                "{key}"
            );
            assert!(
                matches!(changed(key, &format!("{key}: ''")), ReadError::Empty(found) if found == key),
                "{key}"
            );
            assert!(matches!(changed(key, &format!("{key}:")), ReadError::Empty(_)), "{key}");
            assert!(matches!(changed(key, &format!("{key}: [a]")), ReadError::WrongType { .. }), "{key}");
        }
        assert!(matches!(error("- rule: ''"), ReadError::Empty("rule")));
    }

    #[test]
    fn keys_that_are_unknown_or_not_modelled() {
        assert!(matches!(with("title: x"), ReadError::UnknownKey(key) if key == "title"));
        assert!(matches!(with("1: x"), ReadError::UnknownKey(_)));
        assert!(matches!(with("desc: again"), ReadError::Yaml(_)));
        for line in ["append: true", "override: {condition: append}", "exceptions: []", "enabled: false"] {
            assert!(matches!(with(line), ReadError::Unmodelled(_)), "{line}");
        }
        for line in
            ["enabled: 1", "warn_evttypes: x", "capture: x", "capture_duration: x", "tags: x", "tags: [1]"]
        {
            assert!(matches!(with(line), ReadError::WrongType { .. }), "{line}");
        }
        assert!(matches!(with("source: aws"), ReadError::UnknownSource(source) if source == "aws"));
    }

    #[test]
    fn priorities() {
        for name in
            ["EMERGENCY", "Alert", "critical", "ERROR", "WARNING", "NOTICE", "INFO", "INFORMATIONAL", "DEBUG"]
        {
            let file = RULE.replace("NOTICE", name);
            assert!(read_rules(&file).is_ok(), "{name}");
        }
        assert!(matches!(changed("priority", "priority: high"), ReadError::Priority(name) if name == "high"));
    }

    #[test]
    fn conditions_and_outputs_are_checked_for_the_source() {
        assert!(matches!(changed("output", "output: 50% done"), ReadError::LiteralPercent));
        assert!(matches!(changed("output", "output: '%ka.verb'"), ReadError::UnknownField { .. }));
        assert!(matches!(changed("condition", "condition: ka.verb = x"), ReadError::UnknownField { .. }));
        assert!(matches!(with("source: k8s_audit"), ReadError::UnknownField { .. }));
    }

    #[test]
    fn names_are_unique_over_all_documents() {
        assert!(matches!(error(&format!("{RULE}{RULE}")), ReadError::DuplicateRule));
        assert!(matches!(error(&format!("{RULE}---{RULE}")), ReadError::DuplicateRule));
    }

    #[test]
    fn the_shape_of_the_file() {
        assert!(read_rules("").unwrap().is_empty());
        assert!(matches!(error("a: b"), ReadError::NotASequence));
        assert!(matches!(error("- a"), ReadError::NotAMap));
        assert!(matches!(error("- desc: x"), ReadError::UnknownItem));
        assert!(matches!(error("- ["), ReadError::Yaml(_)));
        assert!(matches!(error("- list: a\n  items: [b]"), ReadError::Unmodelled(_)));
        assert!(matches!(error("- macro: a\n  condition: evt.num=0"), ReadError::Unmodelled(_)));
    }

    #[test]
    fn versions() {
        for good in ["0.57.0", "0.40.0", "57", "'0.31.9'", "0.62.0", "58"] {
            assert!(read_rules(&format!("- required_engine_version: {good}")).is_ok(), "{good}");
        }
        for later in ["0.63.0", "63", "1.0.0", "0.62.1"] {
            let found = error(&format!("- required_engine_version: {later}"));
            assert!(matches!(found, ReadError::EngineTooOld(_)), "{later}");
        }
        for bad in ["0.57", "'0.57'", "v0.57.0", "0.57.+1", "0..0", "-1"] {
            let found = error(&format!("- required_engine_version: {bad}"));
            assert!(matches!(found, ReadError::Version(_)), "{bad}");
        }
        assert!(matches!(error("- required_engine_version: []"), ReadError::WrongType { .. }));
        assert!(matches!(error("- required_engine_version: 0.57.0\n  x: 1"), ReadError::UnknownKey(_)));
    }

    #[test]
    fn plugins() {
        let of = |plugin: &str| error(&format!("- required_plugin_versions: [{plugin}]"));
        assert!(matches!(of("{name: a}"), ReadError::MissingKey("version")));
        assert!(matches!(of("{version: 0.1.0}"), ReadError::MissingKey("name")));
        assert!(matches!(of("{name: a, version: '1'}"), ReadError::Version(_)));
        assert!(matches!(of("{name: a, version: 0.1.0, x: 1}"), ReadError::UnknownKey(_)));
        assert!(matches!(of("a"), ReadError::WrongType { .. }));
        assert!(matches!(of("{name: a, version: 0.1.0, alternatives: [b]}"), ReadError::WrongType { .. }));
        let nested = "{name: a, version: 0.1.0, alternatives: [{name: b}]}";
        assert!(matches!(of(nested), ReadError::MissingKey("version")));
    }
}
