// Runs ws and undici's WebSocket for the tests.
//
//   node peer.mjs client ws|undici URL   a client, one session for each job
//   node peer.mjs server                 a ws server; it prints its port first
//   node peer.mjs codes ws|undici        every code, read and sent in process
//   node peer.mjs versions
//
// It reads jobs as one line of JSON from standard input: a list of the arguments for
// close(), or null where the other end closes. It prints a line for each close event. It exits when standard input ends.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { WebSocket } from "undici";
import { WebSocket as WS, WebSocketServer } from "ws";
import { closeEvent, session } from "./session.mjs";
import { undiciCodes, wsCodes } from "./codes.mjs";

const [mode, ...args] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit());

const print = (value) => console.log(JSON.stringify(value));

const modes = {
  async client(which, url) {
    for (const job of await jobs()) print(await session({ ws: WS, undici: WebSocket }[which], url, job));
  },

  async server() {
    const todo = await jobs();
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    server.on("listening", () => print({ port: server.address().port }));
    server.on("connection", async (socket) => {
      const job = todo.shift();
      socket.onerror = () => {}; // the close event follows
      const closed = closeEvent(socket);
      if (job) socket.close(...job);
      print(await closed);
    });
  },

  async codes(which) {
    print(await { ws: wsCodes, undici: undiciCodes }[which]());
  },

  versions() {
    print({ node: process.versions.node, undici: installed("undici"), ws: installed("ws") });
  },
};

const installed = (name) =>
  JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;

const jobs = () => new Promise((resolve) => lines.once("line", (line) => resolve(JSON.parse(line))));

await modes[mode](...args);
