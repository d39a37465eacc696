//go:build unix && !openbsd

package main

import "syscall"

// limitMemory bounds the memory of this process and of what it starts, to 4 GiB.
func limitMemory() error {
	limit := syscall.Rlimit{Cur: 4 << 30, Max: 4 << 30}
	return syscall.Setrlimit(syscall.RLIMIT_AS, &limit)
}
