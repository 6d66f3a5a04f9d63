//! Errors of fields that are not set.

use std::fmt;

use crate::reflect::{Reflect, access};

/// A field without which a program cannot go on is not set.
///
/// Converts by `?` into whatever error the caller has, a gRPC status included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingField {
    message: &'static str,
    field: &'static str,
}

impl MissingField {
    #[doc(hidden)]
    pub const fn new(message: &'static str, field: &'static str) -> Self {
        Self { message, field }
    }

    /// The full name of the message.
    pub const fn message(&self) -> &'static str {
        self.message
    }

    /// The name of the field.
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for MissingField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} is not set", self.message, self.field)
    }
}

impl std::error::Error for MissingField {}

/// Required fields of a message are not set.
///
/// ```
/// use rustgrpc_protobuf::Message;
/// use rustgrpc_protobuf::google::protobuf::descriptor_pb2::uninterpreted_option::NamePart;
///
/// let part = NamePart::new().with_name_part("a");
/// let error = part.try_serialize().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "Message google.protobuf.UninterpretedOption.NamePart is missing required fields: is_extension"
/// );
/// assert_eq!(error.fields(), ["is_extension"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingRequired {
    message: String,
    fields: Vec<String>,
}

impl MissingRequired {
    /// Nothing, if the message and all messages within are complete.
    pub(crate) fn check(message: &dyn Reflect) -> Result<(), Self> {
        let fields = access::find_initialization_errors(message);
        if fields.is_empty() {
            return Ok(());
        }
        let message = message.message_descriptor().full_name().to_owned();
        Err(Self { message, fields })
    }

    /// The full name of the message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The paths of the fields, as `find_initialization_errors` gives them.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }
}

impl fmt::Display for MissingRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.fields.join(",");
        write!(
            f,
            "Message {} is missing required fields: {fields}",
            self.message
        )
    }
}

impl std::error::Error for MissingRequired {}
