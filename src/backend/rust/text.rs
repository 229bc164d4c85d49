//! The files of the generated program, put together.
//!
//! In: the rules as text, and what they need. Out: one file, or the files of a crate. Invariant: a part stands in the
//! output only where a rule needs it, and a dependency only where a part does.

use std::collections::BTreeSet;

use super::runtime;
use super::writer::Needs;

/// What every program has, with empty registries.
const PRELUDE: &str = include_str!("prelude.rs");
const JSON: &str = include_str!("prelude/json.rs");
const TIMED: &str = include_str!("parts/timed.rs");
const REGEX: &str = include_str!("parts/regex.rs");
const BACKTRACKING: &str = include_str!("parts/backtracking.rs");
const COMPUTED: &str = include_str!("parts/computed.rs");
const SEVERAL: &str = include_str!("parts/several.rs");

/// What only our own tests see of the prelude.
const TESTS: &str = "\n#[cfg(test)]\nmod tests;\n";

/// The registries as the prelude has them.
const EMPTY: &str = "/// All rules that judge each event alone.\npub static RULES: &[Rule] = &[];\n\n\
                     /// All rules that look at several events together.\npub static CORRELATIONS: &[Rule<OfSeveral>] = &[];\n";

/// What the functions in `parts/computed.rs` and formulas call. A blank line ends a group of imports, which each edition
/// of rustfmt would order otherwise.
const IMPORTS_OF_FORMULAS: &str = "\
#[rustfmt::skip]
#[allow(unused_imports)]
use runtime::function::{Context, Operand, apply, call, is_in, minus, not};
#[allow(unused_imports)]
use runtime::spl::eval::BinaryOperator as Operator;

";

/// What steps are made of.
const IMPORTS_OF_STEPS: &str = "\
#[allow(unused_imports)]
use runtime::detection::formula::Decimal;
#[rustfmt::skip]
use runtime::detection::{Detection, Formula, Predicate, step};
#[allow(unused_imports)]
use runtime::source::Origin;

";

/// The lines of the manifest for each dependency.
const DEPENDENCIES: &[(&str, &str)] = &[
    (
        "fancy-regex",
        "{ version = \"0.20\", default-features = false, features = [\"perf\", \"std\", \"unicode\", \"variable-lookbehinds\"] }",
    ),
    ("ipnet", "\"2\""),
    ("jiff", "{ version = \"0.2\", default-features = false, features = [\"std\"] }"),
    ("md-5", "{ version = \"0.11\", default-features = false }"),
    ("regex", "\"1\""),
    ("regex-syntax", "\"0.8\""),
    ("serde_json", "\"1\""),
    ("sha1", "{ version = \"0.11\", default-features = false }"),
    ("sha2", "{ version = \"0.11\", default-features = false }"),
    ("thiserror", "\"2\""),
];

/// The rules as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Their functions.
    pub(super) functions: String,
    /// Entries of those that judge each event alone.
    pub(super) of_one: String,
    /// Entries of those that look at several.
    pub(super) of_several: String,
}

/// The names of the functions that rules call.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    let files = [PRELUDE, JSON, TIMED, REGEX, BACKTRACKING, COMPUTED, SEVERAL];
    let of_line = |line: &'static str| {
        let after = line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("fn "))?;
        after.split(['(', '<']).next()
    };
    files
        .into_iter()
        .flat_map(str::lines)
        .filter_map(of_line)
        .chain(["apply", "call", "is_in", "minus", "not"])
}

/// The whole as one file.
pub(super) fn single(rules: &Rules, needs: &Needs) -> String {
    let root = root(rules, needs);
    match runtime(needs) {
        Some(text) => root.replacen("\nmod runtime;\n", &format!("\nmod runtime {{\n{text}}}\n"), 1),
        None => root,
    }
}

/// How the crate declares the module `runtime`.
const MODULE: &str = "#[rustfmt::skip]\n#[allow(unused_imports)]\nmod runtime;\n";

