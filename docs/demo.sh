#!/bin/sh
# `make demo`: the service on the sample in a database of its own, and a rehearsal of the whole city
# at ten stations a second, so that a newcomer sees the board fill.
set -eu
export PANTAU_CARRIER=sandbox PANTAU_DATABASE_URL=sqlite:///var/demo.db
address=http://127.0.0.1:$PORT

answers() {
  "$BIN/python" -c "import urllib.request as u; u.urlopen('$address/healthz', timeout=2)" 2>/dev/null
}

if answers; then
  echo "port $PORT is taken; choose another: make demo PORT=$((PORT + 1))" >&2
  exit 1
fi
mkdir -p var
rm -f var/demo.db var/demo.db-*
"$BIN/pantau" serve --port "$PORT" 2>var/demo.log &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM
until answers; do
  kill -0 $server 2>/dev/null || { tail -n 1 var/demo.log >&2; exit 1; }
  sleep 0.5
done
echo "Open $address/board: in 10 seconds the reports begin, ten stations a second."
sleep 10
"$BIN/pantau" simulate --stations 326 --minutes 0.55 --url "$address" || true
echo "The service runs on: $address/board and $address/sandbox. Ctrl-C ends it."
wait $server
