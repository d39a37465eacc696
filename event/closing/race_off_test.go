//go:build !race

package closing

const raceEnabled = false
