//! Tests of findings about names: fields whose quotes are missing or of the wrong kind, and names of another command,
//! another language or another installation.
//!
//! Each search that is at fault stands beside one that looks like it and is right.

use super::words::assert_told;
use super::*;

/// The finding of one kind in a search that has one.
fn one(id: &str, spl: &str) -> Diagnostic {
    let mut found = check_text(spl).into_iter().filter(|finding| finding.code.id == id);
    let first = found.next().unwrap_or_else(|| panic!("{id}: {spl}"));
    assert!(found.next().is_none(), "{id}: {spl}");
    first
}

#[test]
fn quotes_go_round_the_whole_path() {
    for (spl, written, is_safe) in [
        ("index=a | eval t=mvindex(Properties{}.NewValue,1)", "'Properties{}.NewValue'", false),
        ("index=a | eval t=user.groups{}", "'user.groups{}'", false),
        ("index=a | eval t=a{}.b{}.c", "'a{}.b{}.c'", false),
        ("index=a | eval t=x:y.z", "'x:y.z'", false),
        ("index=a | eval t=mvcount(groups{})", "'groups{}'", true),
        // With a text or a space beside it, the dot joins.
        ("index=a | eval t=\"x\".groups{}", "'groups{}'", true),
        ("index=a | eval t=groups{} . name", "'groups{}'", true),
        ("index=a | eval t=groups{}.tostring(n)", "'groups{}'", true),
        ("index=a | eval t=5.groups{}", "'groups{}'", true),
    ] {
        let finding = one("unquoted-field", spl);
        let fix = finding.fix.as_ref().unwrap();
        assert_eq!((fix.edits[0].text.as_str(), fix.safe), (written, is_safe), "{spl}");
        // What is mended reads without an error, and as one field.
        let after = fixed(spl, true);
        assert!(after.contains(written) && !ids(&after).contains(&"unquoted-field"), "{after}");
        assert!(!is_safe || fixed(spl, false) == after, "{spl}");
        assert!(is_safe || fixed(spl, false) == spl, "{spl}");
    }
}

#[test]
fn a_path_with_quotes_round_a_part_is_told_of() {
    assert_told(
        "where-unquoted-path",
        &[
            "index=a | eval t=mvindex('Properties{}'.NewValue,1)",
            "index=a | where 'Properties{}'.NewValue=\"x\"",
            "index=a | where user.'groups{}'.name=\"x\"",
        ],
        &[
            "index=a | where 'Properties{}.NewValue'=\"x\"",
            "index=a | eval t='Properties{}' . NewValue",
            "index=a | eval t='Properties{}'.\" \".'Values{}'",
            "index=a | eval t='first name'.last",
        ],
    );
    let mended = fixed("index=a | where 'Properties{}'.NewValue=\"x\"", true);
    assert_eq!(mended, "index=a | where 'Properties{}.NewValue'=\"x\"");
}
