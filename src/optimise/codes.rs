//! What is said of tests that decide each other.

use crate::diagnostic::{Code, Severity::Note};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[&ALWAYS_FALSE, &ALWAYS_TRUE];

/// Two parts of an AND.
pub static ALWAYS_FALSE: Code = Code::new(
    "always-false",
    Note,
    "no event passes two parts that are joined by AND",
    "What one part asks for, the other one leaves out: `user=root NOT user=r*`. Fields may have several values, so \
     `user=root user=admin` can hold and is not meant here; that no value is `r*` leaves no value `root` (Search \
     Manual, \"NOT expressions\"). The parts match no event and are left out of rules.",
);

/// Two parts of an OR.
pub static ALWAYS_TRUE: Code = Code::new(
    "always-true",
    Note,
    "every event, or every event with a field, passes one of two parts that are joined by OR",
    "What one part leaves out, the other one takes: `user=r* OR NOT user=root`. With `!=` in place of NOT the field \
     has to be there (Search Manual, \"NOT expressions\"): `user!=root OR user=r*` asks no more than `user=*`. The \
     parts test nothing else and are left out of rules.",
);
