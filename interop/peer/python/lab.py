"""What the servicers of both kinds have in common: how a request says what its handler does."""
import threading

import grpc
import peer_lab_pb2 as pb
import user_pb2

USERS = {1: ("Alice", "alice@example.com"), 2: ("Bob", "bob@example.com"), 3: ("Carol", "carol@example.com")}
PAGES = {1: (1, 2), 2: (3,)}
CODES = {code.value[0]: code for code in grpc.StatusCode}
COMPRESSION = {pb.GZIP: grpc.Compression.Gzip, pb.DEFLATE: grpc.Compression.Deflate}

# A cancelled call may look to its handler like one whose requests have ended; a moment later it knows better.
MOMENT = 0.02


class Cancellations:
    """The tokens of calls that ended before their handlers."""

    def __init__(self):
        self._tokens = set()
        self._changed = threading.Condition()

    def note(self, token):
        if token:
            with self._changed:
                self._tokens.add(token)
                self._changed.notify_all()

    def has(self, token, wait_ms):
        with self._changed:
            return self._changed.wait_for(lambda: token in self._tokens, wait_ms / 1000)


CANCELLATIONS = Cancellations()


def user(number):
    name, email = USERS[number]
    return user_pb2.UserResponse(id=number, name=name, email=email)


def page(number):
    return [user_pb2.UserResponse(id=i, name=USERS[i][0]) for i in PAGES.get(number, ())]


def batch(count):
    return user_pb2.BatchResult(created=count, ids=range(101, 101 + count))


def sent_back(context, key):
    return tuple((k, v) for k, v in context.invocation_metadata() if k == key)


def trailing(request, context):
    metadata = sent_back(context, "x-peer-trailing-bin")
    if request.status_details:
        metadata += (("grpc-status-details-bin", request.status_details),)
    return metadata


def failing_attempt(request, context):
    """The number of this attempt if it has to fail."""
    attempt = int(dict(context.invocation_metadata()).get("grpc-previous-rpc-attempts", 0))
    return attempt if attempt < request.succeed_after_attempts else None


def wants_status(request):
    return request.status_code and not request.succeed_after_attempts


def response(request, context, index=0):
    answer = pb.LabResponse(text=request.text, number=request.number, index=index)
    answer.payload = b"z" * request.response_size if request.response_size > 0 else request.payload
    if request.want_context:
        report = answer.context
        for key, value in context.invocation_metadata():
            report.metadata.add(key=key, value=value if isinstance(value, bytes) else value.encode())
        left = context.time_remaining()
        # grpc.server says some 9.2e18 seconds when there is no deadline.
        if left is not None and left < 1e9:
            report.has_deadline = True
            report.time_remaining_ms = int(left * 1000)
        report.peer = context.peer()
    return answer


class Sum:
    """The answer to a stream of requests."""

    def __init__(self):
        self.texts = []
        self.answer = pb.LabResponse()

    def add(self, request):
        self.texts.append(request.text)
        self.answer.number += request.number
        self.answer.count += 1
        self.answer.payload_bytes += len(request.payload)

    def result(self):
        self.answer.text = ",".join(self.texts)
        return self.answer
