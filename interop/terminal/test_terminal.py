"""What a person at a terminal sees of a run, and what a pipe gets. Run by run.sh with the program's path."""
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
FILES = 40


def on_a_terminal(arguments, folder):
    """Exit code and what the terminal received, with stderr (and stdin) being one."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *arguments], cwd=folder, stdin=follower, stdout=subprocess.DEVNULL, stderr=follower
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # Linux says so when the other side is closed.
            break
        if not part:
            break
        seen += part
    os.close(leader)
    return process.wait(), seen.decode().replace("\r\n", "\n")


def after_drawing(seen):
    """The lines that stay, as a terminal draws them: what is behind a return covers what was there."""
    lines = []
    for line in seen.split("\n"):
        cells = ""
        for drawn in line.split("\r"):
            cells = drawn + cells[len(drawn) :]
        lines.append(cells.rstrip())
    return lines


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        names = [f"some/what/file_{number:02}.proto" for number in range(FILES)]
        for number, file in enumerate(names):
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f'syntax = "proto3";\npackage p{number};\nmessage A {{ message B {{}} map<string, B> c = 1; }}\n'
                "service S { rpc Call(A) returns (A); }\n"
            )
        (folder / "out").mkdir()
        arguments = ["-I.", "--rustgrpc_out=out", *names]

        code, seen = on_a_terminal(arguments, folder)
        assert code == 0, seen
        drawn = [text.rstrip() for text in seen.split("\r")]
        assert f"Compiling 1/{FILES}: {names[0]}" in drawn, seen
        assert f"Generating 1/{FILES}: {names[0]}" in drawn, seen
        assert all(len(text) < 80 for text in drawn), seen
        summary, end = after_drawing(seen)
        assert end == ""
        # Two modules for each file, and three folders.
        expected = rf"{FILES} files, {2 * FILES} messages, {FILES} services; {2 * FILES + 3} written; \d+\.\d\d s"
        assert re.fullmatch(expected, summary), summary

        code, seen = on_a_terminal(["check", *arguments], folder)
        assert code == 0 and after_drawing(seen)[0].split("; ")[1] == "0 differ", seen

        (folder / names[7]).write_text('syntax = "proto3";\nmessage A { Nothing b = 1; }\n')
        code, seen = on_a_terminal(arguments, folder)
        assert code == 1, seen
        lines = after_drawing(seen)
        assert lines[0].startswith(f"{names[7]}:2:"), lines

        # Nobody watches a pipe.
        (folder / names[7]).write_text('syntax = "proto3";\nmessage A {}\n')
        done = subprocess.run([PROGRAM, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done

        # Without arguments, a person gets the help.
        code, seen = on_a_terminal([], folder)
        assert code == 0 and seen == "", seen
    print("terminal: progress and a summary on a terminal, silence elsewhere")


main()
