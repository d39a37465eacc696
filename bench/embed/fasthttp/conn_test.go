package fasthttp

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write conn.go")

const head = "// Code generated from ../gorilla/conn.go by go test -run TestConn -update; DO NOT EDIT.\n\n"

// conn.go is the adapter for gorilla, with another import.
func TestConn(t *testing.T) {
	src, err := os.ReadFile("../gorilla/conn.go")
	if err != nil {
		t.Fatal(err)
	}
	want := head + strings.ReplaceAll(string(src), "gorilla", "fasthttp")
	if *update {
		if err := os.WriteFile("conn.go", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("conn.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("conn.go is not current: go test -run TestConn -update")
	}
}
