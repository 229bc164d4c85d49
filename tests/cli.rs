//! The command line as people use it: the README's examples, exit status, bad input, files written whole.
//!
//! In: the built command. Out: a verdict. Invariant: every run happens in a folder of its own; messages name the
//! path and the place, and one bad input never stops the others.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod fmt;
mod integrations;
mod lint;
mod lookups;
mod readme;
mod targets;
mod workflow;

/// What a run printed and how it ended.
struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A new folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn splc(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_splc"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        // What a build server sets would change what is printed.
        .env_remove("CI")
        .env_remove("GITHUB_ACTIONS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A command that does not read its input closes the pipe, which is no fault of the test.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let ran = Ran {
        status: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

fn queries() -> String {
    root().join("queries").to_string_lossy().into_owned()
}

/// All files below a folder, as paths relative to it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn compile_writes_every_target_and_check_compares() {
    let folder = folder("compile");
    let ran = splc(&folder, &["compile", &queries(), "-o", "out", "--report", "r.json"], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("substitute: linux.process") && ran.out.contains("refused"), "{}", ran.out);
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("r.json")).unwrap()).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["analytics"].as_array().unwrap().len(), 4);
    assert_eq!(report["summary"]["sigma"]["exact"], 4);
    assert_eq!(
        report["summary"]["falco"],
        serde_json::json!({"exact": 3, "wider": 1, "narrower": 0, "refused": 0, "partial": 3})
    );
    let listed: Vec<&str> = report["analytics"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["targets"].as_array().unwrap())
        .flat_map(|target| target["rules"].as_array().unwrap())
        .flat_map(|rule| rule["files"].as_array().unwrap())
        .map(|file| file.as_str().unwrap())
        .collect();
    for file in files(&folder.join("out")) {
        assert!(listed.contains(&file.as_str()), "{file} is in no rule of the report");
    }
    assert_eq!(splc(&folder, &["compile", &queries(), "-o", "out", "--check"], "").status, 0);
    let changed = folder.join("out").join(&files(&folder.join("out"))[0]);
    fs::write(&changed, "changed").unwrap();
    let ran = splc(&folder, &["compile", &queries(), "-o", "out", "--check", "--quiet"], "");
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("differs from what would be written"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&changed).unwrap(), "changed", "--check writes nothing");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = folder("deterministic");
    for out in ["a", "b"] {
        assert_eq!(splc(&folder, &["compile", &queries(), "-o", out, "--quiet"], "").status, 0);
    }
    assert_eq!(files(&folder.join("a")), files(&folder.join("b")));
    for file in files(&folder.join("a")) {
        let read = |out: &str| fs::read(folder.join(out).join(&file)).unwrap();
        assert_eq!(read("a"), read("b"), "{file}");
    }
}

#[test]
fn fail_on_turns_an_outcome_into_a_status() {
    let folder = folder("fail_on");
    let compile = |least: &str| {
        splc(&folder, &["compile", &queries(), "-o", "out", "-q", "--fail-on", least], "").status
    };
    assert_eq!((compile("refused"), compile("partial"), compile("wider")), (0, 1, 1));
    let sigma =
        splc(&folder, &["compile", &queries(), "-t", "sigma", "-o", "out", "-q", "--fail-on", "wider"], "");
    assert_eq!(sigma.status, 0);
}

