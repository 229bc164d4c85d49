//! Detection rules that hold an EQL query: one line for Kibana's import, and a file for `elastic/detection-rules`.
//!
//! In: a rule and its query. Out: NDJSON and TOML with the same content. The keys are those of Kibana's import
//! (`rule_schemas.schema.yaml`) and of the rule files (`detection_rules/rule.py`, `rule_formatter.py`); the risk score
//! follows the severity, 21, 47, 73 or 99. Invariant: a rule file has the names and ids that the patterns of
//! `schemas/definitions.py` ask for, and a rule looks back as far as its events may lie apart.

use serde_json::{Map, Value, json};

use crate::backend::eql::Settings;
use crate::backend::sigma::DEFAULT_DATE;
use crate::backend::{Rule, codes, substitute_line};
use crate::detection::Fidelity;
use crate::diagnostic::Diagnostic;
use crate::document::{Level, Metadata};
use crate::target::attack;

/// The keys of a rule, in the order they are written.
pub(crate) struct Fields {
    keys: Map<String, Value>,
    threat: Vec<Value>,
    date: Option<String>,
    /// Techniques of the document that no table has.
    left_out: Vec<String>,
}

impl Fields {
    /// The keys of a rule, whose events lie so many milliseconds apart where it is about several.
    pub(crate) fn new(rule: &Rule<'_>, settings: &Settings, query: &str, apart: Option<u64>) -> Self {
        let metadata = rule.metadata;
        let (from, interval) = schedule(apart);
        let (severity, risk_score) = severity(metadata.level.unwrap_or(Level::Medium));
        let mut keys = Map::new();
        let mut set = |key: &str, value: Value| {
            keys.insert(key.to_owned(), value);
        };
        set("author", json!([metadata.author.as_deref().unwrap_or("Unknown")]));
        set("description", json!(description(rule)));
        if !metadata.false_positives.is_empty() {
            set("false_positives", json!(metadata.false_positives));
        }
        set("from", json!(from));
        set("index", json!(settings.index));
        set("interval", json!(interval));
        set("language", json!("eql"));
        set("name", json!(rule.title));
        set("note", json!(note(rule)));
        if !metadata.references.is_empty() {
            set("references", json!(metadata.references));
        }
        set("risk_score", json!(risk_score));
        set("rule_id", json!(rule.id));
        set("severity", json!(severity));
        set("tags", json!(tags(rule, settings)));
        set("timestamp_override", json!("event.ingested"));
        set("type", json!("eql"));
        set("query", json!(query));
        let left_out =
            metadata.techniques.iter().filter(|id| attack::technique(id).is_none()).cloned().collect();
        Self { keys, threat: threat(rule), date: metadata.date.as_deref().and_then(day), left_out }
    }

    /// What was assumed.
    pub(crate) fn notes(&self) -> Vec<Diagnostic> {
        let message = format!("the document has no date, so the rule is dated {DEFAULT_DATE}");
        let missing = self.date.is_none().then(|| Diagnostic::without_place(&codes::DEFAULT_DATE, message));
        let left_out = self.left_out.iter().map(|id| {
            let message = format!("`{id}` is in no table of ATT&CK techniques, so `threat` does not name it");
            Diagnostic::without_place(&codes::TECHNIQUE_LEFT_OUT, message)
        });
        missing.into_iter().chain(left_out).collect()
    }

    fn id(&self) -> &str {
        self.keys.get("rule_id").and_then(Value::as_str).unwrap_or_default()
    }

    /// One object on one line; rules are imported switched off.
    pub(crate) fn ndjson(&self) -> String {
        let mut keys = self.keys.clone();
        keys.insert("enabled".to_owned(), json!(false));
        keys.insert("to".to_owned(), json!("now"));
        keys.insert("threat".to_owned(), json!(self.threat));
        format!("{}\n", Value::Object(keys))
    }

