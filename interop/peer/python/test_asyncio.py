"""The same server through stubs of grpc.aio."""
import asyncio

import grpc
import peer_lab_pb2 as pb
import peer_lab_pb2_grpc
import pytest

REQUEST = pb.LabRequest


@pytest.fixture
def run(peer):
    def run(client, **options):
        async def main():
            async with grpc.aio.insecure_channel(peer.target, **options) as channel:
                return await client(peer_lab_pb2_grpc.LabStub(channel))

        return asyncio.run(asyncio.wait_for(main(), 60))

    return run


def test_all_kinds(run):
    async def client(lab):
        async def requests():
            for i in range(4):
                yield REQUEST(number=i, text=str(i))

        unary = (await lab.Unary(REQUEST(text="u"))).text
        server_stream = [response.index async for response in lab.ServerStream(REQUEST(response_count=3))]
        client_stream = (await lab.ClientStream(requests())).text
        bidi = [response.number async for response in lab.Bidi(requests())]
        return unary, server_stream, client_stream, bidi

    assert run(client) == ("u", [0, 1, 2], "0,1,2,3", [0, 1, 2, 3])


def test_read_and_write(run):
    async def client(lab):
        call = lab.ServerStream(REQUEST(response_count=2))
        assert [(await call.read()).index, (await call.read()).index] == [0, 1]
        assert await call.read() is grpc.aio.EOF
        assert await call.code() is grpc.StatusCode.OK

        call = lab.ClientStream()
        for number in (1, 2):
            await call.write(REQUEST(number=number))
        await call.done_writing()
        assert (await call).number == 3

        call = lab.Bidi()
        for number in range(10):
            await call.write(REQUEST(number=number))
            assert (await call.read()).number == number
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF

    run(client)


def test_metadata(run):
    async def client(lab):
        metadata = grpc.aio.Metadata(("x-peer-initial", "a"), ("x-peer-trailing-bin", b"\x00\x80"))
        call = lab.Unary(REQUEST(), metadata=metadata)
        await call
        initial, trailing = await call.initial_metadata(), await call.trailing_metadata()
        return initial.get_all("x-peer-initial"), trailing["x-peer-trailing-bin"]

    assert run(client) == (["a"], b"\x00\x80")


def test_errors(run):
    async def client(lab):
        with pytest.raises(grpc.aio.AioRpcError) as unary:
            await lab.Unary(REQUEST(status_code=5, status_message="没有"))
        with pytest.raises(grpc.aio.AioRpcError) as stream:
            async for _ in lab.ServerStream(REQUEST(response_count=1, status_code=15, status_message="loss")):
                pass
        return [(error.value.code(), error.value.details()) for error in (unary, stream)]

    assert run(client) == [(grpc.StatusCode.NOT_FOUND, "没有"), (grpc.StatusCode.DATA_LOSS, "loss")]


def test_compression_of_channel_call_and_response(run):
    async def client(lab):
        request = REQUEST(text="c" * 3000, compression=pb.GZIP, response_count=1)
        unary = await lab.Unary(request, compression=grpc.Compression.Deflate)
        return [unary.text] + [response.text async for response in lab.ServerStream(request)]

    assert run(client, compression=grpc.Compression.Gzip) == ["c" * 3000] * 2


def test_interceptors(run):
    class Add(grpc.aio.UnaryUnaryClientInterceptor):
        async def intercept_unary_unary(self, continuation, details, request):
            details.metadata.add("k", "intercepted")
            return await continuation(details, request)

    async def client(lab):
        response = await lab.Unary(REQUEST(want_context=True))
        return [header.value for header in response.context.metadata if header.key == "k"]

    assert run(client, interceptors=[Add()]) == [b"intercepted"]


def test_many_calls_at_once(run):
    async def client(lab):
        async def one(number):
            return (await lab.Unary(REQUEST(number=number, delay_ms=2000))).number

        return await asyncio.gather(*(one(number) for number in range(40)))

    assert run(client) == list(range(40))


def test_connectivity(peer):
    async def main():
        async with grpc.aio.insecure_channel(peer.target) as channel:
            first = channel.get_state(try_to_connect=True)
            await asyncio.wait_for(channel.channel_ready(), 60)
            return first, channel.get_state()

    assert asyncio.run(main()) == (grpc.ChannelConnectivity.IDLE, grpc.ChannelConnectivity.READY)
