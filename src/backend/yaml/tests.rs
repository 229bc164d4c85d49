//! Tests of the YAML writer: what it writes is read back as it was, and looks as people write it.
//!
//! In: nodes, among them texts that readers and naive writers trip over. Out: tests. Invariant: `serde_yaml`, a
//! reader of YAML 1.2, reads back what was written; where a reader of YAML 1.1 would differ, a test says so.

use proptest::prelude::*;
use serde_yaml::Value;

use super::*;

const STYLES: [Style; 3] =
    [Style::SIGMA, Style::FALCO, Style { indent: 1, quote: Quote::Double, list_offset: false, width: 0 }];

/// Texts that some reader takes for something else, or that break naive writers.
#[rustfmt::skip]
const AWKWARD: &[&str] = &[
    "", " ", "  x", "x  ", "\t", "\tx", "x\t", "\n", "x\n", "\nx", "x\ny", "x\n\n", "x\r\ny", "\r",
    "yes", "no", "on", "off", "Yes", "NO", "y", "n", "Y", "true", "False", "TRUE", "null", "Null",
    "NULL", "~", "12:30", "12:30:45", "190:20:30", "2001-01-01", "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5", "1_000", "0x1f", "0o17", "017", "0b101", "1e3", "1.5", "1.", ".5",
    "-1", "+1", "-.inf", ".inf", ".nan", ".NaN", "nan", "inf", "685_230.15", "1e400", "0", "00", "08",
    "6.02E+23", "7-Zip", "7z a -p", "4625", "0xZZ", "1,000", "=", "<<", "-", "- x", "-x", "?", "? x",
    ":", ": x", "x:", "#", "#x", "&a", "*a", "*", "!", "!!str x", "|", "|-", ">", ">-", "'", "''", "\"",
    "%", "%TAG", "@", "`", "---", "--- x", "...", "a: b", "a:b", "a #b", "a#b", "[a]", "{a: b}", "a, b",
    "a]", "{", "C:\\Users\\*\\a.exe", "\\\\srv\\x\\", "it's", "\u{2028}x", "a\u{2029}b", "\u{85}",
    "\u{FEFF}x", "\u{7F}", "\u{0}", "\u{1B}[0m", "\u{1F600}", "\u{A0}x\u{A0}", "é", "\u{FFFE}",
    "a\u{202E}b",
];

