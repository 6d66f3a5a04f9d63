//! How the Rust types of single values hold them.

use super::{Field, FieldMut, FieldRef, Reflect, Singular, Slot, Value, ValueRef, WrongType};

/// The types of scalars: what a value is in each, and which owned values each takes.
macro_rules! scalars {
    ($($type:ty: $this:ident => $get:expr, $($variant:ident($value:ident) => $set:expr),+;)*) => {$(
        impl Singular for $type {
            fn get(&self) -> ValueRef<'_> {
                let $this = self;
                $get
            }

            fn set(&mut self, value: Value) -> Result<(), WrongType> {
                *self = match value {
                    $(Value::$variant($value) => $set,)+
                    _ => return Err(WrongType),
                };
                Ok(())
            }
        }
    )*};
}

scalars! {
    f64: this => ValueRef::Double(*this), Double(value) => value;
    f32: this => ValueRef::Float(*this), Float(value) => value;
    i32: this => ValueRef::Int32(*this), Int32(value) => value;
    i64: this => ValueRef::Int64(*this), Int64(value) => value;
    u32: this => ValueRef::Uint32(*this), Uint32(value) => value;
    u64: this => ValueRef::Uint64(*this), Uint64(value) => value;
    bool: this => ValueRef::Bool(*this), Bool(value) => value;
    String: this => ValueRef::String(this), String(value) => value;
    Vec<u8>: this => ValueRef::Bytes(this), Bytes(value) => value;
    bytes::Bytes: this => ValueRef::Bytes(this), Bytes(value) => value.into();
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
