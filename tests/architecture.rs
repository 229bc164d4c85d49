//! The house rules: import order, heads and sizes of files, registries and their folders, codes, words that do not
//! belong in a release.
//!
//! In: the source text of this package, and the registries of the library. Out: every breach with its file and
//! line. Invariant: text is looked at with strings and comments blanked where only code counts, so that a brace in
//! a string is no brace. Style that clippy or rustfmt can see is theirs, not looked at here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use splc::diagnostic::Code;
use splc::{backend, command, detection, document, lint, optimise, report, review, spl, target};

/// The modules in the order of the compiler; some may not exist yet.
const ORDER: &[&str] = &[
    "source",
    "diagnostic",
    "event",
    "document",
    "spl",
    "detection",
    "function",
    "command",
    "evaluate",
    "optimise",
    "matcher",
    "target",
    "backend",
    "verify",
    "lint",
    "report",
    "review",
    "editor",
    "cli",
];

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 60;

/// Functions over the bound: `path::name`, the day it was let in, and why. Empty is the aim.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[];

/// A source file: its path below the package with `/`, its text, and its text with strings and comments blanked.
struct File {
    path: String,
    text: String,
    code: String,
}

impl File {
    /// The path below `src/` without its ending: `spl/token`.
    fn module(&self) -> &str {
        self.path.trim_start_matches("src/").trim_end_matches(".rs")
    }

    fn stem(&self) -> &str {
        self.module().rsplit('/').next().unwrap_or("")
    }

    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// All source files, read once.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        gather(Path::new(env!("CARGO_MANIFEST_DIR")), folder, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
});

/// The files of the package itself.
fn source_files() -> Vec<&'static File> {
    FILES.iter().filter(|file| file.path.starts_with("src/")).collect()
}

#[allow(clippy::disallowed_methods, reason = "the rules are about files")]
fn gather(root: &Path, folder: &str, into: &mut Vec<File>) {
    let entries = std::fs::read_dir(root.join(folder)).expect("a folder of this package can be listed");
    for entry in entries {
        let entry = entry.expect("a folder of this package can be listed");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(root, &path, into);
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(entry.path()).expect("a source file is text");
            into.push(File { code: blanked(&text), path, text });
        }
    }
}

/// Fails with all breaches, one a line.
fn report_all(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}

fn matches<'t>(pattern: &str, text: &'t str) -> Vec<(usize, &'t str)> {
    let pattern = Regex::new(pattern).expect("the pattern is written here");
    let found = pattern.captures_iter(text).map(|captures| {
        let at = captures.get(0).expect("the whole match").start();
        (at, captures.get(1).map_or("", |group| group.as_str()))
    });
    found.collect()
}

/// The modules of `lib.rs`, in order.
fn modules() -> Vec<String> {
    let files = source_files();
    let library = files.iter().find(|file| file.path == "src/lib.rs").expect("there is a library");
    matches(r"(?m)^pub mod (\w+);", &library.code).into_iter().map(|(_, name)| name.to_owned()).collect()
}

#[test]
fn modules_stand_in_the_order_of_the_compiler() {
    let modules = modules();
    let expected: Vec<&str> =
        ORDER.iter().copied().filter(|name| modules.iter().any(|m| m == name)).collect();
    assert_eq!(modules, expected, "lib.rs names its modules in the order of the compiler, and no others");
    let present: BTreeSet<String> = source_files()
        .iter()
        .map(|file| file.module().split('/').next().unwrap_or("").to_owned())
        .filter(|name| name != "lib" && name != "main")
        .collect();
    assert_eq!(present, modules.into_iter().collect(), "src/ holds the modules of lib.rs and nothing else");
}

