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
            self.take_queries(&block.content);
        } else if PLAIN.contains(&language.as_str()) {
            self.take_unmarked(&block.content, MARK_IT);
        } else if !language.is_empty() && judge::judge(text) == Judgement::Surely {
            self.suggest_mark(&block.content, MARK_IT);
        }
        self.sections.pass_block();
    }

    /// Takes a block that no mark calls SPL: a query, where it surely is one. Gives whether it looks like one.
    fn take_unmarked(&mut self, content: &Snippet, help: &str) -> bool {
        match judge::judge(content.text()) {
            Judgement::Surely => self.take_queries(content),
            Judgement::Likely => self.suggest_mark(content, help),
            Judgement::No => return false,
        }
        true
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
        self.sections.finish(&mut self.analytics);
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
    fn a_block_ends_at_a_fence_that_is_as_long_or_longer() {
        assert_eq!(queries("```spl\na=1\n````\n\n```spl\nb=1\n```\n"), ["a=1", "b=1"]);
        assert_eq!(
            queries("```a=1 | head\n| table x\n````\n\n```b=1 | head```\n"),
            ["a=1 | head\n| table x", "b=1 | head"]
        );
        assert_eq!(
            queries("````spl\na=1 ```x```\n```\nnote``` b=1\n`````\n"),
            ["a=1 ```x```\n```\nnote``` b=1"]
        );
        assert_eq!(queries("~~~~\na=1\n~~~\n~~~~~\n\n~~~spl\nb=1\n~~~~\n"), ["a=1\n~~~", "b=1"]);
        assert!(queries("````markdown\n```spl\na=1\n```\n````\n").is_empty());
        assert_eq!(queries("````web(1)` a=1 | head```\n"), ["`web(1)` a=1 | head"]);
    }

    #[test]
    fn a_bad_key_of_the_front_matter_leaves_the_others() {
        let text = "---\ntitle: T\nlevel: nonsense\ntags: [attack.t1609, 1]\n---\n```spl\na=1\n```\n";
        let (analytics, findings) = Markdown.read(Path::new("x.md"), text);
        assert_eq!(analytics[0].metadata.title, "T");
        assert_eq!(analytics[0].metadata.techniques, ["T1609"]);
        assert_eq!(findings[0].span().map(|span| span.of(text)), Some("level: nonsense"));
    }

    /// The queries of a document with what it says of them.
    fn described(text: &str) -> Vec<Metadata> {
        let (analytics, _) = Markdown.read(Path::new("x.md"), text);
        analytics.into_iter().map(|analytic| analytic.metadata).collect()
    }

    fn titles(text: &str) -> Vec<String> {
        described(text).into_iter().map(|metadata| metadata.title).collect()
    }

    #[test]
    fn labels_above_a_query_describe_it() {
        let text = "# Cleared log\n\n**Author:** ann\n**Date:** 2025/04/05\n**MITRE ATT&CK:** T1070.002\n\n\
            Finds [logs](https://a.example) that `rm` emptied.\n\n## Overview\n\n| Severity | High |\n|---|---|\n\n\
            ## Query\n\n```spl\na=1\n```\n\n- **False positives:** Rotation of logs\n\n## References\n\n- https://b.example\n";
        let [found] = described(text).try_into().unwrap();
        assert_eq!(found.title, "Cleared log");
        assert_eq!(found.author.as_deref(), Some("ann"));
        assert_eq!(found.date.as_deref(), Some("2025-04-05"));
        assert_eq!(found.techniques, ["T1070.002"]);
        assert_eq!(found.level, Some(crate::document::Level::High));
        assert_eq!(found.description.as_deref(), Some("Finds logs that rm emptied."));
        assert_eq!(found.false_positives, ["Rotation of logs"]);
        assert_eq!(found.references, ["https://b.example"]);
    }

    #[test]
    fn a_section_speaks_for_its_own_queries() {
        let text =
            "# Hunts\n\n## First\n- **Severity:** Low\n```spl\na=1\n```\n\n## Second\n```spl\na=2\n```\n";
        let levels: Vec<_> = described(text).iter().map(|metadata| metadata.level).collect();
        assert_eq!(levels, [Some(crate::document::Level::Low), None]);
    }

    #[test]
    fn headings_tell_the_queries_of_a_document_with_a_title_apart() {
        let block = "```spl\na=1\n```\n";
        let text = |headings: [&str; 3]| {
            headings
                .iter()
                .fold("---\ntitle: D\n---\n# E\n".to_owned(), |text, heading| text + heading + "\n" + block)
        };
        assert_eq!(
            titles(&text(["## Query 1: RC4 {#rc4}", "## Query 2", "**Odd**"])),
            ["Query 1: RC4", "E", "Odd"]
        );
        assert_eq!(titles(&text(["## Query 1", "## Query 2", "## Query 3"])), ["D", "D", "D"]);
        assert_eq!(titles(&format!("---\ntitle: D\n---\n## A\n{block}")), ["D"]);
        assert_eq!(titles(&format!("## A {{x}} {{: .c}} ##\n{block}")), ["A {x}"]);
    }

    #[test]
    fn a_date_of_the_front_matter_is_a_day() {
        for (date, day) in [
            ("2026-06-04T00:00:00Z", "2026-06-04"),
            ("2026/06/04 10:00", "2026-06-04"),
            ("2026-06-04", "2026-06-04"),
            ("2026-31-04T00:00:00Z", "2026-31-04"),
            ("2026-06-045", "2026-06-045"),
            ("June 2026", "June 2026"),
        ] {
            let text = format!("---\ndate: {date}\n---\n```spl\na=1\n```\n");
            assert_eq!(described(&text)[0].date.as_deref(), Some(day));
        }
    }

    #[test]
    fn sections_beside_the_only_query_of_a_section_speak_of_it() {
        let levels_and_techniques = |text: &str| -> Vec<_> {
            described(text)
                .into_iter()
                .map(|metadata| (metadata.level, metadata.techniques.join(",")))
                .collect()
        };
        let block = "### Search\n```spl\na=1\n```\n";
        let facts = "### Kind\n**Mapping:** x\nMITRE ATT&CK: T1078\n\n#### Priority\nHigh\n";
        let high = Some(crate::document::Level::High);
        let said = (high, "T1078".to_owned());
        assert_eq!(
            levels_and_techniques(&format!("# T\n## A\n{facts}{block}## B\n{block}")),
            [said.clone(), (None, String::new())]
        );
        assert_eq!(
            levels_and_techniques(&format!("# T\n## B\n{block}## A\n{block}{facts}")),
            [(None, String::new()), said]
        );
        let silent = (None, String::new());
        assert_eq!(
            levels_and_techniques(&format!("# T\n## A\n{facts}{block}{block}")),
            [silent.clone(), silent]
        );
    }

    #[test]
    fn a_second_heading_of_the_document_may_only_name_its_parts() {
        let block = "```spl\na=1\n```\n";
        let table =
            "| Field | Value |\n|---|---|\n| Severity | Critical |\n| MITRE ATT&CK | T1059 - Shell |\n";
        let text = format!("# Reverse Shell\n## Detection Metadata\n{table}\n# SPL Detection\n{block}");
        let [found] = described(&text).try_into().unwrap();
        assert_eq!(
            (found.title.as_str(), found.level),
            ("Reverse Shell", Some(crate::document::Level::Critical))
        );
        assert_eq!(found.techniques, ["T1059"]);
        assert_eq!(titles(&format!("# One\n# Query\n{block}# Two\n# Query\n{block}")), ["One", "Two"]);
        assert_eq!(titles(&format!("# Query\n{block}")), [""]);
    }

    #[test]
    fn a_title_says_more_than_that_a_query_follows() {
        let block = "```spl\na=1\n```\n";
        for (above, title) in [
            ("# T\n## Detection SPL Query\n", "T"),
            ("# T\n## Query 2 (tstats)\n", "T"),
            ("# T\n## Odd **logon** of `root`:\n", "Odd logon of root"),
            ("# T\n## Queries\n**Outbound volume**\n\n", "Outbound volume"),
            ("# T\n## U\n**Splunk SPL (CIM):**\n", "U"),
            ("# T\n## U\n**Access check**:\nSome words.\n", "U"),
            ("## Query\n", ""),
        ] {
            assert_eq!(titles(&format!("{above}{block}")), [title], "{above}");
        }
        assert_eq!(titles("# T\n**KQL of x**\n```kql\nT | take 1\n```\n```spl\na=1\n```\n"), ["T"]);
    }

    #[test]
    fn notes_in_a_block_are_left_out_and_give_titles() {
        let text = "# T\n## Examples\n```spl\n# One\nindex=a x=1\n| head\n\n# Two\nindex=b\n```\n";
        assert_eq!(queries(text), ["index=a x=1\n| head", "index=b"]);
        assert_eq!(titles(text), ["One", "Two"]);
        assert_eq!(titles("# T\n```spl\n# One\nindex=a\n```\n"), ["T"]);
        assert_eq!(titles("# T\n```spl\n# Title: One\nindex=a\n```\n"), ["One"]);
        let text = "```spl\n# One\nstats count by x\n\n# Two\nindex=a x=1 | head\n```\n";
        assert_eq!(queries(text), ["index=a x=1 | head"]);
        assert_eq!(found(text), (1, vec!["comment-line", "search-fragment"]));
    }

    #[test]
    fn the_summary_of_details_is_a_heading() {
        let block = "\n```spl\na=1\n```\n\n";
        let text = format!(
            "# T\n\n<details><summary>Domain <b>Controllers</b></summary>\n\nLooks at <i>them</i>.\n{block}</details>\n\n\
            <details>\n<summary>\nServers\n</summary>\n<br>\n{block}</details>\n<details open><summary>Show query</summary>{block}</details>\n"
        );
        assert_eq!(titles(&text), ["Domain Controllers", "Servers", "T"]);
        let said: Vec<_> = described(&text).into_iter().map(|metadata| metadata.description).collect();
        assert_eq!(said, [Some("Looks at them.".to_owned()), None, None]);
        let unclosed = "<details><summary>A</summary>\n```spl\na=1\n```\n".repeat(5_000);
        assert_eq!(titles(&unclosed).len(), 5_000);
        assert_eq!(titles(&format!("# T\n<summary>\n\nText\n{block}")), ["T"]);
    }

    /// Queries and the codes of findings.
    fn found(text: &str) -> (usize, Vec<&'static str>) {
        let (analytics, findings) = Markdown.read(Path::new("x.md"), text);
        (analytics.len(), findings.iter().map(|finding| finding.code.id).collect())
    }

    #[test]
    fn blocks_that_are_surely_searches_need_no_mark() {
        for text in [
            "a\n\n    index=a x=1\n    | stats count\n\nb\n",
            "a\n\n\tindex=a x=1\n",
            "```text\nindex=a x=1 | stats count\n```\n",
            "<pre>index=a x=&quot;1&quot;</pre>\n",
            "<pre><code>\nindex=a x=1\n</code></pre>\n",
            "```\n| mycustom foo=bar | stats count by user | where count > 3\n```\n",
            "```\n| mycustom foo=bar\n```\n",
        ] {
            assert_eq!(found(text), (1, vec![]), "{text}");
        }
        assert_eq!(found("```sql\nindex=a x=1 | stats count\n```\n"), (0, vec!["untagged-search"]));
        assert_eq!(found("a\n\n    index=a x=1 | mycommand | table x\n"), (0, vec!["untagged-search"]));
        assert_eq!(found("```spl\neval a=b+1\neval c=1\n```\n"), (0, vec!["search-fragment"]));
    }

    #[test]
    fn other_blocks_are_no_searches() {
        for text in [
            "- a\n\n    with index=a and | stats count in a sentence\n",
            "```text\n10:00 index=a user=root failed to log on\n```\n",
            "```\n| Field | Value |\n|---|---|\n| table | x |\n```\n",
            "```\n| project a\n| take 5\n```\n",
            "```\n| Field | Value\n| --- | ---\n| x | y\n```\n",
            "```\nSecurityEvent\n| where EventID == 1\n| summarize count() by Computer\n```\n",
            "```yaml\nsearch: index=a | stats count\n```\n",
            "    $ ps aux | sort | head\n",
            "<pre>SELECT a FROM b WHERE index=1</pre>\n",
            "<pre>index=a x=1\n",
        ] {
            assert_eq!(found(text), (0, vec![]), "{text}");
        }
    }

    #[test]
    fn many_blocks_that_are_judged_stay_cheap() {
        assert!(queries(&"    a\n\n".repeat(10_000)).is_empty());
        assert!(queries(&("<pre>a\n\n".repeat(10_000) + "</pre>")).is_empty());
        assert!(queries(&("    \n".repeat(50_000) + "a")).is_empty());
        assert!(queries(&("\n".repeat(50_000) + "a\n</pre>")).is_empty());
        assert!(queries(&("<pre\n".repeat(50_000) + "</pre>")).is_empty());
    }

    #[test]
    fn what_many_queries_share_is_not_repeated_without_end() {
        let reference = |at| format!("Reference: https://a.example/{at}/{}\n", "x".repeat(950));
        let text = (0..32).map(reference).collect::<String>() + &"```spl\na=1\n```\n".repeat(3_000);
        let said = described(&text);
        assert_eq!(said[0].references.len(), 32);
        assert!(said.iter().map(facts::size).sum::<usize>() <= facts::MOST_REPEATED);
    }

    #[test]
    fn many_fences_without_a_line_of_their_own_stay_cheap() {
        assert_eq!(queries(&"```spl\na=1```\n".repeat(20_000)).len(), 20_000);
    }
}
