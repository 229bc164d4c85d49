//! Cuts a query into stages at its pipes.
//!
//! A pipe does not cut inside double quotes, brackets, macro calls, comments or after a backslash (Search
//! Reference, search). A quote, bracket, backtick or comment without partner is reported once and then read as an
//! ordinary character, so the stages after it are still found. One pass over the text, and one stack for brackets,
//! whose pairs are kept: a sub-search ends for the lexer where it ended here.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::{Span, Spanned};
use crate::spl::Findings;
use crate::spl::codes;
use crate::spl::input::{self, Input, comment, is_space, macro_call, quoted};

/// A stage before its arguments are read.
#[derive(Debug)]
pub(crate) struct RawStage {
    pub(crate) name: Spanned<String>,
    pub(crate) implied: bool,
    pub(crate) arguments: Span,
    pub(crate) span: Span,
}

/// What encloses text in a query.
#[derive(Debug, Default)]
pub(crate) struct Enclosed {
    /// Pipes and brackets outside of quotes, comments and macro calls, in order.
    marks: Vec<Mark>,
    /// Where the bracket that opens at an offset ends, and which mark it is.
    brackets: HashMap<usize, (usize, usize)>,
    /// Whether everything that opens closes.
    pub(crate) is_balanced: bool,
}

#[derive(Debug)]
struct Mark {
    at: usize,
    character: char,
    /// The mark that closes this one, if it opens and is closed.
    closer: Option<usize>,
}

impl Enclosed {
    /// Looks once through a query.
    pub(crate) fn new(text: &str, diagnostics: &mut Findings) -> Self {
        let said = diagnostics.0.len();
        let marks = paired(marks(text, diagnostics, &mut Vec::new()), diagnostics);
        let end = |closer: usize| marks.get(closer).map(|mark| mark.at + 1);
        let open = marks.iter().enumerate();
        let brackets =
            open.filter_map(|(index, mark)| Some((mark.at, (end(mark.closer?)?, index)))).collect();
        Self { brackets, is_balanced: diagnostics.0.len() == said, marks }
    }

    /// Where the bracket that opens at an offset ends.
    pub(crate) fn end(&self, opener: usize) -> Option<usize> {
        self.brackets.get(&opener).map(|(end, _)| *end)
    }

    /// The pipes of the text inside the bracket that opens at `opener`, or of the query, without those of
    /// sub-searches in it.
    fn pipes(&self, opener: Option<usize>) -> Vec<usize> {
        let inside = opener.and_then(|opener| self.brackets.get(&opener));
        let mut index = inside.map_or(0, |(_, index)| index + 1);
        let end = inside.map_or(usize::MAX, |(end, _)| end - 1);
        let mut pipes = Vec::new();
        while let Some(mark) = self.marks.get(index).filter(|mark| mark.at < end) {
            match (mark.character, mark.closer) {
                (_, Some(closer)) => index = closer,
                ('|', None) => pipes.push(mark.at),
                _ => {}
            }
            index += 1;
        }
        pipes
    }
}

/// Whether a text is a query of its own or a sub-search, in whose brackets the bracket opens at an offset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    Query,
    Bracket(usize),
}

/// The stages of the text under `span`, in order.
pub(crate) fn stages(
    text: &str,
    span: Span,
    place: Place,
    enclosed: &Enclosed,
    diagnostics: &mut Findings,
) -> Vec<RawStage> {
    let pipes = enclosed.pipes(match place {
        Place::Query => None,
        Place::Bracket(opener) => Some(opener),
    });
    let starts = std::iter::once(span.start as usize).chain(pipes.iter().map(|pipe| pipe + 1));
    let ends = pipes.iter().copied().chain([span.end as usize]);
    let mut stages = Vec::new();
    for (index, (start, end)) in starts.zip(ends).enumerate() {
        let cut = trimmed(text, Span::new(start, end));
        let blank = is_blank(text, cut);
        match index {
            // Text before the first pipe is an implied search; nothing there is a leading pipe.
            0 if blank && (place == Place::Query || !pipes.is_empty()) => {}
            0 if blank => diagnostics.push(empty_subsearch(span)),
            0 => stages.push(first(text, cut, place, diagnostics)),
            _ if blank => diagnostics.push(empty_stage(text, cut, index == pipes.len())),
            _ => stages.push(named(text, cut)),
        }
    }
    stages
}

