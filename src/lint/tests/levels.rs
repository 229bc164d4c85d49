//! Tests of what checks of meaning leave alone, and of what they make a note of only.
//!
//! Each kind of search that looks like a fault and is none stands beside one that is.

use super::*;

/// The findings that are more than notes.
fn warned(spl: &str) -> Vec<&'static str> {
    let findings = check_text(spl);
    findings
        .iter()
        .filter(|finding| finding.severity > Severity::Note)
        .map(|finding| finding.code.id)
        .collect()
}

/// What checks find at or above a warning in a file of that name, with these macros.
fn warned_in(name: &str, text: &str, macros: &str) -> Vec<&'static str> {
    let mut findings = found_in(name, text, macros);
    findings.retain(|finding| finding.severity > Severity::Note);
    findings.iter().map(|finding| finding.code.id).collect()
}

fn found_in(name: &str, text: &str, macros: &str) -> Vec<Diagnostic> {
    let path = std::path::Path::new(name);
    let document = Document::read(path, text.to_owned(), crate::document::format_of(path).unwrap());
    let mut reader = macros::read::Reader::default();
    reader.read(&macros::read::File::named("macros.conf".as_ref()), macros);
    let definitions = reader.finish().0;
    let targets = Targets::embedded().unwrap();
    let settings = Settings { macros: &definitions, ..Settings::of(&targets) };
    let documents = [document];
    let understood = compile::understand(&documents, &settings);
    let known = Known { macros: &definitions, ..Known::nothing() };
    let subjects: Vec<Subject<'_>> = understood.iter().map(|one| Subject::of(one, known)).collect();
    let checks = chosen(&|id| is_default(id) && find(id).is_some_and(|it| it.group() != Group::Knowledge));
    let mut findings: Vec<Diagnostic> = subjects.iter().flat_map(|it| check(it, &checks)).collect();
    findings.extend(check_all(&subjects, known, &checks));
    findings
}

#[test]
fn pieces_of_what_if_decides_are_no_fault() {
    for right in [
        "index=a | eval user=if(isnull(user), \"none\", user) | search user=root",
        "index=a | eval x=if(match(p, \"a\"), 1, 0), y=if(match(p, \"a\"), 2, 3) | where x=0 AND y=2",
        "index=a | eval x=case(isnull(x), 1, true(), x) | rename x AS z | where z=1 OR z!=1",
        "index=a | fillnull value=none user | search user=none OR user=root",
        "index=a | where if(x=1, \"a\", \"b\")=\"a\" AND x=2",
    ] {
        let found = ids(right);
        assert!(
            !found.contains(&"tautology") && !found.contains(&"impossible-condition"),
            "{right}: {found:?}"
        );
    }
    assert!(ids("index=a user=root NOT user=r*").contains(&"impossible-condition"));
    assert!(ids("index=a NOT user=* | stats count by user").contains(&"impossible-condition"));
    assert!(ids("index=a | where x=1 AND NOT x=1").contains(&"impossible-condition"));
    assert!(ids("index=a b=1 (user=r* OR NOT user=root)").contains(&"tautology"));
    assert!(ids("index=a | where isnull(x) OR isnotnull(x)").contains(&"tautology"));
}

#[test]
fn an_empty_phrase_leaves_nothing_out() {
    assert_eq!(ids("index=a x=1 | stats count by user | search \"\""), Vec::<&str>::new());
    assert!(!ids("NOT *").contains(&"empty-search"));
    assert!(ids("index=a NOT *").contains(&"empty-search"));
}

#[test]
fn an_assignment_sees_those_before_it() {
    assert!(!ids("index=a | stats count by b | eval x=count*2, y=x+1").contains(&"lost-field"));
    let lost = check_text("index=a | stats count by b | eval y=x+z, x=count");
    assert_eq!(lost.iter().filter(|it| it.code.id == "lost-field").count(), 1);
    assert_eq!(lost.iter().map(|it| it.secondary.len()).max(), Some(1));
}

