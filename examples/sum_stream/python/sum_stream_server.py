"""A server that adds: a stream of requests, one response."""
import sys
from concurrent import futures

import grpc

import sum_stream_pb2
import sum_stream_pb2_grpc


class SumService(sum_stream_pb2_grpc.SumServiceServicer):
    def CalculateSum(self, request_iterator, context):
        total = 0
        for request in request_iterator:
            total += request.number
        return sum_stream_pb2.SumResponse(sum=total)


def serve(address):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    sum_stream_pb2_grpc.add_SumServiceServicer_to_server(SumService(), server)
    port = server.add_insecure_port(address)
    server.start()
    print(f"Listening on port {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50053")
