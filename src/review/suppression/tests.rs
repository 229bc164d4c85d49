//! What comments of every format hold back, and what is said of those that hold back nothing.

use std::path::Path;

use super::*;
use crate::lint::{self, fix};
use crate::review::codes;

const KNOWN: &[&str] = &["no-index", "neq-missing-field", "neq-star"];

fn document(name: &str, text: &str) -> Document {
    let path = Path::new(name);
    Document::read(path, text.to_owned(), format_of(path).unwrap())
}

/// The findings about all searches of a document, where they stand in it.
fn found(document: &Document) -> Vec<Diagnostic> {
    let of_query = |analytic: &crate::document::Analytic| {
        let findings = lint::check_text(analytic.snippet.text()).into_iter();
        findings.map(|finding| finding.in_file(&analytic.snippet).at(&document.path)).collect::<Vec<_>>()
    };
    document.analytics.iter().flat_map(of_query).collect()
}

/// Code and first word of each finding that is left.
fn left(name: &str, text: &str) -> Vec<String> {
    let document = document(name, text);
    let findings = suppress(&document, found(&document), KNOWN, &|_| true);
    findings.iter().map(|it| format!("{} {}", it.code.id, it.span().unwrap_or_default().of(text))).collect()
}

#[test]
fn a_comment_of_spl_holds_for_its_search() {
    let text =
        "# T\n\n```spl\na!=1 ```splc: ignore=no-index,neq-missing-field demo```\n```\n\n```spl\nb!=1\n```\n";
    assert_eq!(left("a.md", text), ["neq-missing-field b!=1", "no-index b!=1"]);
}

#[test]
fn a_comment_of_a_document_holds_for_the_search_below() {
    let markdown = "```spl\na!=1\n```\n<!-- splc: ignore=no-index the app adds it -->\n```spl\nb!=1\n```\n";
    assert_eq!(left("a.md", markdown), ["neq-missing-field a!=1", "no-index a!=1", "neq-missing-field b!=1"]);
    let yaml = "search: a!=1 # splc: ignore=no-index here\n---\n# splc: ignore=neq-missing-field why\nsearch: b!=1\n";
    assert_eq!(left("a.yml", yaml), ["neq-missing-field a!=1", "no-index b!=1"]);
    let conf = "[a]\n# splc: ignore=no-index why\nsearch = a!=1 \\\n# splc: ignore=neq-star no comment\n[b]\nsearch = b!=1\n";
    let findings = left("savedsearches.conf", conf);
    assert!(findings.iter().all(|finding| finding != "no-index a!=1"), "{findings:?}");
    assert!(findings.contains(&"no-index b!=1".to_owned()), "{findings:?}");
    assert!(findings.iter().all(|finding| !finding.starts_with("unused")), "{findings:?}");
}

#[test]
fn a_comment_behind_the_last_search_holds_for_it_and_one_for_the_file_for_all() {
    let text = "```spl\na!=1\n```\n```spl\nb!=1\n```\n<!-- splc: ignore=no-index why -->\n";
    assert_eq!(left("a.md", text).len(), 3);
    let text = text.replace("ignore=", "ignore-file=");
    assert_eq!(left("a.md", &text), ["neq-missing-field a!=1", "neq-missing-field b!=1"]);
}

#[test]
fn comments_in_code_of_other_languages_are_no_orders() {
    let text = "```html\n<!-- splc: ignore=no-index x -->\n```\n\n```spl\nindex=a b=1\n```\n";
    assert!(left("a.md", text).is_empty());
}

#[test]
fn what_is_wrong_with_a_comment_is_said() {
    let said = |body: &str| left("a.spl", &format!("index=web a=1 ```{body}```"));
    assert_eq!(
        said("splc: ignore=no-index"),
        ["unused-suppression no-index", "suppression-without-reason splc: ignore=no-index"]
    );
    assert_eq!(said("splc: ignore=no-indexes why"), ["bad-suppression no-indexes"]);
    assert_eq!(said(" splc: allow no-index"), ["bad-suppression  splc: allow no-index"]);
    assert!(said("about splc: ignore=no-index").is_empty());
    assert_eq!(
        left(
            "a.json",
            r#"{"name": "n", "search": "a!=\"1\" ```splc: ignore=no-index,neq-missing-field \u00e9```"}"#
        ),
        [""; 0]
    );
}

#[test]
fn a_check_that_did_not_run_leaves_its_comment_alone() {
    let document = document("a.spl", "index=web ```splc: ignore=no-index why```");
    assert!(suppress(&document, vec![], KNOWN, &|id| id != "no-index").is_empty());
}

#[test]
fn an_unused_comment_is_taken_out_with_its_line() {
    let cases = [
        ("a.spl", "index=web ```splc: ignore=no-index why```", "index=web"),
        ("a.spl", "index=web```splc: ignore=no-index why```a=1", "index=web a=1"),
        ("a.spl", "index=web\n```splc: ignore=no-index why```\n| head", "index=web\n\n| head"),
        (
            "a.md",
            "x\r\n<!-- splc: ignore=no-index why -->\r\n```spl\nindex=a b=1\n```\n",
            "x\r\n```spl\nindex=a b=1\n```\n",
        ),
        ("a.yml", "name: x # splc: ignore=no-index why\nsearch: index=a\n", "name: x\nsearch: index=a\n"),
        ("a.conf", "[a]\n# splc: ignore=no-index why\nsearch = index=a\n", "[a]\nsearch = index=a\n"),
    ];
    for (name, text, wanted) in cases {
        let document = document(name, text);
        let findings = suppress(&document, vec![], KNOWN, &|_| true);
        assert_eq!(findings[0].code.id, codes::UNUSED_SUPPRESSION.id);
        assert_eq!(fix::apply(text, &findings, false).text, wanted, "{text:?}");
    }
}
