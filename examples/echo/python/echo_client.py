"""Sends one message and prints its echo."""
import sys

import grpc

import echo_pb2
import echo_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = echo_pb2_grpc.EchoStub(channel)
        response = stub.Reply(echo_pb2.EchoRequest(message="test-data"))
        print(response.message)


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50051")
