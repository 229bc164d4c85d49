//! Findings for people: the place in its line, what is wrong there, what to do, and the fix as a diff.
//!
//! In: a report. Out: text in the manner of rustc, drawn by `annotate-snippets`, and a line that counts.
//! Invariant: a finding takes at most a screen or two, whatever the document holds, and nothing of a document
//! reaches the terminal that could act on it. The renderer is handed excerpts, never a whole file.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::{File, Format, Report, display, visible};
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
use crate::source::Span;

mod excerpt;

use excerpt::{Excerpt, windows};

/// Text without colours.
#[derive(Clone, Copy, Debug)]
pub struct Text;

/// The same text with ANSI colours, for a terminal; not in [`super::ALL`], where it would be a second `text`.
#[derive(Clone, Copy, Debug)]
pub struct Styled;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn summary(&self) -> &'static str {
        "findings with their lines, for people"
    }

    fn render(&self, report: &Report) -> String {
        render(report, &Renderer::plain())
    }
}

impl Format for Styled {
    fn name(&self) -> &'static str {
        Text.name()
    }

    fn summary(&self) -> &'static str {
        Text.summary()
    }

    fn render(&self, report: &Report) -> String {
        render(report, &Renderer::styled())
    }
}

/// A message that quotes a document is cut after this many characters.
const MAX_MESSAGE: usize = 1000;
/// Places of one finding that are shown; how labels are stacked costs the square of their number.
const MAX_PLACES: usize = 8;
/// A label over more lines marks only its first line and names its last.
const MAX_LINES: usize = 30;
/// A fix that writes more is named, not shown.
const MAX_FIX: usize = 2000;

/// Stands behind a place, where the renderer adds the line and the column in the excerpt. It is no character
/// (Unicode, "Noncharacters"), and [`visible`] keeps that of a document out.
const END_OF_PLACE: char = '\u{FFFE}';

fn render(report: &Report, renderer: &Renderer) -> String {
    let renderer = renderer.clone().decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for finding in report.findings {
        text += &without_columns_of_excerpts(&renderer.render(&groups(report, finding)));
        text += "\n\n";
    }
    if !report.findings.is_empty() {
        text += &summary(report);
    }
    text
}

/// Drops what the renderer added: in a line that was cut, its column is not the column in the file.
fn without_columns_of_excerpts(rendered: &str) -> String {
    let mut parts = rendered.split(END_OF_PLACE);
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()))
}

/// `2 errors, 1 warning in 4 files`.
fn summary(report: &Report) -> String {
    let counted = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let counts: Vec<_> = severities
        .into_iter()
        .filter_map(|severity| counted(report.count(severity), severity.word()))
        .collect();
    let files = counted(report.checked, "file").map_or_else(String::new, |files| format!(" in {files}"));
    counts.join(", ") + &files + "\n"
}

/// The finding, and its fix where that is shown as a diff.
fn groups<'a>(report: &Report, finding: &Diagnostic) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let mut group = Group::with_title(level.primary_title(line(&finding.message)).id(finding.code.id));
    let path = finding.path.as_deref();
    let file = path.and_then(|path| report.sources.file(path));
    let path = path.map(|path| line(&display(path)));
    match (&path, file, &finding.primary) {
        (Some(path), Some(file), Some(primary)) => {
            group = with_places(group, path, file, primary, &finding.secondary);
        }
        (Some(path), ..) => group = group.element(Origin::path(path.clone())),
        (None, ..) => {}
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(cut(help)));
    }
    let Some(fix) = &finding.fix else { return vec![group] };
    let title = line(&fix.title) + if fix.safe { "" } else { " (other events may match)" };
    match file.and_then(|file| diff(file, fix)) {
        Some(patches) => vec![group, Level::HELP.secondary_title(title).elements(patches)],
        None => vec![group.element(Level::HELP.message(title))],
    }
}

