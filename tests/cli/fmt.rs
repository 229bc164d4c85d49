//! `splc fmt`: documents of each format keep every byte but those of their searches, and say which are left.

use std::fs;

use super::{folder, splc};

const LONG: &str = "index=a user=\"some name\" (action=\"created\" OR action=\"deleted\" OR action=\"changed\") host=\"*.example.com\" | stats  count by user";
const LAID_OUT: &str = "index=a user=\"some name\"\n(action=\"created\" OR action=\"deleted\" OR action=\"changed\")\nhost=\"*.example.com\"\n| stats count BY user";

/// Formats a file, checks that it is as expected, and that there is nothing left to format.
fn formats(name: &str, before: &str, after: &str) {
    let folder = folder(&format!("fmt_{}", name.replace('.', "_")));
    fs::write(folder.join(name), before).unwrap();
    let checked = splc(&folder, &["fmt", name, "--check"], "");
    assert_eq!(checked.status, i32::from(before != after), "{}{}", checked.out, checked.err);
    assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), before, "--check writes nothing");
    let ran = splc(&folder, &["fmt", name], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), after, "{}", ran.err);
    let again = splc(&folder, &["fmt", name, "--check"], "");
    assert_eq!((again.status, again.out.as_str()), (0, ""), "{}", again.err);
}

fn with_margin(margin: &str) -> String {
    LAID_OUT.replace('\n', &format!("\n{margin}"))
}

#[test]
fn a_file_of_its_own_ends_with_one_line_break() {
    formats("a.spl", &format!("\n {LONG}  \n\n"), &format!("{LAID_OUT}\n"));
    formats("b.spl", "index=a\r\n|head 1\r\n", "index=a\r\n| head 1\r\n");
    formats("c.spl", "index=a\n| head 1\n", "index=a\n| head 1\n");
}

#[test]
fn fences_keep_their_margin() {
    let around = |search: &str| format!("# Note\n\n```spl\n{search}\n```\n\nText  stays |as it is.\n");
    formats("fence.md", &around(LONG), &around(LAID_OUT));
    let list = |search: &str| format!("1. A list\n\n   ```spl\n   {search}\n   ```\n");
    formats("list.md", &list(LONG), &list(&with_margin("   ")));
    let quotation = |search: &str| format!("> Said\n>\n> ```spl\n> {search}\n> ```\n");
    formats("quotation.md", &quotation(LONG), &quotation(&with_margin("> ")));
    let note = |search: &str| format!("# A (T1552.007)\n\n```{search}```\n\nMore.\n");
    formats("note.md", &note("index=a|search b=1"), &note("index=a\n| search b=1"));
    let crlf = |search: &str| format!("```spl\n{search}\n```\n").replace('\n', "\r\n");
    formats("crlf.md", &crlf(LONG), &crlf(LAID_OUT));
}

#[test]
fn blocks_keep_their_own_indentation() {
    let indented = |search: &str| format!("Text\n\n        {search}\n\nText\n");
    formats("indented.md", &indented(LONG), &indented(&with_margin("        ")));
    let tabs = |search: &str| format!("Text\n\n\t\t{search}\n");
    formats("tabs.md", &tabs(LONG), &tabs(&with_margin("\t\t")));
    let inside = |search: &str| format!("> ```spl\n>\n>   {search}\n> ```\n");
    formats("inside.md", &inside(LONG), &inside(&with_margin(">   ")));
    let quoted = |search: &str| format!("```spl\n  x=\"y\n z\"{search}\n```\n");
    formats("quoted.md", &quoted("|head 1"), &quoted("\n  | head 1"));
}

#[test]
fn blocks_of_yaml_keep_their_margin() {
    let block = |search: &str| format!("name: A\nsearch: |-\n    {search}\ntype:  TTP # kept\n");
    formats("block.yml", &block(LONG), &block(&with_margin("    ")));
}

#[test]
fn a_conf_file_breaks_lines_behind_backslashes() {
    let stanza = |search: &str| format!("[A]\n# kept\nsearch = {search}\ncron_schedule = * * * * *\n");
    formats("savedsearches.conf", &stanza(LONG), &stanza(&LAID_OUT.replace('\n', "\\\n")));
    formats("lines.conf", &stanza("index=a \\\n|  head 1"), &stanza("index=a\\\n| head 1"));
}

