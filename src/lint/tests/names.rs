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

fn first_help(finding: &Diagnostic) -> &str {
    finding.help.first().map_or("", String::as_str)
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

#[test]
fn tstats_takes_no_expression() {
    let id = "indexed-expression";
    assert_told(
        id,
        &[
            "| tstats count(eval(action=\"x\")) as n where index=a by src",
            "| tstats count sum(eval(bytes*8)) as n where index=a by src | where n > 5",
        ],
        &[
            "| tstats count where index=a action=x by src",
            "| tstats avg(PREFIX(kbps=)) where index=a by src",
            "| tstats count where index=a by src action | stats sum(eval(if(action=\"x\",count,0))) as n by src",
        ],
    );
    assert_eq!(one(id, "| tstats count(eval(a=1)) as n where index=b").severity, Severity::Error);
}

#[test]
fn a_function_of_a_text_that_is_written_as_a_path_is_the_same_for_every_row() {
    assert_told(
        "where-quoted-field",
        &[
            "index=a | eval x=split(\"actor.alternateId\",\"@\")",
            "index=a | eval x=lower(\"user.name\")",
            "index=a | where len(\"request.headers{}.value\") > 5",
            "index=a | where \"Login Count\" > 5",
            "index=a | where 5 <= \"Login Count\"",
            "index=a | where \"Login Count\" = 5",
        ],
        &[
            "index=a | eval x=split('actor.alternateId',\"@\")",
            "index=a | eval x=split(\"a.b.c\",\".\")",
            "index=a | eval x=split(\"one,two\",\",\")",
            "index=a | eval x=lower(\"Some Words\"), y=upper(\"root\")",
            "index=a | eval x=substr(host, 1, len(host)-len(\"example.com\"))",
            "index=a | where \"5\" < count",
            "index=a | where n > \"5\"",
            "index=a | eval x=lower(\"$token.user$\")",
        ],
    );
    let empty = one("empty-search", "index=a | where \"Login Count\" > 5");
    assert!(empty.message.contains("`\"Login Count\" > 5`") && first_help(&empty).contains("single quotes"));
}

#[test]
fn a_placeholder_may_have_a_wildcard_beside_it() {
    assert_told(
        "placeholder-value",
        &[
            "index=a user=\"*<YOUR_DOMAIN>\"",
            "index=a user=\"*@<YOUR_DOMAIN>*\"",
            "index=a | where NOT like(user,\"%@<YOUR_COMPANY_DOMAIN>\")",
            "index=a | where user LIKE \"%<your domain>\"",
        ],
        &[
            "index=a answer=\"*<CNAME>*\"",
            "index=a x=\"*<Data Name=*\" host=\"*<local machine>\"",
            "index=a | where like(x,\"%<EventID>%\")",
            "index=a | rex \"(?<your_name>\\w+)\" | where match(x,\"(?<your_name>y)\")",
            // The template of a policy that is looked for.
            "index=a policy=\"*arn:aws:s3:::<YOUR-BUCKET-NAME>/*\"",
            "index=a x=\"<yourself>\"",
        ],
    );
}

#[test]
fn stretches_of_time_are_no_option_of_stats() {
    assert_told(
        "misspelt-option",
        &["index=a | stats count by user, _time span=1h", "index=a | eventstats count by _time span=5m"],
        &[
            "index=a | bin _time span=1h | stats count by user, _time",
            "index=a | timechart span=1h count by user",
            "| tstats count where index=a by _time span=1h",
        ],
    );
    assert!(
        first_help(&one("misspelt-option", "index=a | stats count by _time span=1h"))
            .contains("bin _time span=1h")
    );
}

#[test]
fn a_date_in_another_form_is_noted() {
    assert_told(
        "malformed-time",
        &[
            "index=a user=root earliest=\"2024-11-15T09:40:00\"",
            "index=a user=root latest=\"2024-11-15 09:40:00\"",
            "index=a user=root earliest=2024-11-15",
        ],
        &[
            "index=a user=root earliest=11/15/2024:09:40:00 latest=11/16/2024",
            "index=a user=root earliest=\"1/5/2024:9:4:0\"",
            "index=a user=root earliest=-1d@d latest=-1mon@mon+7d earliest=1700000000",
            "index=a user=root timeformat=\"%Y-%m-%d\" earliest=2024-11-15",
            "index=a user=root earliest=\"$time.earliest$\"",
        ],
    );
    let noted = one("malformed-time", "index=a user=root earliest=\"2024-11-15T09:40:00\"");
    assert_eq!(noted.severity, Severity::Note);
}

#[test]
fn a_wildcard_beside_a_quoted_text_is_not_known_to_be_a_term() {
    let id = "glued-quote";
    for (spl, severity, words) in [
        ("index=a f=*\"x\"*", Severity::Warning, "`*\"x\"*` may be read"),
        ("index=a f=\"x\"* g=1", Severity::Warning, "`\"x\"*` may be read"),
        ("index=a NOT g=1 f=*\"x\"", Severity::Warning, "`*\"x\"` may be read"),
        ("index=a NOT f=*\"x\"*", Severity::Note, "may be read"),
        ("index=a NOT (g=1 OR f=*\"x\"*)", Severity::Note, "may be read"),
        ("index=a NOT (g=1 NOT f=*\"x\"*)", Severity::Warning, "may be read"),
        ("index=a f=b\"x\"", Severity::Warning, "are two terms"),
        ("index=a *\"x\"*", Severity::Warning, "are two terms"),
        ("index=a f=*\"x\"*\"y\"", Severity::Warning, "are two terms"),
    ] {
        let finding = one(id, spl);
        assert_eq!(finding.severity, severity, "{spl}");
        assert!(finding.message.contains(words), "{spl}: {}", finding.message);
    }
    // Each kind is told once.
    let both = check_text("index=a f=*\"x\"* g=*\"y\" NOT h=*\"z\"* i=b\"x\"");
    assert_eq!(both.iter().filter(|finding| finding.code.id == id).count(), 3, "{both:?}");
}

#[test]
fn behind_fillnull_the_word_null_is_a_text() {
    let id = "null-comparison";
    for (spl, words) in [
        ("index=a | fillnull value=NULL user | where user==NULL", "`\"NULL\"`"),
        ("index=a | fillnull value=\"Null\" | where user!=null", "`\"Null\"`"),
        ("| tstats count where index=a by user fillnull_value=null | where user=null", "`\"null\"`"),
        ("index=a | fillnull value=none user | where user==NULL", "`isnull(user)`"),
        ("index=a | where user==NULL | fillnull value=NULL user", "`isnull(user)`"),
        ("index=a | fillnull value=NULL user | where user=null()", "`isnull(user)`"),
    ] {
        let finding = one(id, spl);
        assert!(first_help(&finding).contains(words), "{spl}: {:?}", finding.help);
    }
    let mended = fixed("index=a | fillnull value=NULL user | where user==NULL", true);
    assert_eq!(mended, "index=a | fillnull value=NULL user | where user==\"NULL\"");
}

#[test]
fn a_function_of_another_language_is_not_taken_for_a_misspelt_one() {
    for (spl, help, mended) in [
        ("index=a | stats dcount(user) as n by src", "`dc` is", Some("dc(user)")),
        ("index=a | stats COUNTD(user) as n by src", "`dc` is", Some("dc(user)")),
        ("index=a | stats countif(x=1) as n", "`count(eval(condition))`", None),
        ("index=a | eval x=tolower(y)", "`lower` is", Some("lower(y)")),
        ("index=a | eval x=substring(y, 0, 3)", "counts from 1", None),
        ("index=a | where isnotempty(y)", "`field!=\"\"`", None),
        ("index=a | eval x=isnul(y)", "`isnull` is", Some("isnull(y)")),
    ] {
        let finding = one("unknown-function", spl);
        assert!(first_help(&finding).contains(help), "{spl}: {:?}", finding.help);
        assert!(finding.fix.as_ref().is_none_or(|fix| !fix.safe), "{spl}");
        assert_eq!(finding.fix.is_some(), mended.is_some(), "{spl}");
        assert!(mended.is_none_or(|call| fixed(spl, true).contains(call)), "{spl}");
    }
}