fn read(yaml: &str) -> Value {
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

/// What a node has to be read back as.
fn expected(node: &Node) -> Value {
    match node {
        Node::Text(text) | Node::Quoted(text) | Node::Folded(text) | Node::Literal(text) => {
            Value::String(text.clone())
        }
        Node::Number(number) => Value::Number((*number).into()),
        Node::Decimal(digits) => Value::Number(digits.parse::<f64>().unwrap().into()),
        Node::Bool(value) => Value::Bool(*value),
        Node::Null => Value::Null,
        Node::List(items) | Node::FlowList(items) => Value::Sequence(items.iter().map(expected).collect()),
        Node::Map(entries) => {
            let entry = |(key, value): &(String, Node)| (Value::String(key.clone()), expected(value));
            Value::Mapping(entries.iter().map(entry).collect())
        }
        Node::Commented(_, node) => expected(node),
    }
}

fn everywhere(text: &str) -> Node {
    let all = || {
        vec![
            Node::text(text),
            Node::Quoted(text.into()),
            Node::Folded(text.into()),
            Node::Literal(text.into()),
        ]
    };
    let inner = Node::Map(vec![(text.into(), Node::List(all())), ("k".into(), Node::text(text))]);
    Node::Map(vec![
        (text.to_owned(), Node::text(text)),
        ("flow".into(), Node::FlowList(vec![Node::text(text), inner.clone()])),
        ("list".into(), Node::List(vec![inner, Node::List(all()), Node::Folded(text.into())])),
        ("folded".into(), Node::Folded(text.into()).commented(vec![text.into()])),
        ("literal".into(), Node::Literal(text.into()).commented(vec![text.into()])),
        ("end".into(), Node::Null),
    ])
}

#[test]
fn awkward_texts_are_read_back_as_they_are() {
    for (text, style) in AWKWARD.iter().flat_map(|text| STYLES.map(|style| (text, style))) {
        let node = everywhere(text);
        assert_eq!(read(&document(&node, &style)), expected(&node), "{text:?}");
        for root in [Node::text(*text), Node::Folded((*text).into()), Node::Literal((*text).into())] {
            assert_eq!(read(&document(&root, &style)), expected(&root), "{text:?}");
        }
    }
}

#[test]
fn readers_of_yaml_1_1_see_texts_too() {
    // What serde_yaml, a reader of YAML 1.2, would forgive.
    for text in ["yes", "N", "Off", "12:30", "2001-01-01", "1_000", "=", "<<", "0o7", "-x", "1.", "a:"] {
        assert_eq!(document(&Node::text(text), &Style::SIGMA), format!("'{text}'\n"));
    }
}

#[test]
fn what_is_surely_a_text_is_bare() {
    for text in
        ["Shell in a Container", "7-Zip Use", "attack.t1609", "a:b", "x, y", "é", "(a) b", "it's", "a#b"]
    {
        assert_eq!(document(&Node::text(text), &Style::SIGMA), format!("{text}\n"));
    }
}

#[test]
fn a_rule_is_laid_out_as_people_write_it() {
    let rule = Node::Map(vec![
        ("title".into(), Node::text("A Title")),
        ("tags".into(), Node::List(vec![Node::text("attack.execution")])),
        (
            "related".into(),
            Node::List(vec![Node::Map(vec![
                ("id".into(), Node::text("x")),
                ("type".into(), Node::text("similar")),
            ])]),
        ),
        ("names".into(), Node::FlowList(vec![Node::text("a"), Node::text("b,c")])),
        (
            "detection".into(),
            Node::Map(vec![
                (
                    "selection".into(),
                    Node::Map(vec![
                        ("Image|endswith".into(), Node::Quoted("\\cmd.exe".into())),
                        ("Code".into(), Node::Number(4625)),
                        ("User".into(), Node::Null),
                    ]),
                ),
                ("condition".into(), Node::text("selection").commented(vec!["Why.".into()])),
            ]),
        ),
    ]);
    insta::assert_snapshot!(document(&rule, &Style::SIGMA), @r"
    title: A Title
    tags:
        - attack.execution
    related:
        - id: x
          type: similar
    names: [a, 'b,c']
    detection:
        selection:
            Image|endswith: '\cmd.exe'
            Code: 4625
            User: null
        # Why.
        condition: selection
    ");
    let compact = Style { list_offset: false, ..Style::FALCO };
    insta::assert_snapshot!(document(&Node::List(vec![rule]), &compact), @r#"
    - title: A Title
      tags:
      - attack.execution
      related:
      - id: x
        type: similar
      names: [a, "b,c"]
      detection:
        selection:
          Image|endswith: "\\cmd.exe"
          Code: 4625
          User: null
        # Why.
        condition: selection
    "#);
}

#[test]
fn folded_text_wraps_and_keeps_its_paragraphs() {
    let text = format!("{}\nsecond  line\n", "words and ".repeat(12).trim_end());
    let node = Node::Map(vec![("description".into(), Node::Folded(text.clone()))]);
    let out = document(&node, &Style { width: 60, ..Style::SIGMA });
    insta::assert_snapshot!(out, @r"
    description: >
        words and words and words and words and words and words
        and words and words and words and words and words and
        words and

        second  line
    ");
    assert_eq!(read(&out), expected(&node));
    // Lines that start with a blank are never folded, so they are not written folded.
    let kept = document(&Node::Folded("a\n  b".into()), &Style::SIGMA);
    assert_eq!(kept, "\"a\\n  b\"\n");
}

#[test]
fn long_keys_are_explicit() {
    let node =
        Node::List(vec![Node::Map(vec![("k".repeat(2000), Node::Map(vec![("é".repeat(900), Node::Null)]))])]);
    assert_eq!(read(&document(&node, &Style::SIGMA)), expected(&node));
}

#[test]
fn comments_cannot_break_out() {
    let node = Node::text("x").commented(vec!["a\nb: c\u{85}d: e\u{2028}f".into(), String::new()]);
    assert_eq!(document(&node, &Style::SIGMA), "# a\n# b: c\u{FFFD}d: e\u{FFFD}f\n#\nx\n");
    let twice = Node::text("x").commented(vec!["second".into()]).commented(vec!["first".into()]);
    assert_eq!(document(&twice, &Style::FALCO), "# first\n# second\nx\n");
}

#[test]
fn documents_are_separated() {
    let out = documents(&[Node::Literal("a\nb".into()), Node::Folded("c\n".into())], &Style::SIGMA);
    assert_eq!(out, "|-\n    a\n    b\n---\n>\n    c\n");
}

fn texts() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(AWKWARD.to_vec()).prop_map(str::to_owned);
    let piece = prop::sample::select(vec![
        " ", "\n", "\t", "a", "word", ":", "#", "-", "'", "\"", "\\", ",", "]", "{", "é", "1", ".", "\r",
        "\u{2028}", "?", "|",
    ]);
    let pieces = prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat());
    prop_oneof![awkward, pieces, ".{0,30}", "[a-z ]{0,200}"]
}

fn nodes() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        texts().prop_map(Node::Text),
        texts().prop_map(Node::Quoted),
        texts().prop_map(Node::Folded),
        texts().prop_map(Node::Literal),
        any::<i64>().prop_map(Node::Number),
        any::<bool>().prop_map(Node::Bool),
        Just(Node::Null),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Node::List),
            prop::collection::vec(inner.clone(), 0..5).prop_map(Node::FlowList),
            prop::collection::btree_map(texts(), inner.clone(), 0..5)
                .prop_map(|entries| Node::Map(entries.into_iter().collect())),
            (inner, prop::collection::vec(".{0,20}", 0..3)).prop_map(|(node, lines)| node.commented(lines)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(node in nodes(), style in prop::sample::select(STYLES.to_vec())) {
        let out = document(&node, &style);
        prop_assert_eq!(read(&out), expected(&node), "{}", out);
        prop_assert!(out.ends_with('\n'));
    }
}