fn empty_subsearch(span: Span) -> Diagnostic {
    let brackets = Span::new((span.start as usize).saturating_sub(1), span.end as usize + 1);
    Diagnostic::new(&codes::EMPTY_STAGE, brackets, "nothing stands between these brackets")
        .help("put a value that holds a bracket in double quotes")
}

/// The first stage: a search whose name need not be written. In a sub-search it has to be.
fn first(text: &str, cut: Span, place: Place, diagnostics: &mut Findings) -> RawStage {
    let stage = named(text, cut);
    let after = text.get(stage.name.span.end as usize..cut.end as usize).unwrap_or("");
    let ends_word = after.chars().next().is_none_or(is_space);
    let is_named = match place {
        Place::Query => stage.name.value == "search" && ends_word,
        Place::Bracket(_) => {
            let is_comparison = ["=", "!=", "::"].iter().any(|sign| after.trim_start().starts_with(sign));
            ends_word && !is_comparison && !stage.name.span.of(text).is_empty()
                || stage.name.value.starts_with('`')
        }
    };
    if is_named {
        return stage;
    }
    let at = stage.name.span.start as usize;
    if place != Place::Query {
        let fix = Fix {
            title: "write `search` before it".to_owned(),
            edits: vec![Edit { span: Span::new(at, at), text: "search ".to_owned() }],
            safe: true,
        };
        let message = "a sub-search begins with a command, and none is named";
        diagnostics.push(
            Diagnostic::new(&codes::MISSING_COMMAND, Span::new(at, cut.end as usize), message).fix(fix),
        );
    }
    RawStage {
        name: Spanned::new("search".to_owned(), Span::new(at, at)),
        implied: true,
        arguments: cut,
        span: cut,
    }
}

/// A gap between two pipes, or behind the last one: whether Splunk refuses the latter is not known.
fn empty_stage(text: &str, cut: Span, is_last: bool) -> Diagnostic {
    // The pipe before the gap is visible; the gap may be empty.
    let before = text.get(..cut.start as usize).unwrap_or("");
    let pipe = before.rfind('|').unwrap_or(0);
    if text.get(pipe..).is_some_and(|rest| rest.starts_with("||")) {
        let message = "`||` is two pipes with nothing between them";
        return Diagnostic::new(&codes::EMPTY_STAGE, Span::new(pipe, pipe + 2), message)
            .help("write `OR` between alternatives, or one pipe before a command");
    }
    let mut finding =
        Diagnostic::new(&codes::EMPTY_STAGE, Span::new(pipe, pipe + 1), "no command follows this `|`")
            .help("remove the `|`, or write the command");
    if is_last {
        finding.severity = Severity::Warning;
    }
    finding
}

/// The marks with their partners.
fn paired(found: Vec<(usize, char)>, diagnostics: &mut Findings) -> Vec<Mark> {
    let mut marks: Vec<Mark> =
        found.into_iter().map(|(at, character)| Mark { at, character, closer: None }).collect();
    let mut open: Vec<usize> = Vec::new();
    let mut stray = None;
    for index in 0..marks.len() {
        let Some((at, character)) = marks.get(index).map(|mark| (mark.at, mark.character)) else { break };
        match (character, open.last().copied()) {
            ('[', _) => open.push(index),
            (']', Some(opener)) => {
                open.pop();
                if let Some(mark) = marks.get_mut(opener) {
                    mark.closer = Some(index);
                }
            }
            (']', None) => stray = stray.or(Some(at)),
            _ => {}
        }
    }
    if let Some(at) = stray {
        diagnostics.push(unbalanced_bracket(at, "`]` closes no `[`"));
    }
    if let Some(mark) = open.first().and_then(|opener| marks.get(*opener)) {
        diagnostics.push(unbalanced_bracket(mark.at, "`[` is not closed"));
    }
    marks
}

pub(crate) fn unbalanced_bracket(at: usize, message: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNBALANCED_BRACKET, Span::new(at, at + 1), message)
        .help("put a value that holds a bracket in double quotes")
}

/// The comments of a query with their backticks, in order.
///
/// ```
/// use splc::source::Span;
/// let text = "index=web ```why``` uri=\"```no```\"";
/// assert_eq!(splc::spl::comments(text), [Span::new(10, 19)]);
/// ```
pub fn comments(text: &str) -> Vec<Span> {
    let mut comments = Vec::new();
    marks(text, &mut Findings::default(), &mut comments);
    comments
}