#[test]
fn usage_errors_end_with_2_and_say_what_to_do() {
    let folder = folder("usage");
    for (arguments, says) in [
        (&["compile", "-o", "out"][..], "no path is given"),
        (&["compile", "-"], "`-o DIR` is needed"),
        (&["compile", "-", "-t", "yara"], "invalid value 'yara'"),
        (
            &["compile", "-", "-t", "sigma", "--source", "nowhere"],
            "`--source nowhere` is no known log source",
        ),
        (&["compile", "-", "-t", "sigma", "--targets", "missing"], "is no folder"),
        (&["lint", "-", "--select", "no-such-code"], "`no-such-code` is no diagnostic code"),
        (&["explain", "unbalanced-quotes"], "neither a path nor a diagnostic code"),
    ] {
        let ran = splc(&folder, arguments, "a=1");
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = folder("bad_files");
    fs::write(folder.join("good.spl"), "sourcetype=docker:daemon command=\"docker ps\"").unwrap();
    fs::write(folder.join("binary.md"), b"# x\0y").unwrap();
    fs::write(folder.join("large.spl"), "a".repeat(17 * 1024 * 1024)).unwrap();
    fs::write(folder.join("latin.spl"), b"sourcetype=docker:daemon user=J\xfcrgen").unwrap();
    fs::write(folder.join("broken.spl"), "sourcetype=docker:daemon command=\"docker ps").unwrap();
    let ran = splc(&folder, &["compile", ".", "missing.md", "-t", "sigma", "-o", "out"], "");
    assert_eq!(ran.status, 2);
    for says in [
        "`./binary.md` is not text: byte 3 is NUL",
        "`./large.spl` is larger than 16 MiB",
        "broken-utf8",
        "`missing.md` cannot be read: it does not exist",
        "unbalanced-quote",
        "./broken.spl:1:34",
    ] {
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
    assert_eq!(files(&folder.join("out")), ["sigma/good.yml", "sigma/latin.yml"], "{}", ran.out);
}

#[test]
fn an_empty_folder_says_so() {
    let folder = folder("empty");
    fs::create_dir(folder.join("nothing")).unwrap();
    let ran = splc(&folder, &["list", "nothing"], "");
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("no document was found in `nothing`"), "{}", ran.err);
    assert_eq!(ran.out, "0 searches\n");
}

/// Root may read everything, so the command runs as another user where the test runs as root.
#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("splc-unreadable-{}", std::process::id()));
    let closed = folder.join("closed");
    fs::create_dir_all(&closed).unwrap();
    fs::write(folder.join("good.spl"), "a=1").unwrap();
    let command = folder.join("splc");
    fs::copy(env!("CARGO_BIN_EXE_splc"), &command).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let is_readable = fs::read_dir(&closed).is_ok();
    let mut run = if is_readable {
        let mut run = Command::new("setpriv");
        run.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&command);
        run
    } else {
        Command::new(&command)
    };
    let output = run.args(["list", ".", "closed"]).current_dir(&folder).output();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let output = output.unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{out}{err}");
    assert!(err.contains("closed") && err.to_lowercase().contains("permission"), "{err}");
    assert!(out.contains("1 search"), "the rest is still read: {out}{err}");
}

#[test]
fn an_output_that_cannot_be_written_leaves_no_part() {
    let folder = folder("unwritable");
    fs::write(folder.join("out"), "a file stands where the folder should").unwrap();
    let ran = splc(&folder, &["compile", &queries(), "-o", "out"], "");
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("the folder `out/sigma` cannot be made"), "{}", ran.err);
    assert_eq!(files(&folder), ["out"]);
}

#[test]
fn hostile_searches_get_a_diagnostic() {
    let folder = folder("hostile");
    for (name, text, says) in [
        ("parentheses", format!("{}a=1{}", "(".repeat(100_000), ")".repeat(100_000)), "nested-too-deep"),
        ("not", format!("{}a=1", "NOT ".repeat(100_000)), "nested-too-deep"),
        ("quotes", "a=\"b".to_owned(), "unbalanced-quote"),
        ("open", "(a=1 OR b=2".to_owned(), "unbalanced-parenthesis"),
        ("close", "a=1) b=2".to_owned(), "unbalanced-parenthesis"),
        ("many", ")".repeat(1_000_000), "too-many-findings"),
        ("line", format!("a=\"{}\" OR", "x".repeat(10_000_000)), "missing-operand"),
    ] {
        let ran = splc(&folder, &["compile", "-", "-t", "sigma"], &text);
        assert_eq!(ran.status, 0, "{name}: {}", ran.err.chars().take(2_000).collect::<String>());
        assert!(ran.err.contains(says), "{name}: {}", ran.err.chars().take(2_000).collect::<String>());
        assert!(ran.out.is_empty() && ran.err.len() < 300_000, "{name}: {} bytes of messages", ran.err.len());
    }
}

#[test]
fn match_tells_which_searches_cost_most() {
    let folder = folder("match-stats");
    fs::write(folder.join("rules.md"), "# A\n\n```spl\nb=1 c=*x*\n```\n\n# B\n\n```spl\nd=2\n```\n").unwrap();
    let events = "{\"b\": \"1\", \"c\": \"axb\"}\n".repeat(3);
    let ran = splc(&folder, &["match", "--stats", "-r", "rules.md", "--count"], &events);
    let table: Vec<Vec<&str>> = ran
        .err
        .lines()
        .skip_while(|line| !line.ends_with("  search"))
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .take_while(|words: &Vec<&str>| words.len() == 3)
        .collect();
    assert_eq!(
        table.iter().map(|words| (words[1], words[2])).collect::<Vec<_>>(),
        [("3", "A")],
        "{}",
        ran.err
    );
}

