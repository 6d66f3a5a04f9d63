//! What extensions of each kind can do: defaults, packed elements, the types that values come in.

use super::{ExtensionField, ExtensionKind, ExtensionValue, NoDefault};
use crate::enumeration::Enumeration;
use crate::kind::{self, Packable};
use crate::message::Codec;
use crate::wire::{Decoded, Decoder};

/// The kinds of single values, and how their defaults are declared.
macro_rules! kinds {
    ($($kind:ident: $default:ty;)*) => {$(
        impl ExtensionField for kind::$kind {
            type Default = $default;
        }

        impl ExtensionKind for kind::$kind {
            fn declared(default: $default) -> Self::Value {
                default
            }

            fn unpack(values: &mut Vec<Self::Value>, decoder: &mut Decoder<'_>) -> Option<Decoded> {
                Some(Self::merge_packed(values, decoder))
            }
        }

        impl ExtensionValue<kind::$kind> for $default {
            fn into_value(self) -> Self {
                self
            }
        }
    )*};
}

kinds! {
    Int32: i32; Int64: i64; Uint32: u32; Uint64: u64; Sint32: i32; Sint64: i64; Bool: bool;
    Fixed32: u32; Fixed64: u64; Sfixed32: i32; Sfixed64: i64; Float: f32; Double: f64;
}

impl ExtensionField for kind::Str {
    type Default = &'static str;
}

impl ExtensionKind for kind::Str {
    fn declared(default: &'static str) -> String {
        default.to_owned()
    }
}

impl ExtensionValue<kind::Str> for String {
    fn into_value(self) -> String {
        self
    }
}

impl ExtensionValue<kind::Str> for &str {
    fn into_value(self) -> String {
        self.to_owned()
    }
}

/// Bytes come in the same ways, whatever holds them.
macro_rules! bytes_values {
    ($($kind:ident: $value:ty;)*) => {$(
        impl ExtensionValue<kind::$kind> for $value {
            fn into_value(self) -> $value {
                self
            }
        }

        impl ExtensionValue<kind::$kind> for &[u8] {
            fn into_value(self) -> $value {
                self.to_vec().into()
            }
        }

        impl<const LENGTH: usize> ExtensionValue<kind::$kind> for &[u8; LENGTH] {
            fn into_value(self) -> $value {
                self.to_vec().into()
            }
        }
    )*};
}

bytes_values! {
    VecBytes: Vec<u8>;
    SharedBytes: bytes::Bytes;
}

impl ExtensionField for kind::VecBytes {
    type Default = &'static [u8];
}

impl ExtensionKind for kind::VecBytes {
    fn declared(default: &'static [u8]) -> Vec<u8> {
        default.to_vec()
    }
}

impl ExtensionField for kind::SharedBytes {
    type Default = &'static [u8];
}

impl ExtensionKind for kind::SharedBytes {
    fn declared(default: &'static [u8]) -> bytes::Bytes {
        bytes::Bytes::from_static(default)
    }
}

impl<T: Enumeration> ExtensionField for kind::Enum<T> {
    type Default = T;
}

impl<T: Enumeration> ExtensionKind for kind::Enum<T> {
    fn declared(default: T) -> T {
        default
    }

    fn is_known(value: &T) -> bool {
        !T::CLOSED || T::from_known((*value).into()).is_some()
    }

    fn unpack(values: &mut Vec<T>, decoder: &mut Decoder<'_>) -> Option<Decoded> {
        Some(Self::merge_packed(values, decoder))
    }
}

impl<T: Enumeration> ExtensionValue<kind::Enum<T>> for T {
    fn into_value(self) -> T {
        self
    }
}

/// Messages are merged, and have no defaults.
macro_rules! messages {
    ($([$($generics:tt)*] $kind:ty;)*) => {$(
        impl<$($generics)*> ExtensionField for $kind {
            type Default = NoDefault;
        }

        impl<$($generics)*> ExtensionKind for $kind {
            const MERGES: bool = true;

            fn declared(default: NoDefault) -> Self::Value {
                match default {}
            }
        }

        impl<$($generics)*> ExtensionValue<$kind> for M {
            fn into_value(self) -> M {
                self
            }
        }
    )*};
}

messages! {
    [M: Codec] kind::Message<M>;
    [M: Codec, const NUMBER: u32] kind::Group<M, NUMBER>;
    [M: prost::Message + Default] kind::Foreign<M>;
}
