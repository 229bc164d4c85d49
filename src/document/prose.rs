//! What prose says about a query: technique and tactic ids, titles, and text cleaned of markup.
//!
//! In: lines of a technique note. Out: names and plain text. Nothing here fails; what is not found is absent.

/// ATT&CK technique ids in a text, in order: `T` and four digits, perhaps a dot and three more.
pub(crate) fn techniques(text: &str) -> Vec<String> {
    ids(text, "T", 4, true)
}

/// ATT&CK tactic ids in a text, in order: `TA` and four digits.
pub(crate) fn tactics(text: &str) -> Vec<String> {
    ids(text, "TA", 4, false)
}

/// Whether the text names an ATT&CK data source: `DS` and four digits.
pub(crate) fn names_data_source(text: &str) -> bool {
    !ids(text, "DS", 4, false).is_empty()
}

/// More ids than this in one text are a list of everything, not what a query is about.
const MOST: usize = 32;

fn ids(text: &str, prefix: &str, digits: usize, with_part: bool) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(prefix) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_some_and(|c| c.is_ascii_alphanumeric()) {
            continue;
        }
        let rest = text.get(at + prefix.len()..).unwrap_or("");
        if leading_digits(rest) != digits {
            continue;
        }
        let mut end = at + prefix.len() + digits;
        let part = text.get(end..).and_then(|rest| rest.strip_prefix('.')).unwrap_or("");
        if with_part && leading_digits(part) == 3 {
            end += 4;
        }
        found.extend(text.get(at..end).map(str::to_owned));
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Ids and names of tactics (ATT&CK, "Enterprise tactics"), in the order of an attack.
pub(crate) const TACTICS: &[(&str, &str)] = &[
    ("TA0043", "reconnaissance"),
    ("TA0042", "resource-development"),
    ("TA0001", "initial-access"),
    ("TA0002", "execution"),
    ("TA0003", "persistence"),
    ("TA0004", "privilege-escalation"),
    ("TA0005", "defense-evasion"),
    ("TA0006", "credential-access"),
    ("TA0007", "discovery"),
    ("TA0008", "lateral-movement"),
    ("TA0009", "collection"),
    ("TA0011", "command-and-control"),
    ("TA0010", "exfiltration"),
    ("TA0040", "impact"),
];

/// The title of an analytic in a line such as `Analytic 1 - Unusual command executions.`
pub(crate) fn analytic_title(line: &str) -> Option<String> {
    let rest = line.trim().trim_matches(['*', '_']).strip_prefix("Analytic ")?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let title = rest.strip_prefix(['-', '–', '—', ':'])?;
    let title = plain(title).trim_matches(['*', '_', '.', ' ']).to_owned();
    (!title.is_empty()).then_some(title)
}

/// A title without marks of Markdown and the colon at its end.
pub(crate) fn title(text: &str) -> String {
    plain(text).trim_matches(|character| matches!(character, ' ' | ':' | '"')).to_owned()
}

