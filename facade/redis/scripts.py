"""The atomic steps of RedisPace, as Lua scripts; times are in milliseconds on Redis's clock.

A granted turn is a member of `out`, scored by its start, until its response; then it is a member of
`log`, scored by the time from which no server counts it. The start of a turn is chosen so that the
members of `out` and the unexpired ones of `log` never exceed the limit.
"""

_CLOCK = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local log, out, state, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local calls, window, turn = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local function number(name) return tonumber(redis.call('HGET', state, name)) end
"""

# ARGV: calls, window, turn, worker, lease, daily, reserve, known epoch, new epoch, settle, then for
# each turn that ended while Redis was not available: its member, and the age of its response, empty
# if no request was sent. Returns {state, wait, start or daily limit, epoch}: state 1 is granted,
# with its start; 0 is not granted, call again; -1 is the daily limit reached, with that limit.
TAKE = (
    _CLOCK
    + """
local worker, lease = ARGV[4], tonumber(ARGV[5])
local epoch = redis.call('HGET', state, 'epoch')
if not epoch then
  epoch = ARGV[9]
  redis.call('HSET', state, 'epoch', epoch)
  if ARGV[8] ~= '' then -- Redis lost its data: all slots may just have been used
    for slot = 1, calls do redis.call('ZADD', log, now + ARGV[10], 'lost:' .. slot) end
  end
end
for index = 11, #ARGV, 2 do
  local ended, age = ARGV[index], ARGV[index + 1]
  local was_out = redis.call('ZREM', out, ended) == 1
  if age ~= '' then
    redis.call('ZADD', log, now + window - age, ended)
  elseif was_out then
    redis.call('HINCRBY', state, 'day_used', -1)
  end
end
for _, key in ipairs({log, out, workers}) do -- scores too far ahead: the clock was set back
  local ahead = redis.call('ZRANGEBYSCORE', key, now + 2 * window + lease, '+inf')
  for _, member in ipairs(ahead) do redis.call('ZADD', key, now + window, member) end
end
redis.call('PEXPIRE', log, 2 * window)
redis.call('ZREMRANGEBYSCORE', log, '-inf', now - window) -- a window later: FINISH counts them
redis.call('ZREMRANGEBYSCORE', out, '-inf', now - lease) -- the turns of dead workers
redis.call('ZADD', workers, now, worker)
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - 2 * window)
redis.call('PEXPIRE', workers, 2 * window)
redis.call('PEXPIRE', state, 90000000)

local granted = redis.call('ZSCORE', out, turn)
if granted then -- in a reply that was lost
  local start = math.max(tonumber(granted), now)
  redis.call('ZADD', out, start, turn)
  return {1, start - now, start, epoch}
end
local day_ends = number('day_ends') or 0
if now >= day_ends or day_ends > now + 86400000 then
  redis.call('HSET', state, 'day_ends', now + 86400000, 'day_used', 0)
  redis.call('HDEL', state, 'day_asks')
end
local most = math.min(tonumber(ARGV[6]), number('day_most') or math.huge)
if number('day_used') >= most - ARGV[7] then
  local asks = number('day_asks')
  if not asks or now < asks then
    if not asks then redis.call('HSET', state, 'day_asks', now + 600000) end
    return {-1, number('day_ends') - now, most, epoch}
  end
  redis.call('HSET', state, 'day_asks', now + 600000) -- this call shows whether a new day began
end

local own, own_start = 0, nil
local outs = redis.call('ZRANGE', out, 0, -1, 'WITHSCORES')
for index = 1, #outs, 2 do
  local start = tonumber(outs[index + 1])
  if string.sub(outs[index], 1, #worker + 1) == worker .. '.' then
    own = own + 1
    if start > now then own_start = own_start or start end
  end
end
local declared = number('limit') or calls
-- Of the slots of others, those that a worker with fewer calls leaves free anyway are no loss.
local others = math.max(0, (number('others') or 0) - math.max(0, declared - calls))
local limit = math.max(1, math.min(calls, declared) - others - math.floor(others / 10))
local left = limit - #outs / 2 - 1 -- how many of the log may count at the start
if left < 0 or own >= math.ceil(limit / redis.call('ZCARD', workers)) then
  local again = own_start or now
  if left < 0 then again = math.max(again, tonumber(outs[2]) + window) end
  return {0, math.min(math.max(again - now, 20), window), 0, epoch}
end
local start, counted = now, redis.call('ZCOUNT', log, '(' .. now, '+inf')
if counted > left then
  local found = redis.call('ZRANGEBYSCORE', log, '(' .. now, '+inf', 'WITHSCORES',
    'LIMIT', counted - left - 1, 1)
  start = math.min(tonumber(found[2]), now + window) -- the clock may have been set back
end
if others > 0 then
  -- Spaced out, so that each response is known before the next request is sent.
  start = math.max(start, math.min(number('next_at') or 0, now + 2 * window))
  redis.call('HSET', state, 'next_at', start + math.ceil(window / limit))
end
redis.call('ZADD', out, start, turn)
redis.call('PEXPIRE', out, window + lease)
redis.call('HINCRBY', state, 'day_used', 1)
return {1, start - now, start, epoch}
"""
)

# ARGV: calls, window, turn, start, refused, then from the headers, empty if missing: limit and
# remaining, daily limit and daily remaining. As in LocalPace, slots are reserved for requests of
# others, and a lower limit of the server applies.
FINISH = (
    _CLOCK
    + """
local start, refused = tonumber(ARGV[4]), ARGV[5] == '1'
redis.call('ZREM', out, turn)
redis.call('ZADD', log, now + window, turn)
redis.call('PEXPIRE', log, 2 * window)
local in_flight = redis.call('ZCOUNT', out, '-inf', now)
if ARGV[8] ~= '' then
  redis.call('HSET', state, 'day_most', ARGV[8], 'day_used', ARGV[8] - ARGV[9] + in_flight)
  if tonumber(ARGV[9]) > 0 then redis.call('HDEL', state, 'day_asks') end
end
if ARGV[6] == '' then return end
local declared = tonumber(ARGV[6]) -- workers with other calls share what is stored here
local own = redis.call('ZCOUNT', log, '(' .. start, '+inf') + in_flight
local others = math.max(0, declared - ARGV[7] - own)
local known, known_at = number('others') or 0, number('others_at') or 0
if known_at > now then known_at = 0 end -- the clock was set back
if refused and start > known_at then others = math.max(others, known + 1) end
if others >= known or now - known_at > 3 * window then
  redis.call('HSET', state, 'others', others, 'others_at', now)
end
redis.call('HSET', state, 'limit', declared)
"""
)
