//! Lines that begin with `#` round the searches of a text: notes, where SPL has no such comment.
//!
//! In: the text of a block or file. Out: the searches in it, each with the notes that stand before it. Invariant: a part of
//! a search stays where it is: lines are left out only before the first word and behind the last one, and a note divides two
//! searches only where the line behind it can go on with none. What a note inside of a search does is told where the search
//! is read (`foreign-comment`).

use crate::diagnostic::Diagnostic;
use crate::document::judge;
use crate::document::label::{self, Key};
use crate::document::{Metadata, codes, prose, section};
use crate::source::{Snippet, Span};

/// A search, and what the notes before it say.
pub(super) struct Part {
    pub(super) snippet: Snippet,
    /// What labels say, and the other notes as a description.
    pub(super) metadata: Metadata,
    /// The first note that is no label.
    pub(super) title: Option<String>,
}

/// The searches of a text and, where lines are left out, a finding that says so.
pub(super) fn parts(snippet: &Snippet) -> (Vec<Part>, Option<Diagnostic>) {
    let text = snippet.text();
    let mut reader = Reader::default();
    for (span, line) in lines(text) {
        reader.take(span, line);
    }
    let (pieces, left_out) = reader.finished();
    let Some(first) = left_out.first() else {
        return (vec![Part { snippet: snippet.clone(), metadata: Metadata::default(), title: None }], None);
    };
    let part = |piece: &Piece| {
        let (metadata, title) = said(text, &piece.notes);
        Part { snippet: snippet.part(piece.search), metadata, title }
    };
    let message = match left_out.len() {
        1 => "a line that begins with `#` is left out".to_owned(),
        count => format!("{count} lines that begin with `#` are left out"),
    };
    let finding = Diagnostic::new(&codes::COMMENT_LINE, *first, message)
        .label("SPL has no `#` comment")
        .help("a comment stands between two groups of three backticks")
        .in_file(snippet);
    (pieces.iter().map(part).collect(), Some(finding))
}

/// The lines of a text with their places, line breaks included.
fn lines(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let span = Span::new(at, at + line.len());
        at += line.len();
        (span, line)
    })
}

/// A search and the notes before it, as places.
#[derive(Default)]
struct Piece {
    search: Span,
    notes: Vec<Span>,
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// Notes since the last line of a search.
    waiting: Vec<Span>,
    left_out: Vec<Span>,
    state: State,
    /// Whether an empty line stands before the notes that wait.
    after_blank: bool,
}

impl Reader {
    fn take(&mut self, span: Span, line: &str) {
        let text = line.trim();
        if !self.state.is_inside() && text.is_empty() {
            self.after_blank |= self.waiting.is_empty();
            return;
        }
        if !self.state.is_inside() && is_note(text) {
            let start = span.start as usize + (line.len() - line.trim_start().len());
            self.waiting.push(Span::new(start, start + text.len()));
            return;
        }
        let notes = std::mem::take(&mut self.waiting);
        match self.pieces.last_mut() {
            Some(piece) if notes.is_empty() || !self.state.ends_before(text, self.after_blank) => {
                piece.search = piece.search.join(span);
            }
            _ => {
                self.left_out.extend(&notes);
                self.pieces.push(Piece { search: span, notes });
                self.state = State::default();
            }
        }
        self.state.read(line);
        self.after_blank = false;
    }

    /// The searches, and the lines that are part of none.
    fn finished(mut self) -> (Vec<Piece>, Vec<Span>) {
        self.left_out.append(&mut self.waiting);
        (self.pieces, self.left_out)
    }
}

/// Whether a line is a note: `#tag user=x | stats count` is a search for a tag.
fn is_note(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    !rest.starts_with(|first: char| first.is_alphanumeric()) || !rest.contains(['|', '='])
}

/// How far a search has been read: what is still open at the end of a line.
#[derive(Default)]
struct State {
    in_quotes: bool,
    in_comment: bool,
    brackets: i32,
    has_pipe: bool,
    /// The last word or sign.
    last: String,
}

/// Words and signs behind which a search goes on.
const OPEN_ENDS: &[&str] =
    &["or", "and", "not", "by", "as", "where", "search", "from", "in", "over", "=", "|", ",", "(", "["];

impl State {
    const fn is_inside(&self) -> bool {
        self.in_quotes || self.in_comment
    }

    fn read(&mut self, line: &str) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '`' if rest.starts_with("```") && !self.in_quotes => {
                    self.in_comment = !self.in_comment;
                    3
                }
                '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
                _ => first.len_utf8(),
            };
            match first {
                _ if self.in_comment => {}
                '"' => self.in_quotes = !self.in_quotes,
                _ if self.in_quotes => {}
                '(' | '[' => self.brackets = self.brackets.saturating_add(1),
                ')' | ']' => self.brackets = self.brackets.saturating_sub(1),
                '|' => self.has_pipe = true,
                _ => {}
            }
            rest = rest.get(length..).unwrap_or("");
        }
        let last = line.split_whitespace().next_back().unwrap_or(&self.last).to_lowercase();
        self.last = last;
    }

    /// Whether the search that was read cannot go on with this line, which stands behind a note.
    fn ends_before(&self, line: &str, after_blank: bool) -> bool {
        let is_open = self.brackets > 0
            || OPEN_ENDS.contains(&self.last.as_str())
            || self.last.ends_with(['=', '|', ',', '(', '[']);
        let is_macro = line.starts_with('`') && !line.starts_with("```");
        // The conditions of one search stand on several lines, but it seldom says its index on a later one.
        let may_end = self.has_pipe || after_blank;
        !is_open
            && (judge::names_index(line)
                || judge::begins_with_generating_command(line)
                || (may_end && (is_macro || judge::names_scope(line)))
                || (after_blank && judge::compares_field(line)))
    }
}

