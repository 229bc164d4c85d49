//! Documents: searches are found in every format as they were written, and every byte leads back to its file.
//!
//! In: generated searches, written into each format and style by encoders of this file; and the documents of the corpus
//! where `SPLC_CORPUS` names one. Out: a verdict and, for the corpus, counts. Invariant: the encoders note where they put each
//! character, so that places are compared with what was written and not with what was read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value as Json;
use splc::diagnostic::Diagnostic;
use splc::document::{Document, format_of};
use splc::source::Span;

/// A file in the making, and where each character of its search begins and ends.
#[derive(Default)]
struct File {
    text: String,
    places: Vec<(char, Span)>,
}

impl File {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a character of the search as `written`.
    fn put(&mut self, character: char, written: &str) {
        let start = self.text.len();
        self.add(written);
        self.places.push((character, Span::new(start, self.text.len())));
    }

    fn put_all(&mut self, text: &str) {
        let mut buffer = [0; 4];
        text.chars().for_each(|character| self.put(character, character.encode_utf8(&mut buffer)));
    }
}

/// A word, the blank behind it, and whether that blank is written as a line break where the format may.
type Part = (String, char, bool);

/// The search that the parts are.
fn search_of(parts: &[Part]) -> String {
    let mut search: String = parts.iter().flat_map(|(word, blank, _)| word.chars().chain([*blank])).collect();
    search.pop();
    search
}

/// Writes the parts with ways to write a character, a space that is folded, and a newline.
fn flow(
    file: &mut File,
    parts: &[Part],
    write: impl Fn(&mut File, char),
    fold: impl Fn(&mut File),
    newline: impl Fn(&mut File),
) {
    for (at, (word, blank, folds)) in parts.iter().enumerate() {
        word.chars().for_each(|character| write(file, character));
        match blank {
            _ if at + 1 == parts.len() => {}
            ' ' if *folds => fold(file),
            ' ' => file.put(' ', " "),
            _ => newline(file),
        }
    }
}

/// In quotes a fold is the line break with the indentation behind it.
fn quoted_fold(file: &mut File) {
    file.add(" \t");
    file.put(' ', "\n      ");
}

fn single_quoted(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("name: é\nsearch: '");
    let write = |file: &mut File, c: char| {
        file.put(c, if c == '\'' { "''".to_owned() } else { c.to_string() }.as_str());
    };
    flow(&mut file, parts, write, quoted_fold, |file| {
        file.add("\n");
        file.put('\n', "\n");
        file.add("  ");
    });
    file.add("'\nauthor: x\n");
    file
}

fn double_quoted(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("- name: é\n  search: \"");
    let write = |file: &mut File, c: char| match c {
        '"' | '\\' => file.put(c, &format!("\\{c}")),
        'é' => file.put(c, "\\u00e9"),
        // A line break that is escaped is nothing.
        '|' => {
            file.add("\\\n      ");
            file.put(c, "|");
        }
        _ => file.put(c, &c.to_string()),
    };
    flow(&mut file, parts, write, quoted_fold, |file| file.put('\n', "\\n"));
    file.add("\"\n");
    file
}

fn folded(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("nested:\n  - search: >-\n      ");
    let fold = |file: &mut File| {
        file.put(' ', "\n");
        file.add("      ");
    };
    let newline = |file: &mut File| {
        file.add("\n");
        file.put('\n', "\n");
        file.add("      ");
    };
    flow(&mut file, parts, |file, c| file.put(c, &c.to_string()), fold, newline);
    file.add("\n\n\n  - other: 1\n");
    file
}

fn literal(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("---\na: 1\n---\nquery: |2-\n  ");
    for character in search_of(parts).chars() {
        file.put(character, &character.to_string());
        file.add(if character == '\n' { "  " } else { "" });
    }
    file.add("\n");
    file
}

fn conf(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("# é\n[a [b] c]\ncron_schedule = 1 * * * *\nsearch =  ");
    for character in search_of(parts).chars() {
        let written = if character == '\n' { "\\\n".to_owned() } else { character.to_string() };
        file.put(character, &written);
    }
    file.put_all(" end");
    file.add(" \ndisabled = 0\n");
    file
}

fn json(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("{\"title\": \"é\",\r\n \"list\": [{\"id\": 1, \"spl\": \"");
    for character in search_of(parts).chars() {
        let quoted = serde_json::to_string(&character).unwrap();
        let written = if character == 'é' { "\\u00E9" } else { quoted.trim_start_matches('"') };
        let written = written.strip_suffix('"').unwrap_or(written);
        file.put(character, if character == '"' { "\\\"" } else { written });
    }
    file.add("\"}]}");
    file
}

fn ndjson(parts: &[Part]) -> File {
    let mut file = File::default();
    file.add("{\"a\": \"é\"}\nbroken {\n\n");
    let object = json(parts);
    let (start, line) = (file.text.len(), object.text.replace(['\r', '\n'], " "));
    file.add(&line);
    file.places = object.places.into_iter().map(|(c, span)| (c, span.shifted(start))).collect();
    file.add("\n{\"b\": 2}\n");
    file
}