    /// A rule file.
    pub(crate) fn toml(&self, integrations: &[String]) -> String {
        let date = self.date.clone().unwrap_or_else(|| DEFAULT_DATE.replace('-', "/"));
        let mut text = format!("[metadata]\ncreation_date = {}\n", toml_string(&date));
        if !integrations.is_empty() {
            text.push_str(&format!("integration = {}\n", toml_value(&json!(integrations))));
        }
        text.push_str(&format!(
            "maturity = \"development\"\nupdated_date = {}\n\n[rule]\n",
            toml_string(&date)
        ));
        for (key, value) in &self.keys {
            let value = match (key.as_str(), value) {
                ("query", Value::String(long)) => toml_long(&format!("{long}\n")),
                ("note", Value::String(long)) => toml_long(long),
                ("name", Value::String(name)) => toml_string(&rule_name(name, self.id())),
                ("rule_id", Value::String(id)) => toml_string(&id.to_ascii_lowercase()),
                (_, value) => toml_value(value),
            };
            text.push_str(&format!("{key} = {value}\n"));
        }
        for threat in &self.threat {
            toml_threat(&mut text, threat);
        }
        text
    }
}

/// From when on and how often a rule looks at events. It looks back for as long as its events may lie apart, and runs
/// twice in that time at most (`tests/test_all_rules.py`, `test_eql_lookback`, `test_eql_interval_to_maxspan`); four minutes
/// more are for events that arrive late.
fn schedule(apart: Option<u64>) -> (String, String) {
    let minutes = apart.unwrap_or(0).div_ceil(60_000);
    let interval = minutes.div_ceil(2).max(5);
    (format!("now-{}m", minutes + interval + 4), format!("{interval}m"))
}

/// The day of a date, as rule files have it; nothing for what is no date.
fn day(date: &str) -> Option<String> {
    let day = date.get(..10)?.replace('/', "-");
    day.parse::<jiff::civil::Date>().ok().map(|day| day.strftime("%Y/%m/%d").to_string())
}

/// A name as rule files have it: a letter or a digit of ASCII first, one of those or a bracket last, and three characters at
/// least. A title without any is replaced by the id, since two rules may not have one name.
fn rule_name(title: &str, id: &str) -> String {
    let is_end = |c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | ')');
    let name = title.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = name.trim_end_matches(|c| !is_end(c));
    match name.chars().count() {
        0 => format!("Rule {id}"),
        1 | 2 => format!("Rule {name}"),
        _ => name.to_owned(),
    }
}

const fn severity(level: Level) -> (&'static str, u8) {
    match level {
        Level::Informational | Level::Low => ("low", 21),
        Level::Medium => ("medium", 47),
        Level::High => ("high", 73),
        Level::Critical => ("critical", 99),
    }
}

fn description(rule: &Rule<'_>) -> String {
    let own = rule.metadata.description.clone();
    let own = own.unwrap_or_else(|| format!("Events that match the Splunk search \"{}\".", rule.title));
    match rule.fidelity {
        Fidelity::Exact => own,
        Fidelity::Wider => {
            format!("{own} The rule is wider than its Splunk search and may match more events.")
        }
        Fidelity::Narrower => {
            format!("{own} The rule is narrower than its Splunk search and may miss events.")
        }
    }
}

/// The investigation note: where the rule comes from and what was approximated.
fn note(rule: &Rule<'_>) -> String {
    let mut lines = vec![format!("Compiled by splc from a Splunk search; fidelity: {}.", rule.fidelity)];
    lines.extend(substitute_line(rule).map(|line| format!("\n{line}.")));
    for note in &rule.notes {
        lines.push(format!("\n- {}: {}", note.code.id, note.message));
    }
    lines.push("\n\n```spl\n".to_owned());
    lines.push(rule.spl.trim().to_owned());
    lines.push("\n```\n".to_owned());
    lines.concat()
}

