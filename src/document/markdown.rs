//! Markdown: technique notes, ordinary fenced blocks, and the format of `queries/`.
//!
//! In: text. Out: a query for every fenced block that holds one, with the title, technique and data source that
//! stand above it, and the example events under their headings. Notes copied from ATT&CK open a fence and start
//! the code on the same line, and close it at the end of a code line; prose holds inline triple backticks. So only
//! a fence that begins a line counts, and it ends at the first line that ends with one, where the comments of SPL
//! (three backticks on both sides) are counted in pairs. One pass over the lines.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::{Analytic, Example, Format, Metadata, codes, frontmatter, prose};
use crate::event::Event;
use crate::source::{Snippet, Span};

/// The format.
pub(crate) struct Markdown;

/// The longest description that is taken from prose, in bytes: it is carried by every query below it.
const LONGEST_PROSE: usize = 4_000;

/// Info strings that mark a block as SPL.
const SPL: &[&str] = &["spl", "splunk", "splunk-spl", "spl1"];

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown", "txt"]
    }

    fn read(&self, _path: &Path, text: &str) -> (Vec<Analytic>, Vec<Diagnostic>) {
        let frontmatter::FrontMatter { body, metadata, findings } = frontmatter::read(text);
        let mut reader = Reader {
            text,
            own_lines: own_lines(text),
            document: metadata,
            headings: Vec::new(),
            analytic_title: None,
            paragraph: Vec::new(),
            paragraph_ended: false,
            analytics: Vec::new(),
            examples: Vec::new(),
            diagnostics: findings,
        };
        reader.read(body);
        reader.finished()
    }
}

struct Reader<'a> {
    text: &'a str,
    /// For both kinds of fences, the last line that is nothing but one.
    own_lines: [usize; 2],
    /// What holds for the whole document so far.
    document: Metadata,
    /// The headings above, outermost first, with their level.
    headings: Vec<(usize, String)>,
    /// The title of the analytic that comes next.
    analytic_title: Option<String>,
    /// The first paragraph since the last heading.
    paragraph: Vec<String>,
    paragraph_ended: bool,
    analytics: Vec<Analytic>,
    examples: Vec<Example>,
    diagnostics: Vec<Diagnostic>,
}

