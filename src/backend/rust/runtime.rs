//! The module `runtime` of generated programs: what formulas and steps mean, as the source files of this project say it.
//!
//! In: which functions of expressions are called, and whether steps are. Out: the text of the module, and the crates it
//! needs. Invariant: what a function or a step gives is written down once, in `function` and `evaluate`; the files stand
//! here as they are, without tests and examples, and paths from the root become paths from the module.

use std::collections::BTreeSet;

/// What a generated program needs of the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The functions of expressions, in lower case.
    pub(super) functions: BTreeSet<String>,
    /// The regular expressions of formulas, each as an entry of the table of them.
    pub(super) patterns: BTreeSet<String>,
    /// Whether a formula has a regular expression that only the event tells.
    pub(super) reads_patterns: bool,
    /// Whether something is asked of several events.
    pub(super) steps: bool,
}

/// A module with its text.
struct Module {
    path: &'static str,
    text: String,
    children: Vec<Module>,
}

macro_rules! source {
    ($path:literal) => {
        include_str!(concat!("../../", $path))
    };
}

/// The families of functions, with the crates that each needs.
const FAMILIES: &[(&str, &str, &[&str])] = &[
    ("bitwise", source!("function/eval/bitwise.rs"), &[]),
    ("conditional", source!("function/eval/conditional.rs"), &[]),
    ("conversion", source!("function/eval/conversion.rs"), &[]),
    ("cryptographic", source!("function/eval/cryptographic.rs"), &["md-5", "sha1", "sha2"]),
    ("each", source!("function/eval/each.rs"), &[]),
    ("informational", source!("function/eval/informational.rs"), &[]),
    ("json", source!("function/eval/json.rs"), &["serde_json"]),
    ("matching", source!("function/eval/matching.rs"), &["ipnet"]),
    ("mathematical", source!("function/eval/mathematical.rs"), &[]),
    ("multivalue", source!("function/eval/multivalue.rs"), &[]),
    ("printf", source!("function/eval/printf.rs"), &[]),
    ("regex", source!("function/eval/regex.rs"), &["regex", "fancy-regex"]),
    ("text", source!("function/eval/text.rs"), &[]),
    ("time", source!("function/eval/time/mod.rs"), &["jiff"]),
    ("trigonometric", source!("function/eval/trigonometric.rs"), &[]),
];

/// The crates that the reader of regular expressions needs beside those of the engines.
const READER_CRATES: &[&str] = &["regex-syntax", "thiserror"];

/// The families that operators call, and those that are named outside of the table.
const ALWAYS: &[&str] = &["each", "matching", "regex", "text"];

/// The families that the functions are of, with those that these call.
fn families(functions: &BTreeSet<String>) -> BTreeSet<&'static str> {
    let defines =
        |text: &str| functions.iter().any(|name| text.contains(&format!("Function::new(\"{name}\",")));
    let mut found: BTreeSet<&str> = ALWAYS.iter().copied().collect();
    found.extend(FAMILIES.iter().filter(|(_, text, _)| defines(text)).map(|(name, _, _)| *name));
    loop {
        let texts = FAMILIES.iter().filter(|(name, _, _)| found.contains(name)).map(|(_, text, _)| *text);
        let used: Vec<&str> = texts.flat_map(used_families).collect();
        let before = found.len();
        found.extend(FAMILIES.iter().map(|(name, _, _)| *name).filter(|name| used.contains(name)));
        if found.len() == before {
            return found;
        }
    }
}

/// The families that a file imports from.
fn used_families(text: &str) -> Vec<&str> {
    let imports = text.lines().filter_map(|line| line.strip_prefix("use crate::function::eval::"));
    let names = imports.flat_map(|path| match path.strip_prefix('{') {
        Some(list) => list.trim_end_matches("};").split(", ").collect(),
        None => vec![path],
    });
    names.filter_map(|path| path.split([':', ';']).next()).collect()
}

/// The crates that the module needs, beside `serde_json`.
pub(super) fn crates(wanted: &Wanted) -> BTreeSet<&'static str> {
    let families = families(&wanted.functions);
    let needed = FAMILIES.iter().filter(|(name, _, _)| families.contains(name));
    let of_reader = READER_CRATES.iter().filter(|_| wanted.reads_patterns);
    needed.flat_map(|(_, _, crates)| *crates).chain(of_reader).copied().collect()
}

/// The head of the module.
const HEAD: &str = "\
//! What formulas and steps mean, as `splc` itself has it.

";

/// The text of the module.
pub(super) fn text(wanted: &Wanted) -> String {
    let mut out = HEAD.to_owned();
    for module in modules(wanted) {
        write(&module, 1, &mut out);
    }
    out
}

