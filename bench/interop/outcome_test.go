package interop

import (
	"fmt"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// A peer is what closeframe meets; one of client and server is set.
type peer struct {
	name        string
	client      client
	server      server
	application bool // only what WHATWG's close() takes can be asked for
}

// An outcome is how one connection ended for a peer: what its application was told,
// and the close frame that it sent, as our end has it.
type outcome struct{ told, sent event.CloseEvent }

func outcomes(told, sent []event.CloseEvent) []outcome {
	all := make([]outcome, len(told))
	for i := range all {
		all[i] = outcome{told[i], sent[i]}
	}
	return all
}

// receives has our end close with all closings.
func (p peer) receives(t *testing.T) []outcome {
	jobs := make([]job, len(closings))
	for i := range jobs {
		jobs[i] = &closings[i]
	}
	return p.meet(t, make([]job, len(jobs)), ourEnd(jobs))
}

// sends has the peer close with those closings that it can be asked for; the
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

// fails has a raw end send all malformations.
func (p peer) fails(t *testing.T) []outcome {
	return p.meet(t, make([]job, len(malformations)), rawEnd(malformations))
}

// meet runs a connection for each job of the peer.
func (p peer) meet(t *testing.T, jobs []job, other end) []outcome {
	if p.client != nil {
		addr, sent := other.serve(t)
		told := p.client(t, addr, jobs)
		return outcomes(told, sent())
	}
	addr, told := p.server(t, jobs)
	sent := other.dial(t, addr)
	return outcomes(told(), sent)
}

// differences says in which of both o is not as ours. frame is the close frame that
// the peer received, or with the verb "sends" the one that it was asked for.
func (o outcome) differences(ours outcome, verb string, frame event.CloseEvent) (d []string) {
	if o.told != ours.told {
		d = append(d, o.tells(frame))
	}
	if o.sent == ours.sent {
		return d
	}
	s := o.sends(verb, frame)
	if _, ok := sameAs(o.sent, frame); !ok && o.sent.Code() == ours.sent.Code() {
		s = "adds a text"
	}
	if o.sent.WasClean() != ours.sent.WasClean() {
		s += ", not clean for us"
	}
	return append(d, s)
}

func (o outcome) tells(frame event.CloseEvent) string {
	if !o.told.WasClean() {
		return "told " + short(o.told) + ", not clean"
	}
	if s, ok := sameAs(o.told, frame); ok {
		return "told " + s
	}
	return "told " + short(o.told)
}

func (o outcome) sends(verb string, frame event.CloseEvent) string {
	if s, ok := sameAs(o.sent, frame); ok {
		return verb + " " + s
	}
	if o.sent.Code() == code.AbnormalClosure {
		return verb + " nothing"
	}
	return verb + " " + short(o.sent)
}

// sameAs says what of frame is in e, if anything is.
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
