//! How the Rust types of single values hold them.

use super::{Field, FieldMut, FieldRef, Reflect, Singular, Slot, Value, ValueRef, WrongType};
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use crate::kind::{self, Kind, Packable};
use crate::table::{Merged, Taken, ValueType};
use crate::wire::{Decoded, Decoder, Fail, Writer};

/// The types of scalars: what a value is in each, which owned values it takes, and the protobuf types that it holds.
macro_rules! scalars {
    ($($rust:ty: $this:ident => $get:expr, $variant:ident($value:ident) => $set:expr, [$($ty:ident = $kind:ident),+] $packs:ident;)*) => {$(
        impl Singular for $rust {
            fn get(&self) -> ValueRef<'_> {
                let $this = self;
                $get
            }

            fn set(&mut self, value: Value) -> Result<(), WrongType> {
                match value {
                    Value::$variant($value) => *self = $set,
                    _ => return Err(WrongType),
                }
                Ok(())
            }

            fn merge_one(&mut self, of: &ValueType, _: u32, decoder: &mut Decoder<'_>) -> Merged {
                match of.ty {
                    $(Type::$ty => kind::$kind::merge(self, decoder)?,)+
                    _ => return Err(Fail),
                }
                Ok(Taken::Yes)
            }

            fn is_implied(&self) -> bool {
                scalars!(@default self, $($kind),+)
            }

            fn write_one(&self, number: u32, of: &ValueType, writer: &mut Writer<'_>) {
                match of.ty {
                    $(Type::$ty => kind::$kind::write(number, self, writer),)+
                    _ => {}
                }
            }

            scalars!($packs [$($ty = $kind),+]);
        }
    )*};
    (packable [$($ty:ident = $kind:ident),+]) => {
        fn merge_packed(values: &mut Vec<Self>, of: &ValueType, decoder: &mut Decoder<'_>) -> Decoded {
            match of.ty {
                $(Type::$ty => kind::$kind::merge_packed(values, decoder),)+
                _ => Err(Fail),
            }
        }

        fn write_packed(values: &[Self], of: &ValueType, writer: &mut Writer<'_>) {
            match of.ty {
                $(Type::$ty => {
                    for value in values.iter().rev() {
                        kind::$kind::put(value, writer);
                    }
                })+
                _ => {}
            }
        }
    };
    // Its protobuf types agree on that.
    (@default $this:ident, $kind:ident $(, $others:ident)*) => {
        kind::$kind::is_default($this)
    };
    (delimited [$($ty:ident = $kind:ident),+]) => {};
}

scalars! {
    f64: this => ValueRef::Double(*this), Double(value) => value, [DOUBLE = Double] packable;
    f32: this => ValueRef::Float(*this), Float(value) => value, [FLOAT = Float] packable;
    i32: this => ValueRef::Int32(*this), Int32(value) => value, [INT32 = Int32, SINT32 = Sint32, SFIXED32 = Sfixed32] packable;
    i64: this => ValueRef::Int64(*this), Int64(value) => value, [INT64 = Int64, SINT64 = Sint64, SFIXED64 = Sfixed64] packable;
    u32: this => ValueRef::Uint32(*this), Uint32(value) => value, [UINT32 = Uint32, FIXED32 = Fixed32] packable;
    u64: this => ValueRef::Uint64(*this), Uint64(value) => value, [UINT64 = Uint64, FIXED64 = Fixed64] packable;
    bool: this => ValueRef::Bool(*this), Bool(value) => value, [BOOL = Bool] packable;
    Vec<u8>: this => ValueRef::Bytes(this), Bytes(value) => value, [BYTES = VecBytes] delimited;
    bytes::Bytes: this => ValueRef::Bytes(this), Bytes(value) => value.into(), [BYTES = SharedBytes] delimited;
}

impl Singular for String {
    fn get(&self) -> ValueRef<'_> {
        ValueRef::String(self)
    }

    fn set(&mut self, value: Value) -> Result<(), WrongType> {
        match value {
            Value::String(value) => *self = value,
            _ => return Err(WrongType),
        }
        Ok(())
    }

    fn is_implied(&self) -> bool {
        self.is_empty()
    }

    fn merge_one(&mut self, of: &ValueType, _: u32, decoder: &mut Decoder<'_>) -> Merged {
        let before = *decoder;
        if decoder.string(self).is_ok() {
            return Ok(Taken::Yes);
        }
        if of.is_validated {
            return Err(Fail);
        }
        // Of two values the last counts, though it be one that a `String` cannot hold.
        self.clear();
        *decoder = before;
        decoder.bytes()?;
        Ok(Taken::No)
    }

    fn write_one(&self, number: u32, _: &ValueType, writer: &mut Writer<'_>) {
        kind::Str::write(number, self, writer);
    }
}

impl<T: Singular> Slot for T {
    fn set(&mut self, value: Value) -> Result<(), WrongType> {
        Singular::set(self, value)
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        Singular::message_mut(self)
    }

    fn clear(&mut self) {
        *self = T::default();
    }
}

impl<T: Singular> Field for T {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::Singular(self.get())
    }

    fn contents_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Singular(self)
    }
}
