//! A field of a message, and how it is encoded and decoded.

use crate::names::Name;

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) deprecated: bool,
    pub(crate) name: Name,
    pub(crate) number: u32,
    /// `NAME_FIELD_NUMBER`.
    pub(crate) constant: String,
    pub(crate) target: Target,
    pub(crate) setter: Setter,
    /// For fields with explicit presence.
    pub(crate) accessors: Option<Accessors>,
    pub(crate) arms: Vec<Arm>,
    pub(crate) reflected: bool,
}

/// Where the value is stored.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// In the struct, under the field's name.
    Member,
    /// In the oneof, which is this member of the struct, as this variant (a path).
    Oneof { member: String, variant: String },
}

/// `with_x`.
#[derive(Debug)]
pub(crate) struct Setter {
    pub(crate) ident: String,
    pub(crate) argument: String,
    /// What is stored, in terms of the argument.
    pub(crate) value: String,
}

/// The methods that know whether the field is set.
#[derive(Debug)]
pub(crate) struct Accessors {
    pub(crate) get: String,
    pub(crate) has: String,
    pub(crate) clear: String,
    pub(crate) get_mut: String,
    pub(crate) try_get: String,
    /// The full name of the message, for errors.
    pub(crate) message: String,
    /// What the getter returns: `&str`.
    pub(crate) view: String,
    /// What `_mut` returns, without `&mut`.
    pub(crate) value: String,
    /// From `&stored` to `view`: `*`.
    pub(crate) dereference: &'static str,
    /// From `Option<stored>` to `view`: `.unwrap_or_default()`; `None` for messages.
    pub(crate) unwrap: Option<String>,
    /// The view of a field that is not set.
    pub(crate) default_view: String,
    /// From `&mut Option<stored>` to `&mut stored`: `.get_or_insert_default()`.
    pub(crate) insert: String,
    /// What `_mut` starts from in a oneof.
    pub(crate) initial: String,
    /// Whether the default instance is a static of the getter's own.
    pub(crate) default_static: bool,
    pub(crate) allows: Vec<&'static str>,
}

/// One tag that the decoder knows.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) tag: u32,
    pub(crate) call: String,
}

/// One step of the encoder.
#[derive(Debug)]
pub(crate) enum Step {
    Field {
        call: String,
    },
    /// Members of a oneof whose numbers follow each other.
    Oneof {
        member: String,
        arms: Vec<StepArm>,
        exhaustive: bool,
    },
}

#[derive(Debug)]
pub(crate) struct StepArm {
    pub(crate) variant: String,
    pub(crate) call: String,
}
