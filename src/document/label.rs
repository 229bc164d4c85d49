//! Facts in prose: lines such as `**Severity:** High`, `- Technique: T1136.001` or `| Author | ann |`.
//!
//! In: a line. Out: what it says of the searches below it. Invariant: a line says something only by a key that is known here
//! and with a value that makes sense under it; what is no such line is prose.

use crate::document::{Level, Metadata, facts, prose};

/// What a label is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Title,
    Author,
    Date,
    Description,
    Level,
    Attack,
    References,
    FalsePositives,
}

/// Keys by the words that people use for them, in lower case.
const KEYS: &[(&str, Key)] = &[
    ("title", Key::Title),
    ("name", Key::Title),
    ("rule name", Key::Title),
    ("rule title", Key::Title),
    ("detection name", Key::Title),
    ("detection title", Key::Title),
    ("use case name", Key::Title),
    ("author", Key::Author),
    ("authors", Key::Author),
    ("created by", Key::Author),
    ("written by", Key::Author),
    ("date", Key::Date),
    ("created", Key::Date),
    ("created on", Key::Date),
    ("creation date", Key::Date),
    ("date created", Key::Date),
    ("published", Key::Date),
    ("description", Key::Description),
    ("purpose", Key::Description),
    ("objective", Key::Description),
    ("goal", Key::Description),
    ("summary", Key::Description),
    ("severity", Key::Level),
    ("severity level", Key::Level),
    ("alert severity", Key::Level),
    ("criticality", Key::Level),
    ("level", Key::Level),
    ("risk level", Key::Level),
    ("threat level", Key::Level),
    ("priority", Key::Level),
    ("reference", Key::References),
    ("references", Key::References),
    ("ref", Key::References),
    ("refs", Key::References),
    ("links", Key::References),
    ("resources", Key::References),
    ("further reading", Key::References),
    ("false positive", Key::FalsePositives),
    ("false positives", Key::FalsePositives),
    ("known false positives", Key::FalsePositives),
    ("possible false positives", Key::FalsePositives),
    ("potential false positives", Key::FalsePositives),
];

/// Words of keys for techniques and tactics: at least one of the first, and none but these.
const OF_ATTACK: [&[&str]; 2] = [
    &[
        "mitre",
        "att",
        "technique",
        "techniques",
        "subtechnique",
        "subtechniques",
        "tactic",
        "tactics",
        "ttp",
        "ttps",
    ],
    &["ck", "attack", "sub", "id", "ids", "and", "mapping", "mappings", "coverage", "primary", "secondary"],
];

/// What stands between the labels of a line.
const BETWEEN: &[&str] = &[" | ", " · ", " • "];

/// More values than this are a list of everything.
const MOST: usize = 32;

/// The longest value, in bytes: it is carried by every query below it.
const LONGEST: usize = 1_000;

/// The words of a text in lower case, without signs.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What a text is a key for, if it is one.
pub(super) fn key(text: &str) -> Option<Key> {
    if text.len() > 60 {
        return None;
    }
    let words = words(text);
    let joined = words.join(" ");
    let [some, others] = OF_ATTACK;
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_attack = words.iter().any(|word| is(some, word))
        && words.iter().all(|word| is(some, word) || is(others, word));
    let listed = KEYS.iter().find(|(name, _)| *name == joined).map(|(_, key)| *key);
    listed.or_else(|| is_attack.then_some(Key::Attack))
}

/// What a text with marks of Markdown is a key for. A key may be a link, but no longer than a value.
fn named(text: &str) -> Option<Key> {
    (text.len() <= LONGEST).then(|| key(&prose::title(text)))?
}

/// The labels of a line with their values, which may be empty.
pub(super) fn labels(line: &str) -> Vec<(Key, String)> {
    let line = item(line);
    if let Some(cells) = cells(line) {
        let mut cells = cells.iter().filter(|cell| !cell.is_empty());
        let (Some(name), Some(value)) = (cells.next(), cells.next()) else { return Vec::new() };
        let found = named(name).map(|key| (key, value.trim().to_owned()));
        return found.into_iter().collect();
    }
    let labelled = |piece: &str| {
        let (name, value) = parted(piece)?;
        Some((named(name)?, value.to_owned()))
    };
    match labelled(line) {
        // A sentence may hold what stands between labels too.
        Some(first @ (Key::Title | Key::Description, _)) => vec![first],
        _ => pieces(line).iter().filter_map(|piece| labelled(piece)).collect(),
    }
}