#[test]
fn a_module_imports_only_modules_above_it() {
    let modules = modules();
    let place = |name: &str| modules.iter().position(|module| module == name);
    let mut breaches = Vec::new();
    for file in source_files().iter().filter(|file| !["lib", "main"].contains(&file.module())) {
        let own = file.module().split('/').next().unwrap_or("");
        for (at, path) in matches(r"\bcrate::(\w+|\{[^;]*\})", &file.code) {
            let line = line_of(&file.code, at);
            for used in first_names(path).filter(|used| place(used).is_none_or(|it| Some(it) > place(own))) {
                breaches.push(format!("{}:{line}: {own} uses crate::{used}", file.path));
            }
        }
    }
    report_all("a module imports only modules above it in lib.rs", &breaches);
}

/// The modules that `a`, or `{a, b::{c, d}}`, names.
fn first_names(path: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = path.split(move |character: char| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == '{' && depth == 1 || character == ',' && depth <= 1 || character == '}' && depth == 0
    });
    let names = parts.map(|part| part.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next());
    names.map(Option::unwrap_or_default).filter(|name| !name.is_empty())
}

#[test]
fn imports_in_braces_are_seen() {
    assert_eq!(first_names("spl").collect::<Vec<_>>(), ["spl"]);
    assert_eq!(first_names("{a, b::{c, d}, e::f}").collect::<Vec<_>>(), ["a", "b", "e"]);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut breaches = Vec::new();
    for file in FILES.iter() {
        if !file.text.starts_with("//!") {
            breaches.push(format!("{} does not start with //!", file.path));
        }
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            breaches.push(format!("{} has {lines} lines, more than {FILE_LINES}", file.path));
        }
    }
    report_all("heads and sizes of files", &breaches);
}

#[test]
fn every_function_is_short() {
    let mut breaches = Vec::new();
    let mut excepted: BTreeSet<&str> = LONG_FUNCTIONS.iter().map(|(function, ..)| *function).collect();
    for file in FILES.iter() {
        for (at, name) in matches(r"\bfn (\w+)", &file.code) {
            let lines = function_end(&file.code, at).map_or(1, |end| file.code[at..end].lines().count());
            let function = format!("{}::{name}", file.path);
            if lines > FUNCTION_LINES && !excepted.remove(function.as_str()) {
                breaches.push(format!("{}:{} {name} has {lines} lines", file.path, line_of(&file.code, at)));
            }
        }
    }
    breaches.extend(excepted.into_iter().map(|function| format!("{function} needs no exception any more")));
    report_all("functions over 60 lines", &breaches);
}

/// Where the body of the function ends that starts at `at`; nothing if it has none.
fn function_end(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut nested = 0_usize;
    for (offset, character) in code[at..].char_indices() {
        match character {
            '(' | '[' => nested += 1,
            ')' | ']' => nested = nested.saturating_sub(1),
            ';' if depth == 0 && nested == 0 => return None,
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at + offset),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Each registry: its folder, the trait or type of its members, and the names in `ALL`.
/// A check's file is named as its id, with `_` for `-`.
static LINTS: LazyLock<Vec<String>> =
    LazyLock::new(|| lint::ALL.iter().map(|lint| lint.code().id.replace('-', "_")).collect());

fn registries() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    vec![
        ("src/command", "Command", command::ALL.iter().map(|command| command.name()).collect()),
        ("src/optimise", "Pass", optimise::ALL.iter().map(|pass| pass.name).collect()),
        ("src/document", "Format", document::ALL.iter().map(|format| format.name()).collect()),
        ("src/backend", "Backend", backend::ALL.iter().map(|backend| backend.name()).collect()),
        ("src/lint", "Lint", LINTS.iter().map(String::as_str).collect()),
        ("src/report", "Format", report::ALL.iter().map(|format| format.name()).collect()),
    ]
}

/// Every file, or folder with a `mod.rs`, that defines a member is in `ALL` under its own name.
#[test]
fn registries_equal_their_folders() {
    let files = source_files();
    for (folder, kind, names) in registries() {
        let member = Regex::new(&format!(r"impl {kind} for |static PASS: {kind}\b")).expect("written here");
        let defined: BTreeSet<&str> = files
            .iter()
            .filter(|file| member.is_match(&file.code))
            .filter_map(|file| {
                let nested = file.stem() == "mod" && file.folder().rsplit_once('/')?.0 == folder;
                // Commands stand in folders by what they are about.
                let is_grouped = folder == "src/command" && file.folder().starts_with("src/command/");
                if nested {
                    file.folder().rsplit('/').next()
                } else {
                    ((file.folder() == folder || is_grouped) && file.stem() != "mod").then(|| file.stem())
                }
            })
            .collect();
        assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{folder}: a name stands twice");
        assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), defined, "{folder}: `ALL` against its files");
    }
}

