//! Protos of a dependency, found without a list.

use std::fs;

use crate::package::Package;

const MONEY: &str = "package money.v1;\nmessage Money { int64 units = 1; }";
const SHOP: &str =
    "package shop;\nimport \"money/v1/money.proto\";\nmessage Order { money.v1.Money total = 1; }";
const DESK: &str = "package desk;\nimport \"shop/shop.proto\";\nimport \"money/v1/money.proto\";\n\
    message Desk { shop.Order order = 1; money.v1.Money tip = 2; }";

fn money() -> Package {
    let package = Package::depending(
        "money",
        "links = \"a-money\"",
        &[("money/v1/money.proto", MONEY)],
    );
    package.with("-Iproto").with(".export ::money::protos")
}

fn dependency(name: &str, package: &Package) -> String {
    format!("[dependencies]\n{name} = {{ path = {:?} }}", package.path())
}

#[test]
fn imports_are_found_and_use_the_types_of_the_dependency() {
    let money = money();
    money.set_protos(&["money/v1/money.proto"]);
    let shop = Package::depending(
        "shop",
        &dependency("money", &money),
        &[("shop/shop.proto", SHOP)],
    )
    .with("-Iproto");
    shop.build(&["shop/shop.proto"]).unwrap();
    let generated = fs::read_to_string(shop.out_dir().join("shop/shop_pb2.rs")).unwrap();
    assert!(
        generated.contains("::money::protos::money::v1::money_pb2::Money"),
        "{generated}"
    );
    assert!(!shop.out_dir().join("money").exists());

    shop.build(&["shop/shop.proto"]).unwrap();
    assert_eq!(shop.runs(), 1);
    money.write(
        "proto/money/v1/money.proto",
        &format!("syntax = \"proto3\";\n{}", MONEY.replace("Money", "Cash")),
    );
    let error = shop.build(&["shop/shop.proto"]).unwrap_err();
    assert!(
        error.contains("shop/shop.proto:4:17: 'money.v1.Money'"),
        "{error}"
    );
}

#[test]
fn what_a_package_has_from_others_is_exported_with_its_own() {
    let money = money();
    money.set_protos(&["money/v1/money.proto"]);
    let manifest = format!("links = \"shop\"\n{}", dependency("money", &money));
    let shop = Package::depending("shop", &manifest, &[("shop/shop.proto", SHOP)]);
    let shop = shop.with("-Iproto").with(".export ::shop");
    shop.set_protos(&["shop/shop.proto"]);
    let desk = Package::depending("desk", &dependency("shop", &shop), &[("desk.proto", DESK)])
        .with("-Iproto");
    desk.build(&["desk.proto"]).unwrap();
    let generated = fs::read_to_string(desk.out_dir().join("desk_pb2.rs")).unwrap();
    assert!(
        generated.contains("::money::protos::money::v1::money_pb2::Money"),
        "{generated}"
    );
    assert!(
        generated.contains("::shop::shop::shop_pb2::Order"),
        "{generated}"
    );
}

#[test]
fn what_is_asked_for_is_generated_and_services_alone_use_the_dependency() {
    const SERVICE: &str =
        "package money;\nmessage Ask {}\nservice Bank { rpc Save (Ask) returns (Ask); }";
    let bank = Package::depending("bank", "links = \"bank\"", &[("bank.proto", SERVICE)]);
    let bank = bank.with("-Iproto").with(".export ::bank");
    bank.set_protos(&["bank.proto"]);
    let manifest = dependency("bank", &bank);

    let whole = Package::depending("whole", &manifest, &[]);
    whole.build(&["bank.proto"]).unwrap();
    let services = fs::read_to_string(whole.out_dir().join("bank_pb2_grpc.rs")).unwrap();
    assert!(services.contains("super::bank_pb2::Ask"), "{services}");
    assert!(!services.contains("::bank::bank_pb2"), "{services}");

    let services = Package::depending("services", &manifest, &[]).with(".messages false");
    services.build(&["bank.proto"]).unwrap();
    let services = fs::read_to_string(services.out_dir().join("bank_pb2_grpc.rs")).unwrap();
    assert!(services.contains("::bank::bank_pb2::Ask"), "{services}");
}

#[test]
fn an_export_needs_a_links_key() {
    let package = Package::new(&[("a.proto", "message A {}")]).with(".export ::rerun");
    let error = package.build(&["a.proto"]).unwrap_err();
    assert!(
        error.contains("`export` needs a `links` key in the manifest"),
        "{error}"
    );
}
