//! Texts that are surely queries of another language than SPL.
//!
//! In: the text under a key that may hold a search of any language. Out: the language, or nothing. Invariant: a text that
//! Splunk could mean is never taken for another language: each rule asks for words that no search of Splunk begins with,
//! or for a command that Splunk does not have behind what it would read as one bare word.

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
    if word(0) == "from" && text.contains('|') && (first.contains(" metadata ") || has_stage(text, ESQL)) {
        return Some("ES|QL");
    }
    let is_table = !first.is_empty() && first.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    let compares = || stages(text).any(|stage| stage.starts_with("where ") && is_comparison(&stage));
    (is_table && (has_stage(text, KQL) || compares())).then_some("KQL")
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
    use super::language;

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
        ] {
            assert_eq!(language(text), None, "{text}");
        }
    }
}