/// A fenced block: its info string and where its content stands.
struct Block<'a> {
    info: &'a str,
    content: Snippet,
    /// The first byte after the block.
    end: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self, body: usize) {
        let mut at = body;
        while let Some(line) = self.line(at) {
            if let Some(block) = self.block(at, line) {
                at = block.end;
                self.take_block(&block);
            } else {
                at += line.len();
                self.take_line(line.trim_end_matches(['\r', '\n']));
            }
        }
    }

    fn line(&self, at: usize) -> Option<&'a str> {
        self.text.get(at..)?.split_inclusive('\n').next()
    }

    fn take_line(&mut self, line: &str) {
        if let Some((level, heading)) = heading(line) {
            self.take_heading(level, heading);
            return;
        }
        if let Some(title) = prose::analytic_title(line) {
            self.analytic_title = Some(title);
            return;
        }
        let in_tactics = self.heading_starts_with("tactic");
        if in_tactics {
            let new = prose::tactics(line).into_iter().filter(|id| !self.document.tactics.contains(id));
            let new: Vec<String> = new.collect();
            self.document.tactics.extend(new);
        }
        match line.trim() {
            "" => self.paragraph_ended |= !self.paragraph.is_empty(),
            text if !self.paragraph_ended && !in_tactics => self.add_prose(text),
            _ => {}
        }
    }

    /// Adds a line to the paragraph, while it is of the length of a description.
    fn add_prose(&mut self, line: &str) {
        let so_far: usize = self.paragraph.iter().map(String::len).sum();
        if so_far < LONGEST_PROSE {
            self.paragraph.push(line.chars().take(LONGEST_PROSE).collect());
        }
    }

    fn take_heading(&mut self, level: usize, heading: &str) {
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, heading.to_owned()));
        self.paragraph.clear();
        self.paragraph_ended = false;
        self.analytic_title = None;
        let is_about_technique = level <= 2 && !prose::techniques(heading).is_empty();
        if is_about_technique && self.document.techniques.is_empty() {
            self.document.techniques = prose::techniques(heading);
        }
    }

    fn heading_starts_with(&self, word: &str) -> bool {
        self.headings.last().is_some_and(|(_, text)| text.to_lowercase().starts_with(word))
    }

    /// The fenced block that begins with this line, if one does.
    fn block(&mut self, at: usize, line: &'a str) -> Option<Block<'a>> {
        let quote = quote_marks(line);
        let indent = quote + blanks(line.get(quote..)?);
        let rest = line.get(indent..)?;
        let fence = ["```", "~~~"].into_iter().find(|fence| rest.starts_with(fence))?;
        let after = rest.get(fence.len()..)?;
        let info = after.trim();
        let starts_with_code = holds_code(info);
        if starts_with_code && !reads_like_spl(info) {
            // A line of prose that begins with a span of code.
            return None;
        }
        let mut content = Snippet::default();
        // A fence on a line of its own is closed by one, if there is one; else at the end of a line of code.
        let strict = !starts_with_code && at < self.last_own_line(fence);
        let mut open = Fence { marks: fence, strict, inside_comment: false };
        if starts_with_code {
            let start = at + indent + fence.len();
            match open.end_in(after) {
                // Text behind the closing fence: the line is prose with a code span.
                Some(end) if !after.get(end + fence.len()..)?.trim().is_empty() => return None,
                Some(end) => {
                    content.push(after.get(..end)?, start);
                    return Some(Block { info: "", content, end: at + line.len() });
                }
                None => content.push(after, start),
            }
        }
        let shape = Indent { quoted: quote > 0, blanks: indent - quote };
        let opener = Span::new(at, at + line.trim_end().len());
        let end = self.contents(at + line.len(), shape, &mut open, &mut content, opener);
        Some(Block { info: if starts_with_code { "" } else { info }, content, end })
    }

    /// The offset of the last line that is nothing but this fence.
    fn last_own_line(&self, fence: &str) -> usize {
        let place = usize::from(fence == "~~~");
        self.own_lines.get(place).copied().unwrap_or(0)
    }

    /// Reads lines into the block until its fence, and gives the offset behind it.
    fn contents(
        &mut self,
        mut at: usize,
        shape: Indent,
        open: &mut Fence,
        content: &mut Snippet,
        opener: Span,
    ) -> usize {
        while let Some(line) = self.line(at) {
            let quote = if shape.quoted { quote_marks(line) } else { 0 };
            if shape.quoted && quote == 0 {
                break;
            }
            let stripped = quote + shape.blanks.min(blanks(line.get(quote..).unwrap_or("")));
            let body = line.get(stripped..).unwrap_or(line);
            if let Some(end) = open.end_in(body) {
                content.push(body.get(..end).unwrap_or(""), at + stripped);
                return at + line.len();
            }
            content.push(body, at + stripped);
            at += line.len();
        }
        let finding = Diagnostic::new(&codes::UNCLOSED_FENCE, opener, "this fenced block is not closed");
        self.diagnostics.push(finding);
        at
    }

    fn take_block(&mut self, block: &Block<'a>) {
        let language = block.info.split_whitespace().next().unwrap_or("").to_ascii_lowercase();
        if let Some(matches) = self.example_heading() {
            if matches!(language.as_str(), "json" | "ndjson" | "jsonl") {
                self.take_examples(&block.content, matches);
            }
            return;
        }
        let is_query =
            SPL.contains(&language.as_str()) || (language.is_empty() && reads_like_spl(block.content.text()));
        if is_query && !block.content.text().trim().is_empty() {
            self.take_query(block.content.clone());
        }
    }

    /// Whether the block stands under a heading of example events, and of which kind.
    fn example_heading(&self) -> Option<bool> {
        self.headings.iter().rev().find_map(|(_, heading)| match heading.to_lowercase().as_str() {
            "events that match" => Some(true),
            "events that do not match" => Some(false),
            _ => None,
        })
    }

    fn take_query(&mut self, snippet: Snippet) {
        let mut metadata = self.document.clone();
        let above = self.headings.iter().rev();
        if let Some((_, heading)) = above.clone().find(|(_, heading)| !prose::techniques(heading).is_empty())
        {
            metadata.techniques = prose::techniques(heading);
        }
        let data_source = above.clone().find(|(_, heading)| prose::names_data_source(heading));
        metadata.data_source =
            data_source.map(|(_, heading)| prose::plain(heading).trim_end_matches([':', ' ']).to_owned());
        if let Some(title) = self.analytic_title.take() {
            metadata.title = title;
        } else if metadata.title.is_empty() {
            metadata.title =
                above.clone().next().map(|(_, heading)| prose::plain(heading)).unwrap_or_default();
        }
        if metadata.description.is_none() && !self.paragraph.is_empty() {
            metadata.description = Some(prose::plain(&self.paragraph.join(" ")));
        }
        self.analytics.push(Analytic { metadata, snippet, examples: Vec::new() });
    }

    fn take_examples(&mut self, content: &Snippet, matches: bool) {
        let heading = self.headings.last().map_or("", |(_, heading)| heading.as_str());
        let source = heading.split('`').nth(1).map(str::to_owned);
        let mut at = 0;
        for line in content.text().split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            if line.trim().is_empty() {
                continue;
            }
            let span = content.to_file(Span::new(start, start + line.trim().len()));
            match Event::from_json_text(line.trim()) {
                Ok(event) => self.examples.push(Example { matches, source: source.clone(), event, span }),
                Err(error) => {
                    self.diagnostics.push(Diagnostic::new(&codes::BAD_EXAMPLE, span, error.to_string()));
                }
            }
        }
    }

    /// Example events belong to the query of the document; with several queries nobody can tell to which.
    fn finished(mut self) -> (Vec<Analytic>, Vec<Diagnostic>) {
        match (self.analytics.as_mut_slice(), self.examples.first()) {
            ([only], Some(_)) => only.examples = self.examples,
            ([], _) | (_, None) => {}
            (_, Some(first)) => {
                let message = "example events stand in a document with several queries";
                self.diagnostics.push(
                    Diagnostic::new(&codes::BAD_EXAMPLE, first.span, message)
                        .help("give each query its own file"),
                );
            }
        }
        (self.analytics, self.diagnostics)
    }
}

