"""Sends five numbers and prints their sum."""
import sys

import grpc

import sum_stream_pb2
import sum_stream_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = sum_stream_pb2_grpc.SumServiceStub(channel)
        requests = (sum_stream_pb2.NumberRequest(number=number) for number in [1, 2, 3, 4, 5])
        response = stub.CalculateSum(requests)
        print(f"Sum: {response.sum}")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50053")