/// A format: the name of a file, and how the parts are written in it.
type Encoder = (&'static str, fn(&[Part]) -> File);

const ENCODERS: &[Encoder] = &[
    ("single.yml", single_quoted),
    ("double.yml", double_quoted),
    ("folded.yaml", folded),
    ("literal.yaml", literal),
    ("savedsearches.conf", conf),
    ("search.json", json),
    ("search.ndjson", ndjson),
];

fn read(path: &str, text: &str) -> Document {
    let path = Path::new(path);
    Document::read(path, text.to_owned(), format_of(path).expect("the extension is known"))
}

proptest! {
    #[test]
    fn every_byte_of_a_search_leads_back_to_the_file(
        parts in prop::collection::vec(("[a-c|=\"'\\\\é😀`\\[*(:#{%]{1,6}", prop::sample::select(vec![' ', '\n']), any::<bool>()), 1..8)
    ) {
        // A search that starts with a comment sign or so is no trouble in quotes, but the block would be.
        let parts: Vec<Part> = parts.into_iter().map(|(word, blank, folds)| (format!("a{word}"), blank, folds)).collect();
        for (name, encoder) in ENCODERS {
            let file = encoder(&parts);
            let document = read(name, &file.text);
            let [analytic] = document.analytics.as_slice() else {
                return Err(TestCaseError::fail(format!("{name}: {} searches in {:?}", document.analytics.len(), file.text)));
            };
            let expected: String = file.places.iter().map(|(character, _)| *character).collect();
            prop_assert_eq!(analytic.snippet.text(), &expected, "{}: {:?}", name, file.text);
            let mut at = 0;
            for (character, place) in &file.places {
                let span = analytic.snippet.to_file(Span::new(at, at + character.len_utf8()));
                prop_assert_eq!(span, *place, "{} {:?} at {} in {:?}", name, character, at, file.text);
                at += character.len_utf8();
            }
        }
    }

    #[test]
    fn hostile_prose_is_read_without_harm(text in "([#|`=<> \\n\t*:\\[\\]()\"&;-]|index=a|```|<pre>|</pre>|&lt;|\n    |\n# |Title: é|\\*\\*){0,40}") {
        for name in ["a.md", "a.spl"] {
            let document = read(name, &text);
            for analytic in &document.analytics {
                for (at, character) in analytic.snippet.text().char_indices() {
                    let span = analytic.snippet.to_file(Span::new(at, at + character.len_utf8()));
                    let written = span.of(&text);
                    let is_same = written == character.to_string() || written.starts_with('&');
                    prop_assert!(is_same, "{}: {:?} is {:?} in {:?}", name, character, written, text);
                }
            }
            for finding in document.diagnostics.iter().filter_map(Diagnostic::span) {
                prop_assert!(text.get(finding.range()).is_some(), "{}: {:?} of {:?}", name, finding, text);
            }
        }
    }

    #[test]
    fn hostile_documents_are_read_without_harm(text in "[ \\-a:'\"\\[\\]{}|>&*!#\\\\\n\té=,0%searchnm]{0,80}") {
        for (name, _) in ENCODERS {
            let document = read(name, &text);
            for analytic in &document.analytics {
                let whole = Span::new(0, analytic.snippet.text().len());
                let span = analytic.snippet.to_file(whole);
                prop_assert!(text.get(span.range()).is_some(), "{}: {:?} of {:?}", name, span, text);
            }
            for finding in document.diagnostics.iter().filter_map(Diagnostic::span) {
                prop_assert!(text.get(finding.range()).is_some(), "{}: {:?} of {:?}", name, finding, text);
            }
        }
    }
}

/// A block without a mark is a search if a command follows a pipe: whichever command it is.
#[test]
fn every_command_makes_a_block_a_search() {
    for command in splc::command::ALL {
        for name in std::iter::once(command.name()).chain(command.aliases().iter().copied()) {
            let document = read("a.md", &format!("```\nfailure\n| {name} x\n```\n"));
            assert_eq!(document.analytics.len(), 1, "{name}");
        }
    }
    let document = read("a.md", "```\nfailure\n| grep x\n```\n");
    assert!(document.analytics.is_empty());
}

/// The layout of a search is none of its names: rules keep their ids and titles.
#[test]
fn layout_keeps_ids_and_titles() {
    use splc::backend::compile::{Settings, understand};
    let targets = splc::target::Targets::embedded().unwrap();
    let names = |document: &Document| -> Vec<(String, String)> {
        let documents = std::slice::from_ref(document);
        let understood = understand(documents, &Settings::of(&targets));
        understood.into_iter().map(|one| (one.id, one.title)).collect()
    };
    let markdown = "# T\n\n## Query\n\n```spl\nindex=a   x=1|stats   count by  b\n```\n\n## Query\n\n```spl\n# Note\n\
        index=a  (x=1  or y=2) |  `m(a,  b)`|eval c=if(a=1 ,2,3)\n```\n\n    index=b  x=1|head\n";
    let several = "# One\n# Author: ann\n\nindex=a   x=1|table   a\n\n# Two\nindex=b|sort  -x\n# end\n";
    for (path, text, count) in [("a.md", markdown, 3), ("a.spl", several, 2)] {
        let document = read(path, text);
        let texts: Vec<Option<String>> =
            document.analytics.iter().map(|it| splc::command::format(it.snippet.text()).ok()).collect();
        let rewritten = splc::document::rewrite::rewrite(&document, &texts);
        assert_eq!((rewritten.written.len(), rewritten.refused), (count, vec![]), "{}", rewritten.text);
        let kept =
            |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect();
        let [before, after]: [Vec<String>; 2] = [kept(text), kept(&rewritten.text)];
        assert_eq!(before, after);
        assert_eq!(names(&document), names(&read(path, &rewritten.text)), "{}", rewritten.text);
    }
}

/// The searches of a corpus file by what names them.
fn published(path: &Path, name: impl Fn(&Json) -> Option<String>) -> BTreeMap<String, Vec<String>> {
    let mut searches: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text_of(path).lines() {
        let object: Json = serde_json::from_str(line).unwrap();
        let (Some(name), Some(search)) = (name(&object), object["spl"].as_str()) else { continue };
        searches.entry(name).or_default().push(search.to_owned());
    }
    searches
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn documents(folder: &Path) -> Vec<Document> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| Document::read(path, text_of(path), format_of(path).unwrap())).collect()
}

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("SPLC_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: SPLC_CORPUS names no folder");
    }
    folder
}

