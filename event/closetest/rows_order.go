package closetest

// orders adds the rows with more than one frame.
func (l *list) orders() {
	l.kind = Order
	first, ok := l.closing(4000, "first"), accepted(4000, "first")
	l.add("1.4", "data behind the close frame", "RFC 6455, 1.4: it is discarded", ok, send(first, l.frame(opText, "late")))
	l.add("5.5.2", "a ping behind the close frame", "RFC 6455, 5.5.2: it need not be answered", ok, send(first, l.frame(opPing, "late")))
	l.add("7.1.5", "a second close frame, with another code", "RFC 6455, 7.1.5: the first counts", ok, send(first, l.closing(4001, "second")))
	l.add("5.4", "a close frame in the middle of a fragmented message", "RFC 6455, 5.4 and 5.5", ok,
		send(l.frame(opText&^finBit, "half")), send(first))

	// The application closes too. In the first of these rows, the stack may send its
	// own close frame or the reply; in the others, its own is first.
	const crossing = "RFC 6455, 7.1.3 and 7.1.5: both close frames count, each end reports the other's"
	both := accepted(4000, "first")
	both.Answer = []int{4000, 1001}
	l.add("7.1.5", "a close frame while the application closes with 1001", crossing, both,
		ask(1001, "bye"), send(first))
	ours := accepted(4000, "first")
	ours.Answer, ours.Note = []int{1001}, nil
	l.add("7.1.5", "another code in answer to the application's 1001", crossing, ours, ask(1001, "bye"), Step{Do: Await}, send(first))
	l.add("5.5.1", "data, then the answer to the application's 1001", "RFC 6455, 5.5.1: data may come until the peer's close frame", ours,
		ask(1001, "bye"), Step{Do: Await}, send(l.frame(opText, "late"), first))
	pong := ours
	pong.Pong = Hex("late")
	l.add("5.5.2", "a ping, then the answer to the application's 1001", "RFC 6455, 5.5.2: a ping is answered until the peer's close frame came, though some read 1.4 otherwise",
		pong, ask(1001, "bye"), Step{Do: Await}, send(l.frame(opPing, "late")), send(first))
	// A stack that has sent its close frame still has to check the peer's.
	l.add("7.4.1", "code 1015 in answer to the application's 1001", "RFC 6455, 7.4.1 and 7.1.5", rejected(1001), ask(1001, "bye"), Step{Do: Await}, send(l.closing(1015, "")))
}

// tcp adds the rows that end TCP in another way, or not at all.
func (l *list) tcp() {
	l.kind = TCP
	f := l.closing(4000, "end")
	fin, rst := Step{Do: FIN}, Step{Do: RST}
	l.add("5.5.1", "FIN right behind the close frame", "RFC 6455, 5.5.1: the close frame is answered; FIN ends one direction", accepted(4000, "end"), send(f), fin)

	// A lost connection is not a normal closure. The stack need not send a close frame;
	// if it does, the code must not be 1000.
	lost := Want{Answer: []int{noFrame, 1001, 1002, 1011}, Reported: []Reported{reported(abnormal, "", false)}, ReportedLevel: Must, TCP: Should, Reset: true}
	l.add("7.1.5", "FIN without a close frame", "RFC 6455, 7.1.5, and 7.4.1: 1000 is for a purpose fulfilled", lost, fin)
	l.add("7.1.5", "FIN in the middle of a close frame", "RFC 6455, 7.1.5", lost, send(f[:len(f)-1]), fin)
	// After a reset the peer receives nothing, so only the report is checked.
	gone := Want{Reported: []Reported{reported(abnormal, "", false)}, ReportedLevel: Must}
	l.add("7.1.5", "RST without a close frame", "RFC 6455, 7.1.5", gone, rst)
	raced := gone
	raced.Reported = append(raced.Reported, reported(4000, "end", true), reported(4000, "end", false))
	l.add("7.1.5", "RST right behind the close frame", "RFC 6455, 7.1.5: the reset may overtake the close frame", raced, send(f), rst)

	l.add("5.2", "a close frame at a byte a second", stream, Want{
		Answer: []int{4000}, Note: []int{1000}, Reported: []Reported{reported(4000, "", true)}, ReportedLevel: Should, TCP: Must,
	}, Step{Do: SlowBytes, Bytes: l.closing(4000, "")})

	// The RFC does not bound these waits, but a program without a bound leaks
	// connections.
	unbounded := Want{Answer: []int{1001}, Reported: []Reported{reported(abnormal, "", false)}, ReportedLevel: Must, TCP: May, Reset: true}
	l.add("7.1.1", "no answer to the application's 1001", "RFC 6455, 7.1.1: after a reasonable time TCP may be closed", unbounded,
		ask(1001, "bye"), Step{Do: Await}, Step{Do: Hold})
	stuck := unbounded
	stuck.Answer = []int{noFrame, 1001}
	l.add("7.1.1", "a peer that reads nothing while the application closes with 1001", "RFC 6455, 7.1.1: after a reasonable time TCP may be closed", stuck,
		Step{Do: Flood}, ask(1001, "bye"), Step{Do: Stall}, Step{Do: Hold})
	if l.role == ClientRole {
		held := accepted(4000, "end")
		held.TCP = May
		l.add("7.1.1", "a server that does not end TCP after both close frames", "RFC 6455, 7.1.1: after a reasonable time the client may end it", held,
			send(f), Step{Do: Hold})
	}
}
