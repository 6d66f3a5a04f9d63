//! Random messages survive every way there and back.

use crosscheck::ours::evolution_pb2::{Newer, Older};
use crosscheck::suite::google::protobuf::test_messages_edition2023_pb2::TestAllTypesEdition2023;
use crosscheck::suite::google::protobuf::test_messages_proto2_editions_pb2::TestAllTypesProto2 as Edition2023Proto2;
use crosscheck::suite::google::protobuf::test_messages_proto2_pb2::TestAllTypesProto2;
use crosscheck::suite::google::protobuf::test_messages_proto3_editions_pb2::TestAllTypesProto3 as Edition2023Proto3;
use crosscheck::suite::google::protobuf::test_messages_proto3_pb2::TestAllTypesProto3;
use crosscheck::{Random, fill, prosts};
use rustgrpc_protobuf::google::protobuf::Empty;
use rustgrpc_protobuf::reflect::{DynamicMessage, Reflect};
use rustgrpc_protobuf::{DescriptorPool, Message, MessageDescriptor, json_format, text_format};

const MESSAGES: u64 = 150;

fn random<M: Message>(seed: u64, skip: fn(&MessageDescriptor) -> bool) -> M {
    let mut message = M::default();
    let pool = DescriptorPool::new();
    fill(&mut message, &mut Random::new(seed), 3, &pool, skip);
    message
}

/// As [`random`], with extensions, which a generated message has among its unknown fields; and the same as
/// a message that has them as fields.
fn extended<M: Message>(seed: u64, skip: fn(&MessageDescriptor) -> bool) -> (M, DynamicMessage) {
    let mut pool = DescriptorPool::new();
    pool.add(M::descriptor().file());
    let mut message = DynamicMessage::with_pool(M::descriptor(), &pool);
    fill(&mut message, &mut Random::new(seed), 3, &pool, skip);
    (M::parse(&message.serialize()).unwrap(), message)
}

fn nothing(_: &MessageDescriptor) -> bool {
    false
}

/// Through generated code, over descriptors, and through a schema that knows no field.
fn there_and_back<M: Message>() {
    let (mut bytes_in_all, mut extensions) = (0, 0);
    for seed in 0..MESSAGES {
        let (message, dynamic) = extended::<M>(seed, nothing);
        let bytes = message.serialize();
        bytes_in_all += bytes.len();
        extensions += dynamic.extension_fields().len();
        assert_eq!(message.byte_size(), bytes.len(), "seed {seed}");
        assert_eq!(M::parse(&bytes).as_ref(), Ok(&message), "seed {seed}");
        let plain = DynamicMessage::parse(&M::descriptor(), &bytes).unwrap();
        assert_eq!(
            M::parse(&plain.serialize()).as_ref(),
            Ok(&message),
            "dynamic, seed {seed}"
        );
        let mut again = dynamic.clone();
        for field in dynamic.list_fields() {
            again.clear_by_number(field.0.number());
        }
        again.merge(&bytes).unwrap();
        assert_eq!(again, dynamic, "extensions as fields, seed {seed}");
        let unknown = Empty::parse(&bytes).unwrap();
        assert_eq!(
            M::parse(&unknown.serialize()).as_ref(),
            Ok(&message),
            "unknown, seed {seed}"
        );
    }
    assert!(
        bytes_in_all > 1000 * MESSAGES as usize,
        "{bytes_in_all} bytes are no test"
    );
    let has_extensions = M::descriptor().file().extensions().next().is_some();
    assert_eq!(extensions > 0, has_extensions, "{extensions} extensions");
}

/// Through prost, which drops extensions.
fn through_prost<M: Message, Peer: prost::Message + Default>() {
    for seed in 0..MESSAGES {
        let message: M = random(seed, nothing);
        let peer = Peer::decode(&message.serialize()[..]).unwrap();
        assert_eq!(
            M::parse(&peer.encode_to_vec()).as_ref(),
            Ok(&message),
            "seed {seed}"
        );
    }
}

#[test]
fn proto3() {
    there_and_back::<TestAllTypesProto3>();
    through_prost::<TestAllTypesProto3, prosts::protobuf_test_messages::proto3::TestAllTypesProto3>(
    );
}

#[test]
fn proto2() {
    there_and_back::<TestAllTypesProto2>();
    through_prost::<TestAllTypesProto2, prosts::protobuf_test_messages::proto2::TestAllTypesProto2>(
    );
}

/// What editions write of the older syntaxes' schemas is what these write.
#[test]
fn editions() {
    there_and_back::<TestAllTypesEdition2023>();
    there_and_back::<Edition2023Proto2>();
    there_and_back::<Edition2023Proto3>();
    through_prost::<Edition2023Proto2, prosts::protobuf_test_messages::proto2::TestAllTypesProto2>(
    );
    through_prost::<Edition2023Proto3, prosts::protobuf_test_messages::proto3::TestAllTypesProto3>(
    );
}

/// Not every contents of these has a JSON or text form: a time may be out of range, a path no name.
fn well_known(message: &MessageDescriptor) -> bool {
    message.full_name().starts_with("google.protobuf.")
}

#[test]
fn text_and_json() {
    fn check<M: Message>() {
        for seed in 0..MESSAGES {
            let (message, _) = extended::<M>(seed, well_known);
            let text = text_format::message_to_string(&message);
            assert_eq!(
                text_format::parse::<M>(&text).as_ref(),
                Ok(&message),
                "{text}"
            );
            let json = json_format::message_to_json(&message).unwrap();
            assert_eq!(
                json_format::parse::<M>(&json).as_ref(),
                Ok(&message),
                "{json}"
            );
        }
    }
    check::<Newer>();
    check::<TestAllTypesProto2>();
    check::<TestAllTypesProto3>();
    check::<TestAllTypesEdition2023>();
    check::<Edition2023Proto2>();
    check::<Edition2023Proto3>();
}

/// A program with an older schema hands on what it does not know, at every level.
#[test]
fn an_older_schema_loses_nothing() {
    for seed in 0..MESSAGES {
        let newer: Newer = random(seed, nothing);
        let older = Older::parse(&newer.serialize()).unwrap();
        assert_eq!((&older.name, &older.ids), (&newer.name, &newer.ids));
        assert_eq!(Newer::parse(&older.serialize()), Ok(newer), "seed {seed}");
    }
}
