//go:build !js

package websocket

import (
	"fmt"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// parseClosePayload refuses a reason that is not UTF-8 too.
func parseClosePayload(p []byte) (CloseError, error) {
	c, reason, err := frame.Parse(p)
	if err != nil {
		return CloseError{}, err
	}
	return CloseError{Code: StatusCode(c), Reason: string(reason)}, nil
}

// validWireCloseCode does not wrap a StatusCode that is no uint16.
func validWireCloseCode(sc StatusCode) bool {
	c, ok := code.From(sc)
	return ok && c.IsSendable()
}

// bytesErr refuses what no close frame can carry. The words are the stack's own: one
// of its tests looks for them.
func (ce CloseError) bytesErr() ([]byte, error) {
	if !validWireCloseCode(ce.Code) {
		return nil, fmt.Errorf("status code %v cannot be set", ce.Code)
	}
	return frame.Append(nil, code.Code(ce.Code), ce.Reason)
}
