//! `Struct`, `Value` and `ListValue`: made from Rust's values, and looked into.
//!
//! Python's `struct["k"]` is `struct["k"]` here too, and gives a [`Value`]; `struct.update({…})` is
//! `Extend`; `list.extend([…])` too. What dictionaries and lists can beyond that (`keys`, `items`, `len`,
//! `del`), the fields `fields` and `values` can.

use std::collections::{BTreeMap, HashMap};
use std::ops::{Index, IndexMut};

use crate::google::protobuf::struct_pb2::{ListValue, NullValue, Struct, Value, value};
use crate::message::default_instance;

impl Value {
    /// The value that JSON calls `null`.
    pub fn null() -> Self {
        value::Kind::NullValue(NullValue::default()).into()
    }

    /// Whether this is `null`; a value with nothing set is too.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, None | Some(value::Kind::NullValue(_)))
    }

    /// The number, if this is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self.kind {
            Some(value::Kind::NumberValue(number)) => Some(number),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Some(value::Kind::BoolValue(truth)) => Some(truth),
            _ => None,
        }
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Some(value::Kind::StringValue(text)) => Some(text),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Some(value::Kind::ListValue(list)) => Some(&list.values),
            _ => None,
        }
    }

    /// The fields, if this is a struct.
    pub fn as_struct(&self) -> Option<&Struct> {
        match &self.kind {
            Some(value::Kind::StructValue(fields)) => Some(fields),
            _ => None,
        }
    }
}

impl Struct {
    /// The value of a key. Mirrors Python's `struct.get(key)`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }

    /// Sets the value of a key. Mirrors Python's `struct[key] = value`.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::Struct;
    ///
    /// let mut settings = Struct::new();
    /// settings.insert("name", "x");
    /// settings.insert("size", 3.0);
    /// settings.struct_mut("nested").insert("on", true);
    /// settings.list_mut("tags").push("a");
    /// assert_eq!(settings["name"].as_str(), Some("x"));
    /// assert_eq!(settings["nested"].as_struct().unwrap()["on"].as_bool(), Some(true));
    /// ```
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.fields.insert(key.into(), value.into());
    }

    /// The struct that is the value of a key, which becomes an empty one if it is anything else. Mirrors
    /// Python's `get_or_create_struct`.
    #[doc(alias = "get_or_create_struct")]
    pub fn struct_mut(&mut self, key: &str) -> &mut Self {
        self[key].struct_value_mut()
    }

    /// The list that is the value of a key, which becomes an empty one if it is anything else. Mirrors
    /// Python's `get_or_create_list`.
    #[doc(alias = "get_or_create_list")]
    pub fn list_mut(&mut self, key: &str) -> &mut ListValue {
        self[key].list_value_mut()
    }
}

impl ListValue {
    /// Adds an element. Mirrors Python's `append`.
    #[doc(alias = "append")]
    pub fn push(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
    }

    /// Adds an empty struct, and gives it. Mirrors Python's `add_struct`.
    pub fn add_struct(&mut self) -> &mut Struct {
        self.add().struct_value_mut()
    }

    /// Adds an empty list, and gives it. Mirrors Python's `add_list`.
    pub fn add_list(&mut self) -> &mut Self {
        self.add().list_value_mut()
    }

    fn add(&mut self) -> &mut Value {
        let index = self.values.len();
        self.values.push(Value::default());
        &mut self.values[index]
    }
}

/// The value of a key; a value with nothing set where there is none.
impl Index<&str> for Struct {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        self.get(key).unwrap_or_else(|| default_instance())
    }
}

/// The value of a key, which is made if there is none.
impl IndexMut<&str> for Struct {
    fn index_mut(&mut self, key: &str) -> &mut Value {
        self.fields.entry(key.to_owned()).or_default()
    }
}

/// The value of a key; a value with nothing set where there is none, or this is no struct.
impl Index<&str> for Value {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        match self.as_struct() {
            Some(fields) => &fields[key],
            None => default_instance(),
        }
    }
}

/// An element; a value with nothing set where there is none, or this is no list.
impl Index<usize> for Value {
    type Output = Self;

    fn index(&self, index: usize) -> &Self {
        let element = self.as_list().and_then(|values| values.get(index));
        element.unwrap_or_else(|| default_instance())
    }
}

/// An element; a value with nothing set where there is none.
impl Index<usize> for ListValue {
    type Output = Value;

    fn index(&self, index: usize) -> &Value {
        let element = self.values.get(index);
        element.unwrap_or_else(|| default_instance())
    }
}

impl From<value::Kind> for Value {
    fn from(kind: value::Kind) -> Self {
        Self {
            kind: Some(kind),
            ..Default::default()
        }
    }
}

/// What becomes which kind of value.
macro_rules! values {
    ($($type:ty: $from:ident => $kind:ident($value:expr);)*) => {$(
        impl From<$type> for Value {
            fn from($from: $type) -> Self {
                value::Kind::$kind($value).into()
            }
        }
    )*};
}

values! {
    f64: number => NumberValue(number);
    f32: number => NumberValue(number.into());
    i32: number => NumberValue(number.into());
    u32: number => NumberValue(number.into());
    bool: truth => BoolValue(truth);
    &str: text => StringValue(text.to_owned());
    String: text => StringValue(text);
    Struct: fields => StructValue(fields);
    ListValue: list => ListValue(list);
}

/// `null`.
impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::null()
    }
}

/// `None` is `null`.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        values.into_iter().collect::<ListValue>().into()
    }
}

impl<T: Into<Value>> From<Vec<T>> for ListValue {
    fn from(values: Vec<T>) -> Self {
        values.into_iter().collect()
    }
}

impl<T: Into<Value>> FromIterator<T> for ListValue {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut list = Self::default();
        list.extend(values);
        list
    }
}

impl<T: Into<Value>> Extend<T> for ListValue {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.values.extend(values.into_iter().map(Into::into));
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Struct {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Self {
        let mut made = Self::default();
        made.extend(fields);
        made
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for Struct {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, fields: I) {
        let fields = fields.into_iter();
        self.fields
            .extend(fields.map(|(key, value)| (key.into(), value.into())));
    }
}

/// Maps of Rust become structs, and values that are structs.
macro_rules! maps {
    ($([$($generics:tt)*] $map:ty;)*) => {$(
        impl<$($generics)*> From<$map> for Struct {
            fn from(fields: $map) -> Self {
                fields.into_iter().collect()
            }
        }

        impl<$($generics)*> From<$map> for Value {
            fn from(fields: $map) -> Self {
                Struct::from(fields).into()
            }
        }
    )*};
}

maps! {
    [K: Into<String>, V: Into<Value>, S] HashMap<K, V, S>;
    [K: Into<String>, V: Into<Value>] BTreeMap<K, V>;
    [K: Into<String>, V: Into<Value>, const N: usize] [(K, V); N];
}
