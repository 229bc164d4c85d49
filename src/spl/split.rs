//! Cuts a query into stages at its pipes.
//!
//! A pipe does not cut inside double quotes, brackets, macro calls, comments or after a backslash (Search
//! Reference, search). A quote, bracket, backtick or comment without partner is reported once and then read as an
//! ordinary character, so the stages after it are still found. One pass over the text, and one stack for brackets,
//! whose pairs are kept: a sub-search ends for the lexer where it ended here.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
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
#[derive(Debug)]
pub(crate) struct Enclosed {
    /// Where the bracket that opens at an offset ends.
    pub(crate) brackets: HashMap<usize, usize>,
    /// Whether everything that opens closes, outside of sub-searches.
    pub(crate) is_balanced: bool,
}

/// The stages of a query, in order.
pub(crate) fn stages(text: &str, diagnostics: &mut Findings) -> (Vec<RawStage>, Enclosed) {
    let said = diagnostics.0.len();
    let (pipes, brackets) = pipes(text, diagnostics);
    let enclosed = Enclosed { brackets, is_balanced: diagnostics.0.len() == said };
    let starts = std::iter::once(0).chain(pipes.iter().map(|pipe| pipe + 1));
    let ends = pipes.iter().copied().chain([text.len()]);
    let cuts: Vec<Span> = starts.zip(ends).map(|(start, end)| trimmed(text, Span::new(start, end))).collect();
    let mut stages = Vec::new();
    for (index, cut) in cuts.into_iter().enumerate() {
        let blank = is_blank(text, cut);
        match index {
            // Text before the first pipe is an implied search; nothing there is a leading pipe.
            0 if blank => {}
            0 => stages.push(named(text, cut, true)),
            _ if blank => diagnostics.push(empty_stage(text, cut)),
            _ => stages.push(named(text, cut, false)),
        }
    }
    (stages, enclosed)
}

fn empty_stage(text: &str, cut: Span) -> Diagnostic {
    // The pipe before the gap is visible; the gap may be empty.
    let before = text.get(..cut.start as usize).unwrap_or("");
    let pipe = before.rfind('|').unwrap_or(0);
    Diagnostic::new(&codes::EMPTY_STAGE, Span::new(pipe, pipe + 1), "no command follows this `|`")
        .help("remove the `|`, or write the command")
}

/// Offsets of the pipes between stages, and where each bracket that opens ends.
fn pipes(text: &str, diagnostics: &mut Findings) -> (Vec<usize>, HashMap<usize, usize>) {
    let marks = marks(text, diagnostics);
    let mut open: Vec<usize> = Vec::new();
    // For each mark, how many brackets that do close are open before it.
    let mut closed_by = vec![None; marks.len()];
    let mut stray = None;
    for (index, (at, mark)) in marks.iter().enumerate() {
        match (mark, open.last().copied()) {
            ('[', _) => open.push(index),
            (']', Some(opener)) => {
                open.pop();
                if let Some(slot) = closed_by.get_mut(opener) {
                    *slot = Some(index);
                }
            }
            (']', None) => stray = stray.or(Some(*at)),
            _ => {}
        }
    }
    if let Some(at) = stray {
        diagnostics.push(unbalanced_bracket(at, "`]` closes no `[`"));
    }
    if let Some((at, _)) = open.first().and_then(|opener| marks.get(*opener)) {
        diagnostics.push(unbalanced_bracket(*at, "`[` is not closed"));
    }
    let end = |closer: usize| marks.get(closer).map(|(at, _)| at + 1);
    let pairs = marks.iter().zip(&closed_by);
    let brackets = pairs.filter_map(|((at, _), closer)| Some((*at, end((*closer)?)?))).collect();
    let mut pipes = Vec::new();
    let mut index = 0;
    while let Some((at, mark)) = marks.get(index) {
        match (mark, closed_by.get(index).copied().flatten()) {
            ('[', Some(closer)) => index = closer,
            ('|', _) => pipes.push(*at),
            _ => {}
        }
        index += 1;
    }
    (pipes, brackets)
}

pub(crate) fn unbalanced_bracket(at: usize, message: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNBALANCED_BRACKET, Span::new(at, at + 1), message)
        .help("put a value that holds a bracket in double quotes")
}

/// Pipes and brackets outside of quotes, comments and macro calls.
fn marks(text: &str, diagnostics: &mut Findings) -> Vec<(usize, char)> {
    let mut marks = Vec::new();
    let mut rest = input::input(text, Span::new(0, text.len()));
    // A kind that was found unclosed once is unclosed to the end: looking again would cost a pass each time.
    let mut unclosed: Vec<&'static str> = Vec::new();
    while let Some(character) = rest.fragment().chars().next() {
        let at = input::offset(rest);
        let piece = match character {
            '`' if rest.fragment().starts_with("```") => {
                atom(comment, rest, "```", &mut unclosed, diagnostics).or_else(|| taken(rest, 3))
            }
            '`' => atom(macro_call, rest, "`", &mut unclosed, diagnostics),
            '"' => atom(quoted, rest, "\"", &mut unclosed, diagnostics),
            '\\' => taken(rest, 1 + rest.fragment().chars().nth(1).map_or(0, char::len_utf8)),
            '|' | '[' | ']' => {
                marks.push((at, character));
                None
            }
            _ => None,
        };
        match piece.or_else(|| taken(rest, character.len_utf8())) {
            Some(after) => rest = after,
            None => break,
        }
    }
    marks
}

fn atom<'a>(
    parser: fn(Input<'a>) -> input::Read<'a>,
    rest: Input<'a>,
    delimiter: &'static str,
    unclosed: &mut Vec<&'static str>,
    diagnostics: &mut Findings,
) -> Option<Input<'a>> {
    if unclosed.contains(&delimiter) {
        return None;
    }
    if let Ok((after, _)) = parser(rest) {
        return Some(after);
    }
    unclosed.push(delimiter);
    let at = input::offset(rest);
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

fn taken(rest: Input<'_>, bytes: usize) -> Option<Input<'_>> {
    use nom::Input as _;
    (bytes <= rest.fragment().len()).then(|| rest.take_from(bytes))
}

/// The stage under a cut that is not blank: the first word names the command unless the first stage omits it.
fn named(text: &str, cut: Span, first: bool) -> RawStage {
    let body = cut.of(text);
    let mut start = cut.start as usize + skipped_comments(body);
    let word_length = text
        .get(start..cut.end as usize)
        .and_then(|rest| rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')))
        .unwrap_or(cut.end as usize - start);
    let word = text.get(start..start + word_length).unwrap_or("");
    let after = text.get(start + word_length..cut.end as usize).unwrap_or("");
    let is_search = word.eq_ignore_ascii_case("search") && after.chars().next().is_none_or(is_space);
    if first && !is_search {
        let name = Spanned::new("search".to_owned(), Span::new(start, start));
        return RawStage { name, implied: true, arguments: cut, span: cut };
    }
    let name_span = if word.is_empty() {
        // A macro call or stray text: it names nothing, and the stage is opaque as a whole.
        let piece = input::input(text, Span::new(start, cut.end as usize));
        let length = macro_call(piece).map_or(0, |(_, call)| call.fragment().len());
        Span::new(start, start + length)
    } else {
        Span::new(start, start + word_length)
    };
    start = name_span.end as usize;
    let arguments = trimmed(text, Span::new(start, cut.end as usize));
    let name = Spanned::new(name_span.of(text).to_ascii_lowercase(), name_span);
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
