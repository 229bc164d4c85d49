//! What Falco conditions mean, and which do not load: the tables of the Falco documentation as cases.
//!
//! In: conditions and events. Out: tests only. Invariant: each rule of grammar and meaning has a case that the
//! likely mistake fails. Globs, regular expressions, files and words are tested beside their code.

use super::{Condition, ReadError};
use crate::event::{Event, Value};
use crate::target::falco_fields::FieldTable;

fn parse(source: &str, text: &str) -> Result<Condition, ReadError> {
    Condition::parse(text, source, &FieldTable::embedded())
}

fn syscall(text: &str, event: &Event) -> bool {
    parse("syscall", text).unwrap_or_else(|error| panic!("{text}: {error}")).matches(event)
}

fn audit(text: &str, event: &Event) -> bool {
    parse("k8s_audit", text).unwrap_or_else(|error| panic!("{text}: {error}")).matches(event)
}

fn error(text: &str) -> ReadError {
    match parse("syscall", text) {
        Ok(_) => panic!("{text} is read"),
        Err(error) => error,
    }
}

fn event() -> Event {
    Event::new()
        .with("proc.name", "Sh")
        .with("proc.cmdline", "sh -c \"a\\b\"")
        .with("proc.cwd", "")
        .with("proc.pid", "10")
        .with("proc.ppid", "9")
        .with("proc.cmdnargs", "2")
        .with("fd.sip", "10.0.0.1")
        .with("fd.sport", "443")
        .with("container.privileged", "true")
}

fn groups(groups: &[&str]) -> Event {
    let mut event = Event::new();
    event.set("ka.user.groups", groups.iter().map(|group| Value::from(*group)).collect());
    event
}

/// `evt.num` is always there: the idioms for true and false.
fn truth(text: &str) -> bool {
    let text = text.replace('T', "evt.num>=0").replace('F', "evt.num=0");
    syscall(&text, &Event::new().with("evt.num", "7"))
}

#[test]
fn and_binds_tighter_than_or() {
    assert!(truth("T or F and F") && truth("F and F or T") && !truth("(T or F) and F"));
    assert!(truth("T or T and F") && !truth("F or T and F"));
}

#[test]
fn not_binds_tightest_and_repeats() {
    assert!(!truth("not T or F") && truth("not F and T") && !truth("not T and F"));
    assert!(truth("not not T") && truth("not not not F") && truth("not(F) and T"));
    assert!(!truth("not (T or F)") && !truth("not(T or F)") && truth("not not(T)"));
}

#[test]
fn words_need_a_blank_or_a_parenthesis() {
    assert!(truth("T and(T)") && truth("F or(T)") && truth("T\n and\t T") && truth(" ( T ) "));
    for text in
        ["T andT", "T AND T", "T Or T", "NOT T", "T and", "T or", "and T", "T T", "not", "", "()", "T)", "(T"]
    {
        let text = text.replace('T', "evt.num>=0");
        assert!(parse("syscall", &text).is_err(), "{text}");
    }
    // The grammar takes the group after `or(` as the whole term.
    assert!(matches!(error("evt.num=0 or(evt.num=0) and evt.num=0"), ReadError::Syntax { .. }));
}

#[test]
fn nesting_passes_198_times() {
    let nested = |depth: usize, open: &str| format!("{}evt.num>=0{}", open.repeat(depth), ")".repeat(depth));
    assert!(truth(&nested(198, "(")) && truth(&nested(198, "not(")));
    for depth in [199, 100_000] {
        assert!(matches!(error(&nested(depth, "(")), ReadError::TooDeep));
        assert!(matches!(error(&nested(depth, "not(")), ReadError::TooDeep));
    }
    assert!(matches!(error(&"tolower(".repeat(100_000)), ReadError::TooDeep));
    // Chains are flat.
    assert!(truth(&format!("{}T", "T and ".repeat(20_000))) && truth(&format!("{}T", "not ".repeat(20_000))));
}

#[test]
fn equality_is_case_sensitive() {
    for yes in
        ["proc.name = Sh", "proc.name == 'Sh'", "proc.name=\"Sh\"", "proc.name != sh", "proc.cwd = \"\""]
    {
        assert!(syscall(yes, &event()), "{yes}");
    }
    for no in ["proc.name = sh", "proc.name != Sh", "proc.name = S*"] {
        assert!(!syscall(no, &event()), "{no}");
    }
}

