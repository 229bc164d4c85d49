//! `splc lint` as people keep it switched on: settings, comments, a baseline, pull requests, fixes.
//!
//! In: files in a folder of their own, some of them a git repository. Out: a verdict.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Ran, folder, splc};

pub(super) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Code, path and line of every finding.
fn found(ran: &Ran) -> Vec<String> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    let findings = report["findings"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    findings.iter().map(|it| format!("{} {}:{}", text(&it["code"]), text(&it["path"]), it["line"])).collect()
}

fn lint(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["lint", "--format", "json"].iter().chain(arguments).copied().collect();
    found(&splc(folder, &all, ""))
}

#[test]
fn settings_are_found_upward_and_the_command_line_wins() {
    let folder = folder("lint-settings");
    write(
        &folder,
        "splc.toml",
        "ignore = ['no-index']\nmacros = ['macros.conf']\n[severity]\nneq-star = 'error'\n[[paths]]\n\
        files = ['drafts/**']\nignore = ['neq-star']\n",
    );
    write(&folder, "macros.conf", "[m]\ndefinition = b=1\n");
    write(&folder, "rules/a.spl", "(a!=* OR c=2) `m`\n");
    write(&folder, "drafts/b.spl", "a!=* OR c=2\n");
    let ran = splc(&folder, &["lint", "rules", "drafts", "--format", "json"], "");
    assert_eq!((found(&ran), ran.status), (vec!["neq-star rules/a.spl:1".to_owned()], 1));
    assert_eq!(lint(&folder.join("rules"), &["a.spl", "--ignore", "neq-star"]), ["no-index a.spl:1"]);
    assert_eq!(lint(&folder, &["drafts", "--select", "no-index"]), [""; 0]);
    write(&folder, "other.toml", "select = ['no-index']\n");
    assert_eq!(lint(&folder, &["drafts", "--config", "other.toml"]), ["no-index drafts/b.spl:1"]);
    let explained = splc(&folder, &["explain", "rules/a.spl"], "");
    assert!(explained.out.contains("b=1"), "{}", explained.out);
}

#[test]
fn a_mistake_in_the_settings_stops_the_run_at_its_place() {
    let folder = folder("lint-bad-settings");
    write(&folder, "a.spl", "index=a b=1\n");
    let cases = [
        (
            "ignore = []\nselects = ['no-index']\n",
            "splc.toml:2:1",
            "`selects` is no key here",
            "`select` is one",
        ),
        (
            "ignore = ['no-indexes']\n",
            "splc.toml:1:11",
            "`no-indexes` is no code of a finding",
            "`no-index` is one",
        ),
        ("[severity]\nno-index = 'fatal'\n", "splc.toml:2:12", "`fatal` is no severity", "`warning`"),
        ("targets = ['kql']\n", "splc.toml:1:12", "`kql` is no target", "`sigma`"),
        ("[[paths]]\nfiles = ['a[']\n", "splc.toml:2:10", "`a[` is no glob", ""),
        ("[[paths]]\nglob = 'a'\nfiles = []\n", "splc.toml:2:1", "`glob` is no key here", "`files`"),
        ("ignore = \n", "splc.toml:1:", "", ""),
        ("ignore = 'a'\n", "splc.toml:1:10", "", ""),
    ];
    for (text, place, message, help) in cases {
        write(&folder, "splc.toml", text);
        let ran = splc(&folder, &["lint", "a.spl"], "");
        assert_eq!(ran.status, 2, "{text}");
        for wanted in [place, message, help, "error[bad-configuration]", "`splc.toml` has to be mended first"]
        {
            assert!(ran.err.contains(wanted), "{wanted:?}: {}", ran.err);
        }
    }
    let ran = splc(&folder, &["lint", "a.spl", "--config", "absent.toml"], "");
    assert!(ran.status == 2 && ran.err.contains("`absent.toml` cannot be read"), "{}", ran.err);
}

#[test]
fn comments_put_findings_aside() {
    let folder = folder("lint-comments");
    write(&folder, "a.spl", "user!=root ```splc: ignore=no-index the app's default index```\n");
    write(&folder, "b.yml", "# splc: ignore=neq-star not there any more\nsearch: index=a b=1\n");
    assert_eq!(lint(&folder, &["a.spl"]), ["neq-missing-field a.spl:1"]);
    assert_eq!(lint(&folder, &["b.yml"]), ["unused-suppression b.yml:1"]);
    assert_eq!(lint(&folder, &["b.yml", "--select", "no-index"]), [""; 0]);
    assert_eq!(splc(&folder, &["lint", "b.yml", "--fix"], "").status, 0);
    assert_eq!(fs::read_to_string(folder.join("b.yml")).unwrap(), "search: index=a b=1\n");
}