fn tags(rule: &Rule<'_>, settings: &Settings) -> Vec<String> {
    let tactics = tactics(rule.metadata);
    let tactics = tactics.iter().map(|tactic| format!("Tactic: {}", tactic.name));
    settings.tags.iter().cloned().chain(tactics).collect()
}

/// The tactics of a rule: those that its document names, and those of techniques that belong to none of them.
fn tactics(metadata: &Metadata) -> Vec<&'static attack::Tactic> {
    let mut tactics = attack::tactics(&metadata.tactics, &metadata.techniques);
    for technique in metadata.techniques.iter().filter_map(|id| attack::technique(id)) {
        if !tactics.iter().any(|tactic| technique.tactics.contains(&tactic.short_name)) {
            tactics.extend(technique.tactics.iter().filter_map(|name| attack::tactic(name)));
        }
    }
    tactics
}

/// One entry for each tactic with its techniques; a technique stands under its tactics only.
fn threat(rule: &Rule<'_>) -> Vec<Value> {
    let metadata = rule.metadata;
    let tactics = tactics(metadata);
    let entry = |tactic: &&attack::Tactic| {
        let of_tactic: Vec<&attack::Technique> = metadata
            .techniques
            .iter()
            .filter_map(|id| attack::technique(id))
            .filter(|technique| technique.tactics.contains(&tactic.short_name))
            .collect();
        let mut entry =
            json!({"framework": "MITRE ATT&CK", "tactic": reference("tactics", tactic.id, tactic.name)});
        let techniques = techniques(&of_tactic);
        if let (Some(object), false) = (entry.as_object_mut(), techniques.is_empty()) {
            object.insert("technique".to_owned(), Value::Array(techniques));
        }
        entry
    };
    tactics.iter().map(entry).collect()
}

/// Techniques, each with its sub-techniques below it.
fn techniques(found: &[&attack::Technique]) -> Vec<Value> {
    let mut parents: Vec<(&str, Vec<Value>)> = Vec::new();
    for technique in found {
        let parent = technique.id.split('.').next().unwrap_or(technique.id);
        let below =
            if parents.iter().any(|(id, _)| *id == parent) { None } else { Some((parent, Vec::new())) };
        parents.extend(below);
        let own = reference("techniques", technique.id, technique.name);
        if technique.id != parent
            && let Some((_, below)) = parents.iter_mut().find(|(id, _)| *id == parent)
            && !below.contains(&own)
        {
            below.push(own);
        }
    }
    let finished = |(id, below): (&str, Vec<Value>)| {
        let mut value = reference("techniques", id, attack::technique(id)?.name);
        if let (Some(object), false) = (value.as_object_mut(), below.is_empty()) {
            object.insert("subtechnique".to_owned(), Value::Array(below));
        }
        Some(value)
    };
    parents.into_iter().filter_map(finished).collect()
}

fn reference(kind: &str, id: &str, name: &str) -> Value {
    let link = format!("https://attack.mitre.org/{kind}/{}/", id.replace('.', "/"));
    json!({"id": id, "name": name, "reference": link})
}

fn toml_threat(text: &mut String, threat: &Value) {
    text.push_str("\n[[rule.threat]]\n");
    toml_key(text, threat, "framework");
    for technique in items(threat, "technique") {
        text.push_str("\n[[rule.threat.technique]]\n");
        toml_reference(text, Some(technique));
        for subtechnique in items(technique, "subtechnique") {
            text.push_str("\n[[rule.threat.technique.subtechnique]]\n");
            toml_reference(text, Some(subtechnique));
        }
    }
    text.push_str("\n[rule.threat.tactic]\n");
    toml_reference(text, threat.get("tactic"));
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn toml_reference(text: &mut String, value: Option<&Value>) {
    for key in ["id", "name", "reference"] {
        if let Some(value) = value {
            toml_key(text, value, key);
        }
    }
}

fn toml_key(text: &mut String, value: &Value, key: &str) {
    if let Some(value) = value.get(key) {
        text.push_str(&format!("{key} = {}\n", toml_value(value)));
    }
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::String(string) => toml_string(string),
        Value::Array(items) => {
            let values: Vec<String> = items.iter().map(toml_value).collect();
            let length: usize =
                items.iter().filter_map(Value::as_str).map(|item| item.chars().count() + 3).sum();
            // As `RuleTomlEncoder.dump_list` breaks lists.
            if length > 100 {
                values.iter().fold("[\n".to_owned(), |list, value| list + "    " + value + ",\n") + "]"
            } else {
                format!("[{}]", values.join(", "))
            }
        }
        other => other.to_string(),
    }
}