/// Text without the marks of Markdown for code, strong text, links and images.
fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // A parenthesis that is not found from here is not looked for again further on.
    let mut may_end = true;
    while let Some((before, inner)) = rest.split_once('[') {
        let link = inner.find(['[', ']']).filter(|_| may_end).and_then(|at| {
            let (label, target) = (inner.get(..at)?, inner.get(at..)?.strip_prefix("](")?);
            let end = target.find(')');
            may_end = end.is_some();
            Some((label, target.get(end? + 1..)?))
        });
        match (link, before.strip_suffix('!')) {
            (Some((_, behind)), Some(before)) => {
                out.push_str(before);
                rest = behind;
            }
            (Some((label, behind)), None) => {
                out.extend([before, label]);
                rest = behind;
            }
            (None, _) => {
                out.extend([before, "["]);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    let out = out.replace('`', "");
    // What stands alone is no mark: `/**/x`.
    let out = if out.matches("**").count().is_multiple_of(2) { out.replace("**", "") } else { out };
    let emphasised = ["*", "_", "__"].iter().find_map(|mark| out.strip_prefix(mark)?.strip_suffix(mark));
    emphasised.filter(|inner| !inner.contains(['*', '_'])).map(str::to_owned).unwrap_or(out)
}

/// Elements of HTML that people write into Markdown for its look (HTML Standard, "Index").
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Text without the tags of HTML; those of links stay where they are to be kept, for the sake of their addresses.
pub(crate) fn without_tags(text: &str, keeps_links: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let tag = behind.find(['<', '>']).filter(|at| behind.get(*at..*at + 1) == Some(">"));
        let tag = tag.and_then(|at| Some((element(behind.get(..at)?)?, behind.get(at + 1..)?)));
        if let Some((name, behind)) = tag.filter(|(name, _)| !keeps_links || name != "a") {
            // What stands in lines or cells of its own stays apart.
            let is_apart = ["br", "hr", "li", "p", "td", "th", "tr", "div"].contains(&name.as_str());
            out.push_str(if is_apart { " " } else { "" });
            rest = behind;
        } else {
            out.push('<');
            rest = behind;
        }
    }
    out + rest
}

/// The name of the element that a tag is of, without the signs round it, if it is one of those that are known.
fn element(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let end = tag.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = tag.get(..end)?.to_ascii_lowercase();
    let is_whole = tag.get(end..)?.is_empty() || tag.get(end..)?.starts_with([' ', '\t', '/']);
    (is_whole && ELEMENTS.contains(&name.as_str())).then_some(name)
}

/// Text without marks of Markdown, tags of HTML, citations and spaces that copying left behind.
///
/// `Â` before a no-break space is that space written as UTF-8 and read as Latin-1.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace("\u{C2}\u{A0}", " ").replace('\u{A0}', " ");
    let text = unmarked(&without_tags(&text, false));
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("(Citation:") {
        cleaned.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    cleaned.push_str(rest);
    cleaned.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_whole_words() {
        assert_eq!(
            techniques("T1059.013 – x (T1609), XT1000, T12345, T1552.00"),
            ["T1059.013", "T1609", "T1552"]
        );
        assert_eq!(tactics("- Execution (TA0002)"), ["TA0002"]);
        assert!(names_data_source("#### Command: Command Execution (DS0017): "));
    }

    #[test]
    fn titles_lose_their_number_and_full_stop() {
        let title = "Analytic 1 -  Unusual command executions.";
        assert_eq!(analytic_title(title).as_deref(), Some("Unusual command executions"));
        assert_eq!(analytic_title("Analytics are fun"), None);
    }

    #[test]
    fn text_loses_citations_and_broken_spaces() {
        assert_eq!(
            plain("as in\u{C2}\u{A0} Valid (Citation: X) ```docker exec```"),
            "as in Valid docker exec"
        );
        assert_eq!(plain("**[a](https://b) in `c`** ![d](e) [f] *g*"), "a in c [f] *g*");
        assert_eq!(title("**Access of `x.exe`:**"), "Access of x.exe");
        assert_eq!(plain("a/**/b"), "a/**/b");
        assert_eq!(plain("[a [b](c) [d] [e](f"), "[a b [d] [e](f");
    }

    #[test]
    fn text_loses_the_tags_of_html() {
        assert_eq!(
            plain("a <b>c</b><br/>d &lt; <IMG src=\"e\"> <ip> 1 < 2 > <https://f.example>"),
            "a c d &lt; <ip> 1 < 2 > <https://f.example>"
        );
        let link = "<a href=\"https://a.example\">b</a> <small>c</small>";
        assert_eq!(without_tags(link, true), "<a href=\"https://a.example\">b</a> c");
        assert_eq!(plain(link), "b c");
    }

    #[test]
    fn many_links_without_an_end_stay_cheap() {
        for start in ["[", "[a](", "[]", "<", "<b"] {
            let text = start.repeat(100_000);
            assert_eq!(plain(&text), text);
        }
        let text = "[".repeat(100_000);
        assert_eq!(plain(&format!("{text}a](b)")), format!("{}a", &text[1..]));
    }
}
