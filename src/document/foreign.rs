//! Texts that are surely queries of another language than SPL.
//!
//! In: the text under a key that may hold a search of any language, or a label above a block. Out: the language, or nothing.
//! Invariant: a text that Splunk could mean is never taken for another language: each rule asks for words that no search of
//! Splunk begins with, for arguments that no command of Splunk has, or for a command that Splunk does not have behind what it
//! would read as one bare word. A label that names Splunk too says nothing.

/// Categories of events that a query of EQL begins with (EQL syntax reference, "Basic syntax").
const CATEGORIES: &[&str] = &[
    "any",
    "api",
    "authentication",
    "configuration",
    "dll",
    "driver",
    "file",
    "iam",
    "library",
    "network",
    "process",
    "registry",
    "session",
];

/// Operators of KQL that are no commands of Splunk (KQL quick reference).
const KQL: &[&str] = &[
    "extend",
    "lookup kind",
    "make-series",
    "mv-apply",
    "mv-expand",
    "order by",
    "project",
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "summarize",
    "sort by",
    "take",
];

/// Tables that a query of KQL begins with (Azure Monitor Logs and Advanced hunting, table references).
const TABLES: &[&str] = &[
    "auditlogs",
    "awscloudtrail",
    "azureactivity",
    "azurediagnostics",
    "commonsecuritylog",
    "deviceevents",
    "devicefileevents",
    "deviceimageloadevents",
    "devicelogonevents",
    "devicenetworkevents",
    "deviceprocessevents",
    "deviceregistryevents",
    "emailevents",
    "identitylogonevents",
    "officeactivity",
    "securityalert",
    "securityevent",
    "signinlogs",
    "windowsevent",
];

/// Kinds of data sets that Splunk's `from` names (Search Reference, from).
const DATA_SETS: &[&str] = &["datamodel", "inputlookup", "lookup", "savedsearch"];

/// Tags that events of `LogScale` have (`LogScale`, "Tagging fields"; `CrowdStrike` Parsing Standard).
const TAGS: &[&str] = &["cid", "ecs.version", "event", "kind", "repo", "type", "vendor"];

/// Metadata fields of Sumo Logic ("Built-in metadata").
const SUMO: &[&str] = &["_sourcecategory", "_sourcehost", "_sourcename"];

/// Languages by the words of a label that names them.
const NAMES: &[(&str, &str)] = &[
    ("kql", "KQL"),
    ("kusto", "KQL"),
    ("eql", "EQL"),
    ("esql", "ES|QL"),
    ("logscale", "LogScale"),
    ("lucene", "Lucene"),
    ("sumo", "Sumo Logic"),
    ("sumologic", "Sumo Logic"),
    ("yaral", "YARA-L"),
];

/// Products by their names, which are also those of log sources and so count where a label says no more.
const PRODUCTS: &[(&str, &str)] = &[
    ("chronicle", "YARA-L"),
    ("elastic", "a language of Elastic"),
    ("elasticsearch", "a language of Elastic"),
    ("kibana", "a language of Elastic"),
    ("qradar", "AQL"),
    ("sentinel", "KQL"),
    ("sigma", "Sigma"),
];

/// Words that say nothing beside the name of a product.
const BESIDE: &[&str] = &[
    "azure",
    "detection",
    "equivalent",
    "format",
    "google",
    "ibm",
    "language",
    "logic",
    "microsoft",
    "ms",
    "queries",
    "query",
    "rule",
    "rules",
    "search",
    "searches",
    "security",
    "siem",
    "stack",
    "translation",
    "version",
];

/// Commands of ES|QL that are none of Splunk's (ES|QL commands).
const ESQL: &[&str] = &["dissect", "drop", "enrich", "grok", "keep", "mv_expand"];

/// Comparisons of KQL that stand between a column and a quote or parenthesis.
const COMPARISONS: &[&str] = &[
    " has ",
    " has_any ",
    " has_all ",
    " !has ",
    " =~ ",
    " !~ ",
    " in~ ",
    " !in~ ",
    " startswith ",
    " endswith ",
    " contains ",
];

