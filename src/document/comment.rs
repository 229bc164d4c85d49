//! The searches of a text, which empty lines and lines that begin with `#` divide: notes, where SPL has no such comment.
//!
//! In: the text of a block or file. Out: the searches in it, each with the notes that stand before it. Invariant: a part of
//! a search stays where it is: lines are left out only before the first word and behind the last one, and a note or an empty
//! line divides two searches only where the line behind it can go on with none. What a note inside of a search does is told
//! where the search is read (`foreign-comment`).

use crate::diagnostic::Diagnostic;
use crate::document::judge;
use crate::document::label::{self, Key};
use crate::document::{Metadata, codes, facts, heading, prose};
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
        reader.take(span, line, text.get(span.start as usize..).unwrap_or(line));
    }
    let (pieces, left_out) = reader.finished();
    if left_out.is_empty() && pieces.len() <= 1 {
        return (vec![Part { snippet: snippet.clone(), metadata: Metadata::default(), title: None }], None);
    }
    let part = |piece: &Piece| {
        let (metadata, title) = said_before(text, &piece.notes, pieces.len() == 1);
        Part { snippet: snippet.part(piece.search), metadata, title }
    };
    let finding = left_out.first().map(|first| {
        let message = match left_out.len() {
            1 => "a line that begins with `#` is left out".to_owned(),
            count => format!("{count} lines that begin with `#` are left out"),
        };
        Diagnostic::new(&codes::COMMENT_LINE, *first, message)
            .label("SPL has no `#` comment")
            .help("a comment stands between two groups of three backticks")
            .in_file(snippet)
    });
    (pieces.iter().map(part).collect(), finding)
}

/// Whether each line of a search, as `split` by line breaks gives them, begins inside of quotes or of a comment.
pub(super) fn lines_inside(text: &str) -> Vec<bool> {
    let mut state = State::default();
    let begins_inside = |line| {
        let is_inside = state.is_inside();
        state.read(line);
        is_inside
    };
    text.split('\n').map(begins_inside).collect()
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
    /// Where empty lines stand between notes, one place of no bytes for each.
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
    /// Takes a line of a text; `rest` begins with it and goes on to the end of the text.
    fn take(&mut self, span: Span, line: &str, rest: &str) {
        let text = line.trim();
        if !self.state.is_inside() && text.is_empty() {
            self.after_blank |= self.waiting.is_empty();
            if !self.waiting.is_empty() {
                self.waiting.push(Span::new(span.start as usize, span.start as usize));
            }
            return;
        }
        if !self.state.is_inside() && is_note(text) {
            let start = span.start as usize + (line.len() - line.trim_start().len());
            self.waiting.push(Span::new(start, start + text.len()));
            return;
        }
        let notes = std::mem::take(&mut self.waiting);
        match self.pieces.last_mut() {
            Some(piece) if !self.state.ends(Gap::before(&notes, self.after_blank), text, rest) => {
                piece.search = piece.search.join(span);
            }
            _ => {
                self.left_out.extend(notes.iter().filter(|note| is_line(**note)));
                self.pieces.push(Piece { search: span, notes });
                self.state = State::default();
            }
        }
        self.state.read(line);
        self.after_blank = false;
    }

    /// The searches, and the lines that are part of none.
    fn finished(mut self) -> (Vec<Piece>, Vec<Span>) {
        self.left_out.extend(self.waiting.drain(..).filter(|note| is_line(*note)));
        (self.pieces, self.left_out)
    }
}

/// Whether a place among notes is that of a note.
const fn is_line(note: Span) -> bool {
    note.start < note.end
}

/// Whether a line is a note: `#tag user=x | stats count` is a search for a tag.
fn is_note(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    !rest.starts_with(|first: char| first.is_alphanumeric()) || !rest.contains(['|', '='])
}

/// What stands between two lines that may be of two searches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Blank,
    Note,
    BlankAndNote,
}

impl Gap {
    const fn before(notes: &[Span], after_blank: bool) -> Self {
        match (notes.is_empty(), after_blank) {
            (true, false) => Self::Nothing,
            (true, true) => Self::Blank,
            (false, false) => Self::Note,
            (false, true) => Self::BlankAndNote,
        }
    }
}

/// How far a search has been read: what is still open at the end of a line.
#[derive(Default)]
struct State {
    in_quotes: bool,
    in_comment: bool,
    in_macro: bool,
    brackets: i32,
    has_pipe: bool,
    names_index: bool,
    stage: Stage,
    /// The last word or sign.
    last: String,
}

/// The stage at the end of what was read of a search.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Its command is not read yet.
    #[default]
    Unknown,
    /// More conditions may follow.
    Conditions,
    /// No condition may follow.
    Other,
}

