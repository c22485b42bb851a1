-- wrk script: batches of answer sheets, each id new. BENCH_KEY and BENCH_SHEETS choose.
local key = os.getenv("BENCH_KEY")
local size = tonumber(os.getenv("BENCH_SHEETS"))
local headers = {
  ["Content-Type"] = "application/json",
  ["Authorization"] = "Bearer " .. key,
}
local before = '{"sent_at":"2026-11-22T08:15:30.120+07:00","responses":['
local rest = '","revision":1,"survey":"counter","survey_version":1,"point":"Q1",'
  .. '"channel":"kiosk","captured_at":"2026-11-22T08:15:29.870+07:00","language":"vi",'
  .. '"outcome":"completed","assisted":false,"slip":null,"flipped":false,'
  .. '"answers":{"overall":5,"reasons":["staff"],"visits":1}}'
local made = 0
local run = 0

function init()
  math.randomseed(os.time() + math.floor(os.clock() * 1000000))
  run = math.random(0, 0x7fffffff)
end

-- Random at the front, as a tablet's ids are: a counter there would flatter the index.
local function id()
  made = made + 1
  return string.format(
    "%08x-%04x-7%03x-9%03x-%08x%04x",
    math.random(0, 0x7fffffff), math.random(0, 0xffff), made % 4096,
    math.floor(made / 4096) % 4096, run, math.floor(made / 16777216)
  )
end

function request()
  local sheets = {}
  for place = 1, size do
    sheets[place] = '{"id":"' .. id() .. rest
  end
  local body = before .. table.concat(sheets, ",") .. "]}"
  return wrk.format("POST", "/api/v1/responses", headers, body)
end
