"""Run one command and print what it took: a small process of its own between it and a large parent.

Linux counts the memory of the process that starts another into the peak of the new one; so the command is
started from here, where there is next to none. ``python -S child.py COMMAND …`` prints one line of JSON.
"""

import json
import os
import subprocess
import sys
import time

start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
out, err = process.stdout, process.stderr
assert out is not None
assert err is not None
said = out.read()
complained = err.read()
_, status, used = os.wait4(process.pid, 0)
wall = time.perf_counter() - start
if status:
    sys.stderr.buffer.write(complained)
    raise SystemExit(1)
print(
    json.dumps(
        {
            "wall": wall,
            "cpu": used.ru_utime + used.ru_stime,
            "peak": used.ru_maxrss * 1024,
            "said": said[-4000:].decode(errors="replace"),
        }
    )
)