/// Whether a line without known labels is no sentence: other labels, a row of a table, a rule, a title of what follows.
pub(super) fn is_no_prose(line: &str) -> bool {
    let text = item(line);
    let is_drawn = !text.chars().any(char::is_alphanumeric);
    let count = |text: &str| text.split_whitespace().count();
    let is_bold_label = parted(text).is_some_and(|(name, value)| {
        name.starts_with("**") && (text.len() < line.trim().len() || count(value) < 6)
    });
    let is_announcement = announcement(text).is_some() && count(text) <= 6;
    let several = pieces(text);
    let is_several = several.len() > 1 && several.iter().filter(|piece| piece.contains(':')).count() > 1;
    is_drawn
        || text.starts_with("<!--")
        || text.starts_with("![")
        || cells(text).is_some()
        || bold(text).is_some()
        || is_bold_label
        || is_announcement
        || is_several
}

/// A short line that ends with a colon or is nothing but bold, and so says what follows it.
pub(super) fn announcement(line: &str) -> Option<&str> {
    let text = item(line);
    let is_announced = text.trim_end_matches(['*', '_', ' ']).ends_with(':');
    (text.split_whitespace().count() <= 8 && (is_announced || bold(text).is_some())).then_some(text)
}

/// The text of a line that is nothing but bold, perhaps with a colon.
pub(super) fn bold(line: &str) -> Option<&str> {
    let line = line.trim().trim_end_matches(':');
    let inner = ["**", "__"].iter().find_map(|mark| line.strip_prefix(mark)?.strip_suffix(mark))?;
    let inner = inner.trim_end_matches(':').trim();
    (!inner.is_empty() && !inner.contains("**")).then_some(inner)
}

/// The text of a line of a list with numbers that is short enough for a title and no sentence: `2. Failed logons (T1110)`.
pub(super) fn numbered(line: &str) -> Option<&str> {
    const ANNOUNCES: &[&str] = &["below", "following", "these", "this"];
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let text = line.get(digits..)?.strip_prefix(['.', ')'])?.strip_prefix(' ')?.trim();
    let words = words(text);
    let is_title = (1..=2).contains(&digits)
        && (2..=15).contains(&words.len())
        && !text.ends_with(['.', '!', '?', ';', ','])
        && !words.iter().any(|word| ANNOUNCES.contains(&word.as_str()));
    is_title.then_some(text)
}

/// A line without the mark of a list or of a quotation before it.
fn item(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['>', ' ']);
    let listed = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
    listed.map_or(line, str::trim)
}

/// The cells of a row of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix('|')?.trim_end().strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// The labels of a line, each with its value.
fn pieces(line: &str) -> Vec<&str> {
    let separator = BETWEEN.iter().find(|separator| line.contains(**separator));
    separator.map_or_else(|| vec![line], |separator| line.split(separator).collect())
}

/// What stands before and behind the first colon that is not part of an address or a name.
fn parted(line: &str) -> Option<(&str, &str)> {
    let (at, _) = line.match_indices(':').find(|(at, _)| {
        let behind = line.get(at + 1..).unwrap_or("");
        behind.is_empty() || behind.starts_with([' ', '\t', '*', '_', '`', '"'])
    })?;
    let value = line.get(at + 1..)?.trim_start_matches(['*', '_']).trim();
    Some((line.get(..at)?.trim(), value))
}

/// Takes a value under a key; the first one counts where there is one only.
pub(super) fn add(metadata: &mut Metadata, key: Key, value: &str) {
    let value: String = value.chars().take(LONGEST).collect();
    let text = || prose::plain(&value).trim_matches(['"', '\'', ' ']).to_owned();
    let set = |place: &mut Option<String>, value: String| {
        if place.is_none() && value.chars().any(char::is_alphanumeric) {
            *place = Some(value);
        }
    };
    match key {
        Key::Title if metadata.title.is_empty() => metadata.title = text(),
        Key::Title => {}
        Key::Author => set(&mut metadata.author, text()),
        Key::Date => set(&mut metadata.date, facts::date(&text()).unwrap_or_default()),
        Key::Description => set(&mut metadata.description, text()),
        Key::Level => metadata.level = metadata.level.or_else(|| level(&value)),
        Key::Attack => {
            extend(&mut metadata.techniques, techniques(&value));
            extend(&mut metadata.tactics, tactics(&value));
        }
        Key::References => extend(&mut metadata.references, addresses(&value)),
        Key::FalsePositives => {
            let text = prose::plain(item(&value));
            let is_text = text.split_whitespace().count() > 1;
            extend(&mut metadata.false_positives, is_text.then_some(text).into_iter().collect());
        }
    }
}