/// The language that the text is surely in.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let text = &without_strings(without_comments(text));
    let words: Vec<String> = text.split_whitespace().take(4).map(str::to_ascii_lowercase).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let first = text.split('|').next().unwrap_or("").trim();
    if word(0) == "select" && !text.contains('|') && text.to_ascii_lowercase().contains(" from ") {
        return Some("SQL");
    }
    if word(1) == "where" && CATEGORIES.contains(&word(0))
        || word(0) == "sequence" && ["by", "with"].contains(&word(1))
    {
        return Some("EQL");
    }
    if word(0) == "let" && word(2) == "=" && text.contains(';') {
        return Some("KQL");
    }
    if (word(0) == "from" && text.contains('|') && (is_esql_source(first) || has_stage(text, ESQL)))
        || stages(text).any(|stage| is_esql_stats(&stage))
    {
        return Some("ES|QL");
    }
    if is_logscale(text) {
        return Some("LogScale");
    }
    let is_parsed =
        |stage: &str| stage.starts_with("parse \"\" as ") || stage.starts_with("parse regex \"\"");
    if SUMO.iter().any(|field| word(0).trim_start_matches('(').split('=').next() == Some(field))
        || stages(text).any(|stage| is_parsed(&stage))
    {
        return Some("Sumo Logic");
    }
    let is_table = !first.is_empty() && first.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    let is_known = || {
        TABLES.contains(&word(0))
            && stages(text).any(|stage| stage.starts_with("where ") && stage.contains("=="))
    };
    let compares =
        || is_known() || stages(text).any(|stage| stage.starts_with("where ") && is_comparison(&stage));
    (is_table && (has_stage(text, KQL) || compares())).then_some("KQL")
}

/// Whether a first stage is `FROM` with names of indexes (ES|QL, "FROM"), and not with a data set of Splunk.
fn is_esql_source(first: &str) -> bool {
    let sources = first.get(5..).unwrap_or("").trim();
    let lower = sources.to_ascii_lowercase();
    let (names, _) = lower.split_once(" metadata ").unwrap_or((&lower, ""));
    let is_name = |name: &str| !name.trim().is_empty() && !name.trim().contains(char::is_whitespace);
    let is_data_set = DATA_SETS.iter().any(|set| names.starts_with(set));
    names.split(',').all(is_name) && !is_data_set
}

/// Whether a stage is `STATS c = COUNT(*)`, which names results before what they are.
fn is_esql_stats(stage: &str) -> bool {
    let parted = stage.strip_prefix("stats ").and_then(|arguments| arguments.split_once('='));
    parted.is_some_and(|(name, behind)| is_word(name.trim()) && is_call(behind.trim_start()))
}

/// Whether a text is a name of letters, digits and what joins them.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.' | '`'))
}

/// Whether a text begins with a call of a function, behind whose name the parenthesis stands.
fn is_call(text: &str) -> bool {
    let is_name = |name: &str| name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | ':'));
    text.split_once('(').is_some_and(|(name, _)| !name.is_empty() && is_name(name))
}

/// Whether a text has a tag, a function or an assignment of `LogScale` (its "Query Language Syntax").
fn is_logscale(text: &str) -> bool {
    let tag = text.trim_start().strip_prefix('#').and_then(|tag| tag.split_once('='));
    let is_tag = tag.is_some_and(|(name, _)| {
        let name = name.to_ascii_lowercase();
        TAGS.contains(&name.as_str()) || name.starts_with("event.") || name == "event_simplename"
    });
    let first = text.split('|').next().unwrap_or("").trim_start().to_ascii_lowercase();
    let functions = ["groupby(", "in(field=", "select([", "table([", "match(file=", "definetable("];
    let calls = |stage: &str| functions.iter().any(|function| stage.starts_with(function));
    let assigns = |stage: &str| {
        stage
            .split_once(":=")
            .is_some_and(|(name, value)| is_word(name.trim()) && is_call(value.trim_start()))
    };
    is_tag || calls(&first) || stages(text).any(|stage| calls(&stage) || assigns(&stage))
}

/// The language that a label above a block says it is in, where it names no searches of Splunk too.
pub(super) fn labelled(label: &str) -> Option<&'static str> {
    let label = label.to_lowercase().replace("es|ql", "esql").replace("yara-l", "yaral");
    let words: Vec<&str> =
        label.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let of = |names: &[(&str, &'static str)], word: &str| {
        names.iter().find(|(name, _)| *name == word).map(|(_, it)| *it)
    };
    if words.iter().any(|word| ["spl", "splunk"].contains(word)) {
        return None;
    }
    let is_bare = words.iter().all(|word| BESIDE.contains(word) || of(PRODUCTS, word).is_some());
    let product = || words.iter().filter(|_| is_bare).find_map(|word| of(PRODUCTS, word));
    words.iter().find_map(|word| of(NAMES, word)).or_else(product)
}

/// The text without the comments of KQL that stand before its first line.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with("//") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

/// The text with nothing between its double quotes.
fn without_strings(text: &str) -> String {
    let inside = |(at, part): (usize, &str)| if at % 2 == 1 { "" } else { part }.to_owned();
    text.split('"').enumerate().map(inside).collect::<Vec<_>>().join("\"")
}