#[test]
fn a_mix_is_suspect_where_words_suggest_the_other_reading() {
    for wrong in ["index=a b=1 AND c=1 OR d=1", "index=a (b=1 OR c=1 d=1)", "index=a b=1 OR c=1 AND d=1"] {
        assert!(warned(wrong).contains(&"mixed-and-or"), "{wrong}");
    }
    for right in [
        "index=a b=1 OR b=2 AND d=1",
        "index=a b=1 OR c=1 d=1",
        "index=a b=1 OR (c=1 d=1)",
        "index=a (b=1 OR c=1) OR d=1",
        "sourcetype=a AND b=1 OR c=1",
        "sourcetype=a OR source=b AND d=1",
        "index=a (b=1 e=1) OR (c=1 f=1) AND d=1",
        "index=a (b=1 e=1) OR (c=1 d=1)",
        "index=a b=1 OR c=1 d=1 OR (e=1 f=1)",
        "index=a (x=1 e=1) OR (b=1 OR c=1 d=1)",
    ] {
        assert!(ids(right).contains(&"mixed-and-or") && !warned(right).contains(&"mixed-and-or"), "{right}");
    }
}

#[test]
fn not_equal_is_right_where_a_later_stage_asks_for_the_field() {
    for right in [
        "index=a user!=root | stats count by user",
        "index=a user!=root | rename user AS who | top who",
        "index=a user!=root | stats dc(user) AS n values(user) by src",
        "index=a user!=root | where id>1 AND match(user, \"x\")",
        "index=a user!=root | regex user=\"x\"",
        "index=a user!=root (user=a* OR (user=b* c=1))",
    ] {
        assert!(!ids(right).contains(&"neq-missing-field"), "{right}");
    }
    for wrong in [
        "index=a user!=root | stats count by src | search user=x",
        "index=a user!=root | where id>1 OR user=\"x\"",
        "index=a user!=root | regex user!=\"x\"",
        "index=a user!=root | stats count dc(user) by src",
        "index=a user!=root (user=a* OR c=1)",
    ] {
        assert!(warned(wrong).contains(&"neq-missing-field"), "{wrong}");
    }
    for note in [
        "index=a (user!=root OR c=1)",
        "index=a EventCode=1 user!=root",
        "index=a (EventCode=1 OR EventCode=2) user!=root",
        "index=a process_name=svchost.exe process_parent_name!=services.exe",
    ] {
        assert!(
            ids(note).contains(&"neq-missing-field") && !warned(note).contains(&"neq-missing-field"),
            "{note}"
        );
    }
    assert!(
        warned("((source=a EventCode=1) OR (source=b EventCode=2)) user!=root")
            .contains(&"neq-missing-field")
    );
}

#[test]
fn what_makers_cannot_know_is_no_warning() {
    let is_quiet = |name: &str, text: &str, macros: &str| {
        assert_eq!(warned_in(name, text, macros), Vec::<&str>::new(), "{text}");
    };
    is_quiet("eventtypes.conf", "[a]\nsearch = sourcetype=x user!=root\n", "");
    is_quiet("eventtypes.conf", "[a]\nsearch = index=* sourcetype=x b=1\n", "");
    is_quiet("a.conf", "[a]\nsearch = `x` b=1\n", "[x]\ndefinition = sourcetype=x\n");
    is_quiet("a.conf", "[a]\nsearch = `x` sourcetype=x b=1\n", "[x]\ndefinition = ()\n");
    is_quiet("a.conf", "[a]\nsearch = `x` sourcetype=x b=1\n", "[x]\ndefinition = index=*\n");
    is_quiet("a.conf", "[a]\nsearch = b=1 c=2\n", "");
    let scopeless = warned_in("a.conf", "[a]\nsearch = `x` b=1\n", "[x]\ndefinition = index=*\n");
    assert_eq!(scopeless, ["index-star"]);
    assert_eq!(warned_in("a.conf", "[a]\nsearch = sourcetype=x b=1\n", ""), ["no-index"]);
}