/// A command, a pass and a lint are one file each: what lies in their folders is in `ALL`, or named here.
#[test]
fn folders_of_one_file_a_member_hold_nothing_else() {
    const HELPERS: &[&str] = &[
        "mod",
        "check",
        "codes",
        "condition",
        "cover",
        "fold",
        "fix",
        "literal",
        "walk",
        "asked",
        "attack",
        "later",
        "visit",
        "tests",
        "arguments",
        "rows",
        "aggregate",
        "samples",
        "span",
        "series",
        "subsearch",
        "values",
        "expression",
        "data_set",
    ];
    let files = source_files();
    for folder in ["src/command", "src/optimise", "src/lint"] {
        let Some(index) = files.iter().find(|file| file.path == format!("{folder}/mod.rs")) else { continue };
        let start = index.code.find("pub const ALL").unwrap_or_else(|| panic!("{folder} has no `ALL`"));
        let list = index.code[start..].split_once("];").map_or("", |(list, _)| list);
        let is_inside = |file: &&&File| match folder {
            // What `lower` of every command writes into is no command.
            "src/command" => file.folder().starts_with(folder) && file.folder() != "src/command/lowering",
            _ => file.folder() == folder,
        };
        // What every `lower` writes into stands in a folder of its own.
        let is_inside = |file: &&&File| is_inside(file) && file.folder() != "src/command/lowering";
        let in_folder = files.iter().filter(is_inside);
        for file in in_folder.filter(|file| !HELPERS.contains(&file.stem())) {
            let is_listed = !matches(&format!(r"(\b{}::)", file.stem()), list).is_empty();
            assert!(is_listed, "{} is not in `ALL` of {folder}/mod.rs", file.path);
        }
    }
}

/// The codes of every `codes.rs`, by path.
fn codes() -> BTreeMap<&'static str, &'static [&'static Code]> {
    BTreeMap::from([
        ("src/backend/codes.rs", backend::codes::ALL),
        ("src/command/codes.rs", command::codes::ALL),
        ("src/detection/codes.rs", detection::codes::ALL),
        ("src/document/codes.rs", document::codes::ALL),
        ("src/optimise/codes.rs", optimise::codes::ALL),
        ("src/review/codes.rs", review::codes::ALL),
        ("src/spl/codes.rs", spl::codes::ALL),
        ("src/target/codes.rs", target::codes::ALL),
    ])
}

#[test]
fn every_code_is_in_the_list_of_its_file() {
    let files = source_files();
    let codes = codes();
    let found: Vec<&File> = files.into_iter().filter(|file| file.stem() == "codes").collect();
    let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        codes.keys().copied().collect::<Vec<_>>(),
        "`codes()` of this test names every codes.rs"
    );
    for file in found {
        let defined: Vec<&str> =
            matches(r"pub static (\w+): Code\b", &file.code).into_iter().map(|(_, name)| name).collect();
        let list = file.code.split_once("ALL:").and_then(|(_, rest)| rest.split_once("];"));
        let list = list.map_or("", |(list, _)| list);
        let listed: Vec<&str> =
            matches(r"&([A-Z][A-Z0-9_]+)\b", list).into_iter().map(|(_, name)| name).collect();
        assert_eq!(listed, defined, "{}: `ALL` holds every code, in the order of the file", file.path);
    }
}

