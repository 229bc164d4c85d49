//! Sigma rules (specification 2.1), laid out as `SigmaHQ/sigma` writes them.
//!
//! In: a rule over the field names of its log source. Out: one YAML document a rule, and for one about several events its
//! correlation after the rules that it counts; one file an analytic.
//! Invariant: texts compare without case unless marked, `not` is true where a field is missing, and each test of a
//! field asks for some value, which is what every engine does.

mod condition;
mod correlation;
mod detection;
mod header;
mod name;
mod value;

use serde::Deserialize;

use crate::backend::{
    Backend, Beyond, Capabilities, Emission, Fields, Options, OutputFile, RawTerms, Rule, Sources, Written,
    yaml,
};
use crate::detection::regex::Dialect;
use crate::diagnostic::Diagnostic;
use crate::target::{TargetError, TargetMap};

pub(crate) use header::DEFAULT_DATE;

/// The target.
pub struct Sigma;

static CAPABILITIES: Capabilities = Capabilities {
    folds_all_letters: true,
    some_other: false,
    raw_terms: RawTerms::Anywhere,
    same_text: true,
    field_wildcards: false,
    no_names_with: &['|'],
    text_order: false,
    numbers: false,
    number_order: Fields::All,
    networks: Fields::All,
    numbers_by_value: true,
    longest_constant: None,
    texts: |_, _| Ok(()),
    regex: |regex, _| {
        let printed = regex.print_with_flags(Dialect::Sigma);
        printed.map(|_| ()).map_err(|reason| format!("Sigma has no {reason}"))
    },
    computes: |_, _| Err("Sigma computes nothing".to_owned()),
    computes_each: false,
    one_value: false,
    several: Beyond::one_event,
    shapes: Some(correlation::judge),
    sources: Sources::RuleForEach,
};

/// The `logsource` of a view (Sigma taxonomy).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    category: Option<String>,
    product: Option<String>,
    service: Option<String>,
}

impl Backend for Sigma {
    fn name(&self) -> &'static str {
        "sigma"
    }

    fn summary(&self) -> &'static str {
        "Sigma rules for any SIEM that has a Sigma backend"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn check(&self, map: &TargetMap) -> Result<(), TargetError> {
        map.settings::<Settings>().map(drop)
    }

    fn emit(&self, rule: &Rule<'_>, _options: &Options) -> Result<Emission, Diagnostic> {
        let (nodes, notes) = if let Some(shape) = &rule.legal.shape {
            correlation::documents(rule, shape)?
        } else {
            let (node, notes) = header::document(rule);
            (vec![node], notes)
        };
        let text = yaml::documents(&nodes, &yaml::Style::SIGMA);
        Ok(Emission { texts: vec![("rule", text)], notes })
    }

    fn files(&self, rules: &[Written<'_>], _options: &Options) -> Vec<OutputFile> {
        let mut files: Vec<OutputFile> = Vec::new();
        let mut last = None;
        for (index, written) in rules.iter().enumerate() {
            let text = written.emission.text("rule");
            match files.last_mut() {
                Some(file) if last == Some(written.analytic) => {
                    file.text.push_str("---\n");
                    file.text.push_str(text);
                    file.rules.push(index);
                }
                _ => files.push(OutputFile {
                    path: format!("sigma/{}.yml", file_name(written, rules)),
                    text: text.to_owned(),
                    rules: vec![index],
                }),
            }
            last = Some(written.analytic);
        }
        files
    }
}

/// The name of a file; that of a correlation begins as `SigmaHQ` asks for, unless another file has that name.
fn file_name(written: &Written<'_>, rules: &[Written<'_>]) -> String {
    if written.rule.legal.shape.is_none() {
        return written.name.to_owned();
    }
    let name = format!("correlation_{}", written.name);
    let is_taken = rules.iter().any(|other| other.name == name);
    if is_taken { written.name.to_owned() } else { name }
}