#[test]
fn what_two_owners_have_is_not_to_be_cut_to_one() {
    let is_twice = |name: &str, text: &str| {
        let found = found_in(name, text, "");
        found.iter().any(|it| it.code.id == "duplicate-logic" && it.help == ["keep one of the two"])
    };
    let twice = |file: &str, first: &str, second: &str| {
        let text = format!("[a]\nsearch = index=x {first}\n[b]\nsearch = {second} index=x\n");
        is_twice(file, &text)
    };
    let file = "savedsearches.conf";
    assert!(twice(file, "b=1 c=2", "c=2 b=1") && !twice("eventtypes.conf", "b=1 c=2", "c=2 b=1"));
    let rows = |after: &str, other: &str| {
        let text = format!("[a]\nsearch = index=x b=1 {after}\n[b]\nsearch = b=1 index=x {other}\n");
        is_twice(file, &text)
    };
    assert!(rows("| stats count by d | sort d", "| stats count  by d | table d"));
    assert!(rows("| eval e=1", "| rex \"(?<f>x)\""));
    for (one, other) in [
        ("| stats count by d", "| stats count by e"),
        ("| sort - d limit=10", ""),
        ("| eval d=lower(e) | stats count by d", "| eval d=lower(f) | stats count by d"),
        ("earliest=-1h", "earliest=-7d"),
        ("| collect index=y", ""),
    ] {
        assert!(!rows(one, other), "{one} {other}");
    }
    let app =
        |name: &str| format!("{{\"title\": \"{name}\", \"app\": \"{name}\", \"spl\": \"index=x b=1\"}}\n");
    assert!(!is_twice("a.ndjson", &(app("p") + &app("q"))));
}

#[test]
fn whole_values_are_what_they_are() {
    assert!(!ids("index=a t=\"x+1|y+2|Z(0)\"").contains(&"regex-as-value"));
    assert!(!ids("index=a t=\"a(1)|b(2)\"").contains(&"regex-as-value"));
    assert!(ids("index=a t=\"x(a|b)(c)\"").contains(&"regex-as-value"));
    assert!(!ids("index=a c=\"*<pip-caller>*\"").contains(&"placeholder-value"));
    assert!(ids("index=a c=\"<source_index>\"").contains(&"placeholder-value"));
    let hour = |format: &str| format!("index=a | eval h=strftime(_time, \"{format}\") | where h >= 20");
    assert!(!ids(&hour("%H")).contains(&"formatted-time"));
    assert!(ids(&hour("%H:%M")).contains(&"formatted-time") && ids(&hour("%A")).contains(&"formatted-time"));
}

#[test]
fn a_command_line_may_be_known_to_its_end() {
    let is = "exact-command-line";
    assert!(!ids("index=a (command=\"*id -u*\" OR command=\"id -u\")").contains(&is));
    assert_eq!(
        ids("index=a (command=\"id -u\" OR command=\"id -g\")").iter().filter(|it| **it == is).count(),
        1
    );
    for note in ["ParentImage=x command=\"id -u\"", "ParentCommandLine=\"bash -i\""] {
        let spl = format!("index=a {note}");
        assert!(ids(&spl).contains(&is) && !warned(&spl).contains(&is), "{note}");
    }
}

#[test]
fn a_transaction_may_be_bound_elsewhere() {
    let is = "transaction-unbounded";
    assert!(ids("index=a earliest=-7d | transaction user").contains(&is));
    for note in [
        "index=a earliest=-1h@h | transaction user",
        "index=a | where _time >= start | transaction user",
        "index=a | dedup user | transaction user | outputlookup x",
    ] {
        assert!(!ids(note).contains(&is), "{note}");
    }
}

#[test]
fn a_list_that_a_macro_leaves_empty_is_there_to_be_filled() {
    let empty = |text| warned_in("a.spl", text, "[known]\ndefinition = user IN ()\n");
    assert_eq!(empty("index=a sourcetype=b NOT `known`"), [""; 0]);
    let macros = "[known]\ndefinition = user IN ()\n";
    let told = found_in("a.spl", "index=a sourcetype=b `known`", macros);
    assert_eq!(
        told.iter().map(|it| (it.code.id, it.severity)).collect::<Vec<_>>(),
        [("empty-list", Severity::Note)]
    );
    assert_eq!(empty("index=a sourcetype=b NOT user IN ()"), ["empty-list"]);
}