/// Commands whose last arguments are conditions like those of a search, up to the word `by`.
const TAKES_CONDITIONS: &[&str] = &["search", "metasearch", "tstats", "mstats"];

/// Words and signs behind which a search goes on.
const OPEN_ENDS: &[&str] =
    &["or", "and", "not", "by", "as", "where", "search", "from", "in", "over", "=", "|", ",", "(", "["];

impl State {
    const fn is_inside(&self) -> bool {
        self.in_quotes || self.in_comment
    }

    fn read(&mut self, line: &str) {
        let mut outside = String::new();
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
                '`' if length == 1 => self.in_macro = !self.in_macro,
                '(' | '[' => self.brackets = self.brackets.saturating_add(1),
                ')' | ']' => self.brackets = self.brackets.saturating_sub(1),
                '|' if self.brackets <= 0 => outside.push(first),
                _ => {}
            }
            let is_word = !self.in_comment && !self.in_quotes && !"|()[]`".contains(first);
            outside.push(if is_word { first } else { ' ' });
            self.has_pipe |= first == '|' && !self.is_inside();
            rest = rest.get(length..).unwrap_or("");
        }
        self.read_words(&outside);
        let last = line.split_whitespace().next_back().unwrap_or(&self.last).to_lowercase();
        self.last = last;
    }

    /// Reads the words of a line outside of quotes and comments, and the pipes outside of brackets.
    fn read_words(&mut self, line: &str) {
        for (at, stage) in line.split('|').enumerate() {
            if at > 0 {
                self.stage = Stage::Unknown;
            }
            for word in stage.split_whitespace() {
                let is = |name: &&str| word.eq_ignore_ascii_case(name);
                self.names_index |=
                    is(&"index") || word.get(..6).is_some_and(|it| it.eq_ignore_ascii_case("index="));
                self.stage = match self.stage {
                    Stage::Unknown if TAKES_CONDITIONS.iter().any(is) => Stage::Conditions,
                    Stage::Conditions if !is(&"by") => Stage::Conditions,
                    _ => Stage::Other,
                };
            }
        }
    }

    /// Whether the search that was read cannot go on with the line behind a gap, with which `rest` of the text begins.
    fn ends(&self, gap: Gap, line: &str, rest: &str) -> bool {
        let is_open = self.brackets > 0
            || self.in_macro
            || OPEN_ENDS.contains(&self.last.as_str())
            || self.last.ends_with(['=', '|', ',', '(', '[']);
        match gap {
            Gap::Nothing => false,
            _ if is_open => false,
            Gap::Blank => self.ends_before(judge::without_comments(rest)),
            Gap::Note => self.ends_before_note(line, rest, false),
            Gap::BlankAndNote => self.ends_before_note(line, rest, true),
        }
    }

    /// Behind a note.
    fn ends_before_note(&self, line: &str, rest: &str, after_blank: bool) -> bool {
        let is_macro = line.starts_with('`') && !line.starts_with("```");
        // The conditions of one search stand on several lines, but it seldom says its index on a later one.
        let may_end = self.has_pipe || after_blank;
        judge::names_index(line)
            || judge::begins_with_generating_command(rest)
            || (may_end && (is_macro || judge::names_scope(line)))
            || (after_blank && judge::compares_field(line))
    }

    /// Behind an empty line, which people also leave between the conditions of one search.
    fn ends_before(&self, rest: &str) -> bool {
        let line = rest.lines().next().unwrap_or("").trim();
        let is_complete = self.has_pipe && self.stage != Stage::Conditions;
        let begins_with_index = judge::begins_search(&["index"], line);
        judge::begins_with_generating_command(rest)
            || (begins_with_index && (self.has_pipe || self.names_index))
            || (is_complete
                && (judge::begins_search(judge::SCOPE, line) || judge::begins_with_macro_and_more(line)))
    }
}

/// The text of a note, without the marks and the lines that are drawn round it.
fn note(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || "#=*~_-".contains(character))
}