fn write(module: &Module, depth: usize, out: &mut String) {
    let root = "super::".repeat(depth);
    // A path from the root may not stand in a visibility where it begins at another module.
    let text =
        module.text.replace("pub(in crate::function::eval)", "pub").replace("pub(in crate::function)", "pub");
    out.push_str(&format!("pub mod {} {{\n", module.path));
    out.push_str(text.replace("crate::", &root).trim_end());
    out.push('\n');
    for child in &module.children {
        out.push('\n');
        write(child, depth + 1, out);
    }
    out.push_str("}\n\n");
}

fn module(path: &'static str, text: &str, children: Vec<Module>) -> Module {
    Module { path, text: bare(text), children }
}

fn leaf(path: &'static str, text: &str) -> Module {
    module(path, text, Vec::new())
}

fn modules(wanted: &Wanted) -> Vec<Module> {
    let mut all = vec![
        module(
            "event",
            // JSON is read elsewhere.
            &source!("event/mod.rs").replacen("pub use json::EventError;\n", "", 1),
            vec![
                leaf("network", source!("event/network.rs")),
                leaf("number", source!("event/number.rs")),
                leaf("pattern", source!("event/pattern.rs")),
            ],
        ),
        module("spl", "", vec![leaf("eval", &item(source!("spl/eval/mod.rs"), "pub enum BinaryOperator"))]),
        detection(wanted),
        function(wanted),
    ];
    if wanted.steps {
        all.extend([leaf("source", include_str!("runtime/source.rs")), command(), evaluate()]);
    }
    all
}

fn detection(wanted: &Wanted) -> Module {
    let entries: String = wanted.patterns.iter().map(String::as_str).collect();
    let table = format!("static KNOWN: [Known; {}] = [\n{entries}];\n", wanted.patterns.len());
    let regex = include_str!("runtime/regex.rs").replacen("static KNOWN: [Known; 0] = [];\n", &table, 1);
    let read = if wanted.reads_patterns { reader() } else { leaf("read", include_str!("runtime/unread.rs")) };
    let files = vec![
        leaf("engine", source!("detection/regex/engine.rs")),
        read,
        leaf("sed", source!("detection/regex/sed.rs")),
    ];
    let mut children = vec![module("regex", &regex, files)];
    if !wanted.steps {
        return module("detection", "", children);
    }
    let step = source!("detection/step.rs");
    let step = without(&without(step, "impl Step {"), "impl Group {");
    children.push(leaf("step", &step));
    let formula = source!("detection/formula.rs");
    let heads = [
        "pub struct Decimal",
        "impl PartialEq for Decimal",
        "impl Eq for Decimal",
        "impl PartialOrd for Decimal",
        "impl Ord for Decimal",
        "impl Hash for Decimal",
        "impl Decimal",
    ];
    let decimal: Vec<String> = heads.iter().map(|head| item(formula, head)).collect();
    let decimal = decimal.join("\n");
    let head = "pub use super::Formula;\n\nuse std::cmp::Ordering;\nuse std::hash::{Hash, Hasher};\n\n";
    children.push(leaf("formula", &format!("{head}{decimal}")));
    children.push(leaf("predicate", &tests_of_values()));
    module("detection", include_str!("runtime/detection.rs"), children)
}

/// The reader of regular expressions, with all that it is made of.
fn reader() -> Module {
    // It stands one module deeper, and its parts look for each other from the root.
    let part = |path, text: &str| {
        leaf(path, &text.replace("crate::detection::regex", "crate::detection::regex::read"))
    };
    let parse = vec![
        part("class", source!("detection/regex/parse/class.rs")),
        part("escape", source!("detection/regex/parse/escape.rs")),
        part("group", source!("detection/regex/parse/group.rs")),
    ];
    let files = vec![
        part("caseless", source!("detection/regex/caseless.rs")),
        part("engine", source!("detection/regex/engine.rs")),
        part("example", source!("detection/regex/example.rs")),
        part("first", source!("detection/regex/first.rs")),
        part("lucene", source!("detection/regex/lucene.rs")),
        module("parse", source!("detection/regex/parse/mod.rs"), parse),
        part("posix", source!("detection/regex/posix.rs")),
        part("rust", source!("detection/regex/rust.rs")),
        part("sed", source!("detection/regex/sed.rs")),
        part("set", source!("detection/regex/set.rs")),
        part("sigma", source!("detection/regex/sigma.rs")),
        part("simplify", source!("detection/regex/simplify.rs")),
        part("states", source!("detection/regex/states.rs")),
        part("texts", source!("detection/regex/texts.rs")),
        part("tree", source!("detection/regex/tree.rs")),
        part("whole", source!("detection/regex/whole.rs")),
        part("write", source!("detection/regex/write.rs")),
    ];
    module("read", source!("detection/regex/mod.rs"), files)
}

/// What a condition asks of a value.
fn tests_of_values() -> String {
    let predicate = source!("detection/predicate.rs");
    let heads = ["pub enum ValueTest", "impl ValueTest", "pub enum Order", "impl Order"];
    let items: Vec<String> = heads.iter().map(|head| item(predicate, head)).collect();
    let head = "pub use super::Predicate;\n\nuse ipnet::IpNet;\n\nuse crate::detection::formula::Decimal;\n\
                use crate::detection::regex::Regex;\nuse crate::event::pattern::Pattern;\n\
                use crate::event::{Value, network, number};\n\n";
    format!("{head}{}", items.join("\n"))
}

