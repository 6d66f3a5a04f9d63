"""Compares the tables in the docs with the public API of protobuf for Python: whatever a message, an enum,
json_format, text_format, a descriptor pool or a well-known type has there must be named here, and every keyword
argument must be a method of the printer or the parser.

    python api.py

Needs PyPI protobuf, which interop/venv.sh installs.
"""
import inspect
import pathlib
import re
import sys

from google.protobuf import descriptor_pool, json_format, message, text_format
from google.protobuf.internal import enum_type_wrapper, well_known_types

SOURCES = pathlib.Path(__file__).parent.parent / "crates/rustgrpc-protobuf/src"

# Left out on purpose.
ABSENT = {
    # Python reads texts in these steps; here they are private.
    "text_format": {"ParseBool", "ParseEnum", "ParseFloat", "ParseInteger"},
    # What edition a file has is the file's word here.
    "DescriptorPool": {"SetFeatureSetDefaults"},
    # A name for annotations.
    "EnumTypeWrapper": {"ValueType"},
    # Maps and lists: the fields `fields` and `values`.
    "Struct": {"items", "keys", "update", "values"},
    "ListValue": {"extend", "items"},
}


def functions(module):
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }


def arguments(function):
    return [parameter.name for parameter in inspect.signature(function).parameters.values() if parameter.default is not parameter.empty]


def public(cls):
    return {name for name in dir(cls) if not name.startswith("_")}


def text(*patterns):
    return "\n".join(path.read_text() for pattern in patterns for path in sorted(SOURCES.glob(pattern)))


def named(name, source):
    return re.search(rf"\b{name}\b", source)


def main():
    missing = []

    def expect(title, names, source):
        missing.extend(f"{title}: {name}" for name in sorted(names - ABSENT.get(title, set())) if not named(name, source))

    expect("Message", public(message.Message), text("message.rs"))
    expect("EnumTypeWrapper", public(enum_type_wrapper.EnumTypeWrapper), text("enumeration.rs"))
    expect("DescriptorPool", public(descriptor_pool.DescriptorPool), text("descriptor/pool.rs"))
    for name in ("Any", "Duration", "FieldMask", "ListValue", "Struct", "Timestamp"):
        expect(name, public(getattr(well_known_types, name)), text("well_known/*.rs"))

    serde = text("serde.rs")
    for module, folder in ((json_format, "json_format"), (text_format, "text_format")):
        expect(folder, set(functions(module)), text(f"{folder}/mod.rs"))
        methods = text(f"{folder}/printer.rs", f"{folder}/parser.rs") + serde
        for name, function in functions(module).items():
            if name in ABSENT.get(folder, ()):
                continue
            missing.extend(
                f"{folder}.{name}: argument {argument}"
                for argument in arguments(function)
                if not re.search(rf"pub fn {argument}\b", methods)
            )

    print("\n".join(missing) or "every name of Python's API has its place in the docs")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
