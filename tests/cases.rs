//! Cases: the smallest searches that show one thing, each with a snapshot of everything that is made of it.
//!
//! In: `cases/AREA/*.spl`, and `fixme/*.spl`. Out: `snapshots/NAME.snap` beside each, in which source, tree,
//! findings and predicate stand together, so that one file is read to review a case; in `cases/format`, source and layout. Invariant: a search that was
//! not read without errors has no predicate. Adding a case adds a file and no Rust;
//! `INSTA_UPDATE=always cargo test cases` writes the snapshots anew. What a target makes of a search is not shown.

use std::fmt::Write as _;
use std::path::Path;

use splc::detection::tree as predicate_tree;
use splc::diagnostic::Diagnostic;
use splc::source::LineIndex;
use splc::{command, optimise, spl};

#[test]
fn searches() {
    insta::glob!("cases/search/*.spl", |path| snapshot(path, "cases/search/snapshots", described));
}

#[test]
fn expressions() {
    insta::glob!("cases/eval/*.spl", |path| snapshot(path, "cases/eval/snapshots", described));
}

#[test]
fn commands() {
    insta::glob!("cases/commands/*.spl", |path| snapshot(path, "cases/commands/snapshots", described));
}

#[test]
fn layouts() {
    insta::glob!("cases/format/*.spl", |path| snapshot(path, "cases/format/snapshots", formatted));
}

/// Results that are known to be wrong, as they are now, so that mending one shows. The first line says why.
#[test]
fn known_wrong() {
    insta::glob!("fixme/*.spl", |path| snapshot(path, "fixme/snapshots", described));
}

/// Compares a case with its snapshot, which has the name of the case.
#[allow(clippy::disallowed_methods, reason = "a case is a file")]
fn snapshot(path: &Path, folder: &str, describe: fn(&str) -> String) {
    let text = std::fs::read_to_string(path).expect("the case was just listed");
    let name = path.file_stem().expect("a case has a name").to_string_lossy();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.remove_snapshot_suffix();
    settings.remove_input_file();
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(&*name, describe(&text)));
}

/// A snapshot without a case shows nothing: the case was renamed or removed.
#[test]
fn every_snapshot_has_its_case() {
    let areas = ["search", "eval", "commands", "format"].map(|area| format!("tests/cases/{area}"));
    for folder in areas.iter().map(String::as_str).chain(["tests/fixme"]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let snapshots = std::fs::read_dir(folder.join("snapshots")).expect("there are snapshots");
        for snapshot in snapshots {
            let path = snapshot.expect("the folder can be listed").path();
            let case = folder.join(path.file_name().unwrap_or_default()).with_extension("spl");
            assert!(case.exists(), "{} has no case", path.display());
        }
    }
}

/// All that is made of a search, section by section.
fn described(text: &str) -> String {
    let mut out = String::new();
    let parsed = command::parse(text);
    section(&mut out, "source", text);
    section(&mut out, "tree", &spl::tree::print(&parsed.pipeline));
    section(&mut out, "findings", &listed(text, &parsed.diagnostics));
    if !parsed.is_clean() {
        section(&mut out, "refused", "the search has errors\n");
        return out;
    }
    match command::lower(&parsed.pipeline) {
        Err(refusal) => section(&mut out, "refused", &listed(text, &[refusal])),
        Ok(detection) => {
            section(&mut out, "notes", &listed(text, &detection.notes));
            let folded = optimise::fold(&detection);
            section(&mut out, "predicate", &predicate_tree::print(&folded, 0));
            let optimised = optimise::predicate(folded);
            section(&mut out, "optimised", &predicate_tree::print(&optimised, 0));
            if !detection.steps.is_empty() {
                section(&mut out, "steps", &predicate_tree::steps(&detection.steps, 0));
            }
        }
    }
    out
}

/// A search and its canonical layout, which is its own.
fn formatted(text: &str) -> String {
    let mut out = String::new();
    section(&mut out, "source", text);
    match command::format(text) {
        Ok(formatted) => {
            section(&mut out, "formatted", &formatted);
            assert_eq!(command::format(&formatted).ok(), Some(formatted));
        }
        Err(reason) => section(&mut out, "left", &listed(text, &[reason])),
    }
    out
}

fn section(out: &mut String, title: &str, text: &str) {
    let text = if text.trim().is_empty() { "(none)" } else { text.trim_end() };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{title}:\n{text}\n");
}

/// Findings, one a line, with the words they point at, and the help below.
fn listed(text: &str, findings: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    let mut out = String::new();
    for finding in findings {
        let span = finding.span().expect("a finding in a search has a place");
        let at = lines.position(text, span.start);
        let head = format!("{}[{}] {}:{}", finding.severity.word(), finding.code.id, at.line, at.column);
        let _ = writeln!(out, "{head} {:?}: {}", span.of(text), finding.message);
        for help in &finding.help {
            let _ = writeln!(out, "  help: {help}");
        }
        if let Some(fix) = &finding.fix {
            let safe = if fix.safe { "" } else { " (unsafe)" };
            let _ = writeln!(out, "  fix{safe}: {} gives {:?}", fix.title, applied(text, fix));
        }
    }
    out
}

/// The text after a fix, without its comment lines.
fn applied(text: &str, fix: &splc::diagnostic::Fix) -> String {
    let mut mended = text.to_owned();
    for edit in fix.edits.iter().rev() {
        mended.replace_range(edit.span.range(), &edit.text);
    }
    mended.lines().filter(|line| !line.starts_with("```")).collect::<Vec<_>>().join("\n")
}
