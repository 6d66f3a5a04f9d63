//! Extensions: fields that a message does not declare itself, read and written by typed constants.

mod kinds;

use std::fmt;
use std::marker::PhantomData;

use prost::DecodeError;

use crate::descriptor::{FieldDescriptor, GeneratedFile};
use crate::diagnose;
use crate::encode::Encoder;
use crate::kind::{Kind, Packable};
use crate::message::Message;
use crate::reflect::message_set::{self, Item};
use crate::unknown::{UnknownFields, UnknownValue};
use crate::wire::{Decoded, Decoder, RECURSION_LIMIT, Writer, wire_type};

/// An extension of the message `E`, as generated code declares it; `F` says what it holds.
///
/// A message keeps extensions among its unknown fields, as they came; they are read when asked for.
/// Mirrors Python's `m.Extensions[EXT]`, `m.HasExtension(EXT)` and `m.ClearExtension(EXT)`.
///
/// ```
/// use rustgrpc_protobuf::codegen as rt;
/// use rustgrpc_protobuf::google::protobuf::descriptor_pb2::MessageOptions;
/// # use rustgrpc_protobuf::google::protobuf::descriptor_pb2::DESCRIPTOR;
///
/// // As generated code declares `extend google.protobuf.MessageOptions { optional string title = 50001; }`
/// // and `repeated int32 sizes = 50002;`:
/// const TITLE: rt::Extension<MessageOptions, rt::Str> = rt::Extension::new(|| &DESCRIPTOR, "my.title", 50001);
/// const SIZES: rt::Extension<MessageOptions, rt::Repeated<rt::Int32>> = rt::Extension::new(|| &DESCRIPTOR, "my.sizes", 50002);
///
/// let mut options = MessageOptions::default();
/// assert!(!TITLE.has(&options));
/// TITLE.set(&mut options, "A title");
/// SIZES.push(&mut options, 3);
/// assert_eq!(TITLE.get(&options), "A title");
/// assert_eq!(SIZES.get(&options), [3]);
/// TITLE.clear(&mut options);
/// assert_eq!(TITLE.get(&options), "");
/// ```
pub struct Extension<E, F: ExtensionField> {
    file: fn() -> &'static GeneratedFile,
    full_name: &'static str,
    number: u32,
    default: Option<F::Default>,
    extendee: PhantomData<fn(&E)>,
}

/// What an extension holds: a kind, or [`Repeated`] or [`Packed`] of one.
pub trait ExtensionField {
    /// How a declared default is written in generated code.
    type Default: Copy + 'static;
}

/// A kind that an extension can hold.
pub trait ExtensionKind: Kind + ExtensionField {
    /// Whether a second value is merged into the first, as that of a message is.
    const MERGES: bool = false;

    /// The value of a declared default.
    fn declared(default: Self::Default) -> Self::Value;

    /// Whether a value that was read counts: a closed enum knows its numbers.
    fn is_known(_value: &Self::Value) -> bool {
        true
    }

    /// Reads all elements under one tag; `None` if the kind cannot be packed.
    fn unpack(_values: &mut Vec<Self::Value>, _decoder: &mut Decoder<'_>) -> Option<Decoded> {
        None
    }
}

/// A Rust type that a value of the kind `K` can be given as: its own, and for texts and bytes slices.
pub trait ExtensionValue<K: ExtensionKind> {
    /// The value in the kind's own type.
    fn into_value(self) -> K::Value;
}

/// A repeated extension, each element with a tag of its own.
#[derive(Debug)]
pub struct Repeated<K>(PhantomData<K>);

/// A repeated extension with all elements under one tag.
#[derive(Debug)]
pub struct Packed<K>(PhantomData<K>);

/// The default of what cannot declare one: there is no value of it.
#[derive(Clone, Copy, Debug)]
pub enum NoDefault {}