#[test]
fn what_cannot_be_written_is_left_and_said() {
    let folder = folder("fmt_left");
    for (name, text, says) in [
        ("quoted.yml", "name: A\nsearch: 'index=a|head 1'\n".to_owned(), "in quotes or folded lines"),
        ("folded.yml", "name: A\nsearch: >\n  index=a|head 1\n".to_owned(), "in quotes or folded lines"),
        (
            "object.json",
            "{\"title\": \"A\", \"search\": \"index=a|head 1\"}\n".to_owned(),
            "in quotes or folded lines",
        ),
        ("error.spl", "index=a (b=1\n".to_owned(), "this `(` is not closed"),
        ("backslash.conf", "[A]\nsearch = index=a b=C:\\x\\ | head 1\n".to_owned(), "end with a backslash"),
        ("ends.md", "```spl\r\nindex=a|head 1\n```\n".to_owned(), "carriage return"),
    ] {
        fs::write(folder.join(name), &text).unwrap();
        let ran = splc(&folder, &["fmt", name], "");
        assert_eq!(ran.status, 0, "{name}: {}", ran.err);
        assert!(ran.err.contains("not-formatted") && ran.err.contains(says), "{name}: {}", ran.err);
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), text);
        assert_eq!(
            splc(&folder, &["fmt", name, "--check"], "").status,
            0,
            "{name}: what is left is no difference"
        );
    }
    fs::write(folder.join("latin.spl"), b"index=a|search user=J\xfcrgen").unwrap();
    let ran = splc(&folder, &["fmt", "latin.spl"], "");
    assert!(ran.err.contains("not UTF-8"), "{}", ran.err);
    assert_eq!(fs::read(folder.join("latin.spl")).unwrap(), b"index=a|search user=J\xfcrgen");
}

#[test]
fn a_comment_at_the_end_of_a_block_does_not_close_it_early() {
    let folder = folder("fmt_comment");
    let text = "```spl\nindex=a ```one\n``` | head 1\n```\n";
    fs::write(folder.join("a.md"), text).unwrap();
    let ran = splc(&folder, &["fmt", "a.md"], "");
    assert!(ran.err.contains("would not be read as holding the same queries"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.join("a.md")).unwrap(), text);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder("fmt_stdin");
    let ran = splc(&folder, &["fmt", "-"], LONG);
    assert_eq!((ran.status, ran.out, ran.err.as_str()), (0, format!("{LAID_OUT}\n"), ""));
    let ran = splc(&folder, &["fmt", "-"], "index=a (");
    assert_eq!((ran.status, ran.out.as_str()), (0, "index=a ("), "{}", ran.err);
    assert!(ran.err.contains("not-formatted"), "{}", ran.err);
    let ran = splc(&folder, &["fmt", "-", "--check"], "index=a|head 1\n");
    assert_eq!(ran.status, 1);
    assert_eq!(ran.out, "--- -\n+++ -\n@@ -1,1 +1,2 @@\n-index=a|head 1\n+index=a\n+| head 1\n");
    assert_eq!(splc(&folder, &["fmt", "missing.spl"], "").status, 2);
    assert_eq!(splc(&folder, &["fmt"], "").status, 2);
}

/// The diff is one that other tools can apply.
#[test]
fn the_diff_of_several_searches_counts_its_lines() {
    let folder = folder("fmt_diff");
    let text = "[A]\nsearch = index=a|head 1\n[B]\nsearch = index=b\\\n| table c\n[C]\nsearch = index=c|head 2|table d\n";
    fs::write(folder.join("a.conf"), text).unwrap();
    let ran = splc(&folder, &["fmt", "a.conf", "--check"], "");
    assert_eq!(ran.status, 1);
    let expected = "--- a.conf\n+++ a.conf\n@@ -2,1 +2,2 @@\n-search = index=a|head 1\n+search = index=a\\\n+| head 1\n\
                    @@ -7,1 +8,3 @@\n-search = index=c|head 2|table d\n+search = index=c\\\n+| head 2\\\n+| table d\n";
    assert_eq!(ran.out, expected);
    assert!(ran.err.contains("3 searches: 2 to be formatted, 1 unchanged, 0 left as written"), "{}", ran.err);
}

#[test]
fn searches_between_empty_lines_stay_apart() {
    let before = "index=a|table src_ip, dest_ip\n\nindex=b  x=1\n\n\n|tstats count where index=c\n";
    let after = "index=a\n| table src_ip, dest_ip\n\nindex=b x=1\n\n\n| tstats count WHERE index=c\n";
    formats("apart.spl", before, after);
    let around = |searches: &str| format!("# Note\n\n```spl\n{searches}```\n\nText.\n");
    formats("apart.md", &around(before), &around(after));
    formats("one.spl", "index=a\n\nx=1\n\n|head 1\n", "index=a x=1\n\n| head 1\n");
}
