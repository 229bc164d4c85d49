//! Elastic EQL: the query, a rule for Kibana's import, and a rule file for detections-as-code repositories.
//!
//! In: a rule over fields of Elasticsearch. Out: three texts a rule, an event query or a sequence in each. Invariant: two-valued logic as in
//! Elasticsearch 8: a predicate on a missing field is false and `not` turns it round; a field that may be unmapped
//! is optional (`?field`) and guarded under `not`, where an unmapped one would silence the rule.

mod computed;
mod query;
mod rule;
mod sequence;
mod several;
mod text;

use serde::Deserialize;

use crate::backend::{
    Backend, Capabilities, Emission, Fields, Options, OutputFile, RawTerms, Rule, Sources, Written, codes,
    name, period,
};
use crate::diagnostic::Diagnostic;
use crate::target::{FieldKind, TargetError, TargetMap};

/// The target.
pub struct Eql;

static CAPABILITIES: Capabilities = Capabilities {
    // AutomatonQueries.toCaseInsensitiveChar leaves letters over 128 alone.
    folds_all_letters: false,
    some_other: false,
    raw_terms: RawTerms::None,
    same_text: false,
    field_wildcards: false,
    no_names_with: &[],
    text_order: false,
    numbers: false,
    number_order: Fields::Typed,
    networks: Fields::Typed,
    numbers_by_value: false,
    longest_constant: None,
    texts: |_, _| Ok(()),
    regex: text::takes,
    computes: |computed, fields| computed::alternatives(computed, fields).map(drop),
    computes_each: true,
    one_value: false,
    several: several::takes,
    shapes: None,
    sources: Sources::One,
};

/// Values of one list: `:` makes one clause each, and a query has at least 1,024.
const LONGEST_LIST: usize = 1_000;

/// The longest regular expression (`index.max_regex_length`).
const LONGEST_REGEX: usize = 1_000;

/// Levels of Boolean nesting (`indices.query.bool.max_nested_depth`).
const DEEPEST: usize = 28;

/// What Elasticsearch needs to know of a kind of event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The event category; `any` where events have none.
    category: String,
    /// A condition that comes first.
    guard: Option<String>,
    /// Index patterns.
    index: Vec<String>,
    /// Integrations that deliver the events.
    #[serde(default)]
    integrations: Vec<String>,
    /// Tags of the rule.
    #[serde(default)]
    tags: Vec<String>,
}

impl Backend for Eql {
    fn name(&self) -> &'static str {
        "eql"
    }

    fn summary(&self) -> &'static str {
        "Elastic EQL queries and detection rules"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn check(&self, map: &TargetMap) -> Result<(), TargetError> {
        map.settings::<Settings>().map(drop)
    }

    fn emit(&self, rule: &Rule<'_>, _options: &Options) -> Result<Emission, Diagnostic> {
        let over = |message: String| Diagnostic::without_place(&codes::TARGET_LIMIT, message);
        let settings = super::settings::<Settings>(rule.view).map_err(over)?;
        let guard = settings.guard.as_deref();
        // How many milliseconds the events may lie apart: where no sequence says it, the time range of the search does.
        let (query, apart) = if rule.legal.steps.is_empty() {
            (query::text(&rule.legal, &settings.category, guard).map_err(over)?, None)
        } else {
            let (query, span) = sequence::text(&rule.legal, &settings.category, guard).map_err(over)?;
            let range = || rule.period.unwrap_or(period::DEFAULT).saturating_mul(1_000);
            (query, Some(span.unwrap_or_else(range)))
        };
        let fields = rule::Fields::new(rule, &settings, &query, apart);
        let texts = vec![
            ("eql", query::commented(rule, &query)),
            ("ndjson", fields.ndjson()),
            ("toml", fields.toml(&settings.integrations)),
        ];
        let keywords = rule.legal.fields.values().any(|field| field.kind == FieldKind::Keyword);
        let message = "values over 1,024 characters of a keyword field behave as missing";
        let long = keywords.then(|| Diagnostic::without_place(&codes::LONG_VALUES, message));
        Ok(Emission { texts, notes: fields.notes().into_iter().chain(long).collect() })
    }

    fn files(&self, rules: &[Written<'_>], _options: &Options) -> Vec<OutputFile> {
        let mut files = Vec::new();
        for (index, written) in rules.iter().enumerate() {
            let source = written.rule.source.map(|source| name::slug(&source.name));
            let suffix =
                source.filter(|_| written.sources > 1).map(|source| format!("_{source}")).unwrap_or_default();
            for (kind, text) in &written.emission.texts {
                let path = format!("eql/{}{suffix}.{kind}", written.name);
                files.push(OutputFile { path, text: text.clone(), rules: vec![index] });
            }
        }
        files
    }
}
