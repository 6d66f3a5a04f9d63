//! Packed messages in their expanded form: `[type.googleapis.com/pkg.Name] { … }`.

use super::ParseError;
use super::fields::Reader;
use crate::reflect::{DynamicMessage, FieldMut, FieldRef, Reflect, Value};

impl Reader<'_> {
    /// The message behind a bracket, into the `Any` that holds it.
    pub(super) fn packed(&mut self, any: &mut dyn Reflect) -> Result<(), ParseError> {
        let url = self.lexer.up_to_bracket()?;
        let type_name = type_name(&url).map_err(|text| self.lexer.error(text))?;
        self.lexer.take(':')?;
        let Some(descriptor) = self.types.message(type_name) else {
            let text = format!("Type {type_name} not found in descriptor pool");
            return Err(self.lexer.error_before(text));
        };
        if !self.merging && holds_something(any) {
            let text =
                "Message type \"google.protobuf.Any\" should not have multiple packed messages.";
            return Err(self.lexer.error_before(text));
        }
        let mut packed = DynamicMessage::with_pool(descriptor, self.types.pool());
        self.message(&mut packed)?;
        let value = packed.serialize();
        for (number, value) in [(1, Value::String(url)), (2, Value::Bytes(value))] {
            let field = any.field_by_number_mut(number);
            if let Some(FieldMut::Singular(slot)) = field.map(|field| field.contents_mut()) {
                // An `Any` by name has these fields; one of another shape is left as it is.
                let _ = slot.set(value);
            }
        }
        Ok(())
    }
}

fn holds_something(any: &dyn Reflect) -> bool {
    [1, 2].into_iter().any(|number| {
        let contents = any.field_by_number(number).map(|field| field.contents());
        matches!(contents, Some(FieldRef::Singular(value)) if !value.is_default())
    })
}

/// The full name at the end of a type URL, which is checked, and percent signs with it.
fn type_name(url: &str) -> Result<&str, String> {
    let Some((prefix, name)) = url.rsplit_once('/') else {
        return Err("Type URL does not contain \"/\".".to_owned());
    };
    if prefix.is_empty() {
        return Err("Type URL prefix is empty.".to_owned());
    }
    if prefix.starts_with('/') {
        return Err("Type URL prefix starts with \"/\".".to_owned());
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/!$&()*+,;=%".contains(c);
    if let Some(other) = prefix.chars().find(|&c| !allowed(c)) {
        return Err(format!("Expected URL character(s), got \"{other}\""));
    }
    for (at, _) in prefix.match_indices('%') {
        let escape: String = prefix[at..].chars().take(3).collect();
        if escape.len() < 3 || !escape[1..].chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(format!("Invalid percent escape, got \"{escape}\"."));
        }
    }
    let is_identifier = |part: &str| {
        let mut characters = part.chars();
        characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !name.split('.').all(is_identifier) {
        return Err(format!("Expected type name, got \"{name}\"."));
    }
    Ok(name)
}
