"""Calls every method of the user service, and one of them for a user who is not there."""
import asyncio
import sys

import grpc

import user_pb2
import user_pb2_grpc


async def run(target):
    async with grpc.aio.insecure_channel(target) as channel:
        stub = user_pb2_grpc.UserServiceStub(channel)
        user = await stub.GetUser(user_pb2.GetUserRequest(id=1))
        print(f"User: {user.name} <{user.email}>")

        async for user in stub.ListUsers(user_pb2.ListUsersRequest(page=1)):
            print(f"Listed: {user.name}")

        names = ["Dave", "Erin", "Frank"]
        requests = (user_pb2.CreateUserRequest(name=name) for name in names)
        result = await stub.CreateUsers(requests)
        print(f"Created {result.created} users: {list(result.ids)}")

        try:
            await stub.GetUser(user_pb2.GetUserRequest(id=99))
        except grpc.RpcError as error:
            print(f"{error.code()}: {error.details()}")


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1] if len(sys.argv) > 1 else "localhost:50051"))
