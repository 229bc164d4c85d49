//! The outputs of Falco rules: text with `%field` tokens.
//!
//! In: an output, the source of its rule and the table of fields. Out: nothing, or why Falco refuses it.
//! Invariant: every `%` starts a field of the source, perhaps inside a transformer; a literal `%` cannot
//! be written. Outputs are not filled in here.

use super::error::ReadError;
use super::lexer::Cursor;
use crate::target::falco_fields::FieldTable;

/// Checks the fields of an output (`LOAD_ERR_COMPILE_OUTPUT`).
pub(super) fn check(output: &str, source: &str, fields: &FieldTable) -> Result<(), ReadError> {
    let mut cursor = Cursor::new(output);
    loop {
        cursor.take_while(|c| c != '%');
        if !cursor.eat("%") {
            return Ok(());
        }
        token(&mut cursor, source, fields)?;
    }
}

fn token(cursor: &mut Cursor<'_>, source: &str, fields: &FieldTable) -> Result<(), ReadError> {
    const TRANSFORMERS: [&str; 5] = ["tolower(", "toupper(", "b64(", "basename(", "len("];
    let is_transformed = TRANSFORMERS.into_iter().any(|transformer| cursor.eat(transformer));
    let name = cursor.name().ok_or(ReadError::LiteralPercent)?;
    if !name.contains('.') {
        return Err(ReadError::LiteralPercent);
    }
    let argument = cursor.argument()?.map(|argument| format!("[{argument}]")).unwrap_or_default();
    let field = format!("{name}{argument}");
    let Some(found) = fields.lookup(source, &field) else {
        return Err(ReadError::UnknownField { field, source_name: source.to_owned() });
    };
    if is_transformed && !found.transformable {
        return Err(ReadError::Transformer(field));
    }
    if is_transformed { cursor.expect(")", "`)`") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(output: &str) -> Result<(), ReadError> {
        check(output, "k8s_audit", &FieldTable::embedded())
    }

    #[test]
    fn fields_of_the_source_are_found_wherever_they_stand() {
        for output in [
            "no fields",
            "(user=%ka.user.name verb=%ka.verb)",
            "%ka.verb%ka.uri. At the end: %evt.time.",
            "ip=%jevt.value[/sourceIPs/0], %ka.uri.param[command]",
            "%tolower(ka.user.name) done",
        ] {
            assert!(of(output).is_ok(), "{output}");
        }
    }

    #[test]
    fn a_literal_per_cent_sign_is_an_error() {
        for output in ["50% done", "100%", "50%% done", "%name", "%(ka.verb)", "%tolower(x)"] {
            assert!(matches!(of(output), Err(ReadError::LiteralPercent)), "{output}");
        }
    }

    #[test]
    fn unknown_fields_are_errors() {
        for output in
            ["%proc.name", "%ka.nothing", "%ka.verb[0]", "%jevt.value", "%ka.verb_x", "%tolower(proc.name)"]
        {
            assert!(matches!(of(output), Err(ReadError::UnknownField { .. })), "{output}");
        }
        assert!(matches!(of("%jevt.value[/a b]"), Err(ReadError::Argument)));
        assert!(matches!(of("%tolower(ka.verb"), Err(ReadError::Syntax { .. })));
        let aname = check("%tolower(proc.aname)", "syscall", &FieldTable::embedded());
        assert!(matches!(aname, Err(ReadError::Transformer(_))));
    }
}
