//! The queries of this repository, end to end: what each becomes for each target, and that it holds what it claims.
//!
//! In: `queries/`, and where `SPLC_CORPUS` is set the documents that the queries were taken from, beside the corpus.
//! Out: a verdict. Invariant: the table below is written by hand; it is what the product promises, not what it does.

use std::path::{Path, PathBuf};

use splc::backend::compile::{self, Settings, Status, Understood};
use splc::backend::{self, Options};
use splc::document::Document;
use splc::document::load::{self, Loaded};
use splc::target::Targets;
use splc::{lint, verify};

/// A log source, how its rule comes out, and whose events stand in for its own.
type Cell = (&'static str, Status, Option<&'static str>);

/// A query, and what becomes of it for Sigma, Falco, EQL and Rust.
type Line = (&'static str, [&'static [Cell]; 4]);

use Status::{Exact, Refused, Wider};

const TABLE: &[Line] = &[
    (
        "container_cli_exec",
        [
            &[("docker.daemon", Exact, None), ("kubernetes.audit", Exact, None)],
            &[("docker.daemon", Exact, Some("linux.process")), ("kubernetes.audit", Refused, None)],
            &[("docker.daemon", Exact, Some("linux.process")), ("kubernetes.audit", Refused, None)],
            &[("docker.daemon", Exact, None), ("kubernetes.audit", Exact, None)],
        ],
    ),
    (
        "container_process_creation",
        [
            &[("docker.daemon", Exact, None), ("kubernetes.container", Exact, None)],
            &[("docker.daemon", Exact, Some("docker.events")), ("kubernetes.container", Refused, None)],
            &[("docker.daemon", Exact, Some("docker.events")), ("kubernetes.container", Refused, None)],
            &[("docker.daemon", Exact, None), ("kubernetes.container", Exact, None)],
        ],
    ),
    (
        "container_api_credential_commands",
        [
            &[
                ("docker.events", Exact, None),
                ("kubernetes.audit", Exact, None),
                ("kubernetes.container", Exact, None),
            ],
            &[
                ("docker.events", Exact, Some("linux.process")),
                ("kubernetes.audit", Refused, None),
                ("kubernetes.container", Exact, Some("linux.process")),
            ],
            &[
                ("docker.events", Exact, Some("linux.process")),
                ("kubernetes.audit", Refused, None),
                ("kubernetes.container", Exact, Some("linux.process")),
            ],
            &[
                ("docker.events", Exact, None),
                ("kubernetes.audit", Exact, None),
                ("kubernetes.container", Exact, None),
            ],
        ],
    ),
    (
        "container_api_logon",
        [
            &[("docker.events", Exact, None), ("kubernetes.audit", Exact, None)],
            &[("docker.events", Wider, None), ("kubernetes.audit", Exact, None)],
            &[("docker.events", Wider, None), ("kubernetes.audit", Exact, None)],
            &[("docker.events", Exact, None), ("kubernetes.audit", Exact, None)],
        ],
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents(folder: &Path) -> Vec<Document> {
    let loaded = load::paths(&[folder.to_path_buf()]);
    assert!(!loaded.failed(), "{:?}", loaded.diagnostics);
    loaded.documents
}

fn stem(one: &Understood<'_>) -> String {
    one.document.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn the_table_of_cells_is_what_the_queries_become() {
    let documents = documents(&root().join("queries"));
    let targets = Targets::embedded().unwrap();
    let understood = compile::understand(&documents, &Settings::of(&targets));
    assert_eq!(understood.len(), TABLE.len());
    for one in &understood {
        let name = stem(one);
        let (_, cells) =
            TABLE.iter().find(|(line, _)| *line == name).unwrap_or_else(|| panic!("{name} is in no line"));
        for (backend, expected) in backend::ALL.iter().zip(cells) {
            let result =
                compile::rules(one, *backend, targets.map(backend.name()).unwrap(), &Options::default());
            let found: Vec<(&str, Status, Option<&str>)> = result
                .rules
                .iter()
                .map(|rule| (rule.source.as_deref().unwrap_or(""), rule.status, rule.substitute.as_deref()))
                .collect();
            assert_eq!(found, *expected, "{name} for {}", backend.name());
            for rule in &result.rules {
                let told = rule.notes.iter().filter(|note| note.span().is_some()).count();
                assert!(
                    rule.status == Exact || told > 0,
                    "{name} for {}: no words are named",
                    backend.name()
                );
                let refusal = rule.notes.iter().any(|note| !note.help.is_empty());
                assert!(
                    rule.status != Refused || refusal,
                    "{name} for {}: no way out is named",
                    backend.name()
                );
            }
        }
    }
}

#[test]
fn every_rule_holds_what_it_claims() {
    let documents = documents(&root().join("queries"));
    let targets = Targets::embedded().unwrap();
    for one in &compile::understand(&documents, &Settings::of(&targets)) {
        let (reference, events) = verify::reference(one).expect("the queries are lowered");
        assert!(reference.holds(), "{}: {:?}", one.title, reference.differences);
        assert!(
            reference.matching > 10 && reference.matching < reference.events,
            "{}: one-sided events",
            one.title
        );
        for backend in backend::ALL {
            let map = targets.map(backend.name()).unwrap();
            let result = compile::rules(one, *backend, map, &Options::default());
            for rule in &result.rules {
                let Some(outcome) = verify::rule(one, backend.name(), rule, &events) else { continue };
                assert!(outcome.holds(), "{} for {}: {outcome:?}", one.title, backend.name());
                assert!(
                    outcome.matching > 0 && outcome.matching < outcome.events,
                    "{}: {outcome:?}",
                    one.title
                );
            }
        }
    }
}

#[test]
fn every_query_has_events_of_both_kinds_for_every_source() {
    let documents = documents(&root().join("queries"));
    let targets = Targets::embedded().unwrap();
    for one in &compile::understand(&documents, &Settings::of(&targets)) {
        for sourced in one.sourced() {
            let source = &sourced.source.expect("the queries name known sources").name;
            for matches in [true, false] {
                let count = one
                    .analytic
                    .examples
                    .iter()
                    .filter(|example| example.matches == matches && example.source.as_ref() == Some(source))
                    .count();
                assert!(count >= 2, "{}: {count} events of {source} that match: {matches}", one.title);
            }
        }
    }
}

#[test]
fn no_query_has_an_error_for_lint() {
    let documents = documents(&root().join("queries"));
    let targets = Targets::embedded().unwrap();
    for one in &compile::understand(&documents, &Settings::of(&targets)) {
        let subject = lint::Subject::of(one, lint::Known::nothing());
        let findings = lint::check(&subject, &lint::chosen(&|_| true));
        assert!(
            findings.iter().all(|finding| finding.severity < splc::diagnostic::Severity::Error),
            "{findings:?}"
        );
    }
}

/// The folder of the documents that the queries were taken from.
fn seeds() -> Option<PathBuf> {
    let Some(corpus) = std::env::var_os("SPLC_CORPUS") else {
        println!("SPLC_CORPUS is not set: the documents beside the corpus were not read");
        return None;
    };
    let folder = PathBuf::from(corpus).parent().expect("the corpus has a parent").join("seeds");
    assert!(folder.is_dir(), "SPLC_CORPUS is set, and {} is missing", folder.display());
    Some(folder)
}

#[test]
fn the_seed_documents_are_read_as_they_are() {
    let Some(folder) = seeds() else { return };
    let Loaded { documents, diagnostics } = load::paths(&[folder]);
    let told: Vec<(&str, bool)> = diagnostics
        .iter()
        .map(|finding| (finding.code.id, finding.message.contains("no SPL query was found in 2 of 4 files")))
        .collect();
    assert_eq!(told, [("no-analytic", true)]);
    let counts: Vec<usize> = documents.iter().map(|document| document.analytics.len()).collect();
    assert_eq!(counts, [0, 0, 2, 2]);
    for document in &documents {
        assert_eq!(document.diagnostics, [], "{}", document.path.display());
    }
    let read: Vec<_> = documents
        .iter()
        .flat_map(|document| &document.analytics)
        .map(|analytic| {
            let metadata = &analytic.metadata;
            (
                metadata.title.as_str(),
                metadata.techniques.join(" "),
                metadata.tactics.join(" "),
                metadata.data_source.as_deref(),
            )
        })
        .collect();
    let command = Some("Command: Command Execution (DS0017)");
    assert_eq!(
        read,
        [
            (
                "Unusual command executions in container services",
                "T1609".to_owned(),
                "TA0002".to_owned(),
                command
            ),
            (
                "Unusual process creation within containers",
                "T1609".to_owned(),
                "TA0002".to_owned(),
                Some("Process: Process Creation (DS0009)")
            ),
            (
                "Failed or unusual logon attempts using compromised credentials",
                "T1552.007".to_owned(),
                "TA0006".to_owned(),
                Some("User Account: User Account Authentication (DS0002)")
            ),
            (
                "Unexpected API calls or access to Docker logs indicating credential access",
                "T1552.007".to_owned(),
                "TA0006".to_owned(),
                command
            ),
        ]
    );
}

#[test]
fn the_seed_documents_become_the_rules_of_the_queries() {
    let Some(folder) = seeds() else { return };
    let (seeds, queries) = (documents(&folder), documents(&root().join("queries")));
    let targets = Targets::embedded().unwrap();
    let rules = |documents: &[Document]| {
        let mut all = Vec::new();
        for one in &compile::understand(documents, &Settings::of(&targets)) {
            for backend in backend::ALL {
                let map = targets.map(backend.name()).unwrap();
                for rule in compile::rules(one, *backend, map, &Options::default()).rules {
                    let asks = rule
                        .written
                        .as_ref()
                        .map(|(rule, ..)| (rule.legal.predicate.clone(), rule.view.title.clone()));
                    let spl = one.analytic.snippet.text().trim().to_owned();
                    all.push((spl, backend.name(), rule.source, rule.status.word(), rule.substitute, asks));
                }
            }
        }
        all.sort();
        all
    };
    assert_eq!(rules(&seeds), rules(&queries));
}
