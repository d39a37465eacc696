"""Runs closetest's rows with Python's websockets, as rows.mjs does with ws.

    rows.py server
    rows.py client
"""

import asyncio
import json
import os
import sys
import threading
from urllib.parse import parse_qs, urlparse

import websockets

connections = {}


def show(value):
    print(json.dumps(value), flush=True)


async def use(row, connection):
    connections[row] = connection
    show({"row": row, "open": True})
    try:
        while True:
            await connection.recv()
    except websockets.ConnectionClosed as end:
        code, reason = (end.rcvd.code, end.rcvd.reason) if end.rcvd else (1006, "")
        clean = end.rcvd is not None and end.sent is not None
        show({"row": row, "closed": {"wasClean": clean, "code": code, "reason": reason}})


async def dial(row, url):
    try:
        async with websockets.connect(url) as connection:
            await use(row, connection)
    except Exception as error:
        print(row, repr(error), file=sys.stderr)


async def close(row, code, reason):
    called = None
    try:
        await connections[row].close(code, reason)
    except Exception as error:
        called = repr(error)
    show({"row": row, "called": called})


def read(loop):
    for line in sys.stdin:
        c = json.loads(line)
        task = dial(c["row"], c["url"]) if "url" in c else close(c["row"], c["code"], c["reason"])
        asyncio.run_coroutine_threadsafe(task, loop)
    os._exit(0)


async def main(mode):
    threading.Thread(target=read, args=[asyncio.get_running_loop()], daemon=True).start()
    if mode == "client":
        await asyncio.Future()

    async def serve(connection, path=None):
        await use(parse_qs(urlparse(connection.path).query)["row"][0], connection)

    async with websockets.serve(serve, "127.0.0.1", 0) as listening:
        show({"port": listening.sockets[0].getsockname()[1]})
        await asyncio.Future()


asyncio.run(main(*sys.argv[1:]))
