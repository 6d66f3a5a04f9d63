//! The methods of a field: names that do not clash, and the types they take and return.

use super::defaults;
use super::enumeration;
use super::field::{Plurality, Value};
use super::types::Types;
use crate::descriptor::{FieldDescriptorProto, FieldType};
use crate::names::{self, Name, Scope};
use crate::schema::{Accessors, Prelude, Setter, Target};

/// The names of a field's methods; empty where the field has no such method.
#[derive(Clone, Default)]
pub(super) struct MethodNames {
    pub(super) get: String,
    pub(super) has: String,
    pub(super) clear: String,
    pub(super) get_mut: String,
    pub(super) with: String,
    pub(super) try_get: String,
}

/// Names the methods of all fields of a message; `presence` says which have more than `with_`.
pub(super) fn method_names(fields: &[Name], presence: &[bool]) -> Vec<MethodNames> {
    let mut scope = Scope::reserving(names::METHODS_RESERVED);
    let getters: Vec<String> = fields
        .iter()
        .zip(presence)
        .map(|(field, &presence)| {
            if presence {
                scope.allocate(field.stem())
            } else {
                String::new()
            }
        })
        .collect();
    fields
        .iter()
        .zip(getters)
        .map(|(field, get)| {
            let stem = field.stem().trim_matches('_');
            let with = |scope: &mut Scope| scope.allocate(&format!("with_{stem}"));
            if get.is_empty() {
                return MethodNames {
                    with: with(&mut scope),
                    ..MethodNames::default()
                };
            }
            MethodNames {
                get,
                has: scope.allocate(&format!("has_{stem}")),
                clear: scope.allocate(&format!("clear_{stem}")),
                get_mut: scope.allocate(&format!("{stem}_mut")),
                with: with(&mut scope),
                try_get: scope.allocate(&format!("try_{stem}")),
            }
        })
        .collect()
}

/// `with_x`.
pub(super) fn setter(
    ident: String,
    value: &Value,
    plurality: &Plurality,
    target: &Target,
    presence: bool,
    p: &Prelude,
) -> Setter {
    let argument = "value";
    let boxed = |text: String| {
        if value.boxed {
            format!("{}::new({text})", p.boxed)
        } else {
            text
        }
    };
    let one = |value: &Value| argument_type(value, p);
    let (ty, stored) = match plurality {
        Plurality::Singular => {
            let single = boxed(converted(argument, value));
            let stored = match target {
                Target::Oneof { variant, .. } => format!("Some({variant}({single}))"),
                Target::Member if presence => format!("Some({single})"),
                Target::Member => single,
            };
            (one(value), stored)
        }
        Plurality::Repeated => {
            let stored = if is_copied(value) {
                format!("{argument}.into_iter().collect()")
            } else {
                format!("rt::converted({argument})")
            };
            (
                format!("impl {}<Item = {}>", p.into_iterator, one(value)),
                stored,
            )
        }
        Plurality::Map(key) => {
            let stored = match (is_copied(key), is_copied(value)) {
                (true, true) => format!("{argument}.into_iter().collect()"),
                _ => format!("rt::converted_entries({argument})"),
            };
            let item = format!("({}, {})", one(key), one(value));
            (format!("impl {}<Item = {item}>", p.into_iterator), stored)
        }
    };
    Setter {
        ident,
        argument: ty,
        value: stored,
    }
}

