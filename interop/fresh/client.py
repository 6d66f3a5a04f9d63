"""A gRPC Python client of both services: `client.py HOST:PORT`."""
import sys

import grpc
from common import money_pb2
from shop.v1 import order_types_pb2, shop_pb2, shop_pb2_grpc

Order = order_types_pb2.Order
TIMEOUT = 20


def order(*prices, **fields):
    lines = [
        Order.Line(article=f"article {i}", count=2, price=money_pb2.Money(currency=money_pb2.CURRENCY_EUR, amount=price))
        for i, price in enumerate(prices)
    ]
    return Order(lines=lines, **fields)


def main(target):
    with grpc.insecure_channel(target) as channel:
        orders = shop_pb2_grpc.OrdersStub(channel)
        reports = shop_pb2_grpc.ReportsStub(channel)

        sent = order(
            100, 250, note="", receipt=b"\x00\xff", card=order_types_pb2.Card(number="4111222233334444", valid_until=7),
            offsets=[-1, 0, 2**62], extra_costs={"shipping": money_pb2.Money(amount=490)}, replaces=order(1, id="older"),
            type="gift", history={-5: 77})
        placed = orders.Place(sent, timeout=TIMEOUT)
        expected = Order()
        expected.CopyFrom(sent)
        expected.id = "order-1"
        expected.state = Order.STATE_PLACED
        expected.placed_at.seconds = 1_700_000_000
        expected.card.number = "4444"
        expected.history[1] = Order.STATE_PLACED
        assert placed == expected, placed
        assert placed.HasField("note")

        cash = orders.Place(order(1, cash=False), timeout=TIMEOUT)
        assert cash.WhichOneof("payment") == "cash" and cash.cash is False
        assert not cash.HasField("note")

        try:
            orders.Place(Order(), timeout=TIMEOUT)
        except grpc.RpcError as error:
            assert (error.code(), error.details()) == (grpc.StatusCode.INVALID_ARGUMENT, "An order needs a line")
        else:
            raise AssertionError("no error")

        lines = list(orders.ListLines(sent, timeout=TIMEOUT))
        assert lines == list(sent.lines)

        total = reports.Total((order(100, 250) for _ in range(3)), timeout=TIMEOUT)
        assert total == money_pb2.Money(currency=money_pb2.CURRENCY_EUR, amount=2100), total

        requests = [Order(id="a", state=Order.STATE_PLACED), Order(id="b", state=42)]
        replies = list(reports.Track(iter(requests), timeout=TIMEOUT))
        assert replies == [
            shop_pb2.TrackReply(id="a", state=Order.STATE_SHIPPED), shop_pb2.TrackReply(id="b", state=42)], replies


if __name__ == "__main__":
    main(sys.argv[1])
