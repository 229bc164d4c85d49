//! Hashes of texts, as lower-case hexadecimal digits.
//!
//! In: operands. Out: an operand (Search Reference, "Cryptographic functions"). The bytes are those of the text in UTF-8;
//! several values are hashed one by one.

use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};

use crate::event::Value;
use crate::function::eval::each;
use crate::function::{Context, Function, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("md5", 1, Some(1)).gives("the MD5 hash of the text (RFC 1321)", hash::<Md5>),
    Function::new("sha1", 1, Some(1)).gives("the SHA-1 hash of the text (FIPS 180-4)", hash::<Sha1>),
    Function::new("sha256", 1, Some(1)).gives("the SHA-256 hash of the text (FIPS 180-4)", hash::<Sha256>),
    Function::new("sha512", 1, Some(1)).gives("the SHA-512 hash of the text (FIPS 180-4)", hash::<Sha512>),
];

fn hash<D: Digest>(arguments: &[Operand], _: &Context) -> Operand {
    let [text] = arguments else { return Operand::Null };
    each::text(text, |text| {
        let mut digits = String::new();
        for byte in D::digest(text) {
            digits += &format!("{byte:02x}");
        }
        Some(Value::Text(digits))
    })
}