/// The text of a note, without the marks and the lines that are drawn round it.
fn note(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || "#=*~_-".contains(character))
}

/// What notes say by labels, with the others as a description; and the first that is no label. A label with nothing behind
/// it has the notes below it as its value, up to an empty one.
fn said(text: &str, notes: &[Span]) -> (Metadata, Option<String>) {
    let mut metadata = Metadata::default();
    let mut free = Vec::new();
    let mut open: Option<(Key, String)> = None;
    for line in notes.iter().map(|span| note(span.of(text))).chain([""]) {
        let labels = label::labels(line);
        if labels.is_empty() && !line.is_empty() && !line.ends_with(':') {
            match &mut open {
                Some((_, value)) => value.extend([line, " "]),
                None => free.push(line),
            }
            continue;
        }
        let closed = open.take().into_iter();
        open = labels.last().filter(|(_, value)| value.is_empty()).cloned();
        closed.chain(labels).for_each(|(key, value)| label::add(&mut metadata, key, &value));
    }
    let titles = usize::from(metadata.title.is_empty());
    let title = free.first().filter(|_| titles == 1).map(|line| {
        let named = line.split_once(": ").filter(|(name, _)| section::names_query(name));
        prose::title(named.map_or(*line, |(_, title)| title))
    });
    let rest = free.get(titles..).unwrap_or(&[]).join(" ");
    if !rest.is_empty() {
        label::add(&mut metadata, Key::Description, &rest);
    }
    (metadata, title.filter(|title| !title.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Option<String>)> {
        let (parts, _) = parts(&Snippet::whole(text));
        parts.into_iter().map(|part| (part.snippet.text().trim_end().to_owned(), part.title)).collect()
    }

    fn searches(text: &str) -> Vec<String> {
        read(text).into_iter().map(|(search, _)| search).collect()
    }

    #[test]
    fn notes_round_a_search_are_no_part_of_it() {
        let text =
            "# =====\n# Failed logons\n# Author: ann\n# =====\n\nindex=a b=1\n| stats count\n\n# end\n";
        let (parts, finding) = parts(&Snippet::whole(text));
        let [part] = parts.as_slice() else { panic!("{} parts", parts.len()) };
        assert_eq!(part.snippet.text(), "index=a b=1\n| stats count\n");
        assert_eq!(part.snippet.to_file(Span::new(0, 7)).of(text), "index=a");
        assert_eq!(part.title.as_deref(), Some("Failed logons"));
        assert_eq!(part.metadata.author.as_deref(), Some("ann"));
        assert_eq!(finding.unwrap().message, "5 lines that begin with `#` are left out");
    }

    #[test]
    fn a_note_divides_searches_where_a_new_one_begins() {
        let text = "# One\nindex=a\n| head\n# Two\nindex=b\n# Three\n| tstats count\n\n# Four\n`web` x=1\n\n# Five\nx=2 | head";
        assert_eq!(
            searches(text),
            ["index=a\n| head", "index=b", "| tstats count", "`web` x=1", "x=2 | head"]
        );
        let titles: Vec<_> = read(text).into_iter().filter_map(|(_, title)| title).collect();
        assert_eq!(titles, ["One", "Two", "Three", "Four", "Five"]);
    }

    #[test]
    fn a_note_inside_of_a_search_stays_in_it() {
        for text in [
            "index=a\n# by host\n| stats count by host",
            "index=a OR\n# or\nindex=b",
            "index=a [\n# sub\nindex=b]",
            "index=a x=\"\n# no note\nindex=b\"",
            "index=a ```\n# no note\nindex=b\n```",
            "index=a\n# narrower\nuser=root",
            "index=a\n# only the web\nsourcetype=web user=root\n| table x",
            "| tstats count from datamodel=Web where\n# note\nindex=a by host",
            "index=a x=1\n| search\n# n\nhost=b",
            "#tag user=root | head",
        ] {
            assert_eq!(searches(text), [text]);
        }
    }

    #[test]
    fn a_label_has_its_value_in_the_notes_below_it() {
        let text =
            "# SPL Query: Odd logons\n#\n# PURPOSE:\n#   Finds logons\n#   at night.\n#\n# More\nindex=a\n";
        let (parts, _) = parts(&Snippet::whole(text));
        assert_eq!(parts[0].title.as_deref(), Some("Odd logons"));
        assert_eq!(parts[0].metadata.description.as_deref(), Some("Finds logons at night."));
    }

    #[test]
    fn notes_alone_are_no_search() {
        let (parts, finding) = parts(&Snippet::whole("# nothing\n#\n"));
        assert!(parts.is_empty() && finding.is_some());
    }
}
