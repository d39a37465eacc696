package interop

import (
	"fmt"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// A peer is another stack. One of client and server is set.
type peer struct {
	name        string
	client      client
	server      server
	application bool // it sends only what WHATWG's close() accepts
}

// An outcome is how one connection ended for a peer: the event that it reported to its
// application, and the close frame that it sent, as our end reported it.
type outcome struct{ reported, sent event.CloseEvent }

func outcomes(reported, sent []event.CloseEvent) []outcome {
	all := make([]outcome, len(reported))
	for i := range all {
		all[i] = outcome{reported[i], sent[i]}
	}
	return all
}

// receives runs connections that our end closes, with all closings.
func (p peer) receives(t *testing.T) []outcome {
	jobs := make([]job, len(closings))
	for i := range jobs {
		jobs[i] = &closings[i]
	}
	return p.meet(t, make([]job, len(jobs)), ourEnd(jobs))
}

// sends runs connections that the peer closes, with the closings that it can send. The
// outcome of the others is the zero value.
func (p peer) sends(t *testing.T) []outcome {
	var jobs []job
	var rows []int
	for i := range closings {
		if !p.application || closings[i].ofApplication() {
			jobs, rows = append(jobs, &closings[i]), append(rows, i)
		}
	}
	all := make([]outcome, len(closings))
	for i, o := range p.meet(t, jobs, ourEnd(make([]job, len(jobs)))) {
		all[rows[i]] = o
	}
	return all
}

// fails runs connections in which a raw end sends all malformations.
func (p peer) fails(t *testing.T) []outcome {
	return p.meet(t, make([]job, len(malformations)), rawEnd(malformations))
}

// meet runs a connection for each job of the peer.
func (p peer) meet(t *testing.T, jobs []job, other end) []outcome {
	if p.client != nil {
		addr, sent := other.serve(t)
		reported := p.client(t, addr, jobs)
		return outcomes(reported, sent())
	}
	addr, reported := p.server(t, jobs)
	sent := other.dial(t, addr)
	return outcomes(reported(), sent)
}

// differences returns how the parts of o differ from ours. frame is the close frame that
// the peer received, or with the verb "sends" the one that it was asked to send.
func (o outcome) differences(ours outcome, verb string, frame event.CloseEvent) (d []string) {
	if o.reported != ours.reported {
		d = append(d, o.reports(frame))
	}
	if o.sent == ours.sent {
		return d
	}
	s := o.sends(verb, frame)
	if _, ok := sameAs(o.sent, frame); !ok && o.sent.Code() == ours.sent.Code() {
		s = "adds a reason"
	}
	if o.sent.WasClean() != ours.sent.WasClean() {
		s += ", not clean for us"
	}
	return append(d, s)
}

func (o outcome) reports(frame event.CloseEvent) string {
	if !o.reported.WasClean() {
		return "reports " + short(o.reported) + ", not clean"
	}
	if s, ok := sameAs(o.reported, frame); ok {
		return "reports " + s
	}
	return "reports " + short(o.reported)
}

func (o outcome) sends(verb string, frame event.CloseEvent) string {
	if s, ok := sameAs(o.sent, frame); ok {
		return verb + " " + s
	}
	if o.sent.Code() == code.AbnormalClosure {
		return "sends nothing"
	}
	return verb + " " + short(o.sent)
}

// sameAs returns which parts of frame are in e. ok reports whether any is.
func sameAs(e, frame event.CloseEvent) (s string, ok bool) {
	switch got, sent := e.Reason(), frame.Reason(); {
	case e.Code() != frame.Code():
		return "", false
	case got == sent && got != "":
		return "code and reason", true
	case got == "":
		return "the code", true
	case got == strings.TrimLeft(sent, "\ufeff"):
		return "code and reason without byte order marks", true
	}
	return "", false
}

func short(e event.CloseEvent) string {
	if e.Reason() == "" {
		return fmt.Sprint(uint16(e.Code()))
	}
	return fmt.Sprintf("%d %+q", e.Code(), e.Reason())
}