/// The excerpts that show the places, the main one first.
fn with_places<'a>(
    mut group: Group<'a>,
    path: &str,
    file: &File,
    primary: &Label,
    secondary: &[Label],
) -> Group<'a> {
    let labels = std::iter::once(primary).chain(secondary).take(MAX_PLACES);
    let (spans, texts): (Vec<_>, Vec<_>) = labels.map(|label| shown(file, label)).unzip();
    for window in windows(file, &spans) {
        let in_window: Vec<_> = window.spans.iter().filter_map(|at| spans.get(*at).copied()).collect();
        let excerpt = Excerpt::new(file, window.lines, &in_window);
        let place = file.position(in_window.first().map_or(0, |span| span.start));
        let place = format!("{path}:{}:{}{END_OF_PLACE}", place.line, place.column);
        let annotations = window.spans.iter().filter_map(|at| {
            let kind = if *at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text = texts.get(*at).filter(|text| !text.is_empty());
            Some(kind.span(excerpt.range(*spans.get(*at)?)).label(text.cloned()))
        });
        let snippet = Snippet::source(excerpt.text().to_owned()).line_start(excerpt.first_line());
        group = group.element(snippet.path(place).annotations(annotations));
    }
    let more = secondary.len().saturating_sub(MAX_PLACES - 1);
    if more > 0 { group.element(Level::NOTE.message(format!("{more} more places"))) } else { group }
}

/// What to mark for a label, and what to write there.
fn shown(file: &File, label: &Label) -> (Span, String) {
    let text = line(&label.text);
    let covered = label.span.of(&file.text);
    let covered = covered.strip_suffix('\n').map_or(covered, |rest| rest.strip_suffix('\r').unwrap_or(rest));
    let end = if covered.is_empty() { label.span.end } else { label.span.start + length(covered) };
    let span = Span { start: label.span.start, end };
    let (first, last) = (file.position(span.start).line, file.position(span.end).line);
    if last - first < MAX_LINES {
        return (span, text);
    }
    let end = file.lines.line(&file.text, first).map_or(span.start, |line| line.end.max(span.start));
    let text = format!("{text} (to line {last})").trim_start().to_owned();
    (Span { start: span.start, end }, text)
}

/// Snippets that show a fix as a diff, if it is one that a screen can show.
fn diff<'a>(file: &File, fix: &Fix) -> Option<Vec<Snippet<'a, Patch<'a>>>> {
    let written: usize = fix.edits.iter().map(|edit| edit.text.len()).sum();
    let spans: Vec<_> = fix.edits.iter().map(|edit| edit.span).collect();
    let apart = spans.windows(2).all(|pair| matches!(pair, [a, b] if a.end <= b.start));
    let lines = |span: &Span| file.position(span.end).line - file.position(span.start).line;
    let in_file = spans.iter().all(|span| file.text.get(span.range()).is_some());
    let small = written <= MAX_FIX && spans.iter().all(|span| lines(span) < MAX_LINES);
    if spans.is_empty() || spans.len() > MAX_PLACES || !(in_file && apart && small) {
        return None;
    }
    let snippets = windows(file, &spans).into_iter().map(|window| {
        let edits: Vec<_> = window.spans.iter().filter_map(|at| fix.edits.get(*at)).collect();
        let spans: Vec<_> = edits.iter().map(|edit| edit.span).collect();
        let excerpt = Excerpt::new(file, window.lines, &spans);
        let patch = |edit: &Edit| Patch::new(excerpt.range(edit.span), visible(&edit.text).into_owned());
        let snippet = Snippet::source(excerpt.text().to_owned()).line_start(excerpt.first_line());
        snippet.patches(edits.into_iter().map(patch))
    });
    Some(snippets.collect())
}

/// Text that is safe to print and not too long.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => visible(text.get(..end).unwrap_or("")).into_owned() + "…",
        None => visible(text).into_owned(),
    }
}

