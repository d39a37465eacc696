package gobwas

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/code"
	"example.com/closeframe/event/closing"
	"example.com/closeframe/frame"
)

// A Conn is one connection. One goroutine may read. Any goroutine may call the other
// methods.
type Conn struct {
	// Conn closes the connection: CloseTimeout, OnClose, AddEventListener, Close,
	// Terminate, SetReadDeadline, Local, LocalFirst, Fault and Err. Send is for
	// messages that WriteMessage cannot write, such as those of a wsutil.Writer.
	*closing.Conn

	// MaxMessageSize is the limit of a message in bytes. A longer one fails the
	// connection with 1009. NewConn sets 1 MiB; change it before the first use.
	MaxMessageSize int64

	// IdleTimeout is how long ReadMessage waits for a frame, such as the pong to a
	// ping, before the connection ends with 1006. 0 is no limit: then a vanished peer
	// is never noticed. Set it before the first use.
	IdleTimeout time.Duration

	state ws.State // our side

	// Used only by the reading goroutine.
	r    *bufio.Reader
	head [ws.MaxHeaderSize]byte
	in   [frame.MaxPayload]byte
}

// NewConn returns the connection on conn after its opening handshake. st is
// ws.StateServerSide or ws.StateClientSide.
func NewConn(conn net.Conn, st ws.State) *Conn { return newConn(conn, nil, st) }

// newConn reads from r, which may hold the first frames, or from conn if r is nil.
func newConn(conn net.Conn, r *bufio.Reader, st ws.State) *Conn {
	if r == nil {
		r = bufio.NewReader(conn)
	}
	end := closing.Server
	if st.ClientSide() {
		end = closing.Client
	}
	return &Conn{Conn: end(conn), MaxMessageSize: 1 << 20, state: st, r: r}
}

// Upgrade opens a connection as a server.
func Upgrade(w http.ResponseWriter, r *http.Request) (*Conn, error) {
	conn, rw, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		if conn != nil {
			conn.Close() // gobwas has sent an error response, and leaves conn open
		}
		return nil, err
	}
	return newConn(conn, rw.Reader, ws.StateServerSide), nil
}

// Dial opens a connection as a client. ctx bounds only the opening handshake.
func Dial(ctx context.Context, url string) (*Conn, error) {
	conn, r, _, err := ws.Dial(ctx, url)
	if err != nil {
		return nil, err
	}
	return newConn(conn, r, ws.StateClientSide), nil
}

var errUseClose = errors.New("gobwas: a close frame is sent by Close")

// WriteMessage sends one message of ws.OpText or ws.OpBinary, or a ping. Once the end
// has begun, the error is that of [closing.Conn.Send]: errors.Is finds net.ErrClosed.
func (c *Conn) WriteMessage(op ws.OpCode, p []byte) error {
	if op == ws.OpClose {
		return errUseClose
	}
	return c.Send(func(w io.Writer) error { return wsutil.WriteMessage(w, c.state, op, p) })
}

// CloseFrame closes like Close, with a frame that the caller made once with
// frame.AppendFrame for many server connections. A client masks each frame with its own
// key, so CloseFrame returns frame.ErrMask there.
func (c *Conn) CloseFrame(b []byte) error {
	if c.state.ClientSide() {
		return frame.ErrMask
	}
	payload, _, err := frame.ParseFrame(b)
	if err != nil {
		return err
	}
	cc, reason, err := frame.Parse(payload)
	if err != nil {
		return err
	}
	return c.Close(cc, string(reason))
}

// End closes the connection after a read error: it sends the close frame for the error,
// closes TCP, calls the listeners and returns the *event.Error. ReadMessage calls it by
// itself.
func (c *Conn) End(err error) error {
	if c.Err() == nil {
		if cc := failure(err); cc != 0 {
			return c.Fail(cc, "", err)
		}
	}
	return c.Conn.End(err)
}

// failure returns the code to fail the connection with (RFC 6455, section 7.4.1), or 0
// after an error of the transport. errors.As would allocate.
func failure(err error) code.Code {
	for ; err != nil; err = errors.Unwrap(err) {
		switch _, protocol := err.(ws.ProtocolError); {
		case protocol, err == ws.ErrHeaderLengthMSB, err == ws.ErrHeaderLengthUnexpected:
			return code.ProtocolError
		case err == wsutil.ErrInvalidUTF8:
			return code.InvalidPayload
		case err == wsutil.ErrMessageTooLarge, err == wsutil.ErrFrameTooLarge:
			return code.MessageTooBig
		}
	}
	return 0
}
