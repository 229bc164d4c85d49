//! The workflow of the README and the action behind it, run step by step on a repository with a pull request.
//!
//! In: `action.yml` and `README.md`, from which the steps are taken word for word. Out: a verdict. What is left out are
//! the steps of others and the building of `splc`: the program of this build stands where the action installs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use serde_yaml::Value;

use super::lint::{git, write};
use super::{folder, root};

/// The inputs that the README's workflow gives to the action.
fn inputs() -> Value {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let block = readme.split("```yaml\n").find(|block| block.starts_with("name: detections")).unwrap();
    let workflow: Value = serde_yaml::from_str(block.split("```").next().unwrap()).unwrap();
    let steps = workflow["jobs"]["detections"]["steps"].as_sequence().unwrap().clone();
    let is_own = |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.contains("splc@"));
    let own = steps.iter().find(is_own).unwrap();
    let commands: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(
        commands,
        ["splc compile detections -t falco -o out --report out/report.json", "splc verify detections"]
    );
    own["with"].clone()
}

/// A folder with the program as the action installs it.
fn installed() -> PathBuf {
    let temp = folder("workflow-runner");
    let bin = temp.join("splc/bin");
    fs::create_dir_all(&bin).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_splc"), bin.join("splc")).unwrap();
    temp
}

/// Status and output of a script in a repository.
fn run(script: &str, repository: &Path, runner: &Path, variables: &[(String, String)]) -> (i32, String) {
    let path = std::env::var("PATH").unwrap();
    let ran = Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
        .current_dir(repository)
        .env("RUNNER_TEMP", runner)
        .env("GITHUB_ACTIONS", "true")
        .env("PATH", format!("{}:{path}", runner.join("splc/bin").display()))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap())
}

/// The action's step that lints, with the inputs of the workflow.
fn lint(repository: &Path, runner: &Path) -> (i32, String) {
    let action: Value =
        serde_yaml::from_str(&fs::read_to_string(root().join("action.yml")).unwrap()).unwrap();
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let step = steps.iter().find(|step| step["name"] == "Lint").unwrap();
    let given = inputs();
    let variable = |(name, value): (&Value, &Value)| {
        let input = value.as_str().unwrap().trim_matches(['$', '{', '}', ' ']);
        let input = input.strip_prefix("inputs.").unwrap();
        let value = given[input].as_str().or_else(|| action["inputs"][input]["default"].as_str()).unwrap();
        (name.as_str().unwrap().to_owned(), value.replace("${{ github.base_ref }}", "main"))
    };
    let variables: Vec<(String, String)> = step["env"].as_mapping().unwrap().iter().map(variable).collect();
    run(step["run"].as_str().unwrap(), repository, runner, &variables)
}

/// A repository whose main branch has one detection with an old fault, cloned so that `origin/main` is there, on a branch.
fn pull_request(name: &str) -> PathBuf {
    let origin = folder(&format!("{name}-origin"));
    git(&origin, &["init", "-q", "-b", "main"]);
    write(&origin, "detections/old.spl", "index=web NOT uri=/health (status=500\n");
    let text =
        "# Logons\n\n```spl\nsourcetype=linux:auditd index=os user=root\n| where exe=\"/bin/su\"\n```\n";
    write(&origin, "detections/logons.md", text);
    git(&origin, &["add", "-A"]);
    git(&origin, &["commit", "-q", "-m", "main"]);
    let clone = folder(name);
    git(&clone, &["clone", "-q", origin.to_str().unwrap(), "."]);
    git(&clone, &["switch", "-q", "-c", "change"]);
    clone
}

#[test]
fn a_bad_pull_request_is_annotated_and_fails_and_a_good_one_passes() {
    let (repository, runner) = (pull_request("workflow"), installed());
    let path = "detections/logons.md";
    let text = fs::read_to_string(repository.join(path)).unwrap();
    write(&repository, path, &text.replace("exe=\"/bin/su\"", "like(exe, \"*/su\")\n| where (uid>0"));
    git(&repository, &["commit", "-q", "-a", "-m", "bad"]);
    let (status, out) = lint(&repository, &runner);
    assert_eq!(status, 1, "{out}");
    let annotations: Vec<&str> = out.lines().filter(|line| line.starts_with("::")).collect();
    assert!(annotations.iter().all(|line| line.contains("file=detections/logons.md,line=6,")), "{out}");
    assert!(annotations.iter().any(|line| line.contains("title=unbalanced-parenthesis")), "{out}");
    let sarif: Json =
        serde_json::from_str(&fs::read_to_string(repository.join("splc.sarif")).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), annotations.len(), "{sarif}");

    write(&repository, path, &text.replace("exe=\"/bin/su\"", "exe=\"/bin/sudo\""));
    git(&repository, &["commit", "-q", "-a", "-m", "good"]);
    assert_eq!(lint(&repository, &runner), (0, String::new()));
    let compiled = "splc compile detections/logons.md -t falco -o out --report out/report.json";
    assert_eq!(run(compiled, &repository, &runner, &[]).0, 0);
    assert!(repository.join("out/report.json").exists());
    assert_eq!(run("splc verify detections/logons.md", &repository, &runner, &[]).0, 0);
}
