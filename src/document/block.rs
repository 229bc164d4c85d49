//! Code of Markdown without a fence: indented blocks, HTML's `<pre>`, and spans in a line.
//!
//! In: the text of a document and the place of a line. Out: the block that begins there, with its code and its end. Invariant:
//! every character of the code leads back to the bytes that write it, which in HTML may be a reference such as `&lt;`.
//! Whether the code is a search is not looked at here.

use crate::source::{Snippet, Span};

/// A block without a fence.
pub(super) struct Unfenced {
    pub(super) content: Snippet,
    /// The first byte after the block.
    pub(super) end: usize,
}

/// Characters that HTML cannot write as they are (HTML Standard, "Named character references").
const REFERENCES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&nbsp;", " "),
];

/// The indented block that begins at a line, which stands behind an empty one (`CommonMark`, 4.4): lines with four blanks or
/// a tab before them, and empty lines between these.
pub(super) fn indented(text: &str, at: usize) -> Option<Unfenced> {
    let mut content = Snippet::default();
    let (mut place, mut end) = (at, at);
    let mut empty = Vec::new();
    for line in text.get(at..)?.split_inclusive('\n') {
        let start = place;
        place += line.len();
        if line.trim().is_empty() {
            empty.push((line, start));
            continue;
        }
        let code = ["    ", "\t"].iter().find_map(|margin| line.strip_prefix(margin));
        let is_fence = |code: &&str| ["```", "~~~"].iter().any(|fence| code.trim_start().starts_with(fence));
        let Some(code) = code.filter(|code| !is_fence(code)) else { break };
        for (line, start) in empty.drain(..) {
            // An empty line keeps its end alone.
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            content.push(line.get(blanks..).unwrap_or(""), start + blanks);
        }
        content.push(code, start + line.len() - code.len());
        end = place;
    }
    (end > at).then_some(Unfenced { content, end })
}

/// The spans of code in a line (`CommonMark`, 6.1): what stands between two runs of as many backticks, with its places.
pub(super) fn code_spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + found;
        let marks = line.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches('`').len());
        at = start + marks;
        match open {
            Some((length, first)) if length == marks => {
                spans.push(Span::new(first, start));
                open = None;
            }
            // A run of another length is part of the code.
            Some(_) => {}
            None => open = Some((marks, at)),
        }
    }
    spans
}

/// The places of the end tags of `<pre>`, whose letters are of either case.
pub(super) fn end_tags(text: &str) -> impl Iterator<Item = usize> {
    let is_end =
        move |at: &usize| text.get(at + 2..at + 6).is_some_and(|tag| tag.eq_ignore_ascii_case("pre>"));
    text.match_indices("</").map(|(at, _)| at).filter(is_end)
}

/// The block of `<pre>` that begins with a line, up to its end tag.
pub(super) fn preformatted(text: &str, at: usize) -> Option<Unfenced> {
    let rest = text.get(at..)?;
    let tag = rest.trim_start().get(..4).filter(|tag| tag.eq_ignore_ascii_case("<pre"))?;
    let opened = rest.find(tag)?;
    let behind_name = rest.get(opened + tag.len()..)?;
    if !behind_name.starts_with(|next: char| next == '>' || next.is_ascii_whitespace()) {
        // Another tag, such as `<preview>`.
        return None;
    }
    // A tag that does not end before the next one is none.
    let closed = behind_name.find(['<', '>']).filter(|at| behind_name.get(*at..*at + 1) == Some(">"))?;
    let start = opened + tag.len() + closed + 1;
    let length = end_tags(rest.get(start..)?).next()?;
    let (close, mut start, mut stop) = (start + length, start, start + length);
    if rest.get(start..stop)?.trim_start().starts_with("<code") {
        start += rest.get(start..stop)?.find('>')? + 1;
    }
    stop = start + rest.get(start..stop)?.trim_end().strip_suffix("</code>").map_or(stop - start, str::len);
    let behind = rest.get(close..)?;
    let end = at + close + behind.find('\n').map_or(behind.len(), |line| line + 1);
    Some(Unfenced { content: decoded(rest.get(start..stop)?, at + start), end })
}

/// Code of HTML with its character references read.
fn decoded(code: &str, at: usize) -> Snippet {
    let mut content = Snippet::default();
    let mut place = 0;
    while let Some(rest) = code.get(place..).filter(|rest| !rest.is_empty()) {
        if let Some((written, character)) = REFERENCES.iter().find(|(written, _)| rest.starts_with(written)) {
            content.push_for(character, Span::new(at + place, at + place + written.len()));
            place += written.len();
            continue;
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let next = rest.get(first..).and_then(|rest| rest.find('&'));
        let length = next.map_or(rest.len(), |next| first + next);
        content.push(rest.get(..length).unwrap_or(""), at + place);
        place += length;
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indented_code_ends_at_a_line_without_margin() {
        let text = "a\n\n    index=a\n\n\t| head\n   b\n";
        let block = indented(text, 3).unwrap();
        assert_eq!((block.content.text(), block.end), ("index=a\n\n| head\n", text.len() - 5));
        assert_eq!(block.content.to_file(Span::new(9, 15)).of(text), "| head");
        assert!(indented("    \n\na", 0).is_none());
    }

    #[test]
    fn spans_of_code_end_at_as_many_marks() {
        let spans =
            |line: &'static str| -> Vec<&str> { code_spans(line).iter().map(|span| span.of(line)).collect() };
        assert_eq!(spans("a `b c` é `` d `e` f `` `g"), ["b c", " d `e` f "]);
        assert!(spans("``").is_empty());
    }

    #[test]
    fn references_lead_back_to_what_is_written() {
        let text = "<pre class=\"x\"><code>a&lt;1 é=&quot;b&quot;\n| head</code></pre>\nc";
        let block = preformatted(text, 0).unwrap();
        assert_eq!((block.content.text(), block.end), ("a<1 é=\"b\"\n| head", text.len() - 1));
        assert_eq!(block.content.to_file(Span::new(1, 3)).of(text), "&lt;1");
        for broken in ["<pre>a", "<pre", "<prefix></pre", "x<pre>a</pre>"] {
            assert!(preformatted(broken, 0).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_block_ends_at_the_nearest_tag_of_its_own_name() {
        for (text, code) in [
            ("<PRE>a</PRE>\n<pre>b</pre>\n", "a"),
            ("<pre>a</Pre>\n<PRE>b</PRE>\n", "a"),
            ("<pre\nclass=\"x\">a</pre>\n", "a"),
        ] {
            let block = preformatted(text, 0).unwrap();
            assert_eq!(block.content.text(), code, "{text}");
        }
        for other in ["<preview>a</pre>", "<pre-x>a</pre>", "<pre <b>a</pre>"] {
            assert!(preformatted(other, 0).is_none(), "{other}");
        }
    }
}
