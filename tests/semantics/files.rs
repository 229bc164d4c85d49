//! Files of any text: reading one never fails, and every place that is told lies in the file.
//!
//! In: arbitrary text as a document of each format, as definitions of macros and as an event; pieces of each format in
//! any order; long texts of one piece. Invariant: what is found in a document leads back to its bytes, an expanded
//! query leads back to the query, and a long text is read in time that is linear in its length. The fuzz targets of
//! `tests/fuzz` call the same checks.

use std::path::Path;

use splc::command;
use splc::diagnostic::Diagnostic;
use splc::document::{Document, format_of};
use splc::event::Event;
use splc::source::Span;
use splc::spl::macros::read::{File, Reader};
use splc::spl::macros::{Definitions, expand};

/// Reads a document by the extension of its name, and each search in it, and checks all places.
pub(crate) fn document(name: &str, text: &str) {
    let path = Path::new(name);
    let format = format_of(path).unwrap_or_else(|| panic!("{name} has no format"));
    let document = Document::read(path, text.to_owned(), format);
    for finding in &document.diagnostics {
        check_finding(finding, text);
    }
    let mut before = 0;
    for analytic in &document.analytics {
        let query = analytic.snippet.text();
        assert!(!analytic.metadata.title.is_empty(), "a search without a title in {text:?}");
        for (at, character) in query.char_indices() {
            let place = analytic.snippet.to_file(Span::new(at, at + character.len_utf8()));
            assert!(text.get(place.range()).is_some(), "{at} in {query:?} is at {place:?} of {text:?}");
        }
        let start = analytic.snippet.to_file(Span::new(0, 0)).start;
        assert!(start >= before, "searches are out of order in {text:?}");
        before = start;
        for finding in command::parse(query).diagnostics {
            let finding = placed(finding, |span| analytic.snippet.to_file(span));
            check_finding(&finding, text);
        }
        for example in &analytic.examples {
            assert!(text.get(example.span.range()).is_some(), "an example is outside of {text:?}");
        }
    }
}

/// Reads definitions of macros, and puts them into a query.
pub(crate) fn macros(name: &str, definitions: &str, query: &str) {
    let (definitions, findings) = read_definitions(name, definitions);
    assert!(findings.iter().all(|finding| !finding.message.is_empty()));
    let expanded = expand(query, &definitions, None);
    let text = expanded.text();
    let places = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    for place in places.map(|at| expanded.to_query(Span::new(at, at))) {
        assert!(query.get(place.range()).is_some(), "{place:?} is outside of {query:?}");
    }
    for finding in command::parse(text).diagnostics {
        check_finding(&expanded.placed(finding), query);
    }
}

/// Reads an event and writes it.
pub(crate) fn event(text: &str) {
    let Ok(event) = Event::from_json_text(text) else { return };
    let written = event.to_json();
    let again = Event::from_json(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!(again.to_json(), written, "{text:?}");
}

fn read_definitions(name: &str, text: &str) -> (Definitions, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    reader.read(&File::named(Path::new(name)), text);
    let (definitions, findings) = reader.finish();
    for finding in &findings {
        check_finding(finding, text);
    }
    (definitions, findings)
}

fn placed(mut finding: Diagnostic, place: impl Fn(Span) -> Span) -> Diagnostic {
    for label in finding.primary.iter_mut().chain(&mut finding.secondary) {
        label.span = place(label.span);
    }
    finding.fix = None;
    finding
}

fn check_finding(finding: &Diagnostic, text: &str) {
    for label in finding.primary.iter().chain(&finding.secondary) {
        assert!(text.get(label.span.range()).is_some(), "{finding:?} is outside of {text:?}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    /// A name of each format.
    const NAMES: &[&str] = &["a.md", "a.yml", "savedsearches.conf", "a.json", "a.ndjson", "a.spl"];

    /// Forms of definitions.
    const DEFINITIONS: &[&str] = &["macros.conf", "a.yml", "a.jsonl"];

    /// Pieces of all formats.
    const PIECES: &[&str] = &[
        "# T1 (T1059.001)\n",
        "```",
        "```spl\n",
        "~~~\n",
        "---\n",
        "search",
        "query",
        "spl",
        "title",
        "id",
        ": ",
        ":",
        "= ",
        "=",
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        "- ",
        "|",
        "|-\n  ",
        ">\n  ",
        ">2-\n",
        "'",
        "''",
        "\"",
        "\\",
        "\\\n",
        "\\n",
        "\\u00e9",
        "\\uD83D\\uDE00",
        "\\uD83D",
        "{",
        "}",
        "[",
        "]",
        ",",
        "[s]\n",
        "[default]\n",
        "[m(1)]\n",
        "args = a\n",
        "definition = ",
        "iseval = 1\n",
        "a=$a$",
        "`m(1)`",
        "`m`",
        "| stats count",
        "index=a",
        "é",
        "😀",
        "\u{FEFF}",
        "\u{85}",
        "\u{2028}",
        "\t",
        "&a ",
        "*a",
        "!!str ",
        "<<: ",
        "? ",
        "null",
        "true",
        "1",
        "#",
        "%YAML 1.2\n",
        "implementations",
        "type: Splunk\n",
        "code",
        "tags",
        "splunk",
        "{\"search\": \"a\", \"title\": \"b\"}\n",
        "## Events\n",
        "```json matches\n",
        "{\"a\": 1}\n",
        "\0",
    ];

    fn soup() -> impl Strategy<Value = String> {
        prop::collection::vec(select(PIECES), 0..32).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn documents_of_pieces_are_read(name in select(NAMES), text in soup()) {
            super::document(name, &text);
        }

        #[test]
        fn definitions_of_pieces_are_read(name in select(DEFINITIONS), text in soup(), query in soup()) {
            super::macros(name, &text, &query);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn documents_of_any_text_are_read(name in select(NAMES), text in any::<String>()) {
            super::document(name, &text);
        }

        #[test]
        fn events_of_any_text_are_read(text in "[{}\\[\\]\",:\\\\u0-9a-e. \\-+\u{e9}]{0,40}") {
            super::event(&text);
        }
    }

    /// A reader that goes back over what it has read does not come to an end here.
    #[test]
    fn long_files_are_read() {
        let quarter = |piece: &str| piece.repeat((1 << 18) / piece.len());
        let files = [
            ("a.md", quarter("```\n")),
            ("a.md", quarter("# a\n```spl\nindex=a\n```\n")),
            ("a.md", quarter("`")),
            ("a.yml", "search: '".to_owned() + &quarter("''")),
            ("a.yml", "search: \"".to_owned() + &quarter("\\n")),
            ("a.yml", "search: >\n".to_owned() + &quarter("  a\n\n")),
            ("a.yml", quarter("- search: a\n")),
            ("a.yml", "[".repeat(100_000)),
            ("a.yml", quarter("- ")),
            ("a.json", "[".repeat(100_000)),
            ("a.json", quarter("{\"a\":")),
            ("a.json", "{\"title\": \"a\", \"search\": \"".to_owned() + &quarter("\\u00e9") + "\"}"),
            ("a.ndjson", quarter("{\"title\": \"a\", \"search\": \"b\"}\n")),
            ("a.ndjson", quarter("{\n")),
            ("savedsearches.conf", "[a]\nsearch = ".to_owned() + &quarter("a \\\n")),
            ("savedsearches.conf", quarter("[a]\nsearch = b\n")),
            ("savedsearches.conf", quarter("x\n")),
            ("a.spl", quarter("| search a\n")),
        ];
        for (name, text) in files {
            super::document(name, &text);
        }
    }
}
