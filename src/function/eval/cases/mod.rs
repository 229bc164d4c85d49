//! What operators and functions give, as tables to read: one text a family.
//!
//! In: nothing. Out: the texts, which the tests of [`crate::function`]'s users run. Invariant: every family has one. The
//! form of a line is said at the top of `operators.txt`.

/// Each family's name and its table.
pub(crate) const ALL: &[(&str, &str)] = &[
    ("operators", include_str!("operators.txt")),
    ("bitwise", include_str!("bitwise.txt")),
    ("conditional", include_str!("conditional.txt")),
    ("conversion", include_str!("conversion.txt")),
    ("cryptographic", include_str!("cryptographic.txt")),
    ("informational", include_str!("informational.txt")),
    ("json", include_str!("json.txt")),
    ("matching", include_str!("matching.txt")),
    ("mathematical", include_str!("mathematical.txt")),
    ("multivalue", include_str!("multivalue.txt")),
    ("text", include_str!("text.txt")),
    ("time", include_str!("time.txt")),
    ("trigonometric", include_str!("trigonometric.txt")),
];
