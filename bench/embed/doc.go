// Package embed holds, in a folder for each, what puts closeframe into other
// WebSocket stacks, and the tests that show it over real connections. The README
// beside this file has the tables that they write.
package embed
