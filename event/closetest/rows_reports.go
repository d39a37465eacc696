package closetest

// reports are public bug reports of faults that the rows would have found: the repository
// and the number of the issue or, after PR, of the pull request.
var reports = map[string]string{
	"5.5.1/1":  "http4s/http4s PR 6594, reactor/reactor-netty 1891, nats-io/nats-server 6259",
	"5.5.1/2":  "oven-sh/bun 33691, actix/actix-web 4216, aspnet/WebSockets 17",
	"7.4.1/1":  "ratchetphp/Ratchet 420, snapview/tungstenite-rs 405",
	"7.4.1/2":  "gorilla/websocket PR 110, oven-sh/bun PR 35529, slact/nchan 312",
	"11.7/1":   "websockets/ws PR 711, netty/netty PR 8664",
	"11.7/2":   "websockets/ws PR 711, TooTallNate/Java-WebSocket 639",
	"11.7/3":   "boostorg/beast PR 3099, snapview/tungstenite-rs 502, websockets/ws PR 1682",
	"11.7/4":   "aio-libs/aiohttp PR 12895",
	"8.1/3":    "nodejs/undici PR 3206, kaazing/gateway 307, freeunitorg/freeunit 378",
	"5.2/4":    "oven-sh/bun PR 33001, dart-lang/sdk PR 63488",
	"5.2/10":   "websockets/ws 1493, home-lang/home 395",
	"5.2/11":   "zaphoyd/websocketpp 591",
	"7.1.5/1":  "denoland/deno 12909, housleyjk/ws-rs 153, uNetworking/uWebSockets 667",
	"7.1.5/2":  "dotnet/corefx 9985, dotnet/runtime 132006, coder/websocket 448",
	"7.1.5/3":  "ballerina-platform/ballerina-library 9031, oven-sh/bun PR 31518",
	"5.5.2/2":  "python-websockets/websockets PR 1429 and 1435",
	"7.1.5/4":  "facebookincubator/SocketRocket 605, kubernetes/kubernetes PR 137404",
	"7.1.5/7":  "istio/istio 29172, envoyproxy/envoy 33398",
	"7.1.1/1":  "gorilla/websocket 941, boostorg/beast 365, TooTallNate/Java-WebSocket 346",
	"7.1.1/2":  "privkeyio/wisp PR 175, lalinsky/dusty PR 121",
	"7.4.1/16": "nats-io/nats-server 6259, playframework/playframework PR 14051",
	"7.4.1/18": "spring-cloud/spring-cloud-gateway 2451, TooTallNate/Java-WebSocket 1459, python-hyper/wsproto 182",
	"5.5/7":    "coder/coder PR 779, gorilla/websocket 469, ktorio/ktor PR 5725",
	"5.5/8":    "oven-sh/bun PR 41665, openclaw/openclaw PR 100047",
	"5.5.1/7":  "cloudflare/workerd PR 6176, totaljs/framework 354",
}
