"""A server that counts: one request, a stream of responses."""
import sys
from concurrent import futures

import grpc

import number_stream_pb2
import number_stream_pb2_grpc


class NumberService(number_stream_pb2_grpc.NumberServiceServicer):
    def GetNumbers(self, request, context):
        for number in range(request.limit):
            yield number_stream_pb2.NumberResponse(number=number)


def serve(address):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    number_stream_pb2_grpc.add_NumberServiceServicer_to_server(NumberService(), server)
    port = server.add_insecure_port(address)
    server.start()
    print(f"Listening on port {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50052")
