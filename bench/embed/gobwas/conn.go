package gobwas

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A Conn is one connection. One goroutine may read; the other methods may be
// called from any.
type Conn struct {
	// CloseTimeout bounds how long the end of a connection may take: the peer's
	// answer to our close frame, the end of TCP after it, and a message that is
	// being written when the close begins. MaxMessageSize is the most bytes of a
	// message; a longer one fails the connection with 1009. NewConn sets both;
	// change them before the first use.
	CloseTimeout   time.Duration
	MaxMessageSize int64

	// IdleTimeout is how long ReadMessage waits for a frame of the peer, be it only
	// the pong to a ping; then the connection ends with 1006. It is 0, without
	// limit, unless it is set before the first use: a peer that has gone without a
	// word is then never noticed.
	IdleTimeout time.Duration

	conn  net.Conn
	state ws.State // the side that we are

	// Of the reading goroutine.
	r    *bufio.Reader
	head [ws.MaxHeaderSize]byte
	in   [frame.MaxPayload]byte

	mu        sync.Mutex // orders the writes, and guards what follows
	handshake event.Handshake
	out       [frame.MaxFrame]byte
	key       [4]byte
	writeErr  error       // after it the stream may end inside a frame
	err       event.Error // once the handshake is Closed; final then

	deadline sync.Mutex // guards the read deadline; never held while a write blocks
	ending   bool       // limitRead has set it for good

	target event.Target // has a lock of its own
}

// NewConn returns the connection on conn after its opening handshake. st is
// ws.StateServerSide or ws.StateClientSide.
func NewConn(conn net.Conn, st ws.State) *Conn { return newConn(conn, bufio.NewReader(conn), st) }

func newConn(conn net.Conn, r *bufio.Reader, st ws.State) *Conn {
	return &Conn{CloseTimeout: 5 * time.Second, MaxMessageSize: 1 << 20, conn: conn, state: st, r: r}
}

// Upgrade makes the connection of a server.
func Upgrade(w http.ResponseWriter, r *http.Request) (*Conn, error) {
	conn, rw, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		if conn != nil {
			conn.Close() // gobwas has told the client why, and leaves the rest to us
		}
		return nil, err
	}
	return newConn(conn, rw.Reader, ws.StateServerSide), nil // it may hold the first frames
}

// Dial makes the connection of a client. ctx bounds the opening handshake only.
func Dial(ctx context.Context, url string) (*Conn, error) {
	conn, r, _, err := ws.Dial(ctx, url)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return NewConn(conn, ws.StateClientSide), nil
	}
	return newConn(conn, r, ws.StateClientSide), nil // it holds the first frames
}

// OnClose sets the listener of the close event, as the onclose property does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds a listener of the close event.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

var errUseClose = errors.New("gobwas: a close frame is sent by Close")

// WriteMessage sends one message of ws.OpText or ws.OpBinary, or a ping. After
// either side's close frame it is net.ErrClosed.
func (c *Conn) WriteMessage(op ws.OpCode, p []byte) error {
	if op == ws.OpClose {
		return errUseClose
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handshake.State() != event.Open {
		return net.ErrClosed
	}
	return wsutil.WriteMessage((*locked)(c), c.state, op, p)
}

// Close starts the closing handshake, unless it has been started, and does not
// wait for the peer: read on until the read call ends. The error is a frame.Error
// where no close frame can carry code and reason; then nothing has changed.
// code.NoStatus and no reason ask for an empty close frame.
func (c *Conn) Close(cc code.Code, reason string) error {
	var b [frame.MaxPayload]byte
	if _, err := frame.Append(b[:0], cc, reason); err != nil {
		return err
	}
	c.lockForClose()
	defer c.mu.Unlock()
	if c.handshake.State() != event.Open {
		return nil
	}
	return c.sendClose(cc, reason)
}

// CloseFrame is Close with a frame that frame.AppendFrame has made: once, for any
// number of a server's connections. A client has to mask each frame with another
// key and cannot use it: frame.ErrMask.
func (c *Conn) CloseFrame(b []byte) error {
	if c.state.ClientSide() {
		return frame.ErrMask
	}
	payload, n, err := frame.ParseFrame(b)
	if err != nil {
		return err
	}
	cc, _, err := frame.Parse(payload)
	if err != nil {
		return err
	}
	c.lockForClose()
	defer c.mu.Unlock()
	if c.handshake.State() != event.Open {
		return nil
	}
	return c.send(cc, b[:n])
}

// Terminate drops TCP without a closing handshake and ends the connection: 1006,
// unless the peer's close frame has come.
func (c *Conn) Terminate() { c.finish(net.ErrClosed) }

// lockForClose takes the lock for a close frame. A message on its way to a peer
// that has stopped reading must not keep it for ever.
func (c *Conn) lockForClose() {
	c.conn.SetWriteDeadline(time.Now().Add(c.CloseTimeout))
	c.mu.Lock()
}

// sendClose makes our close frame and sends it. c.mu is held.
func (c *Conn) sendClose(cc code.Code, reason string) (err error) {
	b := c.out[:0]
	if c.state.ServerSide() {
		b, err = frame.AppendFrame(b, cc, reason)
	} else {
		rand.Read(c.key[:])
		b, err = frame.AppendMasked(b, cc, reason, c.key)
	}
	if err != nil {
		return err
	}
	return c.send(cc, b)
}

// send sends our close frame. c.mu is held, so that no other frame follows it.
func (c *Conn) send(cc code.Code, b []byte) error {
	if _, err := (*locked)(c).Write(b); err != nil {
		return err // not Sent: the end will not be clean
	}
	c.handshake.Sent(cc)
	c.limitRead()
	return nil
}

// SetReadDeadline bounds the reading as that of a net.Conn does, until the
// connection begins to end: then CloseTimeout is what counts, and this does nothing.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.deadline.Lock()
	defer c.deadline.Unlock()
	if c.ending {
		return nil
	}
	return c.conn.SetReadDeadline(t)
}

// limitRead bounds what is still read.
func (c *Conn) limitRead() {
	c.deadline.Lock()
	defer c.deadline.Unlock()
	c.ending = true
	c.conn.SetReadDeadline(time.Now().Add(c.CloseTimeout))
}

// locked is a Conn whose lock is held, as the io.Writer of its frames.
type locked Conn

// Write writes unless a write has failed, for after that the peer would take what
// follows for the rest of a frame. What the peer has sent before is still read.
func (c *locked) Write(p []byte) (n int, err error) {
	if c.writeErr != nil {
		return 0, c.writeErr
	}
	if n, c.writeErr = c.conn.Write(p); c.writeErr != nil {
		(*Conn)(c).limitRead()
	}
	return n, c.writeErr
}