/// What the notes before a search say. Of several searches in a text, notes that an empty line parts from those right above are
/// rather the head of the text: they say nothing of title and purpose where these do.
fn said_before(text: &str, notes: &[Span], is_only: bool) -> (Metadata, Option<String>) {
    let mut groups = notes.rsplit(|note| !is_line(*note)).filter(|group| !group.is_empty());
    let right_above = groups.next().filter(|_| !is_only && groups.next().is_some());
    let (own, title) = right_above.map(|group| said(text, group)).unwrap_or_default();
    let all: Vec<Span> = notes.iter().copied().filter(|note| is_line(*note)).collect();
    let (said, title_of_all) = said(text, &all);
    if own.title.is_empty() && title.is_none() {
        return (said, title_of_all);
    }
    let head = Metadata { title: String::new(), description: None, ..said };
    (facts::inherited(own, &head), title)
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
        let named = line.split_once(": ").filter(|(name, _)| heading::names_query(name));
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
    fn the_head_of_a_text_is_no_title_of_its_first_search() {
        let text = "# =====\n# Dashboard of logons\n# Author: ann\n# =====\n\n# PANEL 1 - Overview\n# All of them\n\n\
            index=a | head\n\n# PANEL 2 - Odd\nindex=b\n\n# end\n";
        let (parts, finding) = parts(&Snippet::whole(text));
        let titles: Vec<_> = parts.iter().map(|part| part.title.as_deref()).collect();
        assert_eq!(titles, [Some("PANEL 1 - Overview"), Some("PANEL 2 - Odd")]);
        assert_eq!(parts[0].metadata.author.as_deref(), Some("ann"));
        assert_eq!(parts[0].metadata.description.as_deref(), Some("All of them"));
        assert_eq!(finding.unwrap().message, "8 lines that begin with `#` are left out");
        assert_eq!(read("# Logons\n\n# of root\nindex=a")[0].1.as_deref(), Some("Logons"));
        assert_eq!(read("# Logons\n\n# ===\nindex=a\n\n# B\nindex=b")[0].1.as_deref(), Some("Logons"));
    }

    #[test]
    fn an_empty_line_divides_searches_where_another_one_surely_begins() {
        for (first, second) in [
            ("index=fw action=blocked dest_port=22", "index=fw action=blocked src_ip=10.*"),
            ("index=a | table src_ip, dest_ip", "index=fw\n| head"),
            ("index=a | stats count", "| tstats count where index=b"),
            ("index=a", "| inputlookup x.csv"),
            ("index=a | head", "search index=b"),
            ("index=a | head", "```other``` index=b"),
            ("index=a | head", "sourcetype=b"),
            ("index=a | head", "(source=b OR source=c)"),
            ("index=a | head", "`web(1)` | head"),
            ("index=a | head", "`web` status=404"),
            ("index=a | search x=1", "index=b"),
            ("| tstats count where index=a by host", "sourcetype=b"),
            ("(index=a OR index=b) x=\"y", "z\" | head\n\n\nINDEX = c"),
        ] {
            let text = format!("{first}\n\n{second}");
            let (first, second) =
                if first.ends_with("\"y") { text.rsplit_once("\n\n\n").unwrap() } else { (first, second) };
            assert_eq!(searches(&text), [first, second]);
        }
        let (parts, finding) = parts(&Snippet::whole("index=a\n\nindex=b\n\n# note\nindex=c\n"));
        assert_eq!(
            (parts.len(), finding.unwrap().message.as_str()),
            (3, "a line that begins with `#` is left out")
        );
    }

    #[test]
    fn an_empty_line_inside_of_a_search_stays_in_it() {
        for text in [
            "index=a\n\nsourcetype=b\n\n| stats count",
            "index=a | search x=1\n\ny=2",
            "index=a | search x=1\n\nhost=b",
            "index=a | ```b``` search x=1\n\nhost=b",
            "index=a | search x=1\n\n`web` z=1",
            "index=a OR\n\nindex=b",
            "index=a\n\nOR index=b",
            "index=*\n\nNOT index=b",
            "index=*\n\nindex!=b",
            "sourcetype=a\n\nindex=b",
            "index=a [\n\nsearch index=b\n\n| head\n\n]\n\n| head",
            "index=a | append [\n\n| tstats count]",
            "(index=a\n\nindex=b)",
            "index=a `m(x,\n\nindex=b)`",
            "index=a x=\"\n\nindex=b\"",
            "index=a ```\n\nindex=b\n```",
            "| tstats prestats=t count\n\n| tstats prestats=t\nappend=t count",
            "| tstats count where index=a\n\nsourcetype=b\n\nby host",
            "index=a | eval x=1,\n\nsource=2",
            "index=a | stats count\n\n`ctime(x)`",
            "index=a\n\n| stats count\n\n| search index=b",
            "index=a | lookup b c OUTPUT\n\nd",
        ] {
            assert_eq!(searches(text), [text]);
        }
    }

    #[test]
    fn many_lines_that_may_begin_a_search_stay_cheap() {
        for line in ["source=b\n\n", "`m` x\n\n", "```a``` source=b\n\n", "|tstats append=t\n\n", "```\n\n"] {
            assert_eq!(searches(&format!("| tstats count where\n{}", line.repeat(30_000))).len(), 1);
        }
    }

    #[test]
    fn notes_alone_are_no_search() {
        let (parts, finding) = parts(&Snippet::whole("# nothing\n#\n"));
        assert!(parts.is_empty() && finding.is_some());
    }
}
