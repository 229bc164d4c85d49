//! What headings of Markdown say: which are titles, and which only name what stands under them.
//!
//! In: lines and the texts of headings. Out: levels, titles and verdicts. Invariant: a title says more than that a query, or a
//! fact about one, follows.

use crate::document::prose;

/// Words of headings that only name what follows: a heading of nothing but these is the title of nothing.
pub(super) const NAMES_QUERY: &[&str] = &[
    "a",
    "additional",
    "alert",
    "alternate",
    "alternative",
    "an",
    "analytic",
    "analytics",
    "and",
    "base",
    "basic",
    "cim",
    "click",
    "code",
    "complete",
    "conceptual",
    "content",
    "correlation",
    "corresponding",
    "detailed",
    "detection",
    "detections",
    "draft",
    "enhanced",
    "enterprise",
    "equivalent",
    "example",
    "examples",
    "expand",
    "extended",
    "final",
    "for",
    "full",
    "generic",
    "here",
    "hunt",
    "hunting",
    "illustrative",
    "implementation",
    "improved",
    "in",
    "initial",
    "logic",
    "optimised",
    "optimized",
    "optional",
    "original",
    "primary",
    "proposed",
    "pseudo",
    "queries",
    "query",
    "raw",
    "recommended",
    "refined",
    "rule",
    "rules",
    "sample",
    "saved",
    "search",
    "searches",
    "show",
    "simple",
    "simplified",
    "spl",
    "splunk",
    "step",
    "steps",
    "suggested",
    "the",
    "threat",
    "to",
    "updated",
    "variant",
    "version",
    "view",
];

/// Words that begin what parentheses say of how a query is made, not of what it is about.
const SAYS_HOW: &[&str] =
    &["by", "for", "from", "if", "in", "requires", "uses", "using", "via", "with", "without"];

/// Fewer words than this in parentheses are no title.
const ENOUGH_WORDS: usize = 4;

/// Words of headings over facts about the sections round them.
pub(super) const NAMES_FACTS: &[&str] = &[
    "about",
    "and",
    "att",
    "attack",
    "author",
    "background",
    "categorization",
    "category",
    "ck",
    "classification",
    "context",
    "coverage",
    "criticality",
    "date",
    "description",
    "details",
    "false",
    "info",
    "information",
    "introduction",
    "mapping",
    "mappings",
    "meta",
    "metadata",
    "mitre",
    "objective",
    "overview",
    "positives",
    "priority",
    "purpose",
    "references",
    "severity",
    "summary",
    "tactic",
    "tactics",
    "technique",
    "techniques",
];

/// Headings over a text that says why the search exists.
pub(super) const NAMES_DESCRIPTION: &[&str] = &["description", "objective", "overview", "purpose", "summary"];

/// The title that a heading or a line of bold text is: it says more than that a query follows, if need be in parentheses.
pub(super) fn title(text: &str) -> Option<String> {
    let title = if names_query(text) { in_parentheses(text)? } else { text };
    Some(prose::title(title)).filter(|title| !title.is_empty())
}

/// What the parentheses behind a title say a query is about, as in `Query 2 (SPL - Failed logons of one user)`.
fn in_parentheses(text: &str) -> Option<&str> {
    let (_, inner) = text.split_once('(')?;
    let (inner, _) = inner.rsplit_once(')')?;
    let dashes = [" - ", " – ", " — ", ": "].iter().filter_map(|dash| inner.split_once(dash));
    let behind = dashes.into_iter().find(|(before, _)| names_query(before)).map(|(_, behind)| behind);
    let inner = behind.unwrap_or(inner);
    let words = words(inner);
    let said = words.iter().filter(|word| !NAMES_QUERY.contains(&word.as_str())).count();
    let is_about_how = words.first().is_none_or(|word| SAYS_HOW.contains(&word.as_str()));
    (said >= ENOUGH_WORDS && !is_about_how).then_some(inner)
}

/// The words of a text in lower case.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Whether a text names the language of Splunk.
pub(super) fn names_spl(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|character: char| !character.is_alphanumeric()).any(|word| ["spl", "splunk"].contains(&word))
}

/// Whether a title says no more than that a query follows.
pub(super) fn names_query(title: &str) -> bool {
    names_only(title, &[NAMES_QUERY])
}

/// Whether a text without what stands in parentheses is nothing but such words and numbers, and more than the letter A.
pub(super) fn names_only(text: &str, lists: &[&[&str]]) -> bool {
    let mut depth = 0_usize;
    let outside = text.chars().filter(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    let words = words(&outside.collect::<String>());
    let is_known = |word: &String| {
        word.bytes().all(|byte| byte.is_ascii_digit())
            || lists.iter().any(|list| list.contains(&word.as_str()))
    };
    words.iter().any(|word| word != "a") && words.iter().all(is_known)
}

/// Level and text of an ATX heading.
pub(super) fn read(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?;
    let is_heading = (1..=6).contains(&level) && (text.is_empty() || text.starts_with([' ', '\t']));
    is_heading.then(|| (level, without_attributes(text.trim().trim_end_matches('#').trim_end())))
}

/// A heading without attributes behind it such as `{#anchor}` or `{: .class}` (kramdown, "Attribute List Definitions"; Pandoc,
/// "Extension: `header_attributes`").
fn without_attributes(heading: &str) -> &str {
    let parted = heading.strip_suffix('}').and_then(|text| text.rsplit_once('{'));
    let is_list = |list: &str| list.starts_with(['#', '.', ':']) && !list.contains(['`', '}']);
    parted.filter(|(_, list)| is_list(list)).map_or(heading, |(text, _)| text.trim_end())
}