fn extend(list: &mut Vec<String>, values: Vec<String>) {
    for value in values {
        if list.len() < MOST && !list.contains(&value) {
            list.push(value);
        }
    }
}

/// The level that a value names; a choice of all of them names none.
pub(super) fn level(value: &str) -> Option<Level> {
    let mut levels: Vec<Level> = words(value).iter().filter_map(|word| facts::level_word(word)).collect();
    levels.dedup();
    levels.first().copied().filter(|_| levels.len() < 3)
}

/// Techniques in a text, else in the addresses of their pages: `techniques/T1070/002`.
fn techniques(value: &str) -> Vec<String> {
    let text = prose::plain(value);
    let is_address = |word: &&str| word.contains("://");
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_address(word)).collect();
    let found = prose::techniques(&words.join(" "));
    if found.is_empty() { prose::techniques(&value.replace('/', ".")) } else { found }
}

/// Tactics by id and by name.
fn tactics(value: &str) -> Vec<String> {
    let text = format!(" {} ", words(value).join(" "));
    let is_named = |name: &&str| text.contains(&format!(" {} ", name.replace('-', " ")));
    let named = prose::TACTICS.iter().map(|(_, name)| *name).filter(is_named);
    let ids = prose::tactics(value);
    if ids.is_empty() { named.map(str::to_owned).collect() } else { ids }
}

/// Addresses of pages.
fn addresses(value: &str) -> Vec<String> {
    let starts = value.match_indices("http").map(|(at, _)| value.get(at..).unwrap_or(""));
    let is_address = |text: &&str| text.starts_with("https://") || text.starts_with("http://");
    let whole = |text: &str| {
        let end = text.find(|c: char| c.is_whitespace() || ")>]\"'`|".contains(c)).unwrap_or(text.len());
        text.get(..end).unwrap_or("").trim_end_matches(['.', ',', ';', '*']).to_owned()
    };
    starts.filter(is_address).map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str]) -> Metadata {
        let mut metadata = Metadata::default();
        for (key, value) in lines.iter().flat_map(|line| labels(line)) {
            add(&mut metadata, key, &value);
        }
        metadata
    }

    #[test]
    fn labels_stand_in_lines_lists_and_tables() {
        let found = said(&[
            "**Author:** ann | **Date:** 2025/03/04",
            "| Severity | 🟠 High |",
            "- **MITRE ATT&CK**: [T1070.002](https://attack.mitre.org/techniques/T1070/002/), T1036",
            "- Sub-technique: https://attack.mitre.org/techniques/T1003/001/",
            "> Tactic: Credential Access, TA",
            "References: [1](https://a.example/x#y), <https://b.example>.",
            "- False Positives: Backups of the night",
        ]);
        assert_eq!(found.author.as_deref(), Some("ann"));
        assert_eq!(found.date.as_deref(), Some("2025-03-04"));
        assert_eq!(found.level, Some(Level::High));
        assert_eq!(found.techniques, ["T1070.002", "T1036", "T1003.001"]);
        assert_eq!(found.tactics, ["credential-access"]);
        assert_eq!(found.references, ["https://a.example/x#y", "https://b.example"]);
        assert_eq!(found.false_positives, ["Backups of the night"]);
    }

    #[test]
    fn a_choice_is_no_level_and_prose_no_label() {
        assert_eq!(said(&["Severity: Low / Medium / High", "Author:"]), Metadata::default());
        for line in [
            "The severity: high, they say",
            "See https://a.example: there",
            "Confidence: High",
            "Attack: High",
        ] {
            assert_eq!(labels(line), [], "{line}");
        }
    }

    #[test]
    fn what_is_no_sentence_is_known() {
        for line in [
            "**Splunk SPL (CIM):**",
            "SPL:",
            "---",
            "| a | b |",
            "**Panel:** Single value",
            "- **Difficulty:** a value of more than five words here",
            "phase: **install** · confidence: **High**",
        ] {
            assert!(is_no_prose(line), "{line}");
        }
        for line in [
            "**Use when:** somebody looks for beacons that leave the network",
            "Finds logons: those that fail are in the first table below.",
        ] {
            assert!(!is_no_prose(line), "{line}");
        }
        assert_eq!(bold("**Data access**:"), Some("Data access"));
        assert_eq!(bold("**a** and **b**"), None);
    }
}
