//! Tests of checks of times, ranges, paths and columns.
//!
//! Each search that is at fault stands beside one that looks like it and is right.

use super::words::assert_told;
use super::*;

#[test]
fn a_time_is_read_in_all_its_forms() {
    assert_told(
        "malformed-time",
        &[
            "index=a earliest=banana",
            "index=a latest=-1hh",
            "index=a -earliest=15m",
            "index=a | bin _time span=id",
            "index=a | timechart span=5x count",
        ],
        &[
            "index=a earliest=-7d@w1+3h latest=@d",
            "index=a earliest=rt-5m latest=rt",
            "index=a earliest=\"11/26/2026:00:00:00\" latest=1700000000.5",
            "index=a earliest=2026-11-26 timeformat=\"%Y-%m-%d\"",
            "index=a earliest=$token$",
            "index=a | bin _time span=1mon@mon",
            "index=a | bin bytes span=2log10",
            "index=a | chart count over bytes span=100",
            "index=a | timechart span=$span$ count",
        ],
    );
    assert_eq!(fixed("index=a -earliest=15m", true), "index=a earliest=-15m");
}

#[test]
fn bounds_exclude_each_other_only_where_both_have_to_hold() {
    assert_told(
        "empty-range",
        &[
            "index=a | where hour>22 AND hour<6",
            "index=a | where 5>=x AND x>5",
            "index=a | where _time>now()-60*60 AND _time<now()-7200",
            "index=a | stats count by b | where count>10 | sort b | where count<5",
        ],
        &[
            "index=a | where hour>22 OR hour<6",
            "index=a | where x>=5 AND x<=5",
            "index=a | where x>5 AND y<5",
            "index=a | where _time>now()-7200 AND _time<now()-3600",
            "index=a | where _time>1700000000 AND _time<now()-3600",
            "index=a | where (x>6 AND x<9) OR (x<3 AND x>1)",
            "index=a | where NOT (x>5 AND y>1) AND x<3",
            "index=a | stats count by b | where count>10 | stats count | where count<5",
            "index=a | where x>10 | eval x=x/10 | where x<5",
        ],
    );
}

#[test]
fn a_path_is_one_where_its_parts_are_no_fields() {
    assert_told(
        "where-unquoted-path",
        &[
            "index=a | where userIdentity.userName!=requestParameters.userName",
            "index=a | eval b=userIdentity.arn",
            "index=a | eval b=coalesce(userIdentity.userName, userIdentity.arn)",
            "index=a | eval userName=user.userName | stats count by userName",
        ],
        &[
            "index=a src=* | eval id=src.dest",
            "index=a | rex \"(?<first>\\w+) (?<last>\\w+)\" | eval name=first.last",
            "index=a | eval name=first.\" \".last",
            "index=a | eval name=first . last",
            "index=a | eval b='userIdentity.arn'",
            "index=a | stats count by first, last | eval name=first.last",
        ],
    );
    let noted = check_text("index=a | eval id=src.dest");
    assert!(noted.iter().all(|it| it.severity == Severity::Note), "{noted:?}");
    assert_told(
        "field-as-value",
        &["index=a b.name!=c.name", "index=a x.y=1 z=x.y"],
        &["index=a process.name=cmd.exe", "index=a b.name=\"c.name\"", "index=a url.domain=example.com"],
    );
}

#[test]
fn a_backslash_of_a_path_is_written_four_times() {
    assert_told(
        "regex-path",
        &[
            r#"index=a | where match(x, "C:\\Windows\\Temp")"#,
            r#"index=a | where match(x, "(?i)\\downloads\\.*")"#,
            r#"index=a | where match(x, "hklm\\sam")"#,
            r#"index=a | eval y=replace(x, "\\AppData", "")"#,
            r#"index=a | where match(x, "(\.\./|\.\.\\|/etc/passwd)")"#,
        ],
        &[
            r#"index=a | where match(x, "C:\\\\Windows\\\\Temp")"#,
            r#"index=a | where match(x, "\\s+sam\\sas\\d+")"#,
            r#"index=a | where match(x, "I\\sam")"#,
            r#"index=a | where match(x, "a\\|b")"#,
            r#"index=a | where match(x, "(?i)\QMicrosoft\Windows\E")"#,
            r#"index=a | where match(x, "[\\\\/]Windows[\\\\/]")"#,
            r#"index=a | where like(x, "%\\Windows\\%")"#,
        ],
    );
}

#[test]
fn columns_are_followed() {
    assert_told(
        "split-column",
        &[
            "index=a | timechart count by b | where count>10",
            "index=a | chart sum(x) as total over b by c | search total>3",
        ],
        &[
            "index=a | timechart count | where count>10",
            "index=a | chart count by b | where count>10",
            "index=a | timechart count by b | where admin>10",
            "index=a | timechart count by b | untable _time b count | where count>10",
        ],
    );
    assert_told(
        "lost-bin",
        &["index=a | bin _time span=5m | stats count by src"],
        &[
            "index=a | bin _time span=5m | stats count by src _time",
            "index=a | bin _time span=5m | stats count min(_time) by src",
            "index=a | bin _time span=5m as slot | stats count by slot",
            "index=a | bin _time span=5m | eval t=_time | stats count by t",
            "index=a | bin bytes | stats count by src",
        ],
    );
    assert_told(
        "case-never-matches",
        &[
            "index=a | eval u=lower(user) | where u=\"Admin\"",
            "index=a | eval u=upper(v) | sort u | where u IN (\"A\", \"b\")",
        ],
        &[
            "index=a | eval u=lower(user) | search u=\"Admin\"",
            "index=a | eval u=lower(user) | eval u=user | where u=\"Admin\"",
            "index=a | eval u=lower(user) | rename v as u | where u=\"Admin\"",
        ],
    );
    let found = check_text("index=a | eval u=lower(user) | where u=\"Admin\"");
    let empty = found.iter().find(|finding| finding.code.id == "empty-search").and_then(Diagnostic::span);
    assert_eq!(
        empty.map(|span| span.of("index=a | eval u=lower(user) | where u=\"Admin\"")),
        Some("\"Admin\"")
    );
}

#[test]
fn an_option_is_misspelt_by_one_letter() {
    assert_told(
        "misspelt-option",
        &["index=a | streamstats time_windows=1m count by b", "index=a | top limits=5 b"],
        &[
            "index=a | streamstats time_window=1m count by b",
            "index=a | streamstats window=5 current=f count by b",
            "index=a | transaction host maxspan=5m startswith=\"x\"",
            "index=a | bin span=5m bins=10 _time",
        ],
    );
    assert_eq!(fixed("index=a | top limits=5 b", true), "index=a | top limit=5 b");
}
