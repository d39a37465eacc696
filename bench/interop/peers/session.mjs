// Code for a page and for Node: the WebSocket of browsers, in any implementation.

// connect returns a socket, a promise of its being open and one of the three parts
// of its close event.
export function connect(WebSocket, url) {
  const socket = new WebSocket(url);
  socket.onerror = () => {}; // the close event follows
  const opened = new Promise((resolve) => { socket.onopen = resolve; });
  const closed = closeEvent(socket);
  return { socket, opened, closed };
}

export function closeEvent(socket) {
  return new Promise((resolve) => {
    socket.onclose = ({ wasClean, code, reason }) => resolve({ wasClean, code, reason });
  });
}

// session opens a connection and returns its close event. args are those of the
// call close(...args); where they are null the server closes.
export async function session(WebSocket, url, args) {
  const { socket, opened, closed } = connect(WebSocket, url);
  if (args) opened.then(() => socket.close(...args));
  return closed;
}

// everyCode calls use with each of the 65,536 codes, one after the other, and
// returns the accepted ones and the names of the errors for the others.
export async function everyCode(use) {
  const taken = [];
  const errors = new Set();
  for (let code = 0; code <= 0xffff; code++) {
    try {
      await use(code);
      taken.push(code);
    } catch (e) {
      errors.add(e.name);
    }
  }
  return { taken, errors: [...errors] };
}