/// What stands before each line of a block.
#[derive(Clone, Copy)]
struct Indent {
    /// Whether the block stands in a quotation.
    quoted: bool,
    /// Blanks that belong to the list or so that the block stands in.
    blanks: usize,
}

/// Bytes of the marks of a quotation at the start of a line.
fn quote_marks(line: &str) -> usize {
    let mut end = 0;
    while let Some(rest) = line.get(end..) {
        let mark = blanks(rest);
        match rest.get(mark..).and_then(|rest| rest.strip_prefix('>')) {
            Some(after) => end += mark + 1 + usize::from(after.starts_with(' ')),
            None => break,
        }
    }
    end
}

/// Bytes of blanks at the start of a text.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// For both kinds of fences, the offset of the last line that is nothing but one.
fn own_lines(text: &str) -> [usize; 2] {
    let mut last = [0, 0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match line.trim_matches([' ', '\t', '\r', '\n', '>']) {
            "```" => last[0] = at,
            "~~~" => last[1] = at,
            _ => {}
        }
        at += line.len();
    }
    last
}

/// Looks for the end of a block, line by line.
struct Fence {
    marks: &'static str,
    /// Whether the end stands on a line of its own.
    strict: bool,
    inside_comment: bool,
}

impl Fence {
    /// Where the content ends in this line, if the block does.
    fn end_in(&mut self, line: &str) -> Option<usize> {
        let trimmed = line.trim_end();
        if trimmed.trim_start() == self.marks && !self.inside_comment {
            return Some(trimmed.len() - self.marks.len());
        }
        if self.strict {
            return None;
        }
        // Fences before the end of the line open and close comments of SPL.
        let count = trimmed.matches(self.marks).count();
        let odd_left = (count % 2 == 1) != self.inside_comment;
        if trimmed.ends_with(self.marks) && odd_left {
            return Some(trimmed.len() - self.marks.len());
        }
        self.inside_comment = odd_left;
        None
    }
}