#[test]
fn text_operators() {
    for (text, expected) in [
        ("proc.name contains S", true),
        ("proc.name contains s", false),
        ("proc.name contains \"\"", true),
        ("proc.name icontains sH", true),
        ("proc.name icontains \"\"", true),
        ("proc.name icontains x", false),
        ("proc.name startswith S", true),
        ("proc.name startswith h", false),
        ("proc.name endswith h", true),
        ("proc.name endswith S", false),
        ("proc.name glob S*", true),
        ("proc.name glob s*", false),
        ("proc.name iglob s*", true),
        ("proc.name iglob h", false),
        ("proc.name regex \"S[a-z]\"", true),
        ("proc.name regex S", false),
        ("proc.name regex sh", false),
        ("tolower(proc.name) = sh", true),
        ("tolower( proc.name ) in (sh)", true),
        ("tolower(proc.name) = Sh", false),
        ("toupper(proc.name) startswith SH", true),
        ("toupper(tolower(proc.name)) = SH", true),
    ] {
        assert_eq!(syscall(text, &event()), expected, "{text}");
    }
}

#[test]
fn folding_is_ascii_only() {
    let event = Event::new().with("proc.name", "É");
    for text in ["proc.name icontains é", "tolower(proc.name) = é", "proc.name iglob é"] {
        assert!(!syscall(text, &event), "{text}");
    }
    assert!(syscall("tolower(proc.name) = É", &event));
}

