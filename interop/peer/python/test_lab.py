"""peer.v1.Lab with blocking stubs: what each field of a request does, in all kinds of calls that know it."""
import queue

import grpc
import pytest

import peer_lab_pb2 as pb

REQUEST = pb.LabRequest
CODES = [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK]
BOTH = [
    ("x-peer-initial", "first"), ("x-peer-trailing-bin", b"\x00\xff"),
    ("x-peer-initial", "second"), ("x-peer-trailing-bin", b"a,b"),
]
INITIAL = ["first", "second"]
TRAILING = [b"\x00\xff", b"a,b"]


def values(metadata, key):
    return [value for k, value in metadata if k == key]


def ended(call):
    """The responses of a stream, its code and details."""
    responses = []
    try:
        for response in call:
            responses.append(response)
    except grpc.RpcError:
        pass
    return responses, call.code(), call.details()


def failed(call, *args, **kwargs):
    """The code and details of a call of one response that fails, and the error."""
    with pytest.raises(grpc.RpcError) as error:
        call(*args, **kwargs)
    return error.value.code(), error.value.details(), error.value


class Requests:
    """Requests that are sent one by one."""

    def __init__(self):
        self._queue = queue.Queue()

    def __iter__(self):
        return iter(self._queue.get, None)

    def send(self, **fields):
        self._queue.put(REQUEST(**fields))

    def end(self):
        self._queue.put(None)


@pytest.fixture
def requests():
    requests = Requests()
    yield requests
    # The thread that sends them must not wait for ever.
    requests.end()


def test_unary_copies_the_request(lab):
    payload = bytes(range(256))
    response = lab.Unary(REQUEST(text="文字", payload=payload, number=-(2**31)))
    assert response == pb.LabResponse(text="文字", payload=payload, number=-(2**31))
    assert not response.HasField("context")


@pytest.mark.parametrize("size", [1, 100_000, 4 * 2**20 - 5])
def test_a_payload_is_made_up(lab, size):
    assert lab.Unary(REQUEST(payload=b"no", response_size=size)).payload == b"z" * size


def test_server_stream_counts_responses(lab):
    responses, code, details = ended(lab.ServerStream(REQUEST(response_count=4, interval_ms=1, text="t", number=2)))
    assert [response.index for response in responses] == [0, 1, 2, 3]
    assert {(response.text, response.number) for response in responses} == {("t", 2)}
    assert (code, details) == (grpc.StatusCode.OK, "")
    assert ended(lab.ServerStream(REQUEST())) == ([], grpc.StatusCode.OK, "")


def test_client_stream_sums_up(lab):
    response = lab.ClientStream(iter(REQUEST(text=str(i), number=i, payload=b"p" * i) for i in range(1, 4)))
    assert response == pb.LabResponse(text="1,2,3", number=6, count=3, payload_bytes=6)
    assert lab.ClientStream(iter([])) == pb.LabResponse()


def test_client_stream_can_stop_reading(lab, requests):
    future = lab.ClientStream.future(iter(requests))
    requests.send(text="a")
    requests.send(text="b", stop_reading=True)
    assert future.result() == pb.LabResponse(text="a,b", count=2)


def test_bidi_answers_each_request_at_once(lab, requests):
    call = lab.Bidi(iter(requests))
    for index in range(5):
        requests.send(number=index * 10, response_size=index)
        assert next(call) == pb.LabResponse(number=index * 10, index=index, payload=b"z" * index)
    requests.end()
    assert ended(call) == ([], grpc.StatusCode.OK, "")


def test_bidi_can_stop_reading(lab, requests):
    call = lab.Bidi(iter(requests))
    requests.send(number=1, stop_reading=True)
    assert next(call).number == 1
    assert ended(call) == ([], grpc.StatusCode.OK, "")


@pytest.mark.parametrize("codec", [pb.GZIP, pb.DEFLATE])
@pytest.mark.parametrize("compression", list(grpc.Compression))
def test_compression(lab, codec, compression):
    request = REQUEST(text="compress me " * 1000, compression=codec, response_count=2)
    assert lab.Unary(request, compression=compression).text == request.text
    responses, code, _ = ended(lab.ServerStream(request, compression=compression))
    assert ([response.text for response in responses], code) == ([request.text] * 2, grpc.StatusCode.OK)
    assert lab.ClientStream(iter([request] * 2), compression=compression).text == f"{request.text},{request.text}"
    responses, code, _ = ended(lab.Bidi(iter([request] * 2), compression=compression))
    assert ([response.text for response in responses], code) == ([request.text] * 2, grpc.StatusCode.OK)


