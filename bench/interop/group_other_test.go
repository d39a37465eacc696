//go:build !linux

package interop

import (
	"os/exec"
	"testing"
)

// Elsewhere a program is ended by its context alone.

func inGroup(*exec.Cmd) {}

func endGroup(*testing.T, int) {}
