//! Asks git which lines a change touches.
//!
//! In: a revision, a folder. Out: the top of the repository, and its changed lines from where the current branch left that
//! revision to the files as they are, files that git does not know yet included: what a pull request shows. A repository
//! or revision that is not there is an error with what to do.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::Stop;
use crate::document::load::reason;
use crate::review::Changes;

/// The changed lines of the repository that holds a folder.
pub(crate) fn changes(revision: &str, folder: &Path) -> Result<(PathBuf, Changes), Stop> {
    if revision.starts_with('-') || revision.is_empty() {
        return Err(Stop(format!("`--changed-since {revision}` names no revision")));
    }
    let top = git(folder, &["rev-parse", "--show-toplevel"]).map_err(|why| {
        Stop(format!("`--changed-since` needs a git repository at `{}`: {why}", folder.display()))
    })?;
    let top = PathBuf::from(top.trim_end_matches(['\r', '\n']));
    let commit = format!("{revision}^{{commit}}");
    let commit = git(&top, &["rev-parse", "--verify", "--end-of-options", &commit]).map_err(|why| {
        Stop(format!(
            "`{revision}` is no commit of the repository `{}`: {why}; a clone that is shallow needs its history first \
             (`git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout)",
            top.display()
        ))
    })?;
    let failed = |why: String| Stop(format!("what changed since `{revision}` cannot be told: {why}"));
    let commit = commit.trim();
    let base = git(&top, &["merge-base", commit, "HEAD"]).map_err(|why| {
        let why =
            if why.is_empty() { "it has no commit in common with the current one".to_owned() } else { why };
        failed(why)
    })?;
    let diff = git(
        &top,
        &[
            "-c",
            "core.quotePath=false",
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            base.trim(),
            "--",
        ],
    )
    .map_err(failed)?;
    let mut changes = Changes::read(&diff).map_err(|error| failed(error.to_string()))?;
    let new = git(&top, &["ls-files", "--others", "--exclude-standard", "-z"]).map_err(failed)?;
    new.split('\0').filter(|path| !path.is_empty()).for_each(|path| changes.add(path));
    Ok((top, changes))
}

/// What git prints, or why it does not.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| format!("`git` cannot be run: {}", reason(&error)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or("").trim();
    Err(line.strip_prefix("fatal: ").unwrap_or(line).to_owned())
}
