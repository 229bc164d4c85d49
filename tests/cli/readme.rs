//! The README: its examples run, and its tables are those of the registries.
//!
//! In: `README.md`. Out: a verdict; with `SPLC_BLESS=1` the tables are written anew. A line `...` in an example stands
//! for any lines.

use std::fmt::Write as _;
use std::fs;

use splc::target::Targets;
use splc::{backend, lint};

use super::{folder, root, splc};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

#[test]
fn the_examples_run() {
    let readme = readme();
    let folder = folder("readme");
    // Examples speak of `queries` as they stand in the repository.
    let copy = folder.join("queries");
    for file in super::files(&root().join("queries")) {
        fs::create_dir_all(copy.join(&file).parent().unwrap()).unwrap();
        fs::copy(root().join("queries").join(&file), copy.join(&file)).unwrap();
    }
    let mut examples = 0;
    for block in readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        let (command, expected) = block.split_once('\n').unwrap();
        let command = command.strip_prefix("$ ").unwrap();
        let (input, command) = match command.split_once(" | splc ") {
            Some((echo, command)) => {
                (echo.strip_prefix("echo ").unwrap().trim_matches('\'').to_owned() + "\n", command)
            }
            None => (String::new(), command.strip_prefix("splc ").unwrap()),
        };
        let arguments: Vec<&str> = command.split(' ').collect();
        let ran = splc(&folder, &arguments, &input);
        let printed = ran.out.clone() + &ran.err;
        assert!(fits(expected, &printed), "{command}\nexpected:\n{expected}\nprinted:\n{printed}");
        examples += 1;
    }
    assert!(examples >= 5, "{examples} examples");
}

/// Whether the printed text has the expected lines in order, with nothing between but where `...` stands.
fn fits(expected: &str, printed: &str) -> bool {
    let mut printed = printed.lines();
    let mut skips = false;
    for line in expected.lines() {
        if line == "..." {
            skips = true;
            continue;
        }
        let found = if skips { printed.any(|other| other == line) } else { printed.next() == Some(line) };
        if !found {
            return false;
        }
        skips = false;
    }
    skips || printed.next().is_none()
}

/// The tables by the name of their marker.
fn tables() -> Vec<(&'static str, String)> {
    let mut lints = String::from("| check | group | level | what it finds |\n| --- | --- | --- | --- |\n");
    let mut all: Vec<_> = lint::ALL.iter().collect();
    all.sort_by_key(|lint| (lint.group(), lint.code().id));
    for lint in all {
        let code = lint.code();
        let (group, level) = (lint.group().word(), code.level());
        let _ = writeln!(lints, "| `{}` | {group} | {level} | {} |", code.id, code.summary);
    }
    let mut targets = String::from("| target | what it is |\n| --- | --- |\n");
    for backend in backend::ALL {
        let _ = writeln!(targets, "| `{}` | {} |", backend.name(), backend.summary());
    }
    let known = Targets::embedded().unwrap();
    let mut sources = String::from("| source | |");
    for backend in backend::ALL {
        let _ = write!(sources, " {} |", backend.name());
    }
    sources.push_str("\n| --- | --- |");
    sources.push_str(&" --- |".repeat(backend::ALL.len()));
    sources.push('\n');
    for source in known.sources().filter(|source| !source.is_part()) {
        let _ = write!(sources, "| `{}` | {} |", source.name, source.title);
        for backend in backend::ALL {
            let mappings = known.map(backend.name()).unwrap().mappings_of(Some(source));
            let own = mappings.iter().any(|mapping| mapping.substitute.is_none());
            let word = if own {
                "yes"
            } else if mappings.is_empty() {
                "no"
            } else {
                "substitute"
            };
            let _ = write!(sources, " {word} |");
        }
        sources.push('\n');
    }
    vec![("lints", lints), ("targets", targets), ("sources", sources)]
}

#[test]
fn the_tables_are_those_of_the_registries() {
    let before = readme();
    let mut after = before.clone();
    for (name, table) in tables() {
        let marker = format!("<!-- generated: {name} -->\n");
        let start = after.find(&marker).unwrap_or_else(|| panic!("README.md has no marker for {name}"))
            + marker.len();
        let end = start + after[start..].find("<!-- end -->").unwrap();
        after.replace_range(start..end, &table);
    }
    if std::env::var_os("SPLC_BLESS").is_some() {
        fs::write(root().join("README.md"), &after).unwrap();
    } else {
        assert_eq!(before, after, "run the tests once with SPLC_BLESS=1");
    }
}
