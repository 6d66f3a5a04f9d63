//! Enums: numbers with names, open to numbers that the schema does not know.

use std::fmt;
use std::hash::Hash;

/// A generated enum: a number with the names that the schema knows.
///
/// Mirrors Python's `EnumTypeWrapper`:
///
/// | Python | here |
/// | --- | --- |
/// | `Color.RED` | `Color::RED` |
/// | `Color.Name(1)` | `Color(1).name()`: `None` where Python raises `ValueError` |
/// | `Color.Value("RED")` | `Color::from_name("RED")`: `None` where Python raises `ValueError` |
/// | `Color.values()` | `Color::values()` |
/// | `Color.keys()`, `Color.items()` | [`Color::NAMES`](Self::NAMES) |
/// | `Color.DESCRIPTOR` | `DESCRIPTOR.enum_(Color::FULL_NAME)`, with the [`DESCRIPTOR`](crate::GeneratedFile) of its module |
pub trait Enumeration:
    Copy + Default + Eq + Hash + fmt::Debug + From<i32> + Into<i32> + Send + Sync + 'static
{
    /// The full name, such as `demo.Level`.
    const FULL_NAME: &'static str;
    /// Whether unknown numbers are kept apart, among the unknown fields (proto2).
    const CLOSED: bool;
    /// Every name and its number, in the order of the schema; aliases behind the first name.
    const NAMES: &'static [(&'static str, i32)];

    /// The value with the number `number`, if the schema knows it.
    fn from_known(number: i32) -> Option<Self> {
        name_of(Self::NAMES, number).map(|_| Self::from(number))
    }
}

/// The first name of a number.
pub fn name_of(names: &'static [(&'static str, i32)], number: i32) -> Option<&'static str> {
    names
        .iter()
        .find(|(_, known)| *known == number)
        .map(|(name, _)| *name)
}

/// The number of a name.
pub fn number_of(names: &[(&str, i32)], name: &str) -> Option<i32> {
    names
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, number)| *number)
}

/// Writes an enum as its name, or as type and number where there is none.
pub fn debug<E: Enumeration>(value: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match name_of(E::NAMES, value.into()) {
        Some(name) => f.write_str(name),
        None => {
            let short = E::FULL_NAME.rsplit('.').next().unwrap_or(E::FULL_NAME);
            write!(f, "{short}({})", value.into())
        }
    }
}

/// Everything a generated enum has but its type and constants.
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_enum {
    ($name:ident, $full_name:literal, $closedness:ident, [$($value:literal = $number:literal),* $(,)?] $(,)?) => {
        // A schema may call its enum `Values`.
        #[allow(clippy::self_named_constructors)]
        impl $name {
            /// The name in the schema (the first one where there are aliases), if the number has one.
            ///
            /// Mirrors Python's `Enum.Name`.
            #[doc(alias = "Name")]
            #[inline]
            pub fn name(self) -> ::core::option::Option<&'static str> {
                $crate::codegen::enum_name_of(<Self as $crate::codegen::Enumeration>::NAMES, self.0)
            }

            /// The value with the name `name` in the schema. Mirrors Python's `Enum.Value`.
            #[doc(alias = "Value")]
            #[inline]
            pub fn from_name(name: &str) -> ::core::option::Option<Self> {
                $crate::codegen::enum_number_of(<Self as $crate::codegen::Enumeration>::NAMES, name).map(Self)
            }

            /// Every value of the schema, in its order. Mirrors Python's `Enum.values`.
            #[inline]
            pub fn values() -> &'static [Self] {
                &[$(Self($number)),*]
            }
        }

        #[doc(hidden)]
        impl $crate::codegen::Enumeration for $name {
            const FULL_NAME: &'static str = $full_name;
            const CLOSED: bool = $crate::__is_closed!($closedness);
            const NAMES: &'static [(&'static str, i32)] = &[$(($value, $number)),*];
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::enum_debug(*self, f)
            }
        }

        impl ::core::convert::From<i32> for $name {
            #[inline]
            fn from(number: i32) -> Self {
                Self(number)
            }
        }

        impl ::core::convert::From<$name> for i32 {
            #[inline]
            fn from(value: $name) -> Self {
                value.0
            }
        }

        #[doc(hidden)]
        impl $crate::codegen::Singular for $name {
            #[inline]
            fn get(&self) -> $crate::codegen::ValueRef<'_> {
                $crate::codegen::enum_value(*self)
            }

            #[inline]
            fn set(
                &mut self,
                value: $crate::codegen::Value,
            ) -> ::core::result::Result<(), $crate::codegen::WrongType> {
                match value {
                    $crate::codegen::Value::Enum(number) => {
                        self.0 = number;
                        ::core::result::Result::Ok(())
                    }
                    _ => ::core::result::Result::Err($crate::codegen::WrongType),
                }
            }

            #[inline]
            fn enum_number(&self) -> ::core::option::Option<i32> {
                ::core::option::Option::Some(self.0)
            }
        }
    };
}

/// `closed` or `open` as a `bool`.
#[doc(hidden)]
#[macro_export]
macro_rules! __is_closed {
    (closed) => {
        true
    };
    (open) => {
        false
    };
}
