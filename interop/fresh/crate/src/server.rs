//! Both services of `shop/v1/shop.proto`.

use grpc::protobuf::google::protobuf::timestamp_pb2::Timestamp;
use grpc::{RequestIterator, ServicerContext, Status, StatusCode, Stream};
use rustgrpc as grpc;

use crate::protos::common::money_pb2::{Currency, Money};
use crate::protos::shop::v1::order_types_pb2::{Order, order};
use crate::protos::shop::v1::shop_pb2::TrackReply;
use crate::protos::shop::v1::shop_pb2_grpc::{
    OrdersServicer, ReportsServicer, add_orders_servicer_to_server, add_reports_servicer_to_server,
};

struct Orders;

impl OrdersServicer for Orders {
    async fn place(&self, mut request: Order, context: ServicerContext) -> Result<Order, Status> {
        if request.lines.is_empty() {
            return context.abort(StatusCode::InvalidArgument, "An order needs a line");
        }
        if let Some(order::Payment::Card(card)) = &mut request.payment {
            card.number.replace_range(..card.number.len().saturating_sub(4), "");
        }
        request.id = "order-1".into();
        request.state = order::State::PLACED;
        request.placed_at = Some(Timestamp { seconds: 1_700_000_000, ..Default::default() });
        request.history.insert(1, order::State::PLACED);
        Ok(request)
    }

    fn list_lines(
        &self,
        request: Order,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<order::Line, Status>> + Send {
        grpc::stream! {
            for line in request.lines {
                yield line;
            }
        }
    }
}

struct Reports;

impl ReportsServicer for Reports {
    async fn total(
        &self,
        mut request_iterator: RequestIterator<Order>,
        _context: ServicerContext,
    ) -> Result<Money, Status> {
        let mut total = Money { currency: Currency::EUR, ..Default::default() };
        while let Some(order) = request_iterator.next().await? {
            for line in &order.lines {
                total.amount += i64::from(line.count) * line.price().amount;
            }
        }
        Ok(total)
    }

    fn track(
        &self,
        mut request_iterator: RequestIterator<Order>,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<TrackReply, Status>> + Send {
        grpc::stream! {
            while let Some(order) = request_iterator.next().await? {
                let state = match order.state {
                    order::State::PLACED => order::State::SHIPPED,
                    other => other,
                };
                yield TrackReply { id: order.id, state, ..Default::default() };
            }
        }
    }
}

/// Serves on a free port and prints it.
#[tokio::main]
pub async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut server = grpc::aio::server();
    add_orders_servicer_to_server(Orders, &mut server);
    add_reports_servicer_to_server(Reports, &mut server);
    let port = server.add_insecure_port("127.0.0.1:0")?;
    server.start().await?;
    println!("Listening on port {port}");
    server.wait_for_termination().await;
    Ok(())
}