#[test]
fn codes_are_named_and_explained() {
    let kebab = Regex::new("^[a-z][a-z0-9]*(-[a-z0-9]+)*$").expect("written here");
    let mut seen = BTreeMap::new();
    let mut breaches = Vec::new();
    let of_lints: Vec<&'static Code> = lint::ALL.iter().map(|lint| lint.code()).collect();
    let of_stages = codes().into_iter().map(|(path, list)| (path, list.to_vec()));
    for (path, list) in of_stages.chain([("src/lint", of_lints)]) {
        for code in list {
            if !kebab.is_match(code.id) {
                breaches.push(format!("{path}: `{}` is not kebab-case", code.id));
            }
            if let Some(other) = seen.insert(code.id, path) {
                breaches.push(format!("{path}: `{}` is also in {other}", code.id));
            }
            if !code.explanation.ends_with('.') {
                breaches.push(format!("{path}: the explanation of `{}` ends without a full stop", code.id));
            }
            if code.summary.is_empty() || code.summary.ends_with('.') || code.summary.contains('\n') {
                breaches
                    .push(format!("{path}: the summary of `{}` is one line without a full stop", code.id));
            }
        }
    }
    report_all("codes", &breaches);
}

/// The patterns are put together here so that this file does not hold the words.
#[test]
fn nothing_unfinished_is_left() {
    let in_text = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("/wo", "rk/")];
    let in_code = [
        r"(#\[ignore)",
        r"\b(todo!)",
        r"\b(unimplemented!)",
        r"\b(unsafe)\b",
        // Lint levels are set in Cargo.toml, exceptions at the item with their reason.
        r"(#!\[allow)",
    ];
    let mut breaches = Vec::new();
    for file in FILES.iter() {
        let here = |at| format!("{}:{}", file.path, line_of(&file.text, at));
        for word in in_text {
            breaches.extend(file.text.match_indices(word).map(|(at, _)| format!("{} {word}", here(at))));
        }
        // The emitted file carries its own levels, since it is compiled elsewhere.
        let is_emitted = file.path == "src/backend/rust/prelude.rs";
        for pattern in in_code.into_iter().filter(|pattern| !(is_emitted && pattern.contains("allow"))) {
            breaches.extend(
                matches(pattern, &file.code).iter().map(|(at, word)| format!("{} {word}", here(*at))),
            );
        }
        if file.path.starts_with("src/") && file.stem() != "tests" {
            let machine = concat!("/t", "mp/");
            breaches
                .extend(file.text.match_indices(machine).map(|(at, word)| format!("{} {word}", here(at))));
        }
    }
    report_all("words that do not belong in a release", &breaches);
}

/// Strings, characters and comments.
static NO_CODE: LazyLock<Regex> = LazyLock::new(|| {
    // Raw strings with most hashes first: their end is not the end of one with fewer.
    let raw = (0..4).rev().map(|hashes| "#".repeat(hashes)).map(|h| format!(r#"\bb?r{h}".*?"{h}"#));
    let others = [r"//[^\n]*", r"/\*.*?\*/", r#""(?:\\.|[^"\\])*""#, r"'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\])'"];
    let kinds: Vec<String> = raw.chain(others.map(str::to_owned)).collect();
    Regex::new(&format!("(?s){}", kinds.join("|"))).expect("the pattern is written here")
});

/// The text with the inside of strings, characters and comments turned into spaces; lines and offsets stay.
fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for found in NO_CODE.find_iter(text) {
        out.push_str(&text[from..found.start()]);
        // Byte for byte, so that offsets stay.
        out.extend(found.as_str().bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        from = found.end();
    }
    out.push_str(&text[from..]);
    out
}

#[test]
fn blanking_keeps_code_and_places() {
    let text = "fn a() { \"}\\\"\"; '{'; r#\"\"{\"#; /* { */ 'x: loop {} } // }\n'\\''";
    let code = blanked(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.matches('{').count(), code.matches('}').count());
    assert_eq!((code.find("'x: loop"), code.find('\n')), (text.find("'x: loop"), text.find('\n')));
    assert_eq!(function_end(&code, 0), code.rfind('}'));
}
