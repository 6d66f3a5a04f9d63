//! The messages of `money-protos` in the calls of `till`.

use money_protos::money::v1::money_pb2::Money;
use rustgrpc as grpc;
use till::Till;
use till::shop::v1::shop_pb2::{self, Order};
use till::shop::v1::shop_pb2_grpc::{ShopStub, add_shop_servicer_to_server};

fn money(currency_code: &str, amount: i64) -> Money {
    Money {
        currency_code: currency_code.into(),
        amount,
        ..Default::default()
    }
}

#[tokio::test]
async fn adds_up() {
    let channel = grpc::testing::channel(|server| add_shop_servicer_to_server(Till, server));
    let stub = ShopStub::new(&channel);
    let order = Order {
        prices: vec![money("EUR", 199), money("EUR", 1)],
        ..Default::default()
    };
    assert_eq!(stub.total(order).await.unwrap(), money("EUR", 200));
    let order = Order {
        prices: vec![money("EUR", 199), money("CHF", 1)],
        ..Default::default()
    };
    let error = stub.total(order).await.unwrap_err();
    assert_eq!(error.code(), grpc::StatusCode::InvalidArgument);
}

#[test]
fn descriptors_reach_over_the_packages() {
    let file = shop_pb2::DESCRIPTOR.dependencies().first();
    assert_eq!(file.map(|file| file.name()), Some("money/v1/money.proto"));
}
