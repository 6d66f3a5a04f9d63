"""A server that echoes."""
import sys
from concurrent import futures

import grpc

import echo_pb2
import echo_pb2_grpc


class Echo(echo_pb2_grpc.EchoServicer):
    def Reply(self, request, context):
        return echo_pb2.EchoReply(message=f"You said: {request.message}")


def serve(address):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    echo_pb2_grpc.add_EchoServicer_to_server(Echo(), server)
    port = server.add_insecure_port(address)
    server.start()
    print(f"Listening on port {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051")
