//! The messages under test, by name and by the way they are handled.

use std::env;
use std::sync::LazyLock;

use rustgrpc_protobuf::reflect::{DynamicMessage, Reflect};
use rustgrpc_protobuf::{DecodeError, DescriptorPool, Message, MessageDescriptor};

use crate::{code_size, generated};

/// How messages are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By generated code.
    Speed,
    /// By generated code with `optimize_for = CODE_SIZE`.
    CodeSize,
    /// Over their descriptors.
    Dynamic,
}

impl Mode {
    /// What `CONFORMANCE_MODE` says.
    pub(crate) fn from_environment() -> Result<Self, String> {
        match env::var("CONFORMANCE_MODE").as_deref() {
            Err(_) | Ok("speed") => Ok(Self::Speed),
            Ok("code_size") => Ok(Self::CodeSize),
            Ok("dynamic") => Ok(Self::Dynamic),
            Ok(other) => Err(format!(
                "CONFORMANCE_MODE={other}: neither speed, code_size nor dynamic"
            )),
        }
    }
}

/// A message under test.
pub(crate) trait Subject {
    fn parse(&mut self, bytes: &[u8]) -> Result<(), DecodeError>;
    fn serialize(&self) -> Vec<u8>;
    fn as_reflect(&self) -> &dyn Reflect;
    fn as_reflect_mut(&mut self) -> &mut dyn Reflect;
}

struct Generated<M>(M);

impl<M: Message> Subject for Generated<M> {
    fn parse(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.0.parse_from(bytes)
    }

    fn serialize(&self) -> Vec<u8> {
        self.0.serialize()
    }

    fn as_reflect(&self) -> &dyn Reflect {
        &self.0
    }

    fn as_reflect_mut(&mut self) -> &mut dyn Reflect {
        &mut self.0
    }
}

impl Subject for DynamicMessage {
    fn parse(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.merge(bytes)
    }

    fn serialize(&self) -> Vec<u8> {
        DynamicMessage::serialize(self)
    }

    fn as_reflect(&self) -> &dyn Reflect {
        self
    }

    fn as_reflect_mut(&mut self) -> &mut dyn Reflect {
        self
    }
}

/// An empty message of the type with this full name; `None` if it is not one of the suite's.
pub(crate) fn new(full_name: &str, mode: Mode) -> Option<Box<dyn Subject>> {
    let generated = TYPES.iter().find(|(name, _)| *name == full_name);
    match (mode, generated) {
        (Mode::Speed, Some((_, constructors))) => Some((constructors.speed)()),
        (Mode::CodeSize, Some((_, constructors))) => Some((constructors.code_size)()),
        _ => {
            let descriptor = pool().message(full_name)?;
            Some(Box::new(DynamicMessage::new(descriptor)))
        }
    }
}

struct Constructors {
    speed: fn() -> Box<dyn Subject>,
    code_size: fn() -> Box<dyn Subject>,
    descriptor: fn() -> MessageDescriptor,
}

impl Constructors {
    const fn of<S: Message, C: Message>() -> Self {
        Self {
            speed: || Box::new(Generated(S::default())),
            code_size: || Box::new(Generated(C::default())),
            descriptor: S::descriptor,
        }
    }
}

/// All files of the suite: an `Any` may hold a message of another file than its own.
pub(crate) fn pool() -> &'static DescriptorPool {
    static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
        let mut pool = DescriptorPool::new();
        for (_, constructors) in TYPES {
            pool.add((constructors.descriptor)().file());
        }
        pool
    });
    &POOL
}

/// The messages with an edition have no second form.
macro_rules! types {
    ($($name:literal: $file:ident::$message:ident, $second:ident;)*) => {
        &[$((
            $name,
            Constructors::of::<
                generated::google::protobuf::$file::$message,
                $second::google::protobuf::$file::$message,
            >(),
        ),)*]
    };
}

/// The message types that the runner asks for.
const TYPES: &[(&str, Constructors)] = types! {
    "protobuf_test_messages.proto2.TestAllTypesProto2": test_messages_proto2_pb2::TestAllTypesProto2, code_size;
    "protobuf_test_messages.proto3.TestAllTypesProto3": test_messages_proto3_pb2::TestAllTypesProto3, code_size;
    "protobuf_test_messages.editions.TestAllTypesEdition2023": test_messages_edition2023_pb2::TestAllTypesEdition2023, generated;
    "protobuf_test_messages.editions.proto2.TestAllTypesProto2": test_messages_proto2_editions_pb2::TestAllTypesProto2, generated;
    "protobuf_test_messages.editions.proto3.TestAllTypesProto3": test_messages_proto3_editions_pb2::TestAllTypesProto3, generated;
};
