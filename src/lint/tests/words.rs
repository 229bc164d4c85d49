//! Tests of findings about words that mean something else than they seem to, and of their fixes.
//!
//! Each search that is at fault stands beside one that looks like it and is right.

use super::*;

/// The findings of one kind.
fn of(id: &str, spl: &str) -> Vec<Diagnostic> {
    check_text(spl).into_iter().filter(|finding| finding.code.id == id).collect()
}

pub(super) fn assert_told(id: &str, wrong: &[&str], right: &[&str]) {
    for spl in wrong {
        assert!(!of(id, spl).is_empty(), "{id}: {spl}: {:?}", ids(spl));
    }
    for spl in right {
        assert!(of(id, spl).is_empty(), "{id}: {spl}");
    }
}

#[test]
fn a_wrong_number_of_arguments_is_an_error() {
    for wrong in
        ["if(a=1, \"y\")", "case(a=1, \"y\", \"n\")", "validate(a)", "lower(a, b)", "replace(a, \"b\")"]
    {
        let found = of("wrong-arity", &format!("index=a | eval x={wrong}"));
        assert!(found.iter().all(|it| it.severity == Severity::Error) && found.len() == 1, "{wrong}");
    }
    for right in ["if(a=1, \"y\", \"n\")", "case(a=1, \"y\", true(), \"n\")", "if($token$, 1)", "coalesce(a)"]
    {
        assert!(of("wrong-arity", &format!("index=a | eval x={right}")).is_empty(), "{right}");
    }
}

#[test]
fn a_placeholder_is_all_of_a_value() {
    assert_told(
        "placeholder-value",
        &[
            "index=a user=$user$",
            "index=a user=\"$form.user$\"",
            "index=a | stats count by b | where count > $threshold$",
            "index=a src=<IP>",
            "index=a src IN (\"<attacker>\", x)",
            "index=a | where user=\"<USER>\" OR host=\"<your server>\"",
            "index=a ... user=b",
        ],
        &[
            "index=a Account=*$",
            "index=a share=\"C$\"",
            "index=a \"<data>\" \"</eventid>\"",
            "index=a x=\"<Data Name='x'>\"",
            "index=a query=\"<script>\" user!=\"<none>\" answer=\"<CNAME>\"",
            "index=a | where client=\"<local machine>\"",
            "index=a message=\"...\" \"...\"",
            "index=a path=\"$Recycle.Bin\"",
            "index=a | eval x=coalesce(y, \"__no_value__\") | where x!=\"__no_value__\"",
            "index=a | foreach a b [eval <<FIELD>>=1]",
        ],
    );
}

#[test]
fn comments_and_line_ends_of_other_languages_are_told() {
    for wrong in [
        "-- a note\nindex=a b=1",
        "index=a b=1\n  -- a note\n| stats count",
        "index=a // note",
        "index=a\n# note\nb=1",
    ] {
        assert_eq!(of("foreign-comment", wrong).len(), 1, "{wrong}");
    }
    assert_eq!(fixed("-- a note\nindex=a b=1", true), "```a note```\nindex=a b=1");
    assert!(ids("index=a command -- \"-x\"").iter().all(|id| *id != "foreign-comment"));
    assert_eq!(fixed("index=a \\\nb=1 \\\n| stats count", true), "index=a \nb=1 \n| stats count");
    assert!(of("unexpected-text", "index=a path=C:\\\n| stats count").is_empty());
}

#[test]
fn a_list_needs_its_parentheses() {
    for (before, after) in [
        ("index=a user IN \"a\",\"b\" c=1", "index=a user IN (\"a\",\"b\") c=1"),
        ("index=a EventCode=(4625 OR 4624)", "index=a EventCode IN (4625, 4624)"),
        ("index=a EventCode=(4625, 4624)", "index=a EventCode IN (4625, 4624)"),
        ("index=a | where user=*", "index=a | where isnotnull(user)"),
        ("index=a | where x=1 AND user!=* AND y=2", "index=a | where x=1 AND isnull(user) AND y=2"),
        ("index=a | stats count by b where count>5", "index=a | stats count by b | where count>5"),
        ("index=a | stats dc(b) | where dc(b)>5", "index=a | stats dc(b) | where 'dc(b)'>5"),
        ("index=a | where isnull(b)=true", "index=a | where isnull(b)"),
        ("index=a | where match(b, \"c\")=false", "index=a | where NOT match(b, \"c\")"),
    ] {
        assert_eq!(check_text(before).iter().filter(|it| it.fix.is_some()).count(), 1, "{before}");
        assert_eq!(fixed(before, true), after);
    }
    for one in
        ["index=a | stats count(b) dc(c) where count>5", "index=a | where user=*adm*", "index=a x=(a AND b)"]
    {
        let errors = check_text(one).into_iter().filter(|it| it.severity == Severity::Error).count();
        assert_eq!(errors, 1, "{one}");
    }
    assert!(!ids("index=a message IN b").contains(&"empty-list"));
}