/// The same on one line: a second line of a title could pose as another finding.
fn line(text: &str) -> String {
    cut(text).replace('\n', "␊").replace('\t', " ")
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bad, fix, odd, render, render_with, said};
    use super::*;
    use crate::report::Sources;

    /// A hundred lines; each of the first ninety is nine bytes long.
    fn hundred() -> String {
        (10..110).fold(String::new(), |text, number| text + "field=" + &number.to_string() + "\n")
    }

    #[test]
    fn places_help_and_a_fix() {
        let finding = bad((17, 21), "`root` is bad")
            .label("this one")
            .also(Span::new(25, 28), "because of that")
            .help("read on\nand on")
            .fix(fix("write `admin`", &[((17, 21), "admin")]));
        assert_eq!(
            render(&Text, "index=main\nuser=\"root\" é=2 NOT x=1", vec![finding, odd((0, 5), "odd")]),
            r#"error[bad-thing]: `root` is bad
 --> dir/a.spl:2:7
  |
2 | user="root" é=2 NOT x=1
  |       ^^^^   --- because of that
  |       |
  |       this one
  |
  = help: read on
          and on
help: write `admin`
  |
2 - user="root" é=2 NOT x=1
2 + user="admin" é=2 NOT x=1
  |

warning[odd-thing]: odd
 --> dir/a.spl:1:1
  |
1 | index=main
  | ^^^^^

1 error, 1 warning in 1 file
"#
        );
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(render(&Text, "a=1", vec![]), "");
    }

    #[test]
    fn findings_without_place_or_text() {
        let mut sources = Sources::default();
        sources.add("b.spl", "");
        sources.add("c.spl", "");
        let unread = odd((3, 4), "unread").at("d.spl".as_ref());
        assert_eq!(
            render_with(&Text, &sources, vec![said("of a file").help("look"), unread, said("also")]),
            "note[said-thing]: of a file\n--> dir/a.spl\n = help: look\n\n\
             warning[odd-thing]: unread\n--> d.spl\n\n\
             note[said-thing]: also\n--> dir/a.spl\n\n\
             1 warning, 2 notes in 2 files\n"
        );
        let findings = [said("of the run")];
        let report = Report { findings: &findings, sources: &sources, codes: &[], checked: 0 };
        assert_eq!(Text.render(&report), "note[said-thing]: of the run\n\n1 note\n");
    }

    #[test]
    fn the_end_of_a_file_and_an_empty_file() {
        let finding = odd((0, 0), "empty").label("here").fix(fix("write", &[((0, 0), "a=1\n")]));
        assert_eq!(
            render(&Text, "", vec![finding]),
            "warning[odd-thing]: empty\n --> dir/a.spl:1:1\n  |\n1 |\n  | ^ here\n  |\nhelp: write\n  |\n1 + a=1\n  |\n\n\
             1 warning in 1 file\n"
        );
        let at_end = "warning[odd-thing]: end\n --> dir/a.spl:2:1\n  |\n2 |\n  | ^\n\n1 warning in 1 file\n";
        assert_eq!(render(&Text, "a=1\n", vec![odd((4, 4), "end")]), at_end);
        assert_eq!(render(&Text, "a=1\n", vec![odd((70, 90), "end")]), at_end);
    }

    #[test]
    fn a_newline_at_the_end_of_a_span_is_not_another_line() {
        assert_eq!(
            render(&Text, "a=1\r\nb=2\r\n", vec![odd((0, 5), "first")]),
            "warning[odd-thing]: first\n --> dir/a.spl:1:1\n  |\n1 | a=1\n  | ^^^\n\n1 warning in 1 file\n"
        );
    }

    #[test]
    fn places_far_apart_are_shown_apart_and_only_their_lines() {
        let finding =
            odd((90, 95), "far").label("one").also(Span::new(810, 815), "two").also(Span::new(0, 5), "");
        assert_eq!(
            render(&Text, &hundred(), vec![finding]),
            "warning[odd-thing]: far
  --> dir/a.spl:11:1
   |
 1 | field=10
   | -----
...
11 | field=20
   | ^^^^^ one
   |
  ::: dir/a.spl:91:1
   |
91 | field=100
   | ----- two

1 warning in 1 file
"
        );
    }

    #[test]
    fn a_span_over_several_lines() {
        assert_eq!(
            render(&Text, &hundred(), vec![odd((0, 14), "wide").label("here")]),
            "warning[odd-thing]: wide\n --> dir/a.spl:1:1\n  |\n1 | / field=10\n2 | | field=11\n  | |_____^ here\n\n\
             1 warning in 1 file\n"
        );
        assert_eq!(
            render(&Text, &hundred(), vec![odd((6, 400), "wider").label("here")]),
            "warning[odd-thing]: wider\n --> dir/a.spl:1:7\n  |\n1 | field=10\n  |       ^^ here (to line 45)\n\n\
             1 warning in 1 file\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_but_not_its_column() {
        let text = format!("{}needle{}", "é".repeat(3000), "x".repeat(3000));
        let finding = odd((6000, 6006), "long").label("here").fix(fix("drop it", &[((6000, 6006), "")]));
        let (before, after) = ("é".repeat(30), "x".repeat(60));
        let blank = " ".repeat(31);
        assert_eq!(
            render(&Text, &text, vec![finding]),
            format!(
                "warning[odd-thing]: long\n --> dir/a.spl:1:3001\n  |\n\
                 1 | …{before}needle{after}…\n  | {blank}^^^^^^ here\n  |\n\
                 help: drop it\n  |\n\
                 1 - …{before}needle{after}…\n1 + …{before}{after}…\n  |\n\n1 warning in 1 file\n"
            )
        );
    }

    #[test]
    fn what_acts_on_a_terminal_is_made_visible() {
        let finding = odd((10, 14), "x\x1b[0m\n error: y")
            .label("l\n\x1b")
            .help("h\u{9b}")
            .fix(fix("f\x1b", &[((14, 14), "\x1b")]));
        assert_eq!(
            render(&Text, "a\tb\x1b[31m\u{9b}\u{1f600}c", vec![finding]),
            "warning[odd-thing]: x␛[0m␊ error: y
 --> dir/a.spl:1:10
  |
1 | a    b␛[31m\u{fffd}\u{1f600}c
  |             ^^ l␊␛
  |
  = help: h\u{fffd}
help: f␛
  |
1 | a    b␛[31m\u{fffd}\u{1f600}␛c
  |               +

1 warning in 1 file
"
        );
    }

    #[test]
    fn a_path_or_a_message_cannot_pose_as_a_place() {
        let finding = said("m\u{fffe}:7:7").at("a\u{fffe}:9\x1b.spl".as_ref());
        let rendered = render_with(&Text, &Sources::default(), vec![finding]);
        assert_eq!(rendered, "note[said-thing]: m\u{fffd}:7:7\n--> a\u{fffd}:9␛.spl\n\n1 note\n");
    }

    #[test]
    fn more_places_than_fit_are_counted() {
        let finding = (0..12).fold(odd((0, 1), "many"), |finding, _| finding.also(Span::new(2, 3), ""));
        let rendered = render(&Text, "a b", vec![finding]);
        assert!(rendered.contains("  = note: 5 more places\n"), "{rendered}");
    }

    #[test]
    fn long_messages_are_cut() {
        let rendered = render(&Text, "", vec![said(&"é".repeat(5000))]);
        assert!(rendered.starts_with(&format!("note[said-thing]: {}…\n", "é".repeat(MAX_MESSAGE))));
    }

    #[test]
    fn a_fix_that_no_screen_shows_is_named() {
        let mut fix = fix("rewrite it", &[((0, 1), &"x".repeat(MAX_FIX + 1))]);
        fix.safe = false;
        assert_eq!(
            render(&Text, "a", vec![odd((0, 1), "odd").fix(fix)]),
            "warning[odd-thing]: odd\n --> dir/a.spl:1:1\n  |\n1 | a\n  | ^\n  |\n  \
             = help: rewrite it (other events may match)\n\n1 warning in 1 file\n"
        );
    }

    #[test]
    fn colours_change_nothing_else() {
        let finding = || vec![odd((0, 1), "odd").label("here").help("look")];
        let styled = render(&Styled, "a", finding());
        assert!(styled.contains("\x1b[1m"), "{styled:?}");
        let mut plain = String::new();
        for (at, part) in styled.split("\x1b[").enumerate() {
            plain += if at == 0 { part } else { part.split_once('m').unwrap().1 };
        }
        assert_eq!(plain, render(&Text, "a", finding()));
    }
}
