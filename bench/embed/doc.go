// Package embed has a folder for each way to use closeframe with other WebSocket
// stacks, and tests over real connections. Its README has the tables that they write.
package embed
