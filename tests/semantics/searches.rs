//! Searches made at random: a tree that is known, and the text that is written for it.
//!
//! Out: [`Search`], a strategy of proptest. Invariant: the text follows the grammar of the `search` command
//! (`searchbnf.conf`), so it reads without a finding of severity error, and [`Node::skeleton`] is the tree that the
//! order of binding (parentheses, NOT, OR, AND) gives it. Malformed text is made in `hostile`.

use proptest::prelude::*;
use proptest::sample::select;

/// A pipeline of searches.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// One expression a stage.
    pub(crate) stages: Vec<Node>,
    /// The text.
    pub(crate) text: String,
}

/// A Boolean expression over leaves that are written as they are.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Leaf(String),
    Not(Box<Node>),
    /// The words between the parts: written AND or nothing.
    And(Vec<Node>, Vec<bool>),
    Or(Vec<Node>),
}

impl Node {
    /// The text, with parentheses where the order of binding needs them.
    fn text(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Not(operand) => format!("NOT {}", operand.operand(|node| matches!(node, Self::Not(_)))),
            Self::Or(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|part| part.operand(|node| matches!(node, Self::Not(_)))).collect();
                parts.join(" OR ")
            }
            Self::And(parts, words) => {
                let mut text = String::new();
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        let word = words.get(index).copied().unwrap_or(false);
                        text.push_str(if word { " AND " } else { " " });
                    }
                    text += &part.operand(|node| matches!(node, Self::Not(_) | Self::Or(_)));
                }
                text
            }
        }
    }

    /// The text as a part of a node in which only leaves and what `binds` says stand without parentheses.
    fn operand(&self, binds: fn(&Self) -> bool) -> String {
        let text = self.text();
        if matches!(self, Self::Leaf(_)) || binds(self) { text } else { format!("({text})") }
    }

    /// The tree as text: parentheses round every node.
    pub(crate) fn skeleton(&self) -> String {
        let all = |parts: &[Self]| parts.iter().map(Self::skeleton).collect::<Vec<_>>().join(" ");
        match self {
            Self::Leaf(text) => format!("<{text}>"),
            Self::Not(operand) => format!("(not {})", operand.skeleton()),
            Self::And(parts, _) => format!("(and {})", all(parts)),
            Self::Or(parts) => format!("(or {})", all(parts)),
        }
    }
}

/// Searches with one to three stages.
pub(crate) fn search() -> impl Strategy<Value = Search> {
    let space = select(vec![" ", "\n", "  ", " ```a | comment``` "]);
    (prop::collection::vec(node(), 1..=3), space, any::<bool>()).prop_map(|(stages, space, implied)| {
        let texts: Vec<String> = stages.iter().map(Node::text).collect();
        let first = if implied { "" } else { "search " };
        let text = format!("{first}{}", texts.join(&format!("{space}| search{space}")));
        Search { stages, text }
    })
}

fn node() -> impl Strategy<Value = Node> {
    leaf().prop_map(Node::Leaf).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            2 => inner.clone().prop_map(|operand| Node::Not(Box::new(operand))),
            4 => (prop::collection::vec(inner.clone(), 2..5), prop::collection::vec(any::<bool>(), 4))
                .prop_map(|(parts, words)| Node::And(parts, words)),
            4 => prop::collection::vec(inner, 2..5).prop_map(Node::Or),
        ]
    })
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (field(), spaced(vec!["=", "!="]), value()).prop_map(|(field, op, value)| field + &op + &value),
        3 => (field(), spaced(vec!["<", "<=", ">", ">="]), number())
            .prop_map(|(field, op, value)| field + &op + &value),
        3 => (field(), prop::collection::vec(value(), 1..4))
            .prop_map(|(field, values)| format!("{field} IN ({})", values.join(", "))),
        1 => (field(), prop::collection::vec(value(), 1..4))
            .prop_map(|(field, values)| format!("{field} IN({})", values.join(","))),
        4 => (scope_field(), scope_value()).prop_map(|(field, value)| format!("{field}={value}")),
        1 => (scope_field(), scope_value()).prop_map(|(field, value)| format!("{field}::{value}")),
        1 => (scope_field(), scope_value(), scope_value())
            .prop_map(|(field, a, b)| format!("{field} IN ({a}, {b})")),
        3 => select(RAW).prop_map(str::to_owned),
        1 => select(&["earliest=-1h@h", "latest=now", "_index_earliest=\"-1d\""][..])
            .prop_map(str::to_owned),
    ]
}

const FIELDS: &[&str] =
    &["user", "user", "\"user name\"", "user.groups{}", "command", "src_ip", "bytes", "reg_*", "User"];

/// Raw terms, bare and quoted, with inner breakers and wildcards.
const RAW: &[&str] = &[
    "docker",
    "docker*",
    "*exec",
    "\"docker exec\"",
    "\"say \\\"hi\\\"\"",
    "10.0.0.1",
    "TERM(10.0.0.1)",
    "TERM(a_b)",
    "TERM(\"a-b\")",
    "CASE(Docker)",
    "a-b",
    "*",
    "or",
    "état",
];

fn field() -> impl Strategy<Value = String> {
    select(FIELDS).prop_map(str::to_owned)
}

fn scope_field() -> impl Strategy<Value = String> {
    select(&["sourcetype", "sourcetype", "index", "source", "tag", "eventtype"][..]).prop_map(str::to_owned)
}

fn scope_value() -> impl Strategy<Value = String> {
    select(&["docker:daemon", "docker:events", "docker:*", "*:events", "kube", "\"a b\"", "Kube"][..])
        .prop_map(str::to_owned)
}

fn spaced(operators: Vec<&'static str>) -> impl Strategy<Value = String> {
    (select(operators), select(vec!["", " "]))
        .prop_map(|(operator, space)| format!("{space}{operator}{space}"))
}

fn number() -> impl Strategy<Value = String> {
    select(&["9", "10", "2.5", "-1", "1e3", "\"10\"", "ten", "B", "0x1f"][..]).prop_map(str::to_owned)
}

/// Values as they are written, and values that are quoted and escaped here.
fn value() -> impl Strategy<Value = String> {
    const WRITTEN: &[&str] = &[
        "root",
        "ROOT",
        "ro*",
        "*ot",
        "*oo*",
        "*",
        "r*o*t",
        "1",
        "1.0",
        "01",
        "a?b",
        "10.0.0.0/8",
        "\"10.1.2.3/16\"",
        "2001:db8::/32",
        "CASE(Root)",
        "TERM(root)",
        "*\\\"x\\\":1*",
        "C:\\\\Windows\\\\*",
        "a=b",
        "http://x/?a=1",
        "\"IN\"",
        "'x'",
        "\"C:\\Temp\\*\"",
    ];
    const QUOTED: &[&str] = &[
        "",
        "docker exec",
        "say \"hi\"",
        "a|b",
        "C:\\Windows\\",
        "[x](y)",
        "`m`",
        "```c```",
        "É",
        "a, b",
        "**",
    ];
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    prop_oneof![3 => select(WRITTEN).prop_map(str::to_owned), 1 => select(QUOTED).prop_map(quoted)]
}
