//! EQL sequences.
//!
//! In: the predicate and the steps of a rule, of which `several` said that they are a sequence. Out: the text of a
//! sequence of two events, or the limit it is over. Invariant: a key is written without `?`, since an optional one joins
//! events that lack it (EQL syntax reference, "Optional by fields").

use crate::backend::eql::query::{conjuncts, identifier};
use crate::backend::eql::several::Sequence;
use crate::backend::{Legal, Passing};
use crate::detection::Predicate;
use crate::optimise;

/// The query of a rule about several events, and the most milliseconds between these, if it bounds them.
///
/// # Errors
/// What limit of Elasticsearch it is over.
pub(crate) fn text(
    legal: &Legal,
    category: &str,
    guard: Option<&str>,
) -> Result<(String, Option<u64>), String> {
    let passing = Passing { predicate: &legal.predicate, is_single_valued: &|_| true };
    let (sequence, _) = Sequence::read(&passing, &legal.steps).map_err(|beyond| beyond.reason)?;
    let mut text = "sequence".to_owned();
    if !sequence.keys.is_empty() {
        let keys: Vec<String> = sequence.keys.iter().map(|key| identifier(key)).collect();
        text.push_str(&format!(" by {}", keys.join(", ")));
    }
    if let Some(span) = sequence.span {
        text.push_str(&format!(" with maxspan={}", span_text(span)));
    }
    for condition in [sequence.first, sequence.last] {
        let both = optimise::predicate(Predicate::and([legal.predicate.clone(), condition.clone()]));
        let parts = conjuncts(legal, &both, guard)?;
        text.push_str(&format!("\n  [{category} where {}]", parts.join(" and\n    ")));
    }
    Ok((text, sequence.span))
}

/// Milliseconds in the largest unit that says them whole (EQL syntax reference, "with maxspan").
fn span_text(milliseconds: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let whole = units.iter().find(|(_, length)| milliseconds.is_multiple_of(*length));
    whole.map_or_else(
        || format!("{milliseconds}ms"),
        |(unit, length)| format!("{}{unit}", milliseconds / length),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_their_largest_unit() {
        assert_eq!(
            [300_000, 299_999, 7_200_000, 172_800_000, 1_000].map(span_text),
            ["5m", "299999ms", "2h", "2d", "1s"]
        );
    }
}