#[test]
fn a_census_reads_every_index() {
    assert_eq!(warned("index=* | stats count by index"), [""; 0]);
    assert_eq!(warned("index=* OR index=_*"), [""; 0]);
    assert_eq!(warned("index=* | stats count by user"), ["index-star"]);
    assert_eq!(warned("index=* user=root | stats count by index"), ["index-star"]);
    let set = |text| warned_in("a.spl", text, "[firewall]\ndefinition = (*)\n");
    assert_eq!(set("index IN `firewall` sourcetype=fw action=blocked"), [""; 0]);
    assert_eq!(set("index IN `firewall` action=blocked"), ["index-star"]);
    let narrowed = "index=* [search index=b bad=1 | fields user] | stats count by index";
    assert_eq!(warned(narrowed), ["index-star"]);
}

#[test]
fn an_operation_of_an_audit_log_is_no_command_line() {
    assert_eq!(warned("index=a command=\"run script\" action=push"), [""; 0]);
    assert_eq!(warned("index=a command=\"docker exec\" action=push"), ["exact-command-line"]);
    assert_eq!(warned("index=a CommandLine=\"run script\" action=push"), ["exact-command-line"]);
}

#[test]
fn a_list_that_is_empty_contradicts_nothing() {
    let of_types = "[types]\ndefinition = sourcetype IN ()\n";
    assert_eq!(warned_in("a.spl", "index=a `types` | stats count by user", of_types), [""; 0]);
    assert_eq!(warned("index=a sourcetype=b sourcetype=c | stats count by user"), ["contradiction"]);
}

#[test]
fn presence_of_any_field_is_asked_for_without_parentheses() {
    assert_eq!(warned("index=a os=* AND mac=* OR host=* | table host"), [""; 0]);
    assert_eq!(warned("index=a os=* AND mac=b OR host=c | table host"), ["mixed-and-or"]);
}

#[test]
fn a_quote_in_the_middle_of_a_word_is_no_quote() {
    let glued = "glued-quote";
    assert_eq!(warned("index=a query=*\".ru\" OR query=*\".cn\""), [glued]);
    assert_eq!(warned("index=a NOT annotations.\"a.b/c\"=*"), [glued]);
    assert_eq!(warned("index=a sourcetype=\"b\"source=\"c\" (user=\"d\"OR user=\"e\")"), [""; 0]);
    assert_eq!(warned("index=a ua=\"*\\\" OR *\""), [""; 0]);
    // What is not sure is no ground for a safe fix.
    let findings = check_text("index=a query=*\".ru\" OR query=*\".cn\"");
    let fixes: Vec<bool> = findings.iter().filter_map(|it| it.fix.as_ref()).map(|fix| fix.safe).collect();
    assert!(!fixes.is_empty() && !fixes.contains(&true), "{fixes:?}");
}

#[test]
fn an_empty_search_names_the_field_that_its_rows_lack() {
    for (spl, field) in [
        ("index=a | table host | stats max(x) by user", "user"),
        ("index=a | stats count as c by user | where count > 5", "count"),
    ] {
        let findings = check_text(spl);
        let found = findings.iter().find(|finding| finding.code.id == "empty-search").expect("it is told of");
        assert!(found.message.contains(&format!("`{field}`")), "{}", found.message);
    }
    // Where tests exclude each other, that is the reason.
    let findings = check_text("index=a x=1 NOT x=1 | table host | where user=\"x\" OR host=\"y\"");
    let found = findings.iter().find(|finding| finding.code.id == "empty-search").expect("it is told of");
    assert!(!found.message.contains("`user`"), "{}", found.message);
}

#[test]
fn a_token_is_left_to_what_runs_the_search() {
    let saved = "[by host]\nsearch = index=web host=$host$\n";
    let told = |text: &str| warned_in("savedsearches.conf", text, "").contains(&"placeholder-value");
    assert!(!told(saved));
    assert!(told(&format!("{saved}cron_schedule = 0 * * * *\nenableSched = 1\n")));
}
