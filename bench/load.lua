-- Sends prepared requests over kept connections: bench/load.py says how, and reads what this prints.
local threads, requests = 0, {}
place = 0 -- where this thread is: set from outside, so it cannot be local

function setup(thread)
  local ports = {}
  for port in os.getenv("BENCH_PORTS"):gmatch("%d+") do ports[#ports + 1] = port end
  thread.addr = wrk.lookup("127.0.0.1", ports[threads % #ports + 1])[1]
  thread:set("place", threads)
  threads = threads + 1
end

function init(args)
  for each in io.open(args[1], "rb"):read("*a"):gmatch("[^%z]+") do requests[#requests + 1] = each end
  step, again = tonumber(args[2]), args[3] == "again"
end

function request()
  place = place + step
  if place > #requests then
    if not again then wrk.thread:stop() end
    place = place % #requests + 1
  end
  return requests[place]
end

function done(summary, latency, _)
  local wrong = summary.errors
  io.write(string.format('\n{"answered": %d, "seconds": %f, "p50": %f, "p99": %f, "wrong": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