#[test]
fn match_goes_on_after_bad_lines_and_says_what_it_lacks() {
    let folder = folder("match");
    fs::write(folder.join("rule.spl"), "sourcetype=docker:daemon command=\"docker*\"").unwrap();
    let long = format!("{{\"command\": \"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let events = format!(
        "{{\"command\": \"docker ps\"}}\nnot json\n[1]\n\n{long}\n{{\"command\": \"Docker exec\"}}\n"
    );
    fs::write(folder.join("events.ndjson"), events).unwrap();
    let ran = splc(&folder, &["match", "-r", "rule.spl", "events.ndjson", "missing.ndjson"], "");
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{}", ran.err);
    for says in [
        "events.ndjson:2: not an event: not JSON",
        "events.ndjson:3: not an event: an event is a JSON object, this is an array",
        "events.ndjson:5: not an event: the line is longer than 16 MiB",
        "`missing.ndjson` cannot be read: it does not exist",
        "no event has index, sourcetype, source or host",
    ] {
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
    let stated =
        ["match", "-r", "rule.spl", "events.ndjson", "--source", "docker.daemon", "--fields", "command"];
    let ran = splc(&folder, &stated, "");
    let lines: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{}", ran.err);
    assert_eq!(
        (&lines[1]["line"], &lines[1]["command"]),
        (&serde_json::json!(6), &serde_json::json!("Docker exec"))
    );
}

#[test]
fn match_reads_times_as_they_are_exported_and_says_what_it_does_not_know() {
    let folder = folder("match_times");
    fs::write(folder.join("often.spl"), "a=1 | bin _time span=5m | stats count by _time | where count >= 2")
        .unwrap();
    fs::write(folder.join("first.spl"), "a=1 | dedup user | search b=1").unwrap();
    for (form, times, hits) in [
        ("json", ["2026-01-01T00:00:01.000+00:00", "2026-01-01T00:00:02Z"], "1 hits"),
        ("json", ["2026-01-01T00:00:01.000+0000", "1767225602"], "1 hits"),
        ("json", ["2026-01-01 00:00:01", "2026-01-05 00:00:01"], "0 hits"),
        ("csv", ["2026-01-01T00:00:01.000+0000", "2026-01-01T00:00:02.000+0000"], "1 hits"),
    ] {
        let events = match form {
            "csv" => format!("_time,a\n{},1\n{},1\n", times[0], times[1]),
            _ => times.map(|time| format!("{{\"_time\": \"{time}\", \"a\": \"1\"}}\n")).concat(),
        };
        let file = format!("events.{form}");
        fs::write(folder.join(&file), events).unwrap();
        let ran = splc(&folder, &["match", "-r", "often.spl", &file], "");
        assert!(ran.err.contains(hits) && !ran.err.contains("warning"), "{times:?}: {}", ran.err);
    }
    let ran =
        splc(&folder, &["match", "-r", "often.spl"], "{\"a\": \"1\", \"_time\": \"noon\"}\n{\"a\": \"1\"}\n");
    assert!(ran.err.contains("warning: often: 2 events have no `_time` in seconds"), "{}", ran.err);
    let ran = splc(&folder, &["match", "-r", "first.spl"], "");
    assert!(ran.err.contains("first: wider: thinned-out: "), "{}", ran.err);
}

#[test]
fn match_does_not_run_what_names_something_unknown() {
    let folder = folder("match_holes");
    fs::write(folder.join("macro.spl"), "`unheard_of` OR user=root").unwrap();
    fs::write(folder.join("known.spl"), "user=root").unwrap();
    let event = "{\"user\": \"root\"}\n";
    let ran = splc(&folder, &["match", "-r", "macro.spl", "-r", "known.spl", "--count"], event);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err.contains("not run: undefined-macro: the macro `unheard_of` is not defined"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("`--macros PATH`") && ran.err.contains("1 searches, 1 events, 1 hits"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
}

#[test]
fn a_test_for_another_value_is_written_as_wide_as_it_must_be() {
    let folder = folder("other_value");
    fs::write(folder.join("s.spl"), "sourcetype=no:such:type action=stop user!=root\n").unwrap();
    let ran = splc(&folder, &["compile", "s.spl", "-t", "sigma"], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("fidelity: wider") && ran.out.contains("user|exists: true"), "{}", ran.out);
    assert!(ran.out.contains("is tested as presence"), "{}", ran.out);
    let ran = splc(&folder, &["compile", "s.spl", "-t", "sigma", "--allow", "narrower"], "");
    assert!(ran.out.contains("fidelity: narrower") && ran.out.contains("user: 'root'"), "{}", ran.out);
}

#[test]
fn verify_fails_where_the_document_is_wrong() {
    let folder = folder("verify");
    let text = "---\ntitle: A Search\n---\n\n```spl\nsourcetype=docker:daemon action=start\n```\n\n\
                ## Events that match\n\n### `docker.daemon`\n\n```json\n\
                {\"sourcetype\": \"docker:daemon\", \"action\": \"stop\"}\n```\n";
    fs::write(folder.join("wrong.md"), text).unwrap();
    let ran = splc(&folder, &["verify", "wrong.md"], "");
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(ran.out.contains("wrong.md:14:1: the document says match, search says no match"), "{}", ran.out);
    let ran = splc(&folder, &["verify", "wrong.md", "--format", "junit"], "");
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(ran.out.contains(r#"<failure message="wrong.md:14:1: the document says match"#), "{}", ran.out);
    fs::write(folder.join("opaque.spl"), "sourcetype=docker:daemon | outlier\n").unwrap();
    let ran = splc(&folder, &["verify", "opaque.spl", "--format", "junit"], "");
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(ran.out.contains("<skipped message="), "{}", ran.out);
}

#[test]
fn a_rule_of_a_search_that_cannot_be_run_agrees_with_nothing() {
    let folder = folder("verify_not_run");
    // Of the first no event can be run; of the second those that give no row.
    let searches = [
        "index=wineventlog EventCode=4625 | table user | xmlkv\n",
        "index=wineventlog EventCode=4625 | stats count by user | where count>5 | eval x=random()\n",
    ];
    for search in searches {
        fs::write(folder.join("s.spl"), search).unwrap();
        let ran = splc(&folder, &["verify", "s.spl", "-t", "sigma"], "");
        assert_eq!(ran.status, 0, "{}", ran.err);
        let lines: Vec<&str> = ran.out.lines().filter(|line| line.contains(" match: ")).collect();
        assert!(lines.len() == 2 && lines.iter().all(|line| line.contains(": not run: ")), "{}", ran.out);
        assert!(ran.out.contains("\n1 rules were not run\n"), "{}", ran.out);
        let ran = splc(&folder, &["verify", "s.spl", "-t", "sigma", "--format", "json"], "");
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["summary"]["not_run"], 1, "{}", ran.out);
        let ran = splc(&folder, &["verify", "s.spl", "-t", "sigma", "--format", "junit"], "");
        assert_eq!(ran.out.matches("<skipped message=").count(), 2, "{}", ran.out);
    }
}

#[test]
fn lint_reports_in_every_format_and_fixes_in_place() {
    let folder = folder("lint");
    let text = "index=x sourcetype=a action=b OR action=c user=d\n";
    fs::write(folder.join("mixed.spl"), text).unwrap();
    for format in splc::report::ALL {
        let ran = splc(&folder, &["lint", "mixed.spl", "--format", format.name()], "");
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert!(ran.out.contains("mixed-and-or"), "{}: {}", format.name(), ran.out);
    }
    assert_eq!(splc(&folder, &["lint", "mixed.spl", "--fix"], "").status, 0);
    let fixed = fs::read_to_string(folder.join("mixed.spl")).unwrap();
    assert_eq!(fixed, "index=x sourcetype=a (action=b OR action=c) user=d\n");
    assert_eq!(splc(&folder, &["lint", "-"], "a=\"b").status, 1);
}

#[test]
fn list_json_is_one_object_a_search() {
    let folder = folder("list");
    let ran = splc(&folder, &["list", &queries(), "--format", "json"], "");
    let objects: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 4);
    for object in objects {
        let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
        let expected = [
            "id",
            "title",
            "path",
            "line",
            "techniques",
            "commands",
            "sources",
            "parse",
            "kind",
            "reasons",
            "holes",
            "targets",
            "unmapped",
        ];
        assert_eq!(keys, expected);
        assert_eq!(
            (&object["parse"], &object["kind"]),
            (&serde_json::json!("clean"), &serde_json::json!("event"))
        );
    }
}

#[test]
fn every_code_is_explained() {
    let folder = folder("explain");
    for code in ["unbalanced-quote", "dropped-test", "mixed-and-or", "no-analytic"] {
        let ran = splc(&folder, &["explain", code], "");
        assert_eq!(ran.status, 0);
        assert!(ran.out.starts_with(code), "{}", ran.out);
    }
}

// Macros.

/// A Splunk app with definitions, and a search that calls them.
fn with_macros(name: &str) -> PathBuf {
    let folder = folder(name);
    fs::create_dir_all(folder.join("app/default")).unwrap();
    fs::create_dir_all(folder.join("app/local")).unwrap();
    let default =
        "[audit]\ndefinition = sourcetype=nothing\n\n[who(1)]\nargs = user\ndefinition = user==$user$\n";
    fs::write(folder.join("app/default/macros.conf"), default).unwrap();
    fs::write(folder.join("app/local/macros.conf"), "[audit]\ndefinition = sourcetype=kubernetes:audit\n")
        .unwrap();
    fs::write(folder.join("a.spl"), "`audit` verb=get | `a_filter`\n").unwrap();
    fs::write(folder.join("b.spl"), "verb=get\n`who(root)`\n").unwrap();
    folder
}

#[test]
fn macros_are_expanded_before_a_search_is_compiled() {
    let folder = with_macros("macros_compile");
    let ran = splc(&folder, &["compile", "a.spl", "-t", "sigma", "--macros", "app"], "");
    assert!(ran.out.contains("service: audit") && ran.out.contains("verb: 'get'"), "{}{}", ran.out, ran.err);
    assert_eq!(ran.status, 0);
    let without = splc(&folder, &["list", "a.spl", "--format", "json"], "");
    assert!(without.out.contains("\"holes\":[{\"kind\":\"macro\",\"name\":\"audit\""), "{}", without.out);
    let id = |out: &str| out.split("\"id\":\"").nth(1).map(|rest| rest[..36].to_owned());
    let with = splc(&folder, &["list", "a.spl", "--format", "json", "--macros", "app"], "");
    assert!(with.out.contains("\"sources\":[\"kubernetes.audit\"]"), "{}", with.out);
    assert_eq!(id(&with.out), id(&without.out), "the id depends on the macros that are known");
}

#[test]
fn a_finding_inside_a_macro_names_both_places() {
    let folder = with_macros("macros_places");
    let ran = splc(&folder, &["lint", "b.spl", "--macros", "app", "--ignore", "no-index"], "");
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    for part in [
        "b.spl:2:1",
        "double-equals",
        "the macro `who(1)` (",
        "app/default/macros.conf:6)",
        "in the text of this macro",
    ] {
        assert!(ran.out.contains(part), "{part} in:\n{}", ran.out);
    }
    // The words of a macro are not the document's to change.
    let before = fs::read_to_string(folder.join("b.spl")).unwrap();
    splc(&folder, &["lint", "b.spl", "--macros", "app", "--fix", "--unsafe"], "");
    assert_eq!(fs::read_to_string(folder.join("b.spl")).unwrap(), before);
}

#[test]
fn definitions_that_cannot_be_read_are_said() {
    let folder = with_macros("macros_bad");
    fs::write(folder.join("bad.yml"), "name: [\n").unwrap();
    let ran = splc(
        &folder,
        &["lint", "a.spl", "--macros", "bad.yml", "--macros", "absent.conf", "--macros", "app"],
        "",
    );
    assert_eq!(ran.status, 2, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("bad-macro-file") && ran.out.contains("bad.yml"), "{}", ran.out);
    assert!(ran.out.contains("absent.conf") && ran.out.contains("it does not exist"), "{}", ran.out);
    fs::write(folder.join("twice.conf"), "[m]\ndefinition = a\n[m]\ndefinition = b\n").unwrap();
    let ran = splc(&folder, &["lint", "a.spl", "--macros", "twice.conf"], "");
    assert!(ran.out.contains("twice.conf:3:2") && ran.out.contains("duplicate-macro"), "{}", ran.out);
}

#[test]
fn a_log_source_is_recognised_by_the_name_of_a_macro() {
    let folder = folder("macros_source");
    fs::write(folder.join("kube.yml"), "name: kube_audit\ndefinition: source=\"kubernetes\"\n").unwrap();
    fs::write(folder.join("a.spl"), "`kube_audit` verb=get").unwrap();
    fs::write(folder.join("b.spl"), "source=kubernetes verb=get").unwrap();
    let of = |file| splc(&folder, &["compile", file, "-t", "sigma", "--macros", "kube.yml"], "");
    let by_macro = of("a.spl");
    assert!(by_macro.out.contains("service: audit"), "{}{}", by_macro.out, by_macro.err);
    assert!(!by_macro.out.contains("source: 'kubernetes'"), "{}", by_macro.out);
    assert!(of("b.spl").out.contains("source: 'kubernetes'"));
    let verified = splc(&folder, &["verify", "a.spl", "--macros", "kube.yml"], "");
    assert_eq!(verified.status, 0, "{}{}", verified.out, verified.err);
}