fn function(wanted: &Wanted) -> Module {
    let families = families(&wanted.functions);
    let is_left_out = |line: &str| {
        let of = |name: &str| line.trim_start().strip_prefix(name).is_some_and(|rest| rest == "::ALL,");
        FAMILIES.iter().any(|(name, _, _)| of(name) && !families.contains(name))
    };
    let lines = source!("function/eval/mod.rs").lines().filter(|line| !is_left_out(line));
    let table: String = lines.flat_map(|line| [line, "\n"]).collect();
    let text = |(name, text, _): &(&'static str, &str, &[&str])| match *name {
        "time" => module(
            name,
            text,
            vec![
                leaf("format", source!("function/eval/time/format.rs")),
                leaf("parse", source!("function/eval/time/parse.rs")),
                leaf("shift", source!("function/eval/time/shift.rs")),
            ],
        ),
        name => leaf(name, text),
    };
    let used = FAMILIES.iter().filter(|(name, _, _)| families.contains(name)).map(text).collect();
    module(
        "function",
        source!("function/mod.rs"),
        vec![
            leaf("context", include_str!("runtime/context.rs")),
            module("eval", &table, used),
            leaf("operand", source!("function/operand.rs")),
            leaf("operator", source!("function/operator.rs")),
            leaf("statistics", source!("function/statistics.rs")),
        ],
    )
}

fn command() -> Module {
    let rows = source!("command/rows.rs");
    let heads = ["pub(crate) struct Key", "impl Ord for Key", "impl PartialOrd for Key"];
    let key: Vec<String> = heads.iter().map(|head| item(rows, head)).collect();
    let key = format!("use std::cmp::Ordering;\n\nuse crate::event::number;\n\n{}", key.join("\n"));
    let row = item(source!("command/mod.rs"), "pub struct Row");
    let head = "pub(crate) use samples::{Sample, computed, counts};\n\nuse crate::event::Event;\n\n";
    module(
        "command",
        &format!("{head}{row}"),
        vec![leaf("rows", &key), leaf("samples", source!("command/statistics/samples.rs"))],
    )
}

fn evaluate() -> Module {
    let own = source!("evaluate/mod.rs");
    let heads = ["fn timed(", "pub fn latest(", "fn origins<"];
    let shared: Vec<String> = heads.iter().map(|head| item(own, head)).collect();
    let text = format!("{}\n{}", include_str!("runtime/evaluate.rs"), shared.join("\n"));
    module(
        "evaluate",
        &text,
        vec![
            leaf("steps", source!("evaluate/steps.rs")),
            leaf("subsearch", source!("evaluate/subsearch.rs")),
            leaf("transaction", source!("evaluate/transaction.rs")),
        ],
    )
}

/// An item that starts so, with its documentation and attributes; nothing if there is none.
fn item(text: &str, head: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let (start, end) = bounds(&lines, head);
    lines.get(start..end).unwrap_or_default().iter().flat_map(|line| [line, "\n"]).collect()
}

/// The text without the item that starts so.
fn without(text: &str, head: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let (start, end) = bounds(&lines, head);
    let kept = lines.iter().take(start).chain(lines.iter().skip(end));
    kept.flat_map(|line| [*line, "\n"]).collect()
}

/// The first line of an item and that behind its last.
fn bounds(lines: &[&str], head: &str) -> (usize, usize) {
    let Some(at) = lines.iter().position(|line| line.starts_with(head)) else { return (0, 0) };
    let is_before = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
    let before = lines.get(..at).unwrap_or_default().iter().rev().take_while(is_before).count();
    let is_short = lines.get(at).is_some_and(|line| line.ends_with(';') || line.ends_with("{}"));
    let is_end = |line: &&str| **line == *"}";
    let more = lines.get(at..).unwrap_or_default().iter().position(is_end).unwrap_or_default();
    (at - before, at + 1 + if is_short { 0 } else { more })
}

/// A file without tests, examples and declarations of modules.
fn bare(text: &str) -> String {
    let mut out = String::new();
    let mut is_example = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            // The item behind it goes too.
            if lines.next().is_some_and(|line| !line.ends_with(';')) {
                lines.by_ref().find(|line| *line == "}");
            }
            continue;
        }
        let documentation = line.trim_start().strip_prefix("///");
        let is_fence = documentation.is_some_and(|text| text.trim_start().starts_with("```"));
        is_example ^= is_fence;
        let is_module = line.ends_with(';') && line.split_whitespace().rev().nth(1) == Some("mod");
        let is_shown = documentation.is_none() || !is_example;
        if !is_fence && !is_module && is_shown {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
