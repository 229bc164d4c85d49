//! Names of findings by which a later run knows them again.
//!
//! In: findings in reading order, and the texts they point into. Out: a name for each. Invariant: a name does not change
//! when lines move, and no two findings of a run have the same one. What a finding is about is its code, its file and the
//! text under its place; its place only tells equal findings apart, by order.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Sources;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Gives names to the findings of one run.
///
/// ```
/// use splc::report::{Fingerprints, Sources};
/// use splc::source::Span;
/// let name = |text: &str| {
///     let mut sources = Sources::default();
///     sources.add("a.spl", text);
///     let finding = splc::lint::check_text(text)[0].clone().at("a.spl".as_ref());
///     Fingerprints::default().next(&sources, &finding, "a.spl")
/// };
/// assert_eq!(name("index=web user!=root"), name("\n\nindex=web   user!=root"));
/// assert_ne!(name("index=web user!=root"), name("index=web user!=admin"));
/// ```
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: BTreeMap<Uuid, u32>,
}

impl Fingerprints {
    /// The name of the next finding, whose file is called `path`.
    pub fn next(&mut self, sources: &Sources, finding: &Diagnostic, path: &str) -> String {
        let text = finding.span().zip(finding.path.as_deref().and_then(|path| sources.text(path)));
        let what = text.map_or(finding.message.as_bytes(), |(span, text)| head(text, span));
        let mut name = format!("splc:{}\0{path}\0", finding.code.id).into_bytes();
        name.extend(what);
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, &name);
        let earlier = self.seen.entry(id).or_default();
        let id = if *earlier == 0 { id } else { Uuid::new_v5(&id, &earlier.to_be_bytes()) };
        *earlier += 1;
        id.to_string()
    }
}

/// The start of what a span covers: enough to know it again.
fn head(text: &str, span: Span) -> &[u8] {
    let end = (span.end as usize).min(span.start as usize + 1024).min(text.len());
    text.as_bytes().get(span.start as usize..end).unwrap_or(&[])
}