#[test]
fn escapes_reach_the_operators() {
    let text =
        r#"proc.cmdline = "sh -c \"a\\b\"" and proc.cmdline contains 'a\ b' and proc.cmdline contains "a\ ""#;
    assert!(syscall(text, &event()));
    assert!(syscall(r#"proc.cmdline glob "*a\\\\b*""#, &event()));
    assert!(!syscall(r#"proc.cmdline glob "*a\\b*""#, &event()));
    let star = Event::new().with("proc.name", "a*");
    assert!(syscall(r#"proc.name glob "a\\*""#, &star) && !syscall(r#"proc.name glob "a\\*""#, &event()));
    assert!(syscall(r#"proc.name regex "a\\*""#, &star));
    assert!(matches!(error(r#"proc.name regex "a\*""#), ReadError::Escape('*')));
    assert!(matches!(error(r#"proc.name = "\x41""#), ReadError::Escape('x')));
    assert!(matches!(error(r#"proc.name = "a\\""#), ReadError::Unclosed));
    assert!(matches!(error("proc.name = \"\0\""), ReadError::Nul));
}

#[test]
fn constants_are_limited_for_every_operator() {
    let long = "a".repeat(256);
    for text in [
        format!("proc.name = {long}"),
        format!("proc.name iglob \"{long}\""),
        format!("proc.name regex {long}"),
        format!("proc.name in (a, {long})"),
    ] {
        assert!(matches!(error(&text), ReadError::TooLong(256)), "{text}");
    }
    assert!(matches!(error(&format!("proc.pid > {}", "1".repeat(300))), ReadError::TooLong(300)));
    assert!(parse("syscall", &format!("proc.name in ({})", "a,".repeat(50_000) + "a")).is_ok());
}

#[test]
fn a_missing_field_is_false_for_every_operator_and_not_turns_it() {
    for test in [
        "proc.exe = x",
        "proc.exe != x",
        "proc.exe < 5",
        "proc.exe contains \"\"",
        "proc.exe icontains \"\"",
        "proc.exe startswith \"\"",
        "proc.exe endswith \"\"",
        "proc.exe glob *",
        "proc.exe iglob *",
        "proc.exe regex .*",
        "proc.exe in (x)",
        "proc.exe intersects (x)",
        "proc.exe exists",
        "len(proc.exe) = 0",
        "tolower(proc.exe) != x",
        "proc.name = val(proc.exe)",
        "proc.name != val(proc.exe)",
        "proc.exe != val(proc.name)",
        "proc.name contains tolower(proc.exe)",
        "proc.name in val(proc.exe)",
        "proc.vpid != 1",
        "fd.cip != 10.0.0.1",
        "proc.is_exe_writable = false",
    ] {
        assert!(!syscall(test, &event()), "{test}");
        assert!(syscall(&format!("not {test}"), &event()), "not {test}");
    }
    assert!(syscall("proc.cwd exists and proc.cwd != x and len(proc.cwd) = 0", &event()));
}

#[test]
fn docker_fields_are_never_missing_but_two_always_are() {
    let condition = |text: &str| parse("docker", text).unwrap();
    let event = Event::new().with("docker.attributes.exitcode", "1");
    assert!(condition("docker.from exists and docker.from = \"\"").matches(&event));
    assert!(condition("docker.from != nginx").matches(&event));
    assert!(!condition("docker.attributes.exitcode exists").matches(&event));
    assert!(!condition("jevt.value[/from] exists").matches(&event));
}

#[test]
fn numbers_compare_as_numbers_on_numeric_fields_and_as_text_on_texts() {
    let text = Event::new().with("proc.name", "9").with("proc.pid", "9").with("proc.exe", "10");
    assert!(syscall("proc.name > 10", &text) && !syscall("proc.pid > 10", &text));
    assert!(syscall("proc.name > val(proc.exe) and proc.exe <= 10 and proc.exe >= 1", &text));
    for (test, expected) in [
        ("proc.pid = 10", true),
        ("proc.pid = \"10\"", true),
        ("proc.pid = 010", true),
        ("proc.pid in (9, \"10\")", true),
        ("proc.pid in (9)", false),
        ("proc.pid < 11 and proc.pid <= 10 and proc.pid > 9 and proc.pid >= 10", true),
        ("proc.pid < 10 or proc.pid > 10", false),
        ("proc.pid > -1", true),
        ("proc.cmdnargs > -1", false),
        ("proc.pid > val(proc.ppid)", true),
        ("fd.sport=443 and fd.sport != 80", true),
        ("len(proc.name) = 2 and len(proc.name) < 3", true),
        ("container.privileged = true", true),
        ("container.privileged != true", false),
        ("fd.sip = 10.0.0.1 and fd.sip in (10.0.0.2, 10.0.0.1)", true),
    ] {
        assert_eq!(syscall(test, &event()), expected, "{test}");
    }
    let nonsense = Event::new().with("proc.pid", "ten");
    assert!(!syscall("proc.pid != 1", &nonsense), "no integer is no value");
}

#[test]
fn networks_hold_addresses() {
    let event = Event::new().with("fd.snet", "10.1.2.3");
    assert!(syscall("fd.snet = 10.0.0.0/8", &event) && syscall("fd.snet in (\"10.1.2.3\")", &event));
    assert!(!syscall("fd.snet != 10.0.0.0/8", &event) && !syscall("fd.snet = 11.0.0.0/8", &event));
}

#[test]
fn lists() {
    let both = groups(&["a", "b"]);
    for (text, expected) in [
        ("ka.user.groups in (a, b, c)", true),
        ("ka.user.groups in (a)", false),
        ("ka.user.groups intersects (a, x)", true),
        ("ka.user.groups intersects (x)", false),
        ("ka.user.groups intersects (A)", false),
        ("ka.user.groups exists", true),
        ("len(ka.user.groups) = 2", true),
        ("ka.user.groups in ()", false),
        ("tolower(ka.user.groups) in (a, b)", false),
        ("tolower(ka.user.groups) intersects (a)", false),
        ("not tolower(ka.user.groups) intersects (a)", true),
        ("tolower(ka.user.groups) exists", true),
    ] {
        assert_eq!(audit(text, &both), expected, "{text}");
    }
    for text in ["ka.user.groups in (a)", "ka.user.groups intersects (a)", "len(ka.user.groups) = 0"] {
        assert!(!audit(text, &Event::new()), "{text}");
    }
    for operator in ["=", "!=", "contains", "icontains", "startswith", "glob", "iglob", "regex", "<"] {
        for field in ["ka.user.groups", "tolower(ka.user.groups)", "ka.req.pod.containers.image[0]"] {
            let refused = parse("k8s_audit", &format!("{field} {operator} 1"));
            assert!(matches!(refused, Err(ReadError::Operator { .. })), "{field} {operator}");
        }
    }
}

#[test]
fn a_scalar_field_has_its_first_value_and_an_ancestor_is_any() {
    let mut event = Event::new();
    for field in ["proc.name", "proc.aname", "proc.aname[2]", "fd.port"] {
        event.set(field, vec![Value::from("1"), Value::from("2")]);
    }
    assert!(syscall("proc.name in (1) and proc.name = 1 and not proc.name = 2", &event));
    assert!(syscall("proc.aname = 2 and proc.aname in (2) and proc.aname startswith 2", &event));
    assert!(syscall("proc.aname[2] = 1 and not proc.aname[2] = 2", &event));
    assert!(syscall("fd.port = 2", &event));
    assert!(matches!(error("proc.aname != x"), ReadError::Unmodelled(_)));
    assert!(matches!(error("fd.port > 5"), ReadError::Unmodelled(_)));
}

#[test]
fn arguments_name_fields_without_their_quotes() {
    let event = Event::new().with("jevt.value[/sourceIPs/0]", "10.0.0.1").with("ka.uri.param[command]", "sh");
    assert!(audit("jevt.value[/sourceIPs/0] = 10.0.0.1 and jevt.value[\"/sourceIPs/0\"] exists", &event));
    assert!(audit("ka.uri.param[command]=sh", &event) && !audit("jevt.value[/sourceIPs/1] exists", &event));
    assert!(matches!(error("jevt.value[\"/a b\"] exists"), ReadError::Argument));
    assert!(matches!(error("jevt.value exists"), ReadError::UnknownField { .. }));
}

#[test]
fn operators_that_do_not_go_with_a_type() {
    for text in [
        "proc.pid contains 1",
        "proc.pid glob 1*",
        "proc.pid regex 1",
        "proc.pid startswith 1",
        "container.privileged < 1",
        "fd.sip < 1",
        "fd.sip contains 10",
        "evt.buffer icontains a",
        "evt.buffer glob a",
        "evt.buffer < 1",
        "proc.name bcontains 41",
        "len(proc.name) contains 1",
    ] {
        assert!(matches!(error(text), ReadError::Operator { .. }), "{text}");
    }
    assert!(syscall("evt.buffer contains a", &Event::new().with("evt.buffer", "xay")));
}

#[test]
fn constants_of_the_wrong_type() {
    for text in [
        "proc.pid = x",
        "proc.pid > 10.0",
        "proc.pid = 0x0a",
        "proc.pid > 0x0a",
        "proc.pid = 10.0",
        "proc.pid in (1, x)",
        "container.privileged = yes",
        "fd.sip = host",
        "fd.sip = 10.0.0.0/8",
        "fd.sport = 65536",
        "proc.pid = \"\"",
    ] {
        assert!(matches!(error(text), ReadError::Constant { .. }), "{text}");
    }
    // The exponent needs its sign: what is left over after the number is an error.
    assert!(matches!(error("proc.pid > 1e1"), ReadError::Syntax { .. }));
    for text in ["proc.name > \"10\"", "proc.name < x", "proc.name <"] {
        assert!(matches!(error(text), ReadError::Syntax { .. }), "{text}");
    }
}

#[test]
fn grammar_errors() {
    for text in [
        "proc.name not in (a)",
        "proc.name iin (a)",
        "proc.name istartswith a",
        "proc.name contains\"a\"",
        "proc.name in(a)",
        "proc.name in (a,)",
        "proc.name in (,a)",
        "proc.name in (a b)",
        "proc.name in (a",
        "proc.name in \"a\"",
        "proc.name",
        "proc.name =",
        "proc.name === a",
        "proc.name = a=b",
        "proc.name = (a)",
        "proc.name = a b",
        "proc.name existsx",
        "proc.name CONTAINS a",
        "# comment",
        "\"a\" = proc.name",
        "proc.name = val(x) y",
    ] {
        assert!(matches!(error(text), ReadError::Syntax { .. } | ReadError::UndefinedMacro(_)), "{text}");
    }
    assert!(
        matches!(error("spawned_process and proc.name = a"), ReadError::UndefinedMacro(name) if name == "spawned_process")
    );
    assert!(matches!(error("true"), ReadError::UndefinedMacro(_)));
    assert!(matches!(error("tolower (proc.name) = a"), ReadError::UndefinedMacro(_)));
    assert!(matches!(error("proc.name in shells"), ReadError::UndefinedList(name) if name == "shells"));
}

#[test]
fn bare_values_may_look_like_anything() {
    let event = Event::new().with("proc.name", "and").with("proc.exe", "proc.name");
    assert!(syscall("proc.name = and and proc.exe = proc.name", &event));
    assert!(
        syscall("proc.name in (or, and)", &event) && syscall("proc.name = 'and'and proc.name exists", &event)
    );
}

#[test]
fn unknown_fields() {
    for text in [
        "proc.nothing = a",
        "ka.verb = a",
        "docker.from = a",
        "proc.name[0] = a",
        "evt.arg exists",
        "evt.arg.0 = a",
    ] {
        assert!(matches!(error(text), ReadError::UnknownField { .. }), "{text}");
    }
    let generic = parse("k8s_audit", "evt.type = execve");
    assert!(matches!(generic, Err(ReadError::UnknownField { .. })));
}

#[test]
fn what_later_engines_have_is_refused() {
    for text in [
        "proc.name iglob anyof (a, b)",
        "proc.name = oneof (a)",
        "proc.name contains allof (a)",
        "join(\"|\", proc.name) = a",
        "concat(\"|\", proc.name) = a",
        "getopt(proc.args, \"a\")[a] = a",
        "proc.name = concat(\"a\", \"b\")",
    ] {
        assert!(matches!(error(text), ReadError::Later(_)), "{text}");
    }
    assert!(syscall("proc.name = anyof", &Event::new().with("proc.name", "anyof")));
}

#[test]
fn transformers_have_their_limits() {
    for text in [
        "tolower(proc.aname) = a",
        "tolower(proc.aname[1]) = a",
        "tolower(proc.pid) = 1",
        "tolower(evt.type) = open",
        "len(proc.pid) = 1",
        "tolower(len(proc.name)) = 1",
        "proc.name = val(tolower(proc.name))",
    ] {
        assert!(matches!(error(text), ReadError::Transformer(_)), "{text}");
    }
    assert!(matches!(error("len(tolower(proc.name)) = 1"), ReadError::Unmodelled(_)));
    assert!(matches!(error("b64(proc.name) = a"), ReadError::Unmodelled(_)));
    let path = |path: &str| Event::new().with("proc.exe", path);
    assert!(
        syscall("basename(proc.exe) = sh", &path("/bin/sh"))
            && syscall("basename(proc.exe) = sh", &path("sh"))
    );
    assert!(syscall("basename(proc.exe) = \"\"", &path("/usr/bin/")));
}

#[test]
fn fields_on_the_right() {
    let event = Event::new().with("proc.name", "A").with("proc.exe", "a").with("proc.pname", "xA");
    assert!(syscall("proc.name != val(proc.exe) and tolower(proc.name) = tolower(proc.exe)", &event));
    assert!(syscall("proc.pname contains val(proc.name) and proc.pname icontains val(proc.exe)", &event));
    assert!(syscall("proc.exe in val( proc.exe ) and not proc.exe in val(proc.name)", &event));
    let mut event = groups(&["a", "b"]);
    event.set("ka.verb", vec![Value::from("b")]);
    assert!(audit("ka.verb in val(ka.user.groups) and ka.user.groups intersects val(ka.verb)", &event));
    assert!(!audit("ka.user.groups in val(ka.verb)", &event));
    for text in ["proc.name = val(proc.pid)", "proc.pid = val(proc.cmdnargs)", "proc.pid in val(proc.ppid)"] {
        assert!(matches!(error(text), ReadError::OtherSide(_)), "{text}");
    }
    for text in [
        "proc.name glob val(proc.exe)",
        "proc.name regex val(proc.exe)",
        "proc.name = val(proc.aname)",
        "proc.name pmatch (/a)",
    ] {
        assert!(matches!(error(text), ReadError::Unmodelled(_)), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = parse("syscall", &text);
        let _ = super::read_rules(&text);
    }

    /// Pieces of the grammar in any order reach further than arbitrary characters do.
    #[test]
    fn no_sequence_of_words_makes_the_parser_panic(
        words in proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..24),
    ) {
        if let Ok(condition) = parse("syscall", &words.concat()) {
            condition.matches(&event());
        }
    }

    /// Any text survives quoting: the reader gives back what a writer of the documented escapes wrote.
    #[test]
    fn quoted_text_is_read_back(text in "[a\\\\\"'*?\\[\n\té ]{0,12}") {
        let mut quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        if text.ends_with('\\') {
            quoted.pop();
            quoted.push(' ');
        }
        let holds = syscall(&format!("proc.name = \"{quoted}\""), &Event::new().with("proc.name", text));
        proptest::prop_assert!(holds);
    }
}

const WORDS: [&str; 40] = [
    " ",
    "(",
    ")",
    "and",
    "or",
    "not",
    "not(",
    "proc.name",
    "proc.pid",
    "proc.aname",
    "tolower(",
    "len(",
    "val(",
    "=",
    "!=",
    "<",
    "exists",
    " contains ",
    " glob ",
    " iglob ",
    " regex ",
    " in (",
    " intersects (",
    ",",
    "\"a\"",
    "'",
    "\\",
    "[",
    "]",
    "[1]",
    "10",
    "-",
    "é",
    "*",
    "{2}",
    "a",
    "\n",
    "fd.snet",
    "jevt.value",
    ".",
];
