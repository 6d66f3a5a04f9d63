"""A server with users: unary with an error, server streaming, client streaming."""
import asyncio
import sys

import grpc

import user_pb2
import user_pb2_grpc

USERS = [(1, "Alice", "alice@example.com"), (2, "Bob", "bob@example.com"), (3, "Carol", "carol@example.com")]
PAGE_SIZE = 2


class UserService(user_pb2_grpc.UserServiceServicer):
    async def GetUser(self, request, context):
        for id, name, email in USERS:
            if id == request.id:
                return user_pb2.UserResponse(id=id, name=name, email=email)
        await context.abort(grpc.StatusCode.NOT_FOUND, "User not found")

    async def ListUsers(self, request, context):
        start = (request.page - 1) * PAGE_SIZE
        for id, name, _ in USERS[start:start + PAGE_SIZE] if start >= 0 else []:
            yield user_pb2.UserResponse(id=id, name=name)

    async def CreateUsers(self, request_iterator, context):
        created = 0
        async for _ in request_iterator:
            created += 1
        return user_pb2.BatchResult(created=created, ids=range(101, 101 + created))


async def serve(address):
    server = grpc.aio.server()
    user_pb2_grpc.add_UserServiceServicer_to_server(UserService(), server)
    port = server.add_insecure_port(address)
    await server.start()
    print(f"Listening on port {port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051"))