impl<E, F: ExtensionField> Extension<E, F> {
    #[doc(hidden)]
    pub const fn new(
        file: fn() -> &'static GeneratedFile,
        full_name: &'static str,
        number: u32,
    ) -> Self {
        Self {
            file,
            full_name,
            number,
            default: None,
            extendee: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn with_default(
        file: fn() -> &'static GeneratedFile,
        full_name: &'static str,
        number: u32,
        default: F::Default,
    ) -> Self {
        Self {
            file,
            full_name,
            number,
            default: Some(default),
            extendee: PhantomData,
        }
    }

    /// The number on the wire.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The full name, as it stands in brackets in texts.
    pub const fn full_name(&self) -> &'static str {
        self.full_name
    }

    /// The extension's descriptor, if its file declares it.
    #[doc(alias = "DESCRIPTOR")]
    pub fn descriptor(&self) -> Option<FieldDescriptor> {
        (self.file)().extension(self.full_name)
    }
}

impl<E: Message, F: ExtensionField> Extension<E, F> {
    /// Forgets the extension. Mirrors Python's `ClearExtension`.
    #[doc(alias = "ClearExtension")]
    pub fn clear(&self, message: &mut E) {
        let Some(unknown) = message
            .unknown_fields_mut()
            .filter(|unknown| !unknown.is_empty())
        else {
            return;
        };
        if E::descriptor().is_message_set() {
            unknown.retain(|number, value| match value {
                UnknownValue::Group(group) if number == 1 => {
                    Item::of_group(group).number != Some(self.number)
                }
                _ => number != self.number,
            });
        } else {
            unknown.remove(self.number);
        }
    }

