//! Markdown: technique notes, ordinary fenced blocks, and the format of `queries/`.
//!
//! In: text. Out: a query for every fenced block that holds one, with the title, technique and data source that
//! stand above it, and the example events under their headings. Notes copied from ATT&CK open a fence and start
//! the code on the same line, and close it at the end of a code line; prose holds inline triple backticks. So only
//! a fence that begins a line counts, and it ends at the first line that ends with one, where the comments of SPL
//! (three backticks on both sides) are counted in pairs. Blocks that no mark calls SPL are queries where they surely are
//! SPL, and noted where they look like it. One pass over the lines.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::fence::{self, Fence, Indent, OwnLines};
use crate::document::judge::{self, Judgement};
use crate::document::section::{Note, Sections};
use crate::document::{Analytic, Example, Format, Metadata, block, codes, comment, facts, frontmatter};
use crate::event::Event;
use crate::source::{Snippet, Span};

/// The format.
pub(crate) struct Markdown;

/// Info strings that mark a block as SPL.
const SPL: &[&str] = &["spl", "splunk", "splunk-spl", "spl1"];

/// Info strings that say nothing of a language.
const PLAIN: &[&str] = &["text", "txt", "plaintext", "plain", "none", "code"];

/// What makes a search of a block that looks like one.
const MARK_IT: &str = "mark it as `spl` behind the fence, if it is one";
const FENCE_IT: &str = "put it into a fence that is marked `spl`, if it is one";

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
            own_lines: OwnLines::of(text),
            last_pre: block::end_tags(text).last().unwrap_or(0),
            document: metadata,
            sections: Sections::new(),
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
    own_lines: OwnLines,
    /// No `<pre>` ends behind this.
    last_pre: usize,
    /// What holds for the whole document so far.
    document: Metadata,
    /// The headings above and what stands under them.
    sections: Sections,
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
        let mut after_blank = true;
        // What was judged once is not looked at again line by line.
        let mut judged = body;
        while let Some(line) = self.line(at) {
            if let Some(block) = self.block(at, line) {
                at = block.end;
                self.take_block(&block);
                after_blank = true;
                continue;
            }
            if at >= judged && (after_blank || line.trim_start().starts_with('<')) {
                let unfenced = self.unfenced(at, line);
                judged = unfenced.as_ref().map_or(judged, |block| block.end);
                if let Some(block) = unfenced.filter(|block| self.take_unmarked(&block.content, FENCE_IT)) {
                    at = block.end;
                    continue;
                }
            }
            self.note_code(at, line);
            at += line.len();
            after_blank = line.trim().is_empty() || line.starts_with('#');
            let line = line.trim_end_matches(['\r', '\n']);
            self.sections.take_line(line, &mut self.document, &mut self.analytics);
        }
    }

    /// The block without a fence that begins with this line, if one does.
    fn unfenced(&self, at: usize, line: &str) -> Option<block::Unfenced> {
        // Both kinds would look for their first word behind all empty lines, from each of them anew.
        if line.trim().is_empty() || self.example_heading().is_some() {
            return None;
        }
        if line.starts_with("    ") || line.starts_with('\t') {
            return block::indented(self.text, at);
        }
        (at < self.last_pre).then(|| block::preformatted(self.text, at))?
    }

    fn line(&self, at: usize) -> Option<&'a str> {
        self.text.get(at..)?.split_inclusive('\n').next()
    }

    /// The fenced block that begins with this line, if one does.
    fn block(&mut self, at: usize, line: &'a str) -> Option<Block<'a>> {
        let quote = fence::quote_marks(line);
        let indent = quote + fence::blanks(line.get(quote..)?);
        let rest = line.get(indent..)?;
        let fence = fence::opening(rest, holds_code)?;
        let after = rest.get(fence.len()..)?;
        let info = after.trim();
        let starts_with_code = holds_code(info);
        if starts_with_code && !judge::reads_like_spl(info) {
            // A line of prose that begins with a span of code.
            return None;
        }
        let mut content = Snippet::default();
        // A fence on a line of its own is closed by one, if there is one; else at the end of a line of code.
        let strict = !starts_with_code && self.own_lines.is_behind(at, fence);
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

    /// Reads lines into the block until its fence, and gives the offset behind it.
    fn contents(
        &mut self,
        mut at: usize,
        shape: Indent,
        open: &mut Fence<'_>,
        content: &mut Snippet,
        opener: Span,
    ) -> usize {
        while let Some(line) = self.line(at) {
            let quote = if shape.quoted { fence::quote_marks(line) } else { 0 };
            if shape.quoted && quote == 0 {
                break;
            }
            let stripped = quote + shape.blanks.min(fence::blanks(line.get(quote..).unwrap_or("")));
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
        let text = block.content.text();
        let is_marked = SPL.contains(&language.as_str());
        let is_query = is_marked || (language.is_empty() && judge::reads_like_spl(text));
        if is_query && !text.trim().is_empty() {
            if is_marked || !self.is_of_other_language(&block.content) {
                self.take_queries(&block.content);
            }
        } else if PLAIN.contains(&language.as_str()) {
            self.take_unmarked(&block.content, MARK_IT);
        } else if !language.is_empty() && judge::is_mismarked(text) {
            self.suggest_mark(&block.content, MARK_IT);
        }
        self.sections.pass_block();
    }

    /// Takes a block that no mark calls SPL: a query, where it surely is one. Gives whether it looks like one.
    fn take_unmarked(&mut self, content: &Snippet, help: &str) -> bool {
        match judge::judge(content.text()) {
            Judgement::No => return false,
            _ if self.is_of_other_language(content) => {}
            Judgement::Surely => self.take_queries(content),
            Judgement::Likely => self.suggest_mark(content, help),
        }
        true
    }

    /// Whether the line or the heading above a block says that it is in another language, which is told.
    fn is_of_other_language(&mut self, content: &Snippet) -> bool {
        let Some(language) = self.sections.other_language() else { return false };
        let message = format!("this block is {language} by what stands above it, and is left out");
        let finding = Diagnostic::new(&codes::FOREIGN_QUERY, first_line(content), message);
        self.diagnostics.push(finding.help("mark it as `spl` behind the fence, if it is SPL"));
        true
    }

    /// Tells of searches in code that is part of a line of text.
    fn note_code(&mut self, at: usize, line: &str) {
        if !line.contains('|') || !line.contains('`') || self.example_heading().is_some() {
            return;
        }
        for span in
            block::code_spans(line).into_iter().filter(|span| judge::is_whole_search(span.of(line).trim()))
        {
            let place = Span::new(at + span.start as usize, at + span.end as usize);
            let message = "this code in a line of text looks like a search, and is left out";
            self.diagnostics.push(Diagnostic::new(&codes::UNTAGGED_SEARCH, place, message).help(FENCE_IT));
        }
    }

    fn suggest_mark(&mut self, content: &Snippet, help: &str) {
        let message = "this block looks like a search, and is left out";
        let finding = Diagnostic::new(&codes::UNTAGGED_SEARCH, first_line(content), message);
        self.diagnostics.push(finding.help(help));
    }

    /// Whether the block stands under a heading of example events, and of which kind.
    fn example_heading(&self) -> Option<bool> {
        self.sections.headings().find_map(|heading| match heading.to_lowercase().as_str() {
            "events that match" => Some(true),
            "events that do not match" => Some(false),
            _ => None,
        })
    }

    /// The queries of a block.
    fn take_queries(&mut self, content: &Snippet) {
        let (parts, left_out) = comment::parts(content);
        self.diagnostics.extend(left_out);
        let is_only = parts.len() == 1;
        for part in parts {
            if let Some(command) = judge::fragment(part.snippet.text()) {
                let message = format!("a piece of a pipeline that begins with `{command}` is left out");
                let finding = Diagnostic::new(&codes::SEARCH_FRAGMENT, first_line(&part.snippet), message);
                self.diagnostics.push(finding.help("a search begins with what it looks for, or with a pipe"));
                continue;
            }
            let note = part.title.as_deref();
            let note = if is_only { Note::Only(note) } else { Note::OneOfSeveral(note) };
            let placed = self.sections.describe(&self.document, self.analytics.len(), note);
            let description = placed.description.clone().filter(|_| is_only);
            let mut metadata = facts::inherited(part.metadata, &placed);
            metadata.description = description.or(metadata.description);
            self.analytics.push(Analytic { metadata, snippet: part.snippet, examples: Vec::new() });
        }
    }

    fn take_examples(&mut self, content: &Snippet, matches: bool) {
        let heading = self.sections.headings().next().unwrap_or("");
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
        self.sections.finish(&self.document, &mut self.analytics);
        (self.analytics, self.diagnostics)
    }
}

/// The place of the first words of a snippet, to the end of their line.
fn first_line(content: &Snippet) -> Span {
    let text = content.text();
    let start = text.len() - text.trim_start().len();
    let line = text.trim_start().lines().next().unwrap_or("").trim_end();
    content.to_file(Span::new(start, start + line.len()))
}

/// Whether what follows a fence is code rather than the name of a language.
fn holds_code(info: &str) -> bool {
    let first = info.split_whitespace().next().unwrap_or("");
    let is_name =
        first.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '{' | '}'));
    !first.is_empty()
        && (!is_name || (judge::reads_like_spl(info) && !SPL.contains(&first.to_ascii_lowercase().as_str())))
}

#[cfg(test)]
mod tests;
