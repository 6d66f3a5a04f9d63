"""Calls that end before their handlers: by cancellation, by deadline, or with the channel."""
import asyncio
import itertools
import queue
import time
import uuid

import grpc
import peer_lab_pb2 as pb
import peer_lab_pb2_grpc
import pytest

REQUEST = pb.LabRequest
FOREVER_MS = 600_000
MARK = [("x-peer-initial", "handled")]
# One of them is long enough for a call to reach its handler, whatever else the machine does.
TIMES = [0.3, 1, 4, 16]


def token():
    return uuid.uuid4().hex


def never_ending(*requests):
    """Requests without an end."""
    return itertools.chain(requests, iter(queue.Queue().get, None))


def endless(token):
    return REQUEST(cancel_token=token, delay_ms=FOREVER_MS)


def slow(token):
    return REQUEST(cancel_token=token, response_count=2**31 - 1, interval_ms=10)


KINDS = {
    "unary": lambda lab, token, **options: lab.Unary.future(endless(token), **options),
    "server stream": lambda lab, token, **options: lab.ServerStream(slow(token), **options),
    "client stream": lambda lab, token, **options: lab.ClientStream.future(never_ending(endless(token)), **options),
    "bidi": lambda lab, token, **options: lab.Bidi(never_ending(endless(token)), **options),
}


@pytest.mark.parametrize("kind", KINDS)
def test_cancellation(lab, cancelled, kind):
    for pause in TIMES:
        mine = token()
        call = KINDS[kind](lab, mine)
        time.sleep(pause)
        assert call.cancel()
        assert (call.code(), call.details()) == (grpc.StatusCode.CANCELLED, "Locally cancelled by application!")
        if cancelled(mine, wait_ms=5_000):
            return
    pytest.fail("no handler saw it")


@pytest.mark.parametrize("kind", KINDS)
def test_deadline(lab, cancelled, kind):
    for timeout in TIMES:
        mine = token()
        call = KINDS[kind](lab, mine, timeout=timeout)
        if kind == "server stream":
            with pytest.raises(grpc.RpcError):
                list(call)
        assert call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        if cancelled(mine, wait_ms=5_000):
            return
    pytest.fail("no handler saw it")


def test_closing_the_channel(peer, cancelled):
    mine = token()
    with grpc.insecure_channel(peer.target) as channel:
        call = peer_lab_pb2_grpc.LabStub(channel).ServerStream(slow(mine))
        assert next(call).index == 0
    with pytest.raises(grpc.RpcError):
        list(call)
    assert call.code() is grpc.StatusCode.CANCELLED
    assert cancelled(mine)


def test_forgetting_the_call(lab, cancelled):
    mine = token()
    call = lab.ServerStream(slow(mine))
    assert next(call).index == 0
    del call
    assert cancelled(mine)


def test_finished_calls_are_not_noted(lab, cancelled):
    mine = token()
    request = REQUEST(cancel_token=mine, response_count=2)
    lab.Unary(request)
    list(lab.ServerStream(request))
    lab.ClientStream(iter([request]))
    list(lab.Bidi(iter([request])))
    assert not cancelled(mine, wait_ms=200)


def test_many_calls_at_once(lab):
    """More than would do one after the other."""
    futures = [lab.Unary.future(REQUEST(number=i, delay_ms=2000)) for i in range(40)]
    assert [future.result(timeout=60).number for future in futures] == list(range(40))


async def wait_for(call):
    return await call


async def cancel_call(lab, token, pause):
    call = lab.Unary(endless(token))
    await asyncio.sleep(pause)
    assert call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def cancel_task(lab, token, pause):
    task = asyncio.create_task(wait_for(lab.Unary(endless(token))))
    await asyncio.sleep(pause)
    assert task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def cancel_stream(lab, token, pause):
    call = lab.ServerStream(slow(token))
    await call.read()
    assert call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call.read()


async def cancel_dialogue(lab, token, pause):
    call = lab.Bidi()
    await call.write(REQUEST(cancel_token=token))
    await call.read()
    assert call.cancel()
    assert await call.code() is grpc.StatusCode.CANCELLED


@pytest.mark.parametrize("cancel", [cancel_call, cancel_task, cancel_stream, cancel_dialogue])
def test_cancellation_with_asyncio(peer, cancelled, cancel):
    async def run(token, pause):
        async with grpc.aio.insecure_channel(peer.target) as channel:
            await cancel(peer_lab_pb2_grpc.LabStub(channel), token, pause)

    for pause in TIMES:
        mine = token()
        asyncio.run(run(mine, pause))
        if cancelled(mine, wait_ms=5_000):
            return
    pytest.fail("no handler saw it")