    /// Hands each field with the extension's number to `read`: its tag, and its value to be decoded.
    fn each(
        &self,
        message: &E,
        mut read: impl FnMut(u32, &mut Decoder<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let Some(unknown) = message
            .unknown_fields()
            .filter(|unknown| !unknown.is_empty())
        else {
            return Ok(());
        };
        let in_message_set = E::descriptor().is_message_set();
        let mut decoder = Decoder::new(unknown.as_bytes(), RECURSION_LIMIT);
        // What is stored was read field by field, so the fields themselves are well-formed.
        while let Ok(Some(tag)) = decoder.tag() {
            let mut value = decoder;
            if decoder.skip(tag).is_err() {
                break;
            }
            if tag >> 3 == self.number {
                read(tag, &mut value)?;
            } else if in_message_set
                && tag == message_set::ITEM
                && let Ok(item) = Item::read(&mut value)
                && item.number == Some(self.number)
                && let Some(message) = item.message
            {
                // As if the message stood in a field of its own.
                let mut field = UnknownFields::default();
                field.push_bytes(self.number, message);
                let mut field = Decoder::new(field.as_bytes(), RECURSION_LIMIT - 1);
                let tag = field.tag().ok().flatten().unwrap_or_default();
                read(tag, &mut field)?;
            }
        }
        Ok(())
    }

    /// Adds the fields that `write` writes, last first.
    fn store(&self, message: &mut E, write: impl FnOnce(&mut Writer<'_>)) {
        if let Some(unknown) = message.unknown_fields_mut() {
            let mut writer = Writer::new(Vec::new());
            write(&mut writer);
            unknown.append_written(writer.as_slice());
        }
    }
}

impl<E: Message, K: ExtensionKind> Extension<E, K> {
    /// Whether the extension is set. Mirrors Python's `HasExtension`.
    #[doc(alias = "HasExtension")]
    pub fn has(&self, message: &E) -> bool {
        matches!(self.try_get(message), Ok(Some(_)))
    }

    /// The value, or the declared default. Mirrors Python's `Extensions[EXT]`.
    ///
    /// A value that is malformed counts as not set; [`try_get`](Self::try_get) tells.
    #[doc(alias = "Extensions")]
    pub fn get(&self, message: &E) -> K::Value {
        match self.try_get(message) {
            Ok(Some(value)) => value,
            _ => self.default.map_or_else(K::Value::default, K::declared),
        }
    }

    /// The value, if it is set.
    ///
    /// # Errors
    /// If what the message keeps is no value of the extension: malformed, or not UTF-8 in a string.
    pub fn try_get(&self, message: &E) -> Result<Option<K::Value>, DecodeError> {
        let mut found = None;
        self.each(message, |tag, decoder| {
            if tag & 7 != K::WIRE_TYPE {
                return Ok(());
            }
            let mut value = K::Value::default();
            // A message merges into the one before it; all else replaces it.
            if K::MERGES
                && let Some(before) = found.take()
            {
                value = before;
            }
            K::merge(&mut value, decoder).map_err(|_| diagnose::corrupt())?;
            if K::is_known(&value) {
                found = Some(value);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Sets the value. Mirrors Python's `Extensions[EXT] = value`.
    pub fn set(&self, message: &mut E, value: impl ExtensionValue<K>) {
        self.replace(message, &value.into_value());
    }

    fn replace(&self, message: &mut E, value: &K::Value) {
        self.clear(message);
        let in_message_set = K::WIRE_TYPE == wire_type::LEN && E::descriptor().is_message_set();
        self.store(message, |writer| {
            if in_message_set {
                let mut field = Writer::new(Vec::new());
                K::write(self.number, value, &mut field);
                // The message without the tag and length that a field of its own has.
                let mut field = Decoder::new(field.as_slice(), RECURSION_LIMIT);
                let bytes = field.tag().and_then(|_| field.bytes()).unwrap_or_default();
                message_set::write_item(self.number, writer, |writer| writer.raw(bytes));
            } else {
                K::write(self.number, value, writer);
            }
        });
    }

    /// Changes the value in place: what `change` leaves is set. Mirrors what Python does to
    /// `Extensions[EXT]` where that is a message.
    pub fn update<R>(&self, message: &mut E, change: impl FnOnce(&mut K::Value) -> R) -> R {
        let mut value = self.get(message);
        let result = change(&mut value);
        self.replace(message, &value);
        result
    }
}

/// Reading and writing of both kinds of repeated extensions, which differ in how they are written.
macro_rules! repeated {
    ($field:ident, $kind:ident, $write:ident) => {
        impl<E: Message, K: ExtensionKind + $kind> Extension<E, $field<K>> {
            /// The elements, packed ones and others. Mirrors Python's `Extensions[EXT]`.
            ///
            /// Nothing if any is malformed; [`try_get`](Self::try_get) tells.
            #[doc(alias = "Extensions")]
            pub fn get(&self, message: &E) -> Vec<K::Value> {
                self.try_get(message).unwrap_or_default()
            }

            /// The elements.
            ///
            /// # Errors
            /// If what the message keeps is no value of the extension: malformed, or not UTF-8 in a string.
            pub fn try_get(&self, message: &E) -> Result<Vec<K::Value>, DecodeError> {
                let mut values = Vec::new();
                self.each(message, |tag, decoder| {
                    let read = if tag & 7 == K::WIRE_TYPE {
                        K::push(tag, &mut values, decoder)
                    } else if tag & 7 == wire_type::LEN {
                        K::unpack(&mut values, decoder).unwrap_or(Ok(()))
                    } else {
                        Ok(())
                    };
                    read.map_err(|_| diagnose::corrupt())
                })?;
                values.retain(K::is_known);
                Ok(values)
            }

            /// Replaces all elements.
            pub fn set<T: ExtensionValue<K>>(
                &self,
                message: &mut E,
                values: impl IntoIterator<Item = T>,
            ) {
                self.clear(message);
                self.extend(message, values);
            }

            /// Adds an element. Mirrors Python's `Extensions[EXT].append(value)`.
            pub fn push(&self, message: &mut E, value: impl ExtensionValue<K>) {
                self.extend(message, [value]);
            }

            /// Adds elements. Mirrors Python's `Extensions[EXT].extend(values)`.
            pub fn extend<T: ExtensionValue<K>>(
                &self,
                message: &mut E,
                values: impl IntoIterator<Item = T>,
            ) {
                let values: Vec<K::Value> = values.into_iter().map(T::into_value).collect();
                self.store(message, |writer| writer.$write::<K>(self.number, &values));
            }
        }

        impl<K: ExtensionField> ExtensionField for $field<K> {
            type Default = NoDefault;
        }
    };
}

repeated!(Repeated, Kind, repeated);
repeated!(Packed, Packable, packed);

impl<E, F: ExtensionField> Clone for Extension<E, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, F: ExtensionField> Copy for Extension<E, F> {}

impl<E, F: ExtensionField> fmt::Debug for Extension<E, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extension({} = {})", self.full_name, self.number)
    }
}
