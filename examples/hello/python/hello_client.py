"""Calls the greeter with keyword arguments and looks at the call."""
import sys

import grpc

import hello_pb2
import hello_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = hello_pb2_grpc.GreeterStub(channel)
        response, call = stub.SayHello.with_call(
            hello_pb2.HelloRequest(name="Alice"), timeout=5, metadata=[("k", "v")])
        print(response.message)
        print(f"{call.code()}, {len(call.trailing_metadata())} trailing metadata")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50051")
