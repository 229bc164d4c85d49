//! That a fifth target takes one folder, one line in the registry and one file of `targets/`.
//!
//! In: a copy of this package to which `fifth_backend/` adds a target. Out: what its command writes, lists and checks for
//! that target. Invariant: nothing else of the copy differs from this package, and what other targets write stays as it
//! is. The copy takes the dependencies that this package's tests are built with, so only its own code is compiled.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

/// Lines of `src/backend/mod.rs` with what stands there once the target is in its folder: the module, and the registry.
const LINES: &[(&str, &str)] = &[
    ("mod group;\n", "mod group;\npub mod jq;\n"),
    ("&eql::Eql, &rust::Rust];\n", "&eql::Eql, &rust::Rust, &jq::Jq];\n"),
];

/// The command of the copy, built as fast as may be.
const EXAMPLE: &str = r#"
[[example]]
name = "splc_with_jq"
path = "src/main.rs"

[profile.dev.package.splc]
debug = false

[workspace]
"#;

const SEARCH: &str = "sourcetype=docker:events action=create user!=root NOT image=\"*alpine*\"";

#[test]
fn a_fifth_backend_is_a_folder_a_line_and_a_file() {
    let folder = copied();
    fs::create_dir(folder.join("src/backend/jq")).unwrap();
    fs::write(folder.join("src/backend/jq/mod.rs"), include_str!("fifth_backend/jq.rs")).unwrap();
    fs::write(folder.join("targets/jq.yaml"), include_str!("fifth_backend/jq.yaml")).unwrap();
    let registry = folder.join("src/backend/mod.rs");
    let mut text = fs::read_to_string(&registry).unwrap();
    for (line, instead) in LINES {
        assert_eq!(text.matches(line).count(), 1, "`{line}` stands once in the registry");
        text = text.replace(line, instead);
    }
    fs::write(registry, text).unwrap();
    let program = build(&folder);

    let filter = run(&program, &["compile", "-", "-t", "jq"], SEARCH);
    let expected = [
        r#"(texts("action") | any(test("(?s)\\Acreate\\z"; "i")))"#,
        r#"(texts("user") | any((test("(?s)\\Aroot\\z"; "i")) | not))"#,
        r#"((texts("image") | any(test("(?s)\\A.*alpine.*\\z"; "i"))) | not)"#,
    ];
    for test in expected {
        assert!(filter.contains(test), "{test} in\n{filter}");
    }

    let listed = run(&program, &["list", "-", "--format", "json"], SEARCH);
    let listed: Json = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["targets"]["jq"]["status"], "exact", "{listed}");
    let found = run(&program, &["lint", "-", "-t", "jq"], "sourcetype=docker:events \"container create\"");
    assert!(found.contains("jq"), "what the target cannot say is told: {found}");
    same_rules_of_the_others(&program);
}

/// The rules of the other targets are those that this package's own command writes.
fn same_rules_of_the_others(program: &Path) {
    let own = Path::new(env!("CARGO_BIN_EXE_splc"));
    for target in ["sigma", "falco", "eql", "rust"] {
        let arguments = ["compile", "-", "-t", target];
        assert_eq!(run(program, &arguments, SEARCH), run(own, &arguments, SEARCH), "{target}");
    }
}

/// A copy of this package with its command as an example: the artefacts of a program of the same name would take the
/// place of this package's in the folder that both are built in.
fn copied() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fifth_backend");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    for part in ["src", "targets"] {
        copy(&package.join(part), &folder.join(part));
    }
    for file in ["Cargo.lock", "README.md", "build.rs"] {
        fs::copy(package.join(file), folder.join(file)).unwrap();
    }
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    let is_product =
        |table: &&str| ["[[bin]]", "[[test]]", "[[bench]]"].iter().any(|it| table.starts_with(it));
    let tables: String = manifest.split_inclusive("\n\n").filter(|table| !is_product(table)).collect();
    let manifest = tables.replace("default-run = \"splc\"\n", "autobins = false\n");
    fs::write(folder.join("Cargo.toml"), manifest + EXAMPLE).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// Builds the command of the copy, in this package's target folder.
fn build(folder: &Path) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(program)
        .args(["build", "--example", "splc_with_jq", "--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("debug/examples/splc_with_jq").with_extension(std::env::consts::EXE_EXTENSION)
}

/// What a command prints for a search on its standard input, which it has to take without a failure.
fn run(program: &Path, arguments: &[&str], search: &str) -> String {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(search.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}
