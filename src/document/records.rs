//! Which values of a tree are searches, and what their surroundings say about them.
//!
//! In: a tree of YAML or JSON. Out: queries with metadata, in the order of the file. A map holds a search under one of
//! a few keys; what the map does not say, the maps round it do. Not searches: anything in a rule of Sigma, queries that
//! name another language, drill-downs (they look at results, contentctl `drilldown.py`), and definitions of macros.

use crate::diagnostic::Diagnostic;
use crate::document::tree::{Node, Text};
use crate::document::{Analytic, Metadata, codes, facts, foreign};
use crate::source::Span;

/// Where a format has its searches.
pub(super) struct Records {
    /// The keys, the first of which that is there counts.
    pub(super) keys: &'static [&'static str],
    /// Whether a search needs a title, a name or an id beside it.
    pub(super) need_name: bool,
}

/// Keys under which nothing is looked for.
const NOT_SEARCHES: &[&str] = &["drilldown_searches"];

/// What the value of a key like `language` or `type` is called where a query is in another language.
const LANGUAGES: &[&str] = &[
    "aql",
    "dnif",
    "eql",
    "esql",
    "kql",
    "kuery",
    "kusto",
    "logpoint",
    "lucene",
    "pseudocode",
    "sigma",
    "sparql",
    "sql",
    "yara",
    "yara-l",
];

/// The searches of a tree, and what was left out.
pub(super) fn searches(tree: &Node, records: &Records) -> (Vec<Analytic>, Vec<Diagnostic>) {
    let mut walk = Walk { records, found: Vec::new(), findings: Vec::new(), left: facts::MOST_REPEATED };
    walk.node(tree, None, false);
    (walk.found, walk.findings)
}

/// What a map says, and the maps round it.
struct Scope<'a> {
    own: Metadata,
    outer: Option<&'a Scope<'a>>,
    /// The size of all of it.
    size: usize,
}

impl<'a> Scope<'a> {
    fn new(map: &Node, outer: Option<&'a Self>) -> Self {
        let own = facts::metadata(map, None);
        let size = facts::size(&own) + outer.map_or(0, |outer| outer.size);
        Self { own, outer, size }
    }

    fn metadata(&self) -> Metadata {
        let outer = std::iter::successors(self.outer, |scope| scope.outer);
        outer.fold(self.own.clone(), |own, scope| facts::inherited(own, &scope.own))
    }
}

struct Walk<'a> {
    records: &'a Records,
    found: Vec<Analytic>,
    findings: Vec<Diagnostic>,
    left: usize,
}

impl Walk<'_> {
    /// Looks at a value and all below it; the depth of a tree is bounded. `named`: a map round it has given a name.
    fn node(&mut self, node: &Node, outer: Option<&Scope<'_>>, named: bool) {
        match node {
            Node::Text(_) => {}
            Node::List(items) => items.iter().for_each(|item| self.node(item, outer, named)),
            Node::Map(_) if is_sigma(node) => {}
            Node::Map(pairs) => {
                let scope = Scope::new(node, outer);
                let has_name = !scope.own.title.is_empty() || scope.own.id.is_some();
                if (has_name || named || !self.records.need_name) && !is_macro(node) {
                    self.take(node, &scope);
                }
                for (key, value) in pairs.iter().filter(|(key, _)| !NOT_SEARCHES.contains(&key.as_str())) {
                    if key == "implementations" {
                        self.implementations(value, &scope);
                    } else {
                        // Splunk's REST API puts the settings of the entry `name` under `content`.
                        self.node(value, Some(&scope), key == "content" && has_name);
                    }
                }
            }
        }
    }

    fn take(&mut self, map: &Node, scope: &Scope<'_>) {
        let value = self.records.keys.iter().find_map(|key| map.get(key).filter(|value| holds_text(value)));
        if let (Some(value), true) = (value, is_foreign(map)) {
            if let Node::Text(text) = value {
                self.leave_out(text, "the document says that this query is in another language");
            }
            return;
        }
        match value {
            Some(Node::Text(text)) => self.push(text, scope, None),
            Some(Node::List(items)) => {
                for item in items {
                    if let Node::Text(text) = item {
                        self.push(text, scope, None);
                    }
                }
            }
            Some(Node::Map(_)) | None => {}
        }
    }

    /// The implementations of a CAR analytic (`analytic_schema`): `code` in the language that `type` or `name` says.
    fn implementations(&mut self, list: &Node, scope: &Scope<'_>) {
        let Node::List(items) = list else { return };
        let items: Vec<&Node> = items.iter().filter(|item| is_splunk(item)).collect();
        for item in &items {
            let Some(Node::Text(code)) = item.get("code") else { continue };
            self.push(code, scope, item.get("name").and_then(Node::text).filter(|_| items.len() > 1));
        }
    }

    fn leave_out(&mut self, text: &Text, message: &str) {
        let first = text.snippet.text().trim_end().lines().next().map_or(0, str::len);
        let span = text.snippet.to_file(Span::new(0, first));
        self.findings.push(Diagnostic::new(&codes::FOREIGN_QUERY, span, message));
    }

    /// Adds a search, by a name of its own where the one of the map is not enough.
    fn push(&mut self, text: &Text, scope: &Scope<'_>, name: Option<&str>) {
        if !is_search(text) {
            return;
        }
        if let Some(language) = foreign::language(text.snippet.text()) {
            return self.leave_out(text, &format!("this query is {language}, not SPL"));
        }
        let mut metadata = Metadata::default();
        if let Some(left) = self.left.checked_sub(scope.size) {
            self.left = left;
            metadata = scope.metadata();
        }
        if let Some(name) = name {
            metadata.title = format!("{}: {name}", metadata.title);
        }
        self.found.push(Analytic { metadata, snippet: text.snippet.clone(), examples: Vec::new() });
    }
}

fn is_search(text: &Text) -> bool {
    text.is_string && !text.snippet.text().trim().is_empty()
}

fn holds_text(node: &Node) -> bool {
    match node {
        Node::Text(text) => is_search(text),
        Node::List(items) => items.iter().any(|item| matches!(item, Node::Text(text) if is_search(text))),
        Node::Map(_) => false,
    }
}

/// A rule of Sigma tests fields under `detection`, one of which may well be called `query`.
fn is_sigma(map: &Node) -> bool {
    matches!(map.get("detection"), Some(Node::Map(_)))
}

/// Whether a map says that its query is in another language; Sentinel rules say so by their schedule.
fn is_foreign(map: &Node) -> bool {
    let names_other = |key: &str| {
        let language = map.get(key).and_then(Node::text).unwrap_or("").to_ascii_lowercase();
        LANGUAGES.contains(&language.as_str())
    };
    ["language", "query_language", "lang", "type"].into_iter().any(names_other)
        || ["queryFrequency", "queryPeriod", "requiredDataConnectors"]
            .iter()
            .any(|key| map.get(key).is_some())
}

/// Exports of macros have their definition where searches have theirs.
fn is_macro(map: &Node) -> bool {
    map.get("kind").and_then(Node::text) == Some("macro")
        || ["args", "iseval", "definition"].iter().any(|key| map.get(key).is_some())
}

fn is_splunk(implementation: &Node) -> bool {
    let says = |key: &str| implementation.get(key).and_then(Node::text).unwrap_or("").to_ascii_lowercase();
    let kind = says("type");
    if kind.is_empty() { says("name").contains("splunk") } else { kind.contains("splunk") || kind == "spl" }
}
