//! Text to messages: the options, and the doors.

use super::ParseError;
use super::fields::Reader;
use crate::descriptor::DescriptorPool;
use crate::message::Message;
use crate::reflect::Reflect;

/// A message from its text. Mirrors Python's `text_format.Parse`.
///
/// # Errors
/// If the text is not a message of this type, or sets a field twice that is not repeated.
#[doc(alias = "Parse")]
pub fn parse<M: Message>(text: &str) -> Result<M, ParseError> {
    Parser::new().parse(text)
}

/// Merges the message in `text` into `message`: of a field that stands twice the last counts.
/// Mirrors Python's `text_format.Merge`.
///
/// # Errors
/// If the text is not a message of this type; what was read before the error has been merged.
#[doc(alias = "Merge")]
pub fn merge(text: &str, message: &mut dyn Reflect) -> Result<(), ParseError> {
    Parser::new().merge(text, message)
}

/// How texts are read: Python's keyword arguments of `text_format.Parse` and `Merge`.
///
/// ```
/// use rustgrpc_protobuf::google::protobuf::Timestamp;
/// use rustgrpc_protobuf::text_format::Parser;
///
/// let parser = Parser::new().allow_unknown_field(true);
/// let time: Timestamp = parser.parse("seconds: 5 hours { utc: -3 }").unwrap();
/// assert_eq!(time.seconds, 5);
/// ```
#[derive(Clone, Debug)]
pub struct Parser {
    pub(super) allow_unknown_extension: bool,
    pub(super) allow_field_number: bool,
    pub(super) allow_unknown_field: bool,
    pub(super) max_recursion_depth: usize,
    descriptor_pool: Option<DescriptorPool>,
}

impl Parser {
    /// A parser that allows nothing but the message's own fields by name, 100 levels deep.
    pub fn new() -> Self {
        Self {
            allow_unknown_extension: false,
            allow_field_number: false,
            allow_unknown_field: false,
            max_recursion_depth: 100,
            descriptor_pool: None,
        }
    }

    /// Whether extensions that are not found are passed over. Default: no.
    #[must_use]
    pub fn allow_unknown_extension(mut self, allow: bool) -> Self {
        self.allow_unknown_extension = allow;
        self
    }

    /// Whether a field may go by its number. Default: no.
    #[must_use]
    pub fn allow_field_number(mut self, allow: bool) -> Self {
        self.allow_field_number = allow;
        self
    }

    /// Whether fields that the message has not are passed over. Default: no.
    #[must_use]
    pub fn allow_unknown_field(mut self, allow: bool) -> Self {
        self.allow_unknown_field = allow;
        self
    }

    /// Where packed types and extensions are looked up first.
    #[must_use]
    pub fn descriptor_pool(mut self, pool: &DescriptorPool) -> Self {
        self.descriptor_pool = Some(pool.clone());
        self
    }

    /// How many messages may lie within each other, the outermost counted. Default: 100; Python's
    /// is what its stack can bear, and so should be what is set here.
    #[must_use]
    pub fn max_recursion_depth(mut self, depth: usize) -> Self {
        self.max_recursion_depth = depth;
        self
    }

    /// A message from its text.
    ///
    /// # Errors
    /// As the function [`parse`].
    pub fn parse<M: Message>(&self, text: &str) -> Result<M, ParseError> {
        let mut message = M::default();
        self.parse_into(text, &mut message)?;
        Ok(message)
    }

    /// As [`parse`](Self::parse), into a message of any type. Fields that are set in it already count
    /// as set, so text that sets them again is refused.
    ///
    /// # Errors
    /// As the function [`parse`]; what was read before the error has been merged.
    pub fn parse_into(&self, text: &str, message: &mut dyn Reflect) -> Result<(), ParseError> {
        self.read(text, message, false)
    }

    /// Merges the message in `text` into `message`.
    ///
    /// # Errors
    /// As the function [`merge`].
    pub fn merge(&self, text: &str, message: &mut dyn Reflect) -> Result<(), ParseError> {
        self.read(text, message, true)
    }

    fn read(&self, text: &str, message: &mut dyn Reflect, merging: bool) -> Result<(), ParseError> {
        let root = message.message_descriptor();
        Reader::new(text, self, self.descriptor_pool.as_ref(), &root, merging)?.whole(message)
    }
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}
