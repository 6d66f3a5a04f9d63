//! The table of `DescriptorPool`, row by row: Python's name, and what it does here.

use rustgrpc_protobuf::google::protobuf::FileDescriptorProto;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    self, FieldDescriptorProto, FieldOptions,
};
use rustgrpc_protobuf::{
    DescriptorPool, EnumDescriptor, Enumeration, FieldDescriptor, Kind, Message, MessageDescriptor,
    text_format,
};

const FILE: &str = r#"
    name: "shop.proto" package: "shop" syntax: "proto2"
    message_type {
        name: "Order"
        field { name: "unit_price" number: 3 type: TYPE_INT32 label: LABEL_OPTIONAL default_value: "7" options { deprecated: true } }
        field { name: "ids" number: 1 type: TYPE_INT32 label: LABEL_REPEATED options { packed: true } }
        field { name: "owner" number: 2 type: TYPE_MESSAGE type_name: ".shop.Order.Owner" label: LABEL_REQUIRED }
        field { name: "card" number: 4 type: TYPE_ENUM type_name: ".shop.Order.Card" label: LABEL_OPTIONAL oneof_index: 0 }
        field { name: "cash" number: 5 type: TYPE_BOOL label: LABEL_OPTIONAL oneof_index: 0 }
        oneof_decl { name: "payment" }
        nested_type { name: "Owner" }
        enum_type { name: "Card" value { name: "CREDIT" number: 1 } value { name: "DEBIT" number: 2 } }
        extension_range { start: 100 end: 200 }
    }
    extension { name: "note" number: 100 type: TYPE_STRING label: LABEL_OPTIONAL extendee: ".shop.Order" }
    extension { name: "gift" number: 150 type: TYPE_BOOL label: LABEL_OPTIONAL extendee: ".shop.Order" }
    service {
        name: "Shop"
        method { name: "Buy" input_type: ".shop.Order" output_type: ".shop.Order.Owner" server_streaming: true }
    }
"#;

fn pool() -> DescriptorPool {
    let file: FileDescriptorProto = text_format::parse(FILE).unwrap();
    let mut pool = DescriptorPool::new();
    pool.add_protos([FileDescriptorProto::parse(&file.serialize()).unwrap()])
        .unwrap();
    pool
}

fn order() -> MessageDescriptor {
    pool().message("shop.Order").unwrap()
}

fn names(fields: impl Iterator<Item = FieldDescriptor>) -> Vec<String> {
    fields.map(|field| field.name().to_owned()).collect()
}

#[test]
fn pools() {
    let pool = pool();
    assert_eq!(pool.file("shop.proto").unwrap().package(), "shop");
    assert!(pool.file("shop").is_none());
    assert_eq!(pool.enum_("shop.Order.Card").unwrap().name(), "Card");
    assert_eq!(pool.field("shop.Order.ids").unwrap().number(), 1);
    assert_eq!(pool.field("shop.note").unwrap().number(), 100);
    assert_eq!(pool.oneof("shop.Order.payment").unwrap().name(), "payment");
    assert_eq!(pool.service("shop.Shop").unwrap().full_name(), "shop.Shop");
    assert_eq!(pool.method("shop.Shop.Buy").unwrap().name(), "Buy");
    assert_eq!(pool.extension("shop.gift").unwrap().number(), 150);
    for missing in ["shop.Order.none", "shop.none", "none", ""] {
        assert!(pool.field(missing).is_none(), "{missing}");
        assert!(pool.oneof(missing).is_none(), "{missing}");
        assert!(pool.method(missing).is_none(), "{missing}");
        assert!(pool.file_containing(missing).is_none(), "{missing}");
    }
    for name in [
        "shop.Order.Owner",
        "shop.Order.ids",
        "shop.Shop.Buy",
        "shop.note",
    ] {
        let file = pool.file_containing(name).unwrap();
        assert_eq!(file.name(), "shop.proto", "{name}");
    }
    let found = pool.extension_by_number("shop.Order", 100).unwrap();
    assert_eq!(found.full_name(), "shop.note");
    let all = pool.extensions_of("shop.Order").into_iter().cloned();
    assert_eq!(names(all), ["note", "gift"]);
}

