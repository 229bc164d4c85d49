//! Comments and line ends of other languages in a search.
//!
//! In: a word that stands for itself and the text round it. Out: findings. Invariant: the tree is not touched: the words are
//! looked for in the event, as Splunk does.

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::ast::Literal;
use crate::spl::search::Reader;
use crate::spl::token::{Token, TokenKind};
use crate::spl::{codes, eval};

impl Reader<'_, '_> {
    /// `// note`, `# note`, `/* note */`, and `-- note` at the start of a line: terms.
    pub(super) fn report_comment(&mut self, literal: &Literal) {
        let text = literal.text.as_str();
        let is_slashes = text.strip_prefix("//").is_some_and(|rest| !rest.contains(['/', '.', '\\']));
        let is_block = text.starts_with("/*") && !text.get(2..).is_some_and(|rest| rest.contains('/'));
        if literal.quoted || literal.directive.is_some() {
            return;
        }
        let start = literal.span.start as usize;
        if !(is_slashes || is_block || text == "#" || text == "--" && self.begins_line(start)) {
            return;
        }
        // The search may be the text of a quoted setting: what stands behind it is none of the comment.
        let last = self.tokens.last().map_or(start, |token| token.span.end as usize);
        let rest = self.query.text.get(start..last).unwrap_or("");
        let word = rest.get(1..).and_then(|rest| rest.split('\n').next()).unwrap_or("").trim_start();
        if text == "#" && (word.is_empty() || word.starts_with(['|', ']', ')'])) {
            return;
        }
        let end = if is_block { rest.find("*/").map(|at| at + 2) } else { rest.find('\n') };
        // A pipe ends the stage before the comment does.
        let length = end.unwrap_or(rest.len()).min(rest.find(['|', ']']).unwrap_or(rest.len()));
        let span = Span::new(start, start + rest.get(..length).unwrap_or("").trim_end().len());
        let message = "these words are searched for in the event";
        let mut finding = Diagnostic::new(&codes::FOREIGN_COMMENT, span, message)
            .help("a comment stands between two groups of three backticks")
            .fix(eval::comment_fix(self.query.text, span));
        finding.severity = Severity::Warning;
        self.comment_end = span.end as usize;
        self.query.findings.push(finding);
    }

    /// Whether nothing but white space stands before that place on its line.
    fn begins_line(&self, start: usize) -> bool {
        let before = self.query.text.get(..start).unwrap_or("").trim_end_matches([' ', '\t', '\r']);
        before.is_empty() || before.ends_with('\n')
    }

    /// `index=web \` at the end of a line, by which a shell goes on with the next one. The first one tells of all.
    pub(super) fn report_continuation(&mut self, literal: &Literal) {
        if self.said_continuation || literal.quoted || !self.ends_line(literal.span) {
            return;
        }
        self.said_continuation = true;
        let is_bare = |token: &Token| matches!(&token.kind, TokenKind::Literal(word) if !word.quoted);
        let places = self.tokens.iter().filter(|token| is_bare(token) && self.ends_line(token.span));
        let edits = places.map(|token| Edit { span: token.span, text: String::new() }).collect();
        let message = "the `\\` at the end of this line is searched for in the event";
        let mut finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, literal.span, message)
            .help("a search goes on over the ends of lines by itself")
            .fix(Fix { title: "leave it out".to_owned(), edits, safe: false });
        finding.severity = Severity::Warning;
        self.query.findings.push(finding);
    }

    /// Whether a word is a backslash alone with nothing behind it on its line.
    fn ends_line(&self, word: Span) -> bool {
        let text = self.query.text;
        let rest = text.get(word.end as usize..).unwrap_or("");
        word.of(text).trim() == "\\" && rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
    }
}