def test_a_codec_that_the_caller_does_not_take(peer):
    options = [("grpc.compression_enabled_algorithms_bitset", 1)]
    with grpc.insecure_channel(peer.target, options=options) as channel:
        call = channel.unary_stream("/peer.v1.Lab/ServerStream", REQUEST.SerializeToString, pb.LabResponse.FromString)
        text = "compress me " * 1000
        responses, code, details = ended(call(REQUEST(text=text, compression=pb.GZIP, response_count=1)))
    if code is grpc.StatusCode.OK:
        # rustgrpc's server looks at grpc-accept-encoding, as does every one that may.
        assert [response.text for response in responses] == [text]
    else:
        # gRPC Python's sends what it was told to.
        assert code is grpc.StatusCode.INTERNAL and "ompression algorithm" in details


def test_metadata_comes_back(lab):
    request = REQUEST(response_count=1)
    _, unary = lab.Unary.with_call(request, metadata=BOTH)
    _, client_stream = lab.ClientStream.with_call(iter([request]), metadata=BOTH)
    server_stream, bidi = lab.ServerStream(request, metadata=BOTH), lab.Bidi(iter([request]), metadata=BOTH)
    for call in (unary, client_stream, server_stream, bidi):
        assert values(call.initial_metadata(), "x-peer-initial") == INITIAL
        if call in (server_stream, bidi):
            # The status comes after the responses.
            assert len(list(call)) == 1
        assert values(call.trailing_metadata(), "x-peer-trailing-bin") == TRAILING
    _, empty = lab.ClientStream.with_call(iter([]), metadata=BOTH)
    assert values(empty.initial_metadata(), "x-peer-initial") == INITIAL
    assert values(empty.trailing_metadata(), "x-peer-trailing-bin") == TRAILING


def test_initial_metadata_comes_at_once(lab, requests):
    """The handlers would take ten minutes for anything else. (Blocking unary calls show it with the response.)"""
    requests.send(delay_ms=600_000)
    for call in (
        lab.ServerStream(REQUEST(delay_ms=600_000), metadata=BOTH),
        lab.ClientStream.future(iter(requests), metadata=BOTH),
        lab.Bidi(iter(Requests()), metadata=BOTH),
    ):
        assert values(call.initial_metadata(), "x-peer-initial") == INITIAL
        assert call.is_active()
        assert call.cancel()


def test_the_context_is_told(lab):
    sent = [("a", "1"), ("a", "2"), ("b-bin", bytes(range(256))), ("empty", ""), ("c_d.e-9", "two words")]
    context = lab.Unary(REQUEST(want_context=True), metadata=sent, timeout=50).context
    seen = [(header.key, header.value) for header in context.metadata]
    assert [pair for pair in seen if pair[0] != "user-agent"] == [
        (key, value if isinstance(value, bytes) else value.encode()) for key, value in sent]
    assert "user-agent" in dict(seen)
    assert context.peer.startswith("ipv4:127.0.0.1:")
    assert context.has_deadline
    assert 0 < context.time_remaining_ms <= 51_000
    assert not lab.Unary(REQUEST(want_context=True)).context.has_deadline
    responses, _, _ = ended(lab.ServerStream(REQUEST(want_context=True, response_count=1), timeout=50))
    assert responses[0].context.has_deadline
    responses, _, _ = ended(lab.Bidi(iter([REQUEST(want_context=True)]), metadata=[("a", "1")]))
    assert "a" in [header.key for header in responses[0].context.metadata]


@pytest.mark.parametrize("code", CODES)
def test_status_codes(lab, code):
    request = REQUEST(status_code=code.value[0], status_message=f"{code.name} é\n%", response_count=2)
    expected = (code, request.status_message)
    assert failed(lab.Unary, request)[:2] == expected
    responses, *end = ended(lab.ServerStream(request))
    assert (len(responses), *end) == (2, *expected)
    assert failed(lab.ClientStream, iter([REQUEST(), request, REQUEST()]))[:2] == expected
    responses, *end = ended(lab.Bidi(iter([REQUEST(), request, REQUEST()])))
    assert (len(responses), *end) == (1, *expected)


def test_a_status_that_is_set_only(lab):
    request = REQUEST(status_code=5, status_message="set", set_only=True, response_count=2)
    expected = (grpc.StatusCode.NOT_FOUND, "set")
    assert failed(lab.Unary, request)[:2] == expected
    for call in (lab.ServerStream(request), lab.Bidi(iter([request, request]))):
        responses, *end = ended(call)
        assert (len(responses), *end) == (2, *expected)
    assert failed(lab.ClientStream, iter([request, request]))[:2] == expected


