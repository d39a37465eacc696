module example.com/closeframe/bench

go 1.24.0

replace example.com/closeframe => ../

require (
	example.com/closeframe v0.0.0
	github.com/coder/websocket v1.8.15
	github.com/gorilla/websocket v1.5.3
)

require golang.org/x/exp v0.0.0-20260112195511-716be5621a96 // indirect
