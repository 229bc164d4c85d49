//! Fixes in documents of every format, and what they do to the events that match.
//!
//! In: searches as each format writes them, and edits. Out: a verdict. Invariant: after an edit the document holds the
//! search with that edit and is the same elsewhere, byte for byte; after a safe fix the same events match.

use std::path::Path;

use proptest::prelude::*;
use splc::backend::compile::{Settings, understand};
use splc::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use splc::document::{Document, format_of};
use splc::event::Event;
use splc::lint::{self, check_text, fix};
use splc::source::Span;
use splc::target::Targets;
use splc::{command, evaluate, optimise, verify};

static CODE: Code = Code::new("test", Severity::Warning, "a test", "It tests.");

fn read(name: &str, text: &str) -> Document {
    let path = Path::new(name);
    Document::read(path, text.to_owned(), format_of(path).unwrap())
}

/// The document after all its fixes.
fn fixed(name: &str, text: &str) -> String {
    let document = read(name, text);
    let of_query = |analytic: &splc::document::Analytic| {
        let findings = check_text(analytic.snippet.text()).into_iter();
        findings.map(|finding| finding.in_file(&analytic.snippet)).collect::<Vec<_>>()
    };
    let findings: Vec<Diagnostic> = document.analytics.iter().flat_map(of_query).collect();
    fix::in_document(&document, &findings, false).map_or_else(|| text.to_owned(), |(after, _)| after.text)
}

#[test]
fn a_fix_changes_its_own_bytes_alone() {
    // What the fix adds is marked.
    let documents = [
        ("a.spl", "index=web ```é``` «a=1 OR a=2»\r\n| stats  count\r\n"),
        ("a.md", "# é\n\n- item\n\n  ```spl\n  index=web\n    «a=1 OR\n  a=2»  \n  ```\n<!-- x -->\n"),
        ("a.md", "> ```spl\r\n> index=web «a=1 OR a=2»\r\n> ```\r\n"),
        ("a.yml", "# x\nsearch:   index=web «a=1 OR a=2»   # why\nname: 'é'\n"),
        ("a.yml", "{name: é, search: 'index=web «a=\"x y\" OR a=''2''»', b: [1]}\n"),
        ("a.yml", "search: \"index=web «a=\\\"x\\\" \\\n  OR a=\\u00e9»\"\n"),
        ("a.yml", "search: |-\n    index=web\n     «a=1 OR a=2»\n\n# x\n"),
        ("a.yml", "search: >\n  index=web\n  «a=1 OR\n  a=2»\n  b=1\nname: x\n"),
        (
            "savedsearches.conf",
            "# x\n[a]\nsearch = index=web \\\n  «a=1 OR a=2» \\\n| head\ncron_schedule = x\n",
        ),
        ("a.json", "[{\"name\": \"n\", \"search\": \"index=web\\n«a=\\\"\\u00e9\\\" OR a=2»\"} ]"),
        ("a.ndjson", "{\"name\": \"n\", \"search\": \"index=web «a=1 OR a=2»\"}\n{\"name\": 1}\n"),
    ];
    for (name, marked) in documents {
        let (before, wanted) = (marked.replace(['«', '»'], ""), marked.replace('«', "(").replace('»', ")"));
        assert_eq!(fixed(name, &before), wanted, "{name}: {before}");
    }
}

#[test]
fn what_a_format_cannot_hold_is_left_out() {
    let document = read("a.yml", "search: index=a b=x #comment\n");
    let edit = |start, end, text: &str| {
        let edits = vec![Edit { span: Span::new(start, end), text: text.to_owned() }];
        let fix = Fix { title: String::new(), edits, safe: true };
        Diagnostic::new(&CODE, Span::new(0, 1), "test").fix(fix)
    };
    // In the file: without `x` the rest of a plain scalar is a key, and a quote at its start opens a string.
    let breaks = read("a.yml", "search: index=a:x b=1\n");
    assert!(fix::in_document(&breaks, &[edit(16, 17, "")], false).is_none());
    assert!(fix::in_document(&breaks, &[edit(8, 8, "\"")], false).is_none());
    // A comment would take the rest of the search.
    let cut = read("a.yml", "search: index=a b=1x#c d=2\n");
    assert!(fix::in_document(&cut, &[edit(19, 20, " ")], false).is_none());
    // Of two, the one that fits is written.
    let both = [edit(8, 8, "\""), edit(18, 19, "y")];
    let (after, count) = fix::in_document(&document, &both, false).unwrap();
    assert_eq!((after.text.as_str(), count), ("search: index=a b=y #comment\n", 1));
}