def test_status_details_and_metadata_of_errors(lab):
    request = REQUEST(status_code=3, status_message="m", status_details=b"\x08\x03\xff")
    calls = [failed(lab.Unary, request, metadata=BOTH)[2], failed(lab.ClientStream, iter([request]), metadata=BOTH)[2]]
    for call in (lab.ServerStream(request, metadata=BOTH), lab.Bidi(iter([request]), metadata=BOTH)):
        assert ended(call) == ([], grpc.StatusCode.INVALID_ARGUMENT, "m")
        calls.append(call)
    for call in calls:
        assert call.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert values(call.initial_metadata(), "x-peer-initial") == INITIAL
        assert list(call.trailing_metadata()) == [
            ("x-peer-trailing-bin", TRAILING[0]), ("x-peer-trailing-bin", TRAILING[1]),
            ("grpc-status-details-bin", b"\x08\x03\xff")]


def test_errors_that_leave_a_handler(lab, raised):
    request = REQUEST(raise_message="错 boom", response_count=2)
    unknown = grpc.StatusCode.UNKNOWN
    assert failed(lab.Unary, request)[:2] == (unknown, raised("错 boom"))
    responses, *end = ended(lab.ServerStream(request))
    assert (len(responses), *end) == (2, unknown, raised("错 boom", iterating=True))
    assert failed(lab.ClientStream, iter([REQUEST(), request]))[:2] == (unknown, raised("错 boom"))
    responses, *end = ended(lab.Bidi(iter([REQUEST(), request])))
    assert (len(responses), *end) == (1, unknown, raised("错 boom", iterating=True))


def test_attempts_fail_without_headers(lab):
    request = REQUEST(succeed_after_attempts=2, status_code=14)
    code, details, error = failed(lab.Unary, request, metadata=BOTH)
    assert (code, details) == (grpc.StatusCode.UNAVAILABLE, "attempt 0")
    assert values(error.initial_metadata(), "x-peer-initial") == []


def test_retries_of_the_service_config(peer):
    policy = (
        '{"methodConfig": [{"name": [{"service": "peer.v1.Lab"}], "retryPolicy": {"maxAttempts": 4, "initialBackoff":'
        ' "0.02s", "maxBackoff": "0.02s", "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}]}')
    with grpc.insecure_channel(peer.target, options=[("grpc.service_config", policy)]) as channel:
        unary = channel.unary_unary("/peer.v1.Lab/Unary", REQUEST.SerializeToString, pb.LabResponse.FromString)
        response = unary(REQUEST(succeed_after_attempts=3, status_code=14, want_context=True))
        headers = {header.key: header.value for header in response.context.metadata}
        assert headers["grpc-previous-rpc-attempts"] == b"3"
        code, details, _ = failed(unary, REQUEST(succeed_after_attempts=9, status_code=14))
        assert (code, details) == (grpc.StatusCode.UNAVAILABLE, "attempt 3")


def test_methods_that_are_not_overridden(lab, peer):
    details = "Method not implemented!"
    if peer.flavour == "aio":
        details = f"Unexpected <class 'NotImplementedError'>: {details}"
    expected = (grpc.StatusCode.UNIMPLEMENTED, details)
    assert failed(lab.NiUnary, REQUEST())[:2] == expected
    assert ended(lab.NiServerStream(REQUEST())) == ([], *expected)
    assert failed(lab.NiClientStream, iter([REQUEST()]))[:2] == expected
    assert ended(lab.NiBidi(iter([REQUEST()]))) == ([], *expected)


def test_message_limits(lab):
    limit = 4 * 2**20
    exhausted = grpc.StatusCode.RESOURCE_EXHAUSTED
    code, details, _ = failed(lab.Unary, REQUEST(payload=b"p" * limit))
    assert (code, details) == (exhausted, f"SERVER: Received message larger than max ({limit + 5} vs. {limit})")
    code, details, _ = failed(lab.ClientStream, iter([REQUEST(), REQUEST(payload=b"p" * limit)]))
    assert (code, details) == (exhausted, f"SERVER: Received message larger than max ({limit + 5} vs. {limit})")
    code, details, _ = failed(lab.Unary, REQUEST(response_size=limit))
    assert code is exhausted and f"Received message larger than max ({limit + 5} vs. {limit})" in details


def test_much_goes_both_ways(lab):
    payload = bytes(i % 251 for i in range(100_000))
    responses = lab.Bidi(iter([REQUEST(payload=payload)] * 200))
    assert [response.payload == payload for response in responses] == [True] * 200
