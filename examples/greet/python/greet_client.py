"""Calls the greeter once."""
import sys

import grpc

import greet_pb2
import greet_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = greet_pb2_grpc.GreeterStub(channel)
        response = stub.SayHello(greet_pb2.HelloRequest(name="world"))
        print(f"Greeter client received: {response.message}")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50051")