/// Level and text of an ATX heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?;
    let is_heading = (1..=6).contains(&level) && (text.is_empty() || text.starts_with([' ', '\t']));
    is_heading.then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

/// Whether what follows a fence is code rather than the name of a language.
fn holds_code(info: &str) -> bool {
    let first = info.split_whitespace().next().unwrap_or("");
    let is_name =
        first.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '{' | '}'));
    !first.is_empty()
        && (!is_name || (reads_like_spl(info) && !SPL.contains(&first.to_ascii_lowercase().as_str())))
}

/// Whether a text without a language mark is a search: a pipe before a command, or a field comparison at its start.
fn reads_like_spl(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with('|')
        || text.starts_with('`')
        || text.lines().any(|line| line.trim_start().starts_with('|'))
    {
        return true;
    }
    let text = text.strip_prefix("search ").unwrap_or(text).trim_start_matches(['(', ' ', '"']);
    let text = text.strip_prefix("NOT ").unwrap_or(text);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '{' | '}' | ':' | '*');
    let name = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let rest = text.get(name..).unwrap_or("").trim_start_matches(['"', ' ']);
    let compares =
        ["=", "!=", "<", ">", "IN (", "IN(", "NOT IN"].iter().any(|operator| rest.starts_with(operator));
    name > 0 && compares && !rest.starts_with("=>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(text: &str) -> Vec<String> {
        let (analytics, _) = Markdown.read(Path::new("x.md"), text);
        analytics.iter().map(|analytic| analytic.snippet.text().trim().to_owned()).collect()
    }

    #[test]
    fn a_fence_may_begin_and_end_on_lines_of_code() {
        assert_eq!(queries("```index=a b=1\n| search c=2```\n\ntext\n"), ["index=a b=1\n| search c=2"]);
        assert_eq!(
            queries("``` index=a ```a note``` b=1\n| search c=2```\n"),
            ["index=a ```a note``` b=1\n| search c=2"]
        );
    }

    #[test]
    fn code_in_a_line_of_prose_is_no_query() {
        assert!(queries("Use ```docker exec``` or\n```docker ps``` to see.\n").is_empty());
        assert!(queries("```bash\ndocker ps | grep x=1\n```\n").is_empty());
    }

    #[test]
    fn fences_stand_in_lists_and_quotations() {
        assert_eq!(queries("- item\n\n  ```spl\n  a=1\n  ```\n"), ["a=1"]);
        assert_eq!(queries("> ```spl\n> a=1 OR\n> b=2\n> ```\ntext\n"), ["a=1 OR\nb=2"]);
        assert_eq!(queries("~~~spl\na=1\n~~~\n"), ["a=1"]);
    }

    #[test]
    fn a_bad_key_of_the_front_matter_leaves_the_others() {
        let text = "---\ntitle: T\nlevel: nonsense\ntags: [attack.t1609, 1]\n---\n```spl\na=1\n```\n";
        let (analytics, findings) = Markdown.read(Path::new("x.md"), text);
        assert_eq!(analytics[0].metadata.title, "T");
        assert_eq!(analytics[0].metadata.techniques, ["T1609"]);
        assert_eq!(findings[0].span().map(|span| span.of(text)), Some("level: nonsense"));
    }

    #[test]
    fn many_fences_without_a_line_of_their_own_stay_cheap() {
        assert_eq!(queries(&"```spl\na=1```\n".repeat(20_000)).len(), 20_000);
    }
}