#[test]
fn a_baseline_is_written_once_and_holds_back_what_it_names() {
    let folder = folder("lint-baseline");
    write(&folder, "a.spl", "index=a user!=root\n");
    let ran = splc(&folder, &["lint", "a.spl", "--baseline", "known.json"], "");
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("known.json: 1 findings are accepted from now on"), "{}", ran.err);
    let first = fs::read_to_string(folder.join("known.json")).unwrap();
    assert_eq!(lint(&folder, &["a.spl", "--baseline", "known.json"]), [""; 0]);
    // Other lines, another folder to run in, and one finding more.
    write(&folder, "a.spl", "\n\nindex=a\n  user!=root\n  host_name!=x\n");
    assert_eq!(lint(&folder, &["a.spl", "--baseline", "known.json"]), ["neq-missing-field a.spl:5"]);
    fs::create_dir_all(folder.join("below")).unwrap();
    assert_eq!(lint(&folder.join("below"), &["../a.spl", "--baseline", "../known.json"]).len(), 1);
    assert_eq!(fs::read_to_string(folder.join("known.json")).unwrap(), first);
    write(&folder, "a.spl", "index=a\n");
    let ran = splc(&folder, &["lint", "a.spl", "--baseline", "known.json"], "");
    assert!(ran.err.contains("1 of its findings are gone"), "{}", ran.err);
    write(&folder, "known.json", "{\"version\": 2, \"findings\": []}");
    assert!(
        splc(&folder, &["lint", "a.spl", "--baseline", "known.json"], "").err.contains("only 1 is known")
    );
    let ran = Command::new(env!("CARGO_BIN_EXE_splc"))
        .args(["lint", "a.spl", "--baseline", "mistyped.json"])
        .current_dir(&folder)
        .env("CI", "true")
        .output()
        .unwrap();
    assert_eq!((ran.status.code(), folder.join("mistyped.json").exists()), (Some(2), false));
}

pub(super) fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let ran = Command::new("git").current_dir(folder).args(identity).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// A repository with an old finding on its main branch, and a branch.
fn repository(name: &str) -> std::path::PathBuf {
    let folder = folder(name);
    git(&folder, &["init", "-q", "-b", "main"]);
    write(&folder, "détections/web é.md", "# Old\n\n```spl\nold!=1\n```\n");
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "main"]);
    git(&folder, &["switch", "-q", "-c", "change"]);
    folder
}

#[test]
fn only_what_a_pull_request_touches_is_reported() {
    let folder = repository("lint-changed");
    let name = "détections/web é.md";
    write(&folder, name, "# Old\n\n```spl\nold!=1\n```\n\n```spl\nindex=a\n  new!=2\n```\n");
    let wanted = [format!("neq-missing-field {name}:9")];
    assert_eq!(lint(&folder, &[".", "--changed-since", "main"]).len(), 1);
    assert_eq!(lint(&folder, &["détections", "--changed-since", "main"]), wanted);
    git(&folder, &["commit", "-q", "-a", "-m", "change"]);
    // What main did since is not of the branch.
    git(&folder, &["switch", "-q", "main"]);
    write(&folder, "other.spl", "x!=1\n");
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "other"]);
    git(&folder, &["switch", "-q", "change"]);
    assert_eq!(lint(&folder, &["détections", "--changed-since", "main"]), wanted);
    // A file that git does not know yet is new as a whole.
    write(&folder, "new.spl", "index=a\n\nx!=1\n");
    assert_eq!(lint(&folder, &["new.spl", "--changed-since", "main"]), ["neq-missing-field new.spl:3"]);
    for (revision, message) in
        [("nowhere", "`nowhere` is no commit of the repository"), ("--output=x", "names no revision")]
    {
        let ran = splc(&folder, &["lint", ".", &format!("--changed-since={revision}")], "");
        assert!(ran.status == 2 && ran.err.contains(message), "{}", ran.err);
    }
}

#[test]
fn actions_get_annotations_at_the_changed_lines_and_a_status() {
    let folder = repository("lint-actions");
    let run = || {
        let ran = Command::new(env!("CARGO_BIN_EXE_splc"))
            .args(["lint", ".", "--changed-since", "main"])
            .current_dir(&folder)
            .env("GITHUB_ACTIONS", "true")
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
    };
    write(&folder, "bad.md", "# T\r\n\r\n```spl\r\nindex=é user=\"a\r\n```\r\n");
    let (status, out) = run();
    assert_eq!(status, Some(1));
    assert!(out.starts_with("::error file=bad.md,line=4,"), "{out}");
    assert!(out.contains("title=unbalanced-quote::"), "{out}");
    write(&folder, "bad.md", "# T\r\n\r\n```spl\r\nindex=é user=\"a\"\r\n```\r\n");
    assert_eq!(run(), (Some(0), String::new()));
}

#[test]
fn fixes_are_shown_and_written_until_none_is_left() {
    let folder = folder("lint-fix");
    let text = "[a]\r\n# kept\r\nsearch = index=web a=1 OR a=2 \\\r\n  b=1 OR b=2 \\\r\n| stats count\r\ncron = x\r\n";
    write(&folder, "savedsearches.conf", text);
    let ran = splc(&folder, &["lint", "savedsearches.conf", "--fix"], "");
    let wanted = text.replace("a=1 OR a=2", "(a=1 OR a=2)").replace("b=1 OR b=2", "(b=1 OR b=2)");
    assert_eq!(fs::read_to_string(folder.join("savedsearches.conf")).unwrap(), wanted, "{}", ran.err);
    for line in
        ["--- savedsearches.conf", "@@ -1,6 +1,6 @@", "-  b=1 OR b=2 \\", "+  (b=1 OR b=2) \\", " # kept"]
    {
        assert!(ran.err.lines().any(|other| other == line), "{line}: {}", ran.err);
    }
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    write(&folder, "a.json", "{\"name\": \"n\", \"search\": \"index=web user!=\\\"root\\\" \"}\n");
    let before = splc(&folder, &["lint", "a.json", "--fix", "--quiet"], "");
    assert_eq!((before.err.as_str(), before.status), ("", 0));
    splc(&folder, &["lint", "a.json", "--fix", "--unsafe", "--quiet"], "");
    let after = fs::read_to_string(folder.join("a.json")).unwrap();
    assert_eq!(after, "{\"name\": \"n\", \"search\": \"index=web NOT user=\\\"root\\\" \"}\n");
    assert_eq!(splc(&folder, &["lint", "-", "--fix"], "a=1").status, 2);
}
