"""Sends three messages and prints the answers."""
import sys

import grpc

import chat_pb2
import chat_pb2_grpc


def run(target):
    with grpc.insecure_channel(target) as channel:
        stub = chat_pb2_grpc.ChatServiceStub(channel)
        messages = ["Hello", "How are you?", "Goodbye"]
        requests = (chat_pb2.ChatRequest(message=text) for text in messages)
        for response in stub.Chat(requests):
            print(f"Received: {response.message}")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50054")
