//! Names and ids of what is written: slugs and UUIDs.
//!
//! Invariant: a name depends on the analytic alone, not on the others in the run, except that two that would be
//! equal both get eight digits of their id.

use uuid::Uuid;

/// The longest slug, in bytes.
const LONGEST: usize = 80;

/// The namespace of all ids that splc makes.
const NAMESPACE: Uuid = Uuid::from_bytes([
    0x7b, 0x1d, 0x2a, 0x60, 0x5f, 0x0e, 0x4c, 0x39, 0x9a, 0x57, 0x1c, 0x0f, 0x3e, 0x88, 0x64, 0x21,
]);

/// A text as a file name: lower-case letters and digits of ASCII, with `_` for what lies between.
///
/// ```
/// use splc::backend::name::slug;
/// assert_eq!(slug("Unexpected API calls (T1552.007)"), "unexpected_api_calls_t1552_007");
/// ```
pub fn slug(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let spaced: String = text.chars().map(letter).collect();
    let words = spaced.split('_').filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        let needed = slug.len() + usize::from(!slug.is_empty()) + word.len();
        if needed > LONGEST && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(word.get(..LONGEST).unwrap_or(word));
    }
    if slug.is_empty() { "search".to_owned() } else { slug }
}

/// The id of an analytic that its document gives none.
pub fn analytic_id(path: &str, title: &str, normalised_spl: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    Uuid::new_v5(&NAMESPACE, format!("{path}\n{title}\n{normalised_spl}").as_bytes()).to_string()
}

/// The id of a rule: that of its analytic if it is a UUID and the only rule, else one made of id and source.
pub fn rule_id(analytic: &str, source: Option<&str>, only: bool) -> String {
    match Uuid::parse_str(analytic) {
        Ok(id) if only => id.to_string(),
        _ => Uuid::new_v5(&NAMESPACE, format!("{analytic}\n{}", source.unwrap_or("")).as_bytes()).to_string(),
    }
}

/// Eight hexadecimal digits that stand for an id.
pub fn digits(id: &str) -> String {
    let mut digits = Uuid::new_v5(&NAMESPACE, id.as_bytes()).simple().to_string();
    digits.truncate(8);
    digits
}

/// Slugs of titles, with digits of the id where two would be equal.
pub fn unique_slugs<'a>(analytics: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<String> {
    let mut count = std::collections::HashMap::new();
    for (title, _) in analytics.clone() {
        *count.entry(slug(title)).or_insert(0_usize) += 1;
    }
    analytics
        .map(|(title, id)| {
            let slug = slug(title);
            if count.get(&slug).copied().unwrap_or(0) < 2 {
                return slug;
            }
            format!("{slug}_{}", digits(id))
        })
        .collect()
}
