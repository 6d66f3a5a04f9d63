"""The Rust example clients against gRPC Python servers of both kinds."""
import asyncio
import threading
from concurrent import futures

import grpc
import pytest

import rust
import servers

@pytest.fixture(scope="module", params=["sync", "aio"])
def target(request):
    if request.param == "sync":
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
        servers.add_to(server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"localhost:{port}"
        server.stop(None).wait()
        return

    started = futures.Future()
    loop = asyncio.new_event_loop()

    async def serve():
        server = grpc.aio.server()
        servers.add_to_aio(server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        stop = asyncio.Event()
        started.set_result((port, stop))
        await stop.wait()
        await server.stop(None)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    port, stop = started.result(timeout=10)
    yield f"localhost:{port}"
    loop.call_soon_threadsafe(stop.set)
    thread.join(timeout=10)


@pytest.mark.parametrize("face", rust.FACES)
@pytest.mark.parametrize("example", rust.OUTPUTS)
def test_output(target, example, face):
    if face and example in rust.ONLY_AIO:
        pytest.skip("there is one face only")
    assert rust.run_client(example, face, target) == rust.OUTPUTS[example]