/// Pipes and brackets outside of quotes, comments and macro calls; the comments are added to those given.
fn marks(text: &str, diagnostics: &mut Findings, comments: &mut Vec<Span>) -> Vec<(usize, char)> {
    let mut marks = Vec::new();
    let mut at = 0;
    // A kind that was found unclosed once is unclosed to the end: looking again would cost a pass each time.
    let mut unclosed: Vec<&'static str> = Vec::new();
    let starts = |byte: &u8| matches!(byte, b'`' | b'"' | b'\\' | b'|' | b'[' | b']');
    while let Some(next) = text.as_bytes().get(at..).and_then(|rest| rest.iter().position(starts)) {
        at += next;
        let rest = text.get(at..).unwrap_or("");
        let mut end = |parser: fn(Input<'_>) -> input::Read<'_>, delimiter| {
            atom(parser, text, at, delimiter, &mut unclosed, diagnostics)
        };
        let character = rest.chars().next().unwrap_or('|');
        at = match character {
            '`' if rest.starts_with("```") => match end(comment, "```") {
                Some(end) => {
                    comments.push(Span::new(at, end));
                    end
                }
                None => at + 3,
            },
            '`' => end(macro_call, "`").unwrap_or(at + 1),
            '"' => end(quoted, "\"").unwrap_or(at + 1),
            '\\' => at + 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            _ => {
                marks.push((at, character));
                at + 1
            }
        };
    }
    marks
}

/// The end of what a delimiter opens at `at`.
fn atom(
    parser: fn(Input<'_>) -> input::Read<'_>,
    text: &str,
    at: usize,
    delimiter: &'static str,
    unclosed: &mut Vec<&'static str>,
    diagnostics: &mut Findings,
) -> Option<usize> {
    if unclosed.contains(&delimiter) {
        return None;
    }
    let rest = input::input(text, Span::new(at, text.len()));
    if let Ok((after, _)) = parser(rest) {
        return Some(input::offset(after));
    }
    unclosed.push(delimiter);
    let is_call = delimiter == "`"
        && rest.fragment().get(1..).is_some_and(|rest| rest.trim_start_matches('`').contains('`'));
    if is_call {
        // The call ends, but for a double quote in it that does not close and is told when it is met.
        return None;
    }
    let span = Span::new(at, at + delimiter.len());
    let (code, message) = match delimiter {
        "```" => (&codes::UNBALANCED_COMMENT, "a comment starts here and does not end"),
        "`" => (&codes::UNBALANCED_BACKTICK, "this backtick is not closed"),
        _ => (&codes::UNBALANCED_QUOTE, "this double quote is not closed"),
    };
    let mut finding = Diagnostic::new(code, span, message);
    if delimiter == "\"" && rest.fragment().contains("\\\"") {
        finding = finding
            .help("a backslash before a double quote escapes it; write `\\\\` for a backslash at the end");
    }
    diagnostics.push(finding);
    None
}

/// The stage under a cut that is not blank: the first word names the command.
fn named(text: &str, cut: Span) -> RawStage {
    let start = cut.start as usize + skipped_comments(cut.of(text));
    let rest = text.get(start..cut.end as usize).unwrap_or("");
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let name_span = if length == 0 {
        // A macro call or stray text: it names nothing, and the stage is opaque as a whole.
        let piece = input::input(text, Span::new(start, cut.end as usize));
        let length = macro_call(piece).map_or(0, |(_, call)| call.fragment().len());
        Span::new(start, start + length)
    } else {
        Span::new(start, start + length)
    };
    let arguments = trimmed(text, Span::new(name_span.end as usize, cut.end as usize));
    // Letter case tells nothing of a command, but macros and their arguments are as written.
    let written = name_span.of(text);
    let name = if length == 0 { written.to_owned() } else { written.to_ascii_lowercase() };
    let name = Spanned::new(name, name_span);
    RawStage { name, implied: false, arguments, span: cut }
}

/// Bytes of white space and comments at the start of a text.
fn skipped_comments(body: &str) -> usize {
    let mut rest = input::input(body, Span::new(0, body.len()));
    while let Ok((after, _)) = input::space(rest).or_else(|_| comment(rest)) {
        rest = after;
    }
    input::offset(rest)
}

fn is_blank(text: &str, cut: Span) -> bool {
    let body = cut.of(text);
    skipped_comments(body) == body.len()
}

fn trimmed(text: &str, span: Span) -> Span {
    let body = span.of(text);
    let start = body.len() - body.trim_start_matches(is_space).len();
    let end = body.trim_end_matches(is_space).len();
    if start >= end {
        Span::new(span.start as usize, span.start as usize)
    } else {
        Span::new(start, end).shifted(span.start as usize)
    }
}