/// The root of the crate.
pub(super) fn root(rules: &Rules, needs: &Needs) -> String {
    let mut imports = "use serde_json::Value as Json;\n\n".to_owned();
    if needs.computed {
        imports.push_str(IMPORTS_OF_FORMULAS);
    }
    if needs.runtime.steps {
        imports.push_str(IMPORTS_OF_STEPS);
    }
    let mut text = PRELUDE
        .replacen(TESTS, "", 1)
        .replacen("mod json;\n\n", &format!("{}\n", code(JSON)), 1)
        .replacen("use Part::", &format!("{imports}use Part::"), 1)
        .replacen(EMPTY, &registries(rules), 1)
        .replacen(ALONE, &dependencies_in_words(needs), 1);
    let parts = [
        (needs.timed, TIMED),
        (needs.regex, REGEX),
        (needs.backtracking, BACKTRACKING),
        (needs.computed, COMPUTED),
        (needs.runtime.steps, SEVERAL),
    ];
    for (_, part) in parts.into_iter().filter(|(is_needed, _)| *is_needed) {
        text.push('\n');
        text.push_str(code(part));
    }
    if needs.computed {
        text.push('\n');
        text.push_str(MODULE);
    }
    text
}

/// What the prelude says of its dependencies.
const ALONE: &str = " It needs `serde_json` and nothing else.\n";

fn dependencies_in_words(needs: &Needs) -> String {
    match dependencies(needs).as_slice() {
        [_] => ALONE.to_owned(),
        _ => format!(" It needs:\n//!\n//! ```toml\n{}//! ```\n", manifest_lines(needs, "//! ")),
    }
}

fn registries(rules: &Rules) -> String {
    let registry = |name: &str, of_type: &str, entries: &str| {
        if entries.is_empty() {
            return format!("pub static {name}: &[{of_type}] = &[];\n");
        }
        // A text may be of any length, which no layout makes fit.
        format!("#[rustfmt::skip]\npub static {name}: &[{of_type}] = &[\n{entries}];\n")
    };
    format!(
        "{}/// All rules that judge each event alone.\n{}\n/// All rules that look at several events together.\n{}",
        rules.functions,
        registry("RULES", "Rule", &rules.of_one),
        registry("CORRELATIONS", "Rule<OfSeveral>", &rules.of_several)
    )
}

/// The code of a file: without its head and the imports from its parent.
fn code(file: &'static str) -> &'static str {
    let is_head = |line: &&str| line.starts_with("//!") || line.starts_with("use ") || line.trim().is_empty();
    let length: usize = file.split_inclusive('\n').take_while(is_head).map(str::len).sum();
    file.get(length..).unwrap_or_default()
}

/// The file of the module `runtime`, if it is needed.
pub(super) fn runtime(needs: &Needs) -> Option<String> {
    needs.computed.then(|| runtime::text(&needs.runtime))
}

/// The crates that are needed, each with its line in the manifest.
fn dependencies(needs: &Needs) -> Vec<(&'static str, &'static str)> {
    let of_runtime = if needs.computed { runtime::crates(&needs.runtime) } else { BTreeSet::new() };
    let is_needed = |name: &str| match name {
        "serde_json" => true,
        "regex" => needs.regex || of_runtime.contains(name),
        "fancy-regex" => needs.backtracking || of_runtime.contains(name),
        name => of_runtime.contains(name),
    };
    // Functions of JSON keep members in their order.
    let ordered = "{ version = \"1\", features = [\"preserve_order\"] }";
    let line = |(name, line): (&'static str, &'static str)| match name {
        "serde_json" if of_runtime.contains(name) => (name, ordered),
        _ => (name, line),
    };
    DEPENDENCIES.iter().copied().filter(|(name, _)| is_needed(name)).map(line).collect()
}

fn manifest_lines(needs: &Needs, indent: &str) -> String {
    dependencies(needs)
        .iter()
        .fold(String::new(), |lines, (name, line)| lines + indent + name + " = " + line + "\n")
}

/// The manifest of the crate.
pub(super) fn manifest(needs: &Needs) -> String {
    format!(
        "[package]\nname = \"detections\"\nversion = \"0.0.0\"\nedition = \"2024\"\nrust-version = \"{}\"\n\
         description = \"Detections made from Splunk searches by splc\"\npublish = false\n\n[dependencies]\n{}",
        if needs.computed || needs.backtracking { "1.88" } else { "1.85" },
        manifest_lines(needs, "")
    )
}
