//go:build go1.24

package code_test

import (
	"fmt"

	"example.com/closeframe/code"
)

func ExampleCode_Class() {
	for _, c := range []code.Code{999, 1001, 1006, 2999, 3500, 4001} {
		fmt.Println(uint16(c), c.Class())
	}
	// Output:
	// 999 unused
	// 1001 registered
	// 1006 reserved
	// 2999 reserved
	// 3500 library
	// 4001 private
}

func ExampleCode_IsSendable() {
	fmt.Println(code.GoingAway.IsSendable())
	fmt.Println(code.AbnormalClosure.IsSendable()) // means that no close frame was received
	// Output:
	// true
	// false
}

func ExampleCode_IsApplication() {
	fmt.Println(code.GoingAway.IsApplication()) // a browser rejects close(1001)
	fmt.Println(code.Code(4001).IsApplication())
	// Output:
	// false
	// true
}

func ExampleCode_String() {
	fmt.Println(code.GoingAway)
	fmt.Println(code.Code(4001))
	fmt.Println(code.Code(999))
	// Output:
	// 1001 (Going Away)
	// 4001 (private)
	// 999 (unused)
}

func ExampleCode_Description() {
	fmt.Println(code.TryAgainLater.Description())
	// Output:
	// The service is overloaded; come back later or elsewhere.
}

// From converts the code type of any other stack.
func ExampleFrom() {
	type statusCode int // of another WebSocket library

	c, ok := code.From(statusCode(1001))
	fmt.Println(c, ok)
	c, ok = code.From(66536) // uint16(66536) would be 1000
	fmt.Println(uint16(c), ok)
	// Output:
	// 1001 (Going Away) true
	// 0 false
}

func ExampleCode_Name() {
	fmt.Printf("%q\n", code.NoStatus.Name())
	fmt.Printf("%q\n", code.Code(3001).Name()) // not registered
	// Output:
	// "No Status Rcvd"
	// ""
}

func ExampleCode_AppendTo() {
	line := append(make([]byte, 0, 64), "closed: "...)
	line = code.ServiceRestart.AppendTo(line) // has spare capacity: does not allocate
	fmt.Printf("%s\n", line)
	// Output:
	// closed: 1012 (Service Restart)
}