#[test]
fn typographic_characters_in_names_are_told() {
    for (before, after) in [
        ("index=a | stats dc(b) as “two words”", "index=a | stats dc(b) as \"two words\""),
        ("index=a | rename b as ‘c’", "index=a | rename b as \"c\""),
        ("index=a | stats count by b | sort – count", "index=a | stats count by b | sort - count"),
        ("index=a | stats count by b | sort –count", "index=a | stats count by b | sort -count"),
    ] {
        assert_eq!(of("smart-quote", before).len(), 1, "{before}");
        assert_eq!(fixed(before, true), after);
    }
    assert_told(
        "smart-quote",
        &[],
        &[
            "index=a | rex \"“(?<b>[^”]+)”\"",
            "index=a | rename b as \"it’s – “c”\"",
            "index=a | eval b=\"“c”\" | sort - count",
        ],
    );
}

#[test]
fn a_word_behind_or_is_a_value_where_it_looks_like_one() {
    for (before, after) in [
        ("index=a host=web1 OR web2 OR web3", "index=a host IN (web1, web2, web3)"),
        ("index=a Logon_Type=3 OR 10", "index=a Logon_Type IN (3, 10)"),
        (
            "index=a (src=10.0.0.1 OR src=10.0.0.2 OR 10.0.0.3)",
            "index=a (src IN (10.0.0.1, 10.0.0.2, 10.0.0.3))",
        ),
        ("index=a Image=*cmd.exe OR *powershell.exe", "index=a Image IN (*cmd.exe, *powershell.exe)"),
    ] {
        assert_eq!(of("bare-alternative", before).len(), 1, "{before}");
        assert_eq!(fixed(before, true), after);
        assert!(!ids(before).contains(&"mixed-and-or"), "{before}");
    }
    assert_told(
        "bare-alternative",
        &[],
        &[
            "index=a status=500 OR error",
            "index=a action=failure OR failed",
            "index=a EventCode=4625 OR \"logon failed\"",
            "index=a user=*adm* OR \"*adm*\"",
            "index=a x=1 OR y=2",
            "index=a status>500 OR 404",
        ],
    );
}

#[test]
fn an_or_does_not_part_two_searches() {
    let wrong = "index=wineventlog EventCode=4688 OR index=sysmon EventCode=1";
    let found = of("mixed-and-or", wrong);
    assert!(matches!(found.as_slice(), [one] if one.severity == Severity::Warning));
    assert_eq!(of("contradiction", wrong).len(), 1);
    assert_eq!(fixed(wrong, true), "(index=wineventlog EventCode=4688) OR (index=sysmon EventCode=1)");
    assert_eq!(fixed(wrong, false), wrong);
    assert_told(
        "contradiction",
        &["EventCode=1 (EventCode=2 OR EventCode=3)"],
        &["EventCode=1 (EventCode=2 OR x=3)", "index=a (index=b OR index=a x=1)", "x=1 (x=2 OR x=3)"],
    );
    for right in ["index=a EventCode=1 OR sourcetype=b", "index=a OR index=b EventCode=1"] {
        assert!(of("mixed-and-or", right).iter().all(|it| it.severity == Severity::Note), "{right}");
    }
}

#[test]
fn a_machine_account_ends_in_no_star() {
    assert_eq!(
        fixed("index=a | where Account_Name!=\"*$\"", true),
        "index=a | where NOT like(Account_Name, \"%$\")"
    );
    assert_told("where-wildcard", &[], &["index=a | where accept=\"*/*\"", "index=a | where x!=\"*\""]);
}
