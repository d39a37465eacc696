"""Runs Python's websockets for the tests, as peer.mjs does for Node's peers.

    peer.py client URL   a client, one session for each job
    peer.py server       a server; it prints its port first
    peer.py codes        every code, read and sent in process
    peer.py versions

Jobs, close events and the end are as peer.mjs describes them.
"""

import asyncio
import json
import os
import platform
import sys
import threading

import websockets
from websockets.frames import Close


def show(value):
    print(json.dumps(value), flush=True)


async def session(connection, args):
    """Returns the close event of a connection, in the words of a browser.

    websockets has no such event: its exception tells the close frames that passed.
    """
    if args is not None:
        await connection.close(*args)
    try:
        while True:
            await connection.recv()
    except websockets.ConnectionClosed as end:
        code, reason = (end.rcvd.code, end.rcvd.reason) if end.rcvd else (1006, "")
        clean = end.rcvd is not None and end.sent is not None
        return {"wasClean": clean, "code": code, "reason": reason}


async def client(url):
    for args in jobs():
        async with websockets.connect(url) as connection:
            show(await session(connection, args))


async def server():
    todo = jobs()

    async def serve(connection, path=None):
        show(await session(connection, todo.pop(0)))

    async with websockets.serve(serve, "127.0.0.1", 0) as listening:
        show({"port": listening.sockets[0].getsockname()[1]})
        await asyncio.Future()


async def codes():
    show(
        {
            "reads": every_code(lambda code: Close.parse(code.to_bytes(2, "big"))),
            "sends": every_code(lambda code: Close(code, "").serialize()),
        }
    )


async def versions():
    show({"websockets": websockets.__version__, "python": platform.python_version()})


def every_code(use):
    taken, errors = [], set()
    for code in range(0x10000):
        try:
            use(code)
            taken.append(code)
        except Exception as error:
            errors.add(type(error).__name__)
    return {"taken": taken, "errors": sorted(errors)}


def jobs():
    todo = json.loads(sys.stdin.readline())
    threading.Thread(target=exit_with_stdin, daemon=True).start()
    return todo


def exit_with_stdin():
    sys.stdin.read()
    os._exit(0)


mode, *args = sys.argv[1:]
asyncio.run(globals()[mode](*args))