#[test]
fn messages() {
    let order = order();
    assert_eq!((order.name(), order.full_name()), ("Order", "shop.Order"));
    assert_eq!(order.file().name(), "shop.proto");
    assert_eq!(order.proto().field.len(), 5);
    assert!(!order.proto().has_options());
    let declared = ["unit_price", "ids", "owner", "card", "cash"];
    assert_eq!(names(order.fields()), declared);
    let by_number = ["ids", "owner", "unit_price", "card", "cash"];
    assert_eq!(names(order.fields_by_number()), by_number);
    assert_eq!(order.field_by_name("ids").unwrap().number(), 1);
    assert_eq!(order.field_by_number(3).unwrap().name(), "unit_price");
    let camel = order.field_by_json_name("unitPrice").unwrap();
    assert_eq!(camel.name(), "unit_price");
    let payment = order.oneofs().next().unwrap();
    assert_eq!(names(payment.fields()), ["card", "cash"]);
    let owner = order.nested_messages().next().unwrap();
    assert_eq!(owner.full_name(), "shop.Order.Owner");
    assert_eq!(owner.parent(), Some(order.clone()));
    let enums: Vec<EnumDescriptor> = order.nested_enums().collect();
    assert_eq!(enums[0].full_name(), "shop.Order.Card");
    assert!(order.is_extension_number(100) && order.is_extension_number(199));
    assert!(!order.is_extension_number(200) && !owner.is_extension_number(100));
}

#[test]
fn fields() {
    let order = order();
    let field = |name| order.field_by_name(name).unwrap();
    let price = field("unit_price");
    assert!(matches!(price.kind(), Kind::Int32));
    assert!(matches!(field("owner").kind(), Kind::Message(owner) if owner.name() == "Owner"));
    assert!(matches!(field("card").kind(), Kind::Enum(card) if card.name() == "Card"));
    assert!(field("ids").is_repeated() && field("ids").is_packed());
    assert!(!price.is_repeated() && !price.is_packed());
    assert!(field("owner").is_required() && !price.is_required());
    assert!(price.has_presence() && !field("ids").has_presence());
    assert_eq!(price.json_name(), "unitPrice");
    assert_eq!(field("cash").containing_oneof().unwrap().name(), "payment");
    assert!(price.containing_oneof().is_none());
    assert_eq!(price.containing_message(), Some(order.clone()));
    assert_eq!(price.declared_default(), Some("7"));
    assert_eq!(field("cash").declared_default(), None);
    assert!(price.proto().options().deprecated());
    assert!(!field("cash").proto().has_options());
    let note = pool().extension("shop.note").unwrap();
    assert!(note.is_extension() && !price.is_extension());
    assert_eq!(note.containing_message().unwrap().full_name(), "shop.Order");
}

#[test]
fn enums_and_services() {
    let pool = pool();
    let card = pool.enum_("shop.Order.Card").unwrap();
    let values: Vec<_> = card.values().map(|value| value.number()).collect();
    assert_eq!(values, [1, 2]);
    assert_eq!(card.value_by_name("DEBIT").unwrap().number(), 2);
    assert_eq!(card.value_by_number(1).unwrap().name(), "CREDIT");
    assert!(card.value_by_number(3).is_none() && card.is_closed());
    let service = pool.service("shop.Shop").unwrap();
    assert_eq!(service.methods().len(), 1);
    let buy = service.method_by_name("Buy").unwrap();
    assert_eq!(buy.input(), pool.message("shop.Order"));
    assert_eq!(buy.output().unwrap().name(), "Owner");
    assert!(buy.is_server_streaming() && !buy.is_client_streaming());
}

/// The table of `Enumeration`.
#[test]
fn generated_enums() {
    assert_eq!(Type::INT32, Type(5));
    assert_eq!(Type(5).name(), Some("TYPE_INT32"));
    assert_eq!(Type(99).name(), None);
    assert_eq!(Type::from_name("TYPE_INT32"), Some(Type::INT32));
    assert_eq!(Type::from_name("INT32"), None);
    assert_eq!(Type::values().len(), 18);
    assert_eq!(Type::NAMES[0], ("TYPE_DOUBLE", 1));
    let descriptor = descriptor_pb2::DESCRIPTOR.enum_(Type::FULL_NAME).unwrap();
    assert_eq!(descriptor.values().len(), 18);
    let field = FieldDescriptorProto::new().with_options(FieldOptions::new());
    assert_eq!(
        field.r#type(),
        Type::DOUBLE,
        "the first value is the default"
    );
}
