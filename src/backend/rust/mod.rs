//! Placeholder.
use crate::backend::{Backend, Capabilities, Emission, Fields, Options, OutputFile, Rule, Written};
use crate::diagnostic::Diagnostic;
use crate::target::TargetMap;
/// The target.
pub struct Rust;
static CAPABILITIES: Capabilities = Capabilities {
    folds_all_letters: true,
    some_other: true,
    raw_terms: true,
    field_wildcards: true,
    text_order: true,
    number_order: Fields::All,
    networks: Fields::All,
    numbers_by_value: false,
    longest_constant: None,
};
impl Backend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }
    fn summary(&self) -> &'static str {
        ""
    }
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }
    fn check(&self, _map: &TargetMap) -> Result<(), String> {
        Ok(())
    }
    fn emit(&self, _rule: &Rule<'_>, _options: &Options) -> Result<Emission, Diagnostic> {
        Ok(Emission::default())
    }
    fn files(&self, _rules: &[Written<'_>], _options: &Options) -> Vec<OutputFile> {
        Vec::new()
    }
}
