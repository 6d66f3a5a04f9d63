"""Calls a service without a package."""
import sys

import grpc

import helloworld_pb2
import helloworld_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = helloworld_pb2_grpc.GreeterStub(channel)
        request = helloworld_pb2.HelloRequest()
        request.name = "World"
        response = stub.SayHello(request)
        print(f"Greeter client received: {response.message}")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50051")