/// What stands behind each pipe, in lower case with single blanks.
fn stages(text: &str) -> impl Iterator<Item = String> {
    let stage =
        |stage: &str| stage.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase() + " ";
    text.split('|').skip(1).map(stage)
}

fn has_stage(text: &str, commands: &[&str]) -> bool {
    stages(text).any(|stage| {
        commands.iter().any(|command| stage.strip_prefix(command).is_some_and(|rest| rest.starts_with(' ')))
    })
}

/// Whether an operator of KQL stands before a quote or a parenthesis.
fn is_comparison(stage: &str) -> bool {
    COMPARISONS.iter().any(|operator| {
        let behind = stage.split_once(operator).map_or("", |(_, behind)| behind);
        behind.starts_with(['"', '\'', '(', '@'])
    })
}

#[cfg(test)]
mod tests {
    use super::{labelled, language};

    #[test]
    fn other_languages_are_known_by_what_splunk_does_not_have() {
        for (text, expected) in [
            ("SELECT * FROM processes\nWHERE name = 'x'", "SQL"),
            ("process where process.name == \"cmd.exe\"", "EQL"),
            ("sequence by host.id with maxspan=1m\n [process where true]", "EQL"),
            ("// note\nlet hosts = dynamic([1]);\nSigninLogs | where a in (hosts)", "KQL"),
            ("SecurityEvent\n| where EventID == 4688\n| project Computer, Account", "KQL"),
            ("SecurityEvent | summarize  count() by Computer", "KQL"),
            ("DeviceEvents\n| where Name has \"x\"", "KQL"),
            ("from logs-* metadata _id, _index\n| where a == 1", "ES|QL"),
            ("FROM logs-*\n| keep host.name", "ES|QL"),
            ("FROM logs-*, a:b\n| WHERE a.b == \"x\"\n| SORT c DESC", "ES|QL"),
            ("| STATS c = COUNT(*) BY x | WHERE c > 5", "ES|QL"),
            ("in(field=\"verb\", values=[\"a\"]) | groupBy([x])", "LogScale"),
            ("#event_simpleName=ProcessRollup2 | x=1", "LogScale"),
            ("a=1 | groupBy([b], function=count())", "LogScale"),
            ("a=1 | b := lower(c) | b=x", "LogScale"),
            ("SecurityEvent\n| where EventID == 4625", "KQL"),
            ("_sourceCategory=web a | count by b", "Sumo Logic"),
            ("error | parse \"user=*\" as user | count by user", "Sumo Logic"),
        ] {
            assert_eq!(language(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn searches_of_splunk_are_not() {
        for text in [
            "",
            "index=web | where like(a, \"x%\") | table a",
            "error | stats count by host | sort - count",
            "error | where x=\"it has \" AND y=\"(\"",
            "select | search from",
            "select option from menu | stats count",
            "from datamodel:Web | search a=1",
            "| from datamodel:Web | fields a",
            "process=cmd.exe where x",
            "process | where a=1",
            "sequence number | dedup host",
            "let it be",
            "index=web project | summarize",
            "`macro` | extend a=1",
            "failure | take_a_look x",
            "from savedsearch:x | stats count",
            "SecurityEvent | where EventCode=4625",
            "from the gateway | stats count",
            "index=a | stats allnum=t count(x) as c | eval d=count(e)",
            "index=a | stats sum(eval(a=b(c))) as d by e",
            "#index=a | stats count",
            "index=a | eval x=\"a := b\" | table x",
            "source=a | in | group by",
            "a|:=",
            "a | b := c",
        ] {
            assert_eq!(language(text), None, "{text}");
        }
    }

    #[test]
    fn labels_name_languages() {
        for (label, expected) in [
            ("Elastic (ES|QL)", Some("ES|QL")),
            ("Failed logons in KQL:", Some("KQL")),
            ("Microsoft Sentinel query", Some("KQL")),
            ("CrowdStrike LogScale", Some("LogScale")),
            ("Sumo Logic", Some("Sumo Logic")),
            ("Sigma Rule", Some("Sigma")),
            ("Elastic", Some("a language of Elastic")),
            ("Splunk / Sentinel (KQL)", None),
            ("SPL, EQL", None),
            ("Elastic Load Balancer", None),
            ("SentinelOne", None),
            ("Sigma of the normal distribution", None),
            ("Queries", None),
            ("", None),
        ] {
            assert_eq!(labelled(label), expected, "{label}");
        }
    }
}
