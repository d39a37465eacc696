// Runs the rows of closetest with ws or undici, as a client or as a server:
//
//   node rows.mjs server ws       it prints its port first
//   node rows.mjs client ws|undici
//
// It reads commands from standard input and prints results to standard output, a line of
// JSON each:
//
//   {row, url}            connect, for a client
//   {row, code, reason}   call close(); prints {row, called: error or null}
//
// It prints {row, open} for a connection and {row, closed: {wasClean, code, reason}}
// for its end, and exits when standard input ends.
import { createInterface } from "node:readline";
import { WebSocket } from "undici";
import { WebSocket as WS, WebSocketServer } from "ws";
import { closeEvent } from "./session.mjs";

const [mode, which] = process.argv.slice(2);
const print = (value) => console.log(JSON.stringify(value));
const sockets = new Map();

async function use(row, socket, opened) {
  socket.onerror = () => {}; // the close event follows
  const closed = closeEvent(socket);
  sockets.set(row, socket);
  opened.then(() => print({ row, open: true }));
  print({ row, closed: await closed });
}

function command({ row, url, code, reason }) {
  if (url) {
    const socket = new { ws: WS, undici: WebSocket }[which](url);
    use(row, socket, new Promise((resolve) => { socket.onopen = resolve; }));
    return;
  }
  let called = null;
  try {
    sockets.get(row).close(...(code === 1005 && !reason ? [] : [code, reason]));
  } catch (error) {
    called = String(error);
  }
  print({ row, called });
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => command(JSON.parse(line)));
lines.on("close", () => process.exit());

if (mode === "server") {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: true });
  server.on("listening", () => print({ port: server.address().port }));
  server.on("connection", (socket, request) => {
    use(new URL(request.url, "ws://x").searchParams.get("row"), socket, Promise.resolve());
  });
}
