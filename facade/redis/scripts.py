"""What Redis does in one step, in Lua: time is Redis's own, in milliseconds.

A turn that was granted stands in `out` with the moment it starts at, until it is answered; from
then on it stands in `log` with the moment at which no server counts it any more. A start is
chosen so that `out` and what is left of `log` by then are never more than the limit.
"""

_CLOCK = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local log, out, state, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local calls, window, turn = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local function number(name) return tonumber(redis.call('HGET', state, name)) end
"""

# ARGV: calls, window, turn, worker, lease, daily, reserve, known epoch, new epoch, settle, ages...
# Gives {state, wait, start, epoch}; state 1 is granted, 0 ask again, -1 the day's calls are spent.
TAKE = (
    _CLOCK
    + """
local worker, lease = ARGV[4], tonumber(ARGV[5])
local epoch = redis.call('HGET', state, 'epoch')
if not epoch then
  epoch = ARGV[9]
  redis.call('HSET', state, 'epoch', epoch)
  if ARGV[8] ~= '' then -- what was known is lost: all of it may have been spent just now
    for slot = 1, calls do redis.call('ZADD', log, now + ARGV[10], 'lost:' .. slot) end
  end
end
for place = 11, #ARGV do -- what was answered while Redis was away
  redis.call('ZADD', log, now + window - ARGV[place], turn .. ':' .. place)
end
redis.call('PEXPIRE', log, 2 * window)
redis.call('ZREMRANGEBYSCORE', log, '-inf', now - window) -- one window longer, to learn from
redis.call('ZREMRANGEBYSCORE', out, '-inf', now - lease) -- of workers that died
redis.call('ZADD', workers, now, worker)
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - 2 * window)
redis.call('PEXPIRE', workers, 2 * window)
redis.call('PEXPIRE', state, 90000000)

if now >= (number('day_ends') or 0) then
  redis.call('HSET', state, 'day_ends', now + 86400000, 'day_used', 0)
end
local most = math.min(tonumber(ARGV[6]), number('day_most') or math.huge)
if number('day_used') >= most - ARGV[7] then
  local asks = number('day_asks')
  if not asks or now < asks then
    if not asks then redis.call('HSET', state, 'day_asks', now + 600000) end
    return {-1, number('day_ends') - now, 0, epoch}
  end
  redis.call('HSET', state, 'day_asks', now + 600000) -- this one asks whether a new day began
end

local flying, booked, mine, mine_first = 0, 0, 0, nil
local outs = redis.call('ZRANGE', out, 0, -1, 'WITHSCORES')
for place = 1, #outs, 2 do
  local start = tonumber(outs[place + 1])
  if start > now then booked = booked + 1 else flying = flying + 1 end
  if string.sub(outs[place], 1, #worker) == worker then
    mine = mine + 1
    if start > now then mine_first = mine_first or start end
  end
end
local limit = number('limit') or calls
local left = limit - flying - booked - 1 -- how many of the log may still count at the start
if left < 0 or mine >= math.ceil(limit / redis.call('ZCARD', workers)) then
  local again = mine_first or now
  if left < 0 then again = math.max(again, tonumber(outs[2]) + window) end
  return {0, math.min(math.max(again - now, 20), window), 0, epoch}
end
local start, counted = now, redis.call('ZCOUNT', log, '(' .. now, '+inf')
if counted > left then
  local found = redis.call('ZRANGEBYSCORE', log, '(' .. now, '+inf', 'WITHSCORES',
    'LIMIT', counted - left - 1, 1)
  start = math.min(tonumber(found[2]), now + window) -- a clock may be put back
end
if (number('others') or 0) > 0 then
  -- One after another, so that each answer is heard before the next request goes.
  start = math.max(start, math.min(number('next_at') or 0, now + 2 * window))
  redis.call('HSET', state, 'next_at', start + math.ceil(window / limit))
end
redis.call('ZADD', out, start, turn)
redis.call('PEXPIRE', out, window + lease)
redis.call('HINCRBY', state, 'day_used', 1)
return {1, start - now, start, epoch}
"""
)

# ARGV: calls, window, turn, start, refused, then of the headers: most and left of the limit, most
# and left of the day; empty where they did not come. It leaves to others what they spend, and
# keeps a limit that is lower than ours: see LocalPace.
ANSWERED = (
    _CLOCK
    + """
local start, refused = tonumber(ARGV[4]), ARGV[5] == '1'
redis.call('ZREM', out, turn)
redis.call('ZADD', log, now + window, turn)
redis.call('PEXPIRE', log, 2 * window)
local flying = redis.call('ZCOUNT', out, '-inf', now)
if ARGV[8] ~= '' then
  redis.call('HSET', state, 'day_most', ARGV[8], 'day_used', ARGV[8] - ARGV[9] + flying)
  if tonumber(ARGV[9]) > 0 then redis.call('HDEL', state, 'day_asks') end
end
if ARGV[6] == '' then return end
local declared = math.min(calls, math.max(1, tonumber(ARGV[6])))
local ours = redis.call('ZCOUNT', log, '(' .. start, '+inf') + flying
local others = math.max(0, declared - ARGV[7] - ours)
local known, seen = number('others') or 0, number('others_seen') or 0
if refused and start > seen then others = math.max(others, known + 1) end
if others >= known or now - seen > 3 * window then
  known = others
  redis.call('HSET', state, 'others', others, 'others_seen', now)
end
redis.call('HSET', state, 'limit', math.max(1, declared - known - math.floor(known / 10)))
"""
)
