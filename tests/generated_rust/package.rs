//! Packages of generated code, and their programs.
//!
//! In: files that the backend makes. Out: a package in the target folder, and what its programs write. Invariant: a
//! warning of the compiler is an error.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use splc::backend::rust::Rust;
use splc::backend::{Backend as _, Options};

/// Writes a manifest and sources, which the backend made, as a package with the program `main`, and gives the folder.
///
/// The program `module` has the rules as a module of which it uses nothing; `empty` has no rules.
pub(super) fn write(name: &str, edition: &str, files: Vec<String>, main: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut files = files.into_iter();
    let (manifest, library, runtime) = (files.next().unwrap(), files.next().unwrap(), files.next());
    assert_eq!((manifest.as_str().lines().next(), library.is_empty()), (Some("[package]"), false));
    // The folder lies in that of another package, which is not to be taken for its workspace. Cargo tells packages of
    // one target folder apart by their names alone, and would take one for the other.
    let manifest = manifest.replace("\"2024\"", &format!("\"{edition}\""));
    let manifest = manifest.replace("name = \"detections\"", &format!("name = \"{name}\""));
    let manifest = manifest + "\n[lib]\nname = \"detections\"\n\n[workspace]\n";
    let empty = Rust.files(&[], &Options { rust_crate: true, ..Options::default() }).remove(1).text;
    fs::create_dir_all(folder.join("src/bin")).unwrap();
    let write = |path: &str, text: &str| fs::write(folder.join(path), text).unwrap();
    write("Cargo.toml", &manifest);
    write("Cargo.lock", include_str!("../../Cargo.lock"));
    write("src/lib.rs", &library);
    if let Some(runtime) = runtime {
        write("src/runtime.rs", &runtime);
    }
    write("src/empty.rs", &empty);
    write("src/main.rs", main);
    write("src/bin/module.rs", "#[path = \"../lib.rs\"]\nmod detections;\nfn main() {}\n");
    write("src/bin/empty.rs", "#[path = \"../empty.rs\"]\nmod detections;\nfn main() {}\n");
    folder
}

/// The target folder of all packages, so that what they depend on is compiled once.
pub(super) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated_target")
}

/// Runs cargo in the folder; warnings are errors.
pub(super) fn cargo(folder: &Path, arguments: &[&str]) {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(program)
        .args(arguments)
        .args(["--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The lines that the program of the package writes for the events.
pub(super) fn run(folder: &Path, events: &[String]) -> Vec<String> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap();
    program(folder, name, events)
}

/// The same for any program of the package.
pub(super) fn program(folder: &Path, name: &str, events: &[String]) -> Vec<String> {
    cargo(folder, &["build", "--bin", name]);
    let input = folder.join("events.ndjson");
    fs::write(&input, events.join("\n")).unwrap();
    let program = target().join("debug").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(program).stdin(Stdio::from(fs::File::open(input).unwrap())).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
