"""gRPC's own interop client for Python, one test case after the other.

python_client.py sync|aio CASE,… FLAGS… with the flags of the client.
"""
import asyncio
import sys

import tests.interop.client
import tests_aio.interop.client


def main():
    _, face, cases, *flags = sys.argv
    for case in cases.split(","):
        sys.argv = [sys.argv[0], f"--test_case={case}", *flags]
        if face == "aio":
            asyncio.run(tests_aio.interop.client.test_interoperability())
        else:
            tests.interop.client.test_interoperability()
        print(f"{case}: passed", flush=True)


main()
