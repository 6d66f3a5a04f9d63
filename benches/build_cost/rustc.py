"""Runs rustc for cargo (as RUSTC_WRAPPER) and notes what compiling the measured crate cost.

Writes CPU seconds (with the linker's) and the peak memory of the largest process, in KiB, to the file $MEASURED_COST
when the crate of the name $MEASURED_CRATE is compiled; all other crates are compiled and not noted.
"""

import os
import sys


def main():
    arguments = sys.argv[1:]
    if not is_measured(arguments):
        os.execvp(arguments[0], arguments)
    process = os.spawnvp(os.P_NOWAIT, arguments[0], arguments)
    _, status, usage = os.wait4(process, 0)
    with open(os.environ["MEASURED_COST"], "w") as cost:
        cost.write(f"{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
    return os.waitstatus_to_exitcode(status)


def is_measured(arguments):
    if "--crate-name" not in arguments:
        return False
    return arguments[arguments.index("--crate-name") + 1] == os.environ.get("MEASURED_CRATE")


if __name__ == "__main__":
    sys.exit(main())
