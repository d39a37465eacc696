//go:build race

package closing

const raceEnabled = true
