"""Asks for ten numbers and prints them as they come."""
import sys

import grpc

import number_stream_pb2
import number_stream_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = number_stream_pb2_grpc.NumberServiceStub(channel)
        for response in stub.GetNumbers(number_stream_pb2.NumberRequest(limit=10)):
            print(f"Received number: {response.number}")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50052")
