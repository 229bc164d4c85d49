//! YAML: detections of Splunk's security content, analytics of MITRE CAR, and any file with searches under `search`,
//! `query` or `spl`.
//!
//! In: text, perhaps of several documents. Out: a query for each search in any style of scalar, placed byte for byte.
//! Rules of Sigma and queries in other languages are not searches. What a key says about a search is for `facts`;
//! which of them hold one is for `records`.

mod events;
mod scalar;

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::records::{self, Records};
use crate::document::{Analytic, Format};

/// The format.
pub(crate) struct Yaml;

/// Where searches are found.
const RECORDS: Records = Records { keys: &["search", "spl", "query"], need_name: false };

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["yml", "yaml"]
    }

    fn read(&self, _path: &Path, text: &str) -> (Vec<Analytic>, Vec<Diagnostic>) {
        let (trees, mut findings) = events::read(text);
        let mut analytics = Vec::new();
        for tree in &trees {
            let (found, left_out) = records::searches(tree, &RECORDS);
            analytics.extend(found);
            findings.extend(left_out);
        }
        (analytics, findings)
    }
}

#[cfg(test)]
mod tests;
