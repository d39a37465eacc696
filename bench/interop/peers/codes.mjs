// Every close code through the parsers and writers of ws and of undici's WebSocket,
// without a network in between: so many connections would exhaust the ports.
import { createHash } from "node:crypto";
import { Duplex } from "node:stream";
import { WebSocket } from "undici";
import { Receiver, Sender } from "ws";
import { connect, everyCode } from "./session.mjs";

// What a server sends: a close frame with a code alone.
const closeFrame = (code) => Buffer.from([0x88, 2, code >> 8, code & 0xff]);

export async function wsCodes() {
  return {
    reads: await everyCode((code) => {
      const receiver = new Receiver({ isServer: false });
      return new Promise((resolve, reject) => {
        receiver.on("conclude", resolve);
        receiver.on("error", reject);
        receiver.write(closeFrame(code));
      });
    }),
    sends: await everyCode((code) => new Sender(new Sink()).close(code, "", true)),
  };
}

export async function undiciCodes() {
  const { socket, opened } = connect(Faked, "ws://localhost/");
  await opened;
  return {
    reads: await everyCode(async (code) => {
      const { socket, opened, closed } = connect(Faked, "ws://localhost/");
      await opened;
      socket.wire.push(closeFrame(code));
      socket.wire.push(null);
      const event = await closed;
      if (event.code !== code || !event.wasClean) throw { name: `${event.code}` };
    }),
    sends: await everyCode((code) => socket.close(code)),
  };
}

// A Sink is a connection that discards all input and sends nothing.
class Sink extends Duplex {
  constructor() {
    super({ allowHalfOpen: false, read() {}, write(chunk, encoding, done) { done(); } });
  }
}

// Faked is undici's WebSocket with a Sink, as wire, in place of TCP. The dispatcher
// says how the opening handshake is sent.
class Faked extends WebSocket {
  constructor(url) {
    const wire = new Sink();
    super(url, { dispatcher: { dispatch: ({ headers }, handler) => upgrade(headers, handler, wire) } });
    this.wire = wire;
  }
}

function upgrade(headers, handler, wire) {
  const accept = createHash("sha1")
    .update(headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
    .digest("base64");
  handler.onConnect(() => {});
  handler.onUpgrade(101, ["Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Accept", accept].map(Buffer.from), wire);
  return true;
}
