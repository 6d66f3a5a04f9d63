//! A service whose messages hold the types of another package.

use money_protos::money::v1::money_pb2::Money;
use rustgrpc as grpc;
use shop::v1::shop_pb2::Order;
use shop::v1::shop_pb2_grpc::ShopServicer;

rustgrpc::include_protos!();

/// Adds up what is in one currency.
#[derive(Debug)]
pub struct Till;

impl ShopServicer for Till {
    async fn total(
        &self,
        order: Order,
        context: grpc::ServicerContext,
    ) -> Result<Money, grpc::Status> {
        match money_protos::sum(&order.prices) {
            Some(total) => Ok(total),
            None => context.abort(
                grpc::StatusCode::InvalidArgument,
                "prices in several currencies",
            ),
        }
    }
}