/// Each published search is found in the document it was taken from, and no document is without one.
#[test]
fn published_documents_hold_their_published_searches() {
    let Some(corpus) = corpus() else { return };
    let last = |object: &Json, prefix: &str| {
        object["id"].as_str().map(|id| id.trim_start_matches(prefix).to_owned())
    };
    let by_title = |object: &Json| object["title"].as_str().map(str::to_owned);
    let content = published(&corpus.join("security_content_detections.jsonl"), |o| last(o, "sc/det/"));
    let hunting = published(&corpus.join("threathunting_savedsearches.jsonl"), by_title);
    let of_car = |object: &Json| last(object, "car/").and_then(|id| Some(id.split_once('#')?.0.to_owned()));
    let car = published(&corpus.join("car.jsonl"), of_car);
    for (folder, published) in [("security_content", content), ("car", car), ("threathunting", hunting)] {
        let (mut searches, mut compared) = (0, 0);
        for document in documents(&corpus.join("documents").join(folder)) {
            let name = document.path.file_name().unwrap().to_string_lossy().into_owned();
            if name == "macros.conf" {
                assert!(document.analytics.is_empty(), "{name} holds definitions");
                continue;
            }
            searches += document.analytics.len();
            assert!(!document.analytics.is_empty(), "{name}: nothing found");
            assert!(document.diagnostics.is_empty(), "{name}: {:?}", document.diagnostics);
            let found = |key: &str| -> Vec<&str> {
                let of_key = document.analytics.iter().filter(|one| match folder {
                    "security_content" => one.metadata.id.as_deref() == Some(key),
                    "car" => name.starts_with(key),
                    _ => one.metadata.title == key,
                });
                of_key.map(|one| one.snippet.text()).collect()
            };
            for (key, texts) in &published {
                let found = found(key);
                for text in texts.iter().filter(|_| !found.is_empty()) {
                    assert!(found.contains(&text.as_str()), "{name} ({key}): {text:?} is not in {found:#?}");
                    compared += 1;
                }
            }
        }
        println!("{folder:20} {searches:>5} searches, {compared:>5} equal to the published ones");
        assert!(compared > 0, "{folder}: nothing was compared");
    }
}

/// The files of the corpus are documents themselves: NDJSON with a search a line.
#[test]
fn every_line_of_the_corpus_is_a_search() {
    let Some(corpus) = corpus() else { return };
    for name in [
        "armory",
        "attack_analytics",
        "car",
        "security_content_detections",
        "splunkbase_savedsearches",
        "splunkbase_eventtypes",
    ] {
        let path = corpus.join(format!("{name}.jsonl"));
        let text = text_of(&path);
        let expected: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let document = Document::read(&path, text, format_of(&path).unwrap());
        assert!(document.diagnostics.is_empty(), "{name}: {:?}", document.diagnostics);
        let expected: Vec<(&str, &str)> = expected
            .iter()
            .map(|object| (object["id"].as_str().unwrap(), object["spl"].as_str().unwrap()))
            .collect();
        let expected: Vec<_> = expected.into_iter().filter(|(_, search)| !search.trim().is_empty()).collect();
        let found: Vec<(&str, &str)> = document
            .analytics
            .iter()
            .map(|one| (one.metadata.id.as_deref().unwrap_or(""), one.snippet.text()))
            .collect();
        assert!(found == expected, "{name}: {} searches, {} expected", found.len(), expected.len());
        println!("{name:30} {:>6} searches", found.len());
    }
    for name in ["security_content_macros", "splunkbase_macros", "threathunting_macros"] {
        let path = corpus.join(format!("macros/{name}.jsonl"));
        let document = Document::read(&path, text_of(&path), format_of(&path).unwrap());
        assert!(document.analytics.is_empty(), "{name} holds definitions");
    }
}