/// What depends on presence; says what is wrong with a declared default.
pub(super) fn accessors(
    names: MethodNames,
    message: &str,
    proto: &FieldDescriptorProto,
    value: &Value,
    types: Types<'_>,
    p: &Prelude,
) -> Result<Accessors, String> {
    let declared = declared_default(proto, value, types)?;
    let (view, borrow, dereference) = match value.ty {
        FieldType::String => ("&str".to_owned(), ".as_deref()", ""),
        FieldType::Bytes => ("&[u8]".to_owned(), ".as_deref()", ""),
        FieldType::Message | FieldType::Group => (format!("&{}", value.owned), "", ""),
        _ => (value.owned.clone(), "", "*"),
    };
    let implied = implied_default(value);
    let default = declared.as_ref().map(|default| default.expression.clone());
    let unwrap = (!value.ty.is_message()).then(|| match &default {
        Some(default) => format!("{borrow}.unwrap_or({default})"),
        None => format!("{borrow}.unwrap_or_default()"),
    });
    let owned_default = default.clone().map(|text| match value.ty {
        FieldType::String => format!("{}::from({text})", p.string),
        FieldType::Bytes => format!("{}::from(&{text}[..])", value_constructor(value, p)),
        _ => text,
    });
    let insert = match (&owned_default, value.ty) {
        (Some(text), FieldType::String | FieldType::Bytes) => {
            format!(".get_or_insert_with(|| {text})")
        }
        (Some(text), _) => format!(".get_or_insert({text})"),
        (None, _) => ".get_or_insert_default()".to_owned(),
    };
    let default_view = default.unwrap_or(implied);
    let initial = owned_default.unwrap_or_else(|| format!("{}::default()", p.default));
    let mut allows = Vec::new();
    if declared.is_some_and(|default| default.is_rough) {
        allows.push("clippy::approx_constant");
    }
    Ok(Accessors {
        get: names.get,
        has: names.has,
        clear: names.clear,
        get_mut: names.get_mut,
        try_get: names.try_get,
        message: message.to_owned(),
        view,
        value: value.owned.clone(),
        dereference,
        unwrap,
        default_view,
        insert,
        initial,
        default_static: value.foreign && value.ty.is_message(),
        allows,
    })
}

/// The default that a field declares, unless it is the type's own; says what is wrong with it.
pub(super) fn declared_default(
    proto: &FieldDescriptorProto,
    value: &Value,
    types: Types<'_>,
) -> Result<Option<defaults::Default>, String> {
    let Some(text) = proto.default_value.as_deref() else {
        return Ok(None);
    };
    let found = match value.ty {
        FieldType::Enum => types
            .enumeration(proto.type_name())
            .and_then(|enumeration| {
                let number = defaults::enum_number(enumeration, text)?;
                let constants = enumeration::constants(enumeration);
                let constant = constants.iter().find(|constant| constant.proto == text)?;
                if value.foreign || number == 0 && enumeration.value.first()?.number() == 0 {
                    return None;
                }
                let expression = format!("{}::{}", value.owned, constant.ident);
                Some(defaults::Default {
                    expression,
                    is_rough: false,
                })
            }),
        ty => Some(
            defaults::scalar(ty, text)
                .ok_or_else(|| format!("`{text}` is no default for this field"))?,
        ),
    };
    Ok(found)
}

/// What the getter returns for a field without a declared default that is not set.
fn implied_default(value: &Value) -> String {
    match value.ty {
        FieldType::String => "\"\"".to_owned(),
        FieldType::Bytes => "&[]".to_owned(),
        FieldType::Bool => "false".to_owned(),
        FieldType::Double | FieldType::Float => "0.0".to_owned(),
        FieldType::Enum => format!("{}::default()", value.owned),
        FieldType::Message | FieldType::Group if value.foreign => "&DEFAULT".to_owned(),
        FieldType::Message | FieldType::Group => "rt::default_instance()".to_owned(),
        _ => "0".to_owned(),
    }
}

fn value_constructor<'a>(value: &Value, p: &'a Prelude) -> &'a str {
    if value.kind == "rt::SharedBytes" {
        "rt::Bytes"
    } else {
        p.vec
    }
}

/// Numbers are taken as they are, so that a literal gets the right type.
fn is_copied(value: &Value) -> bool {
    !matches!(
        value.ty,
        FieldType::String
            | FieldType::Bytes
            | FieldType::Enum
            | FieldType::Message
            | FieldType::Group
    )
}

fn argument_type(value: &Value, p: &Prelude) -> String {
    if is_copied(value) {
        value.owned.clone()
    } else {
        format!("impl {}<{}>", p.into, value.owned)
    }
}

fn converted(argument: &str, value: &Value) -> String {
    if is_copied(value) {
        argument.to_owned()
    } else {
        format!("{argument}.into()")
    }
}
