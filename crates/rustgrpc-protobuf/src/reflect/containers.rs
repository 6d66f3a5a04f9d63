//! How the Rust types of fields hold values: `Option`, `Vec`, maps.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{
    Entries, Field, FieldMut, FieldRef, List, Reflect, Singular, Slot, Value, ValueRef, WrongType,
};

impl<T: Singular> Field for Option<T> {
    fn contents(&self) -> FieldRef<'_> {
        self.as_ref()
            .map_or(FieldRef::Absent, |value| FieldRef::Singular(value.get()))
    }

    fn contents_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Singular(self)
    }
}

impl<T: Singular> Slot for Option<T> {
    fn set(&mut self, value: Value) -> Result<(), WrongType> {
        let mut new = T::default();
        Singular::set(&mut new, value)?;
        *self = Some(new);
        Ok(())
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        Singular::message_mut(self.get_or_insert_default())
    }

    fn clear(&mut self) {
        *self = None;
    }
}

impl<T: Singular> Field for Vec<T> {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::List(self)
    }

    fn contents_mut(&mut self) -> FieldMut<'_> {
        FieldMut::List(self)
    }
}

impl<T: Singular> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> ValueRef<'_> {
        self[index].get()
    }

    fn push(&mut self, value: Value) -> Result<(), WrongType> {
        let mut element = T::default();
        Singular::set(&mut element, value)?;
        self.push(element);
        Ok(())
    }

    fn push_message(&mut self) -> Option<&mut dyn Reflect> {
        let mut element = T::default();
        Singular::message_mut(&mut element)?;
        self.push(element);
        self.last_mut().and_then(Singular::message_mut)
    }

    fn message_at_mut(&mut self, index: usize) -> Option<&mut dyn Reflect> {
        self.get_mut(index).and_then(Singular::message_mut)
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// A key or value from an owned value.
fn made<T: Singular>(value: Value) -> Result<T, WrongType> {
    let mut new = T::default();
    Singular::set(&mut new, value)?;
    Ok(new)
}

/// Both kinds of map do the same, under bounds of their own.
macro_rules! entries {
    ([$($generics:tt)*] $map:ty) => {
        impl<$($generics)*> Field for $map {
            fn contents(&self) -> FieldRef<'_> {
                FieldRef::Map(self)
            }

            fn contents_mut(&mut self) -> FieldMut<'_> {
                FieldMut::Map(self)
            }
        }

        impl<$($generics)*> Entries for $map {
            fn len(&self) -> usize {
                self.len()
            }

            fn entries(&self) -> Box<dyn Iterator<Item = (ValueRef<'_>, ValueRef<'_>)> + '_> {
                Box::new(self.iter().map(|(key, value)| (key.get(), value.get())))
            }

            fn insert(&mut self, key: Value, value: Value) -> Result<(), WrongType> {
                self.insert(made(key)?, made(value)?);
                Ok(())
            }

            fn insert_message(&mut self, key: Value) -> Result<&mut dyn Reflect, WrongType> {
                let value = self.entry(made(key)?).or_default();
                *value = V::default();
                Singular::message_mut(value).ok_or(WrongType)
            }

            fn change_messages(&mut self, change: &mut dyn FnMut(&mut dyn Reflect)) {
                for value in self.values_mut() {
                    if let Some(message) = Singular::message_mut(value) {
                        change(message);
                    }
                }
            }

            fn clear(&mut self) {
                self.clear();
            }
        }
    };
}

entries!([K: Singular + Eq + Hash, V: Singular, S: BuildHasher] HashMap<K, V, S>);
entries!([K: Singular + Ord, V: Singular] BTreeMap<K, V>);
