"""Compares the testee with protobuf for Python on mutated messages: what is accepted, and what is read.

    python differential.py TESTEE [COUNT [SEED [TYPE]]]

The messages are of types chosen at random, or of TYPE.

Needs PyPI grpcio-tools and protobuf, which interop/venv.sh installs. CONFORMANCE_MODE works as with
the runner.
"""
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory
from grpc_tools import protoc

TYPES = [
    "protobuf_test_messages.proto2.TestAllTypesProto2",
    "protobuf_test_messages.proto3.TestAllTypesProto3",
    "protobuf_test_messages.editions.TestAllTypesEdition2023",
    "protobuf_test_messages.editions.proto2.TestAllTypesProto2",
    "protobuf_test_messages.editions.proto3.TestAllTypesProto3",
]


def varint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


class Testee:
    """A running testee, asked for binary to binary."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def parse(self, name, data):
        """What the testee writes of `data`; None if it refuses it."""
        name = name.encode()
        request = b"\x0a" + varint(len(data)) + data + b"\x18\x01\x22" + varint(len(name)) + name + b"\x28\x01"
        self.process.stdin.write(struct.pack("<I", len(request)) + request)
        self.process.stdin.flush()
        length = self.process.stdout.read(4)
        if len(length) < 4:
            raise SystemExit(f"the testee died of {name} {data.hex()}")
        response = self.process.stdout.read(*struct.unpack("<I", length))
        tag, payload = response[0], response[1 + len(varint(read_varint(response, 1)[0])):]
        if tag == 0x1A:
            return payload
        if tag == 0x0A:
            self.error = payload.decode()
            return None
        raise SystemExit(f"{name}: {response!r}")


def random_value(field, rng, depth):
    kind = field.type
    if kind in (field.TYPE_MESSAGE, field.TYPE_GROUP):
        body = random_message(field.message_type, rng, depth + 1)
        if kind == field.TYPE_GROUP:
            return body + varint(field.number << 3 | 4)
        return varint(len(body)) + body
    if kind == field.TYPE_STRING:
        text = "".join(rng.choice("abcdefghij äß€𝄞\0") for _ in range(rng.choice((0, 1, 5, 15, 16, 17, 40)))).encode()
        return varint(len(text)) + text
    if kind == field.TYPE_BYTES:
        data = rng.randbytes(rng.choice((0, 1, 8, 33)))
        return varint(len(data)) + data
    if kind in (field.TYPE_FIXED32, field.TYPE_SFIXED32, field.TYPE_FLOAT):
        return rng.randbytes(4)
    if kind in (field.TYPE_FIXED64, field.TYPE_SFIXED64, field.TYPE_DOUBLE):
        return rng.randbytes(8)
    number = rng.choice((0, 1, 2, -1, 127, 128, 300, 1 << 31, (1 << 32) - 1, 1 << 32, rng.getrandbits(64)))
    encoded = varint(number)
    if rng.random() < 0.05:
        # Longer than need be, up to and beyond what a varint may have.
        encoded = encoded[:-1] + bytes([encoded[-1] | 0x80]) + b"\x80" * rng.randrange(10) + bytes([rng.randrange(3)])
    return encoded


WIRE_TYPES = {1: 1, 2: 5, 3: 0, 4: 0, 5: 0, 6: 1, 7: 5, 8: 0, 9: 2, 10: 3, 11: 2, 12: 2, 13: 0, 14: 0, 15: 5, 16: 1, 17: 0, 18: 0}


def random_message(descriptor, rng, depth=0):
    """Fields of the message as they may stand on the wire, most of them right."""
    fields = list(descriptor.fields)
    if not fields:
        return b""
    out = b""
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8)) if depth < 5 else 0):
        field = rng.choice(fields)
        wire_type = WIRE_TYPES[field.type]
        choice = rng.random()
        if choice < 0.03:
            out += varint(rng.choice((1, 5, 17, 120, 500, 9999, (1 << 29) - 1)) << 3 | rng.randrange(8)) + rng.randbytes(rng.randrange(6))
        elif choice < 0.06:
            out += varint(field.number << 3 | rng.choice((0, 1, 2, 5))) + rng.randbytes(8)
        elif field.is_repeated and wire_type in (0, 1, 5) and choice < 0.6:
            body = b"".join(random_value(field, rng, depth) for _ in range(rng.randrange(6)))
            out += varint(field.number << 3 | 2) + varint(len(body)) + body
        else:
            out += varint(field.number << 3 | wire_type) + random_value(field, rng, depth)
    return out


def mutate(data, rng):
    if not data or rng.random() < 0.4:
        return data
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(data) + 1)
        choice = rng.randrange(6)
        if choice == 0:
            del data[at:]
        elif choice == 1 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif choice == 2 and at < len(data):
            data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        elif choice == 3:
            data[at:at] = rng.randbytes(rng.randrange(1, 4))
        elif choice == 4:
            del data[at : at + rng.randrange(1, 5)]
        else:
            end = min(len(data), at + rng.randrange(1, 12))
            data[at:at] = data[at:end]
    return bytes(data)


def deep(descriptor, rng):
    """Messages within each other, about as deep as the limit."""
    field = descriptor.fields_by_name["recursive_message"]
    data = b""
    for _ in range(rng.randrange(95, 106)):
        data = varint(field.number << 3 | 2) + varint(len(data)) + data
    return data


def deep_group(rng):
    count = rng.randrange(95, 106)
    number = rng.choice((201, 700, 5000))
    return varint(number << 3 | 3) * count + varint(number << 3 | 4) * count


def python_writing(cls, data):
    """What Python writes of what it reads; None if it refuses it."""
    try:
        return cls.FromString(data).SerializePartialToString()
    except message.DecodeError:
        return None


def same(descriptor, expected, actual):
    try:
        return contents(descriptor, expected) == contents(descriptor, actual)
    except EntryKeptAside:
        return True


class EntryKeptAside(Exception):
    """Python took an entry of a map for an unknown field, as it does when there is an unknown field in
    it. C++ and the testee forget that one and keep the entry."""


def contents(descriptor, data):
    """What stands in a serialized message, without order between fields and without padding."""
    found = []
    for number, wire_type, value in fields(data):
        field = descriptor.fields_by_number.get(number) if descriptor else None
        nested = field.message_type if field and wire_type == WIRE_TYPES[field.type] else None
        if nested and nested.GetOptions().map_entry:
            if [item[:2] for item in fields(value)] != [(entry.number, WIRE_TYPES[entry.type]) for entry in nested.fields]:
                raise EntryKeptAside
        if nested or wire_type == 3:
            value = contents(nested, value)
        found.append((number, wire_type, value))
    # Stable: elements of a repeated field keep their order, entries of a map have none.
    maps = [item for item in found if is_map(descriptor, item)]
    rest = [item for item in found if not is_map(descriptor, item)]
    return sorted(maps, key=repr), sorted(rest, key=lambda item: item[:2])


def is_map(descriptor, item):
    field = descriptor.fields_by_number.get(item[0]) if descriptor else None
    return bool(field and field.message_type and field.message_type.GetOptions().map_entry)


def fields(data):
    """Number, wire type and value of each field; of a group the bytes between its tags."""
    at, found = 0, []
    while at < len(data):
        tag, at = read_varint(data, at)
        start = at
        at = skip(data, at, tag)
        value = data[start:at]
        if tag & 7 == 0:
            value = read_varint(value, 0)[0] & (1 << 64) - 1
        elif tag & 7 == 2:
            value = value[read_varint(value, 0)[1]:]
        elif tag & 7 == 3:
            value = without_end_tag(value)
        found.append((tag >> 3, tag & 7, value))
    return found


def skip(data, at, tag):
    wire_type = tag & 7
    if wire_type == 0:
        return read_varint(data, at)[1]
    if wire_type in (1, 5):
        return at + (8 if wire_type == 1 else 4)
    if wire_type == 2:
        length, at = read_varint(data, at)
        return at + length
    while True:
        inner, at = read_varint(data, at)
        if inner & 7 == 4:
            return at
        at = skip(data, at, inner)


def without_end_tag(group):
    at = 0
    while True:
        start = at
        tag, at = read_varint(group, at)
        if tag & 7 == 4:
            return group[:start]
        at = skip(group, at, tag)


def holds_bad_text(descriptor, data):
    """Whether a string in a serialized message is not UTF-8."""
    for number, wire_type, value in fields(data):
        field = descriptor.fields_by_number.get(number)
        if not field or wire_type != WIRE_TYPES[field.type]:
            continue
        if field.message_type and holds_bad_text(field.message_type, value):
            return True
        if field.type == field.TYPE_STRING:
            try:
                value.decode()
            except UnicodeDecodeError:
                return True
    return False


def compiled():
    """The descriptors of the test messages."""
    directory = pathlib.Path(__file__).parent / "proto"
    protos = sorted(str(path) for path in directory.glob("google/protobuf/*.proto"))
    well_known = pathlib.Path(protoc.__file__).parent / "_proto"
    with tempfile.NamedTemporaryFile() as output:
        arguments = ["protoc", f"-I{directory}", f"-I{well_known}", "--include_imports", f"-o{output.name}"]
        if protoc.main(arguments + protos) != 0:
            raise SystemExit("protoc failed")
        return descriptor_pb2.FileDescriptorSet.FromString(output.read())


def forget_extensions(scope):
    """The testee reads extensions when it is asked for them: until then they are unknown fields."""
    scope.ClearField("extension")
    for message_type in getattr(scope, "message_type", None) or getattr(scope, "nested_type", ()):
        forget_extensions(message_type)


def main(testee, count=100_000, seed=1, only=None):
    pool = descriptor_pool.DescriptorPool()
    for proto in compiled().file:
        forget_extensions(proto)
        pool.AddSerializedFile(proto.SerializeToString())
    classes = {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in TYPES}
    testee = Testee(testee)
    rng = random.Random(int(seed))
    accepted = differences = 0
    for _ in range(int(count)):
        name = only or rng.choice(TYPES)
        cls = classes[name]
        choice = rng.random()
        if choice < 0.01:
            data = deep(cls.DESCRIPTOR, rng)
        elif choice < 0.02:
            data = deep_group(rng)
        else:
            data = mutate(random_message(cls.DESCRIPTOR, rng), rng)
        expected, actual = python_writing(cls, data), testee.parse(name, data)
        if expected is not None:
            accepted += 1
        if (expected is None) != (actual is None):
            what = "Python refuses it" if expected is None else f"Python accepts it, the testee: {testee.error}"
        elif expected is None or same(cls.DESCRIPTOR, expected, actual):
            continue
        elif holds_bad_text(cls.DESCRIPTOR, actual):
            # Such strings of proto2 are unknown fields here: they stand elsewhere, and outlive a later value.
            continue
        else:
            what = f"Python writes {expected.hex()}, the testee {actual.hex()}"
        differences += 1
        if differences <= 20:
            print(f"{name} {data.hex()}: {what}")
    print(f"{count} messages, {accepted} of them valid, {differences} differences")
    return differences != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