/// A document that holds the query, by the number of a way to write it.
fn document_of(query: &str, way: usize) -> (&'static str, String) {
    let json = serde_json::to_string(query).unwrap();
    let lines = |margin: &str, end: &str| query.replace('\n', &format!("{end}\n{margin}"));
    match way {
        0 => ("a.spl", query.to_owned()),
        1 => ("a.md", format!("- x\n\n  ~~~spl\n  {}\n  ~~~\n", lines("  ", ""))),
        2 => ("a.yml", format!("a: {{name: x, search: {json}}}\n")),
        3 => ("a.yml", format!("search: '{}'\nb: c\n", query.replace('\'', "''").replace('\n', " "))),
        4 => ("a.yml", format!("search: |\n  {}\nb: c\n", lines("  ", ""))),
        5 => ("a.yml", format!("- search: >-\n    {}\n", query.replace('\n', " "))),
        6 => ("a.conf", format!("[a]\nsearch = {}\nb = c\n", lines(" ", "\\"))),
        _ => ("a.json", format!("[{{\"name\": \"n\", \"search\": {json}}}]")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn an_edit_in_a_document_is_the_edit_of_its_search(
        words in prop::collection::vec("[a-cé'#:=()]{1,3}", 1..6),
        breaks in any::<bool>(),
        way in 0..8_usize,
        (from, length) in (0..40_usize, 0..6_usize),
        text in "[a-c'#:=(é]{0,3}|\"[a-b ]{0,2}\"",
    ) {
        let query = format!("index=a {}", words.join(if breaks { "\n" } else { " " }));
        let (name, file) = document_of(&query, way);
        let document = read(name, &file);
        prop_assume!(document.analytics.len() == 1);
        let snippet = &document.analytics[0].snippet;
        let places: Vec<usize> = snippet.text().char_indices().map(|(at, _)| at).chain([snippet.text().len()]).collect();
        let start = places[8 + from % (places.len() - 8)];
        let end = places[(8 + from % (places.len() - 8) + length).min(places.len() - 1)];
        let edit = Edit { span: Span::new(start, end), text: text.clone() };
        let fix = Fix { title: String::new(), edits: vec![edit], safe: true };
        let finding = Diagnostic::new(&CODE, Span::new(0, 1), "test").fix(fix).in_file(snippet);
        // A fix that became advice, or would break the file, is none.
        if let Some((after, _)) = fix::in_document(&document, &[finding], false) {
            let mut wanted = snippet.text().to_owned();
            wanted.replace_range(start..end, &text);
            // What the end of a line holds is the format's.
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(after.analytics[0].snippet.text()), words(&wanted), "{}", file);
        }
    }
}

/// Events on the edge of a search; nothing for one that is not understood.
fn events_of(text: &str) -> Option<Vec<Event>> {
    let parsed = command::parse(text);
    let detection = command::lower(&parsed.pipeline).ok().filter(|_| parsed.is_clean())?;
    Some(verify::generate::events(&optimise::predicate(optimise::fold(&detection))))
}

#[test]
fn a_safe_fix_keeps_the_events_that_match() {
    let own = [
        "index=web a=1 OR a=2 b=3",
        "index=web (a=1 OR b=2) NOT c=3 OR d=4",
        "index=web a=1 OR a=2 b!=3 OR c=* | search d=1 OR e=2 f=3",
        "index=web | search a=1 OR b=2",
        "index=web status!=404 OR status=500 uri=\"/a*\" | stats count",
        "index=web | where like(uri, \"%x%\") AND user=\"root\" OR a=1",
    ];
    let texts = own.into_iter().chain(lint::ALL.iter().map(|lint| lint.bad()));
    let mut compared = 0;
    for text in texts {
        let after = fix::apply(text, &check_text(text), false);
        if after.applied.is_empty() {
            continue;
        }
        let both = events_of(text).zip(events_of(&after.text));
        let (mut events, of_fixed) = both.unwrap_or_else(|| panic!("{text} is not understood"));
        events.extend(of_fixed);
        let (before, now) = (command::parse(text), command::parse(&after.text));
        for event in &events {
            let said = |parsed: &splc::spl::Parsed| evaluate::matches(&parsed.pipeline, event).unwrap();
            assert_eq!(said(&before), said(&now), "{text}\n{}\n{}", after.text, event.to_json());
        }
        assert!(!events.is_empty());
        compared += 1;
    }
    assert!(compared >= 4, "{compared} safe fixes were compared");
}

#[test]
fn a_fixed_document_is_clean_of_what_was_fixed() {
    let targets = Targets::embedded().unwrap();
    let text = "name: x\nsearch: 'index=web a=1 OR a=2 b=\"it''s\" OR b=2 | search c=1 OR d=2 e=1'\n";
    let mut document = read("a.yml", text);
    for _ in 0..10 {
        let documents = [document.clone()];
        let understood = understand(&documents, &Settings::of(&targets));
        let findings = check_text(understood[0].analytic.snippet.text()).into_iter();
        let findings: Vec<_> = findings.map(|it| it.in_file(&understood[0].analytic.snippet)).collect();
        match fix::in_document(&document, &findings, false) {
            Some((after, _)) => document = after,
            None => break,
        }
    }
    let left = check_text(document.analytics[0].snippet.text());
    assert!(left.iter().all(|finding| finding.fix.as_ref().is_none_or(|fix| !fix.safe)), "{left:?}");
    assert_ne!(document.text, text);
}
