//! How much there is in `.proto` files, for the summary of a run.

use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{DescriptorProto, FileDescriptorProto};

use crate::descriptor::is_map_entry;

/// Numbers of things in `.proto` files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// `.proto` files.
    pub files: usize,
    /// Messages, nested ones too.
    pub messages: usize,
    /// Services.
    pub services: usize,
}

impl Counts {
    pub(super) fn of<'a>(files: impl Iterator<Item = &'a FileDescriptorProto>) -> Self {
        files.fold(Self::default(), |counts, file| Self {
            files: counts.files + 1,
            messages: counts.messages + messages(&file.message_type),
            services: counts.services + file.service.len(),
        })
    }
}

fn messages(messages: &[DescriptorProto]) -> usize {
    let own = messages.iter().filter(|message| !is_map_entry(message));
    own.map(|message| 1 + self::messages(&message.nested_type))
        .sum()
}
