//! Lists the files of `targets/`, so that one more of them needs no other line to be carried by the binary.
//!
//! In: `targets/*.yaml`. Out: `embedded.rs` in the folder of the build, the names and texts as `src/target` includes
//! them. Invariant: the list is in the order of the names, so the same files give the same program.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[allow(clippy::disallowed_methods, reason = "a build script is made of files")]
fn main() -> io::Result<()> {
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")).join("targets");
    println!("cargo::rerun-if-changed={}", folder.display());
    let paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let is_map = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "yaml");
    let mut maps: Vec<&PathBuf> = paths.iter().filter(is_map).collect();
    maps.sort();
    let entry = |path: &&PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        format!("({name:?}, include_str!({:?})),\n", path.to_string_lossy())
    };
    let entries: String = maps.iter().map(entry).collect();
    fs::write(Path::new(&variable("OUT_DIR")).join("embedded.rs"), format!("&[\n{entries}]\n"))
}

/// What cargo sets for every build script.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