/// A basic string of TOML, whose escapes are those of JSON, and U+007F, which JSON leaves bare.
fn toml_string(text: &str) -> String {
    Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

/// A long text on lines of its own, where nothing in it could end it or be changed by it.
fn toml_long(text: &str) -> String {
    let is_plain =
        !text.contains("'''") && !text.ends_with('\'') && !text.chars().any(|c| c.is_control() && c != '\n');
    if is_plain { format!("'''\n{text}'''") } else { toml_string(text) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::backend::compile::{self, Settings};
    use crate::backend::{Emission, Options, eql::Eql};
    use crate::document::{Document, format_of};
    use crate::target::Targets;

    /// What becomes of a document with one search.
    fn emission(text: &str) -> Emission {
        let path = Path::new("rule.md");
        let documents = [Document::read(path, text.to_owned(), format_of(path).unwrap())];
        let targets = Targets::embedded().unwrap();
        let understood = compile::understand(&documents, &Settings::of(&targets));
        let options = Options { allow_narrower: true, ..Options::default() };
        let result = compile::rules(&understood[0], &Eql, targets.map("eql").unwrap(), &options);
        let Some((_, emission, _)) = &result.rules[0].written else { panic!("{:?}", result.rules[0].notes) };
        emission.clone()
    }

    fn document(head: &str, search: &str) -> String {
        format!("---\n{head}\n---\n\n```spl\n{search}\n```\n")
    }

    /// The rule file as TOML reads it, and the line for the import.
    fn read(head: &str, search: &str) -> (toml::Table, Value) {
        let emission = emission(&document(head, search));
        let file = emission.text("toml");
        let table = file.parse().unwrap_or_else(|error| panic!("{error}\n{file}"));
        (table, serde_json::from_str(emission.text("ndjson")).unwrap())
    }

    const SEARCH: &str = "sourcetype=x a=1";

    #[test]
    fn both_texts_hold_the_same_rule() {
        for search in [
            SEARCH,
            r"sourcetype=x path=*\\temp\\*",
            r#"sourcetype=x a="it's '''quoted''' \\ or \"not\"" b="x'""#,
        ] {
            let (file, line) = read("title: A rule\ndate: 2026-11-22", search);
            let rule = file["rule"].as_table().unwrap();
            for (key, value) in line.as_object().unwrap() {
                if !["enabled", "to", "threat"].contains(&key.as_str()) {
                    let own = rule.get(key).unwrap_or_else(|| panic!("{key} is missing"));
                    let own = serde_json::to_value(own).unwrap();
                    match (own.as_str(), value.as_str()) {
                        (Some(own), Some(value)) => assert_eq!(own.trim_end(), value.trim_end(), "{key}"),
                        _ => assert_eq!(own, *value, "{key}"),
                    }
                }
            }
            let dates = ["creation_date", "updated_date"].map(|key| file["metadata"][key].as_str().unwrap());
            assert_eq!(dates, ["2026/11/22", "2026/11/22"]);
        }
    }

    #[test]
    fn names_and_ids_are_what_the_schema_of_rule_files_asks_for() {
        let head = "title: \"[T1059] What?\"\nid: 5F1CD0D2-DEE2-4A3B-8A3B-0A6A7A8A9AAA";
        let (file, line) = read(head, SEARCH);
        assert_eq!(file["rule"]["name"].as_str(), Some("T1059] What"));
        assert_eq!(file["rule"]["rule_id"].as_str(), Some("5f1cd0d2-dee2-4a3b-8a3b-0a6a7a8a9aaa"));
        assert_eq!(line["name"], "[T1059] What?");
        let dates = ["2026-11-22T10:00:00Z", "2026/11/22", "22 Nov 2026", "2026-13-01"];
        assert_eq!(
            dates.map(day),
            [Some("2026/11/22".to_owned()), Some("2026/11/22".to_owned()), None, None]
        );
        assert_eq!(
            ["Ab", "(x)", "\u{6076}\u{610f}", "Rule (2)"].map(|title| rule_name(title, "5f1c")),
            ["Rule Ab", "Rule x)", "Rule 5f1c", "Rule (2)"]
        );
    }

    #[test]
    fn sub_techniques_stand_below_their_technique_and_each_technique_below_a_tactic() {
        let tags =
            ["discovery", "t1552.007", "t1552.001", "t1552.007", "t1552"].map(|tag| format!("attack.{tag}"));
        let head = format!("title: A rule\ntags: [{}]", tags.join(", "));
        let (file, line) = read(&head, SEARCH);
        let threat = serde_json::to_value(&file["rule"]["threat"]).unwrap();
        assert_eq!(threat, line["threat"]);
        let named: Vec<&str> =
            items(&line, "threat").iter().filter_map(|one| one["tactic"]["id"].as_str()).collect();
        assert_eq!(named, ["TA0007", "TA0006"], "the technique is none of discovery");
        let [first, second] = items(&line, "threat") else { panic!("{threat}") };
        assert_eq!(first.get("technique"), None);
        let [technique] = items(second, "technique") else { panic!("{threat}") };
        assert_eq!(technique["reference"], "https://attack.mitre.org/techniques/T1552/");
        let below: Vec<&str> =
            items(technique, "subtechnique").iter().filter_map(|one| one["reference"].as_str()).collect();
        let link = |id: &str| format!("https://attack.mitre.org/techniques/T1552/{id}/");
        assert_eq!(below, [link("007"), link("001")]);
    }

    #[test]
    fn a_technique_that_no_table_has_is_told() {
        let notes = |tags: &str| {
            let emission = emission(&document(&format!("title: A rule\ntags: [{tags}]"), SEARCH));
            let left_out = emission.notes.iter().filter(|note| note.code.id == codes::TECHNIQUE_LEFT_OUT.id);
            left_out.map(|note| note.message.clone()).collect::<Vec<_>>()
        };
        assert!(notes("attack.t1552").is_empty());
        let [told] = notes("attack.t1552, attack.t9999").try_into().unwrap();
        assert!(told.starts_with("`T9999` is in no table"), "{told}");
    }

    #[test]
    fn a_rule_looks_back_as_far_as_its_events_lie_apart() {
        assert_eq!(schedule(None), ("now-9m".to_owned(), "5m".to_owned()));
        assert_eq!(schedule(Some(60_000)), ("now-10m".to_owned(), "5m".to_owned()));
        assert_eq!(schedule(Some(3_599_999)), ("now-94m".to_owned(), "30m".to_owned()));
        let pair = "sourcetype=x id IN (1, 2) | transaction user startswith=(id=1) endswith=(id=2)";
        let from = |search: &str| read("title: A rule", search).1["from"].clone();
        assert_eq!(from(&format!("{pair} maxspan=1h | where eventcount > 1")), "now-94m");
        assert_eq!(from(&format!("earliest=-4h {pair}")), "now-364m", "the time range of the search");
        assert_eq!(from(pair), "now-2164m", "a day");
    }

    #[test]
    fn long_lists_have_a_line_for_each_item() {
        let value = |count: usize| toml_value(&json!(vec!["a text of twenty two!"; count]));
        assert!(!value(4).contains('\n'));
        assert_eq!(value(5).lines().count(), 7);
    }
}
