"""A server that answers each message: a stream in each direction."""
import sys
from concurrent import futures

import grpc

import chat_pb2
import chat_pb2_grpc


class ChatService(chat_pb2_grpc.ChatServiceServicer):
    def Chat(self, request_iterator, context):
        for request in request_iterator:
            yield chat_pb2.ChatResponse(message=f"You said: {request.message}")


def serve(address):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    chat_pb2_grpc.add_ChatServiceServicer_to_server(ChatService(), server)
    port = server.add_insecure_port(address)
    server.start()
    print(f"Listening on port {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50054")
