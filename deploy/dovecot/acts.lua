-- What mail programs do in mailboxes that were delegated, told to the site for their logbook
-- (docs/decisions/0023). Dovecot calls these functions once for each transaction (its push
-- notification plugin, driver "lua"); sessions of the site have no such namespace and tell nothing.
--
-- One line of JSON an act, sent at once. What the site does not take is kept in a file, and goes with
-- whatever is told next: each line has an id, so that one told twice is one.

local SHARED = "Boîtes fonctionnelles/"
local AT_ONCE = 500 -- lines
local PAUSE = 10 -- seconds, after the site was away

local client
local url, kept, sending -- settings of deploy/dovecot/dovecot.conf
local silent_until = 0
local number = 0

local function told(body)
  if os.time() < silent_until then
    return false
  end
  local request = client:request { url = url, method = "POST" }
  request:add_header("Content-Type", "application/x-ndjson")
  request:set_payload(body)
  local answer = request:submit()
  if answer:status() >= 200 and answer:status() < 300 then
    return true
  end
  silent_until = os.time() + PAUSE
  return false
end

local function content(path)
  local file = io.open(path, "r")
  if file == nil then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

local function keep(lines)
  local file = io.open(kept, "a")
  if file == nil then
    dovecot.i_error("acts.lua: cannot write " .. kept .. "; acts are lost")
    return
  end
  file:write(table.concat(lines, "\n") .. "\n")
  file:close()
end

-- In pieces; whether the site took all of them.
local function tell(lines)
  for first = 1, #lines, AT_ONCE do
    local last = math.min(first + AT_ONCE - 1, #lines)
    if not told(table.concat(lines, "\n", first, last) .. "\n") then
      return false
    end
  end
  return true
end

-- Several processes may send the same file: its lines are known by their ids.
local function tell_what_was_kept()
  local text = content(sending)
  if text == nil then
    if not os.rename(kept, sending) then
      return
    end
    text = content(sending)
  end
  local lines = {}
  for line in string.gmatch(text or "", "[^\n]+") do
    lines[#lines + 1] = line
  end
  if tell(lines) and content(sending) == text then
    os.remove(sending)
  end
end

local function quoted(text)
  local escaped = string.gsub(text, '[%c"\\]', function(char)
    return string.format("\\u%04x", string.byte(char))
  end)
  return '"' .. escaped .. '"'
end

local function list(words)
  local parts = {}
  for index, word in ipairs(words or {}) do
    parts[index] = quoted(word)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function note(context, what, event, more)
  if string.sub(event.mailbox, 1, #SHARED) ~= SHARED then
    return
  end
  number = number + 1
  local id = string.format("%s.%d.%d", context.session, os.time(), number)
  context.lines[#context.lines + 1] = string.format(
    '{"id":%s,"at":%d,"act":%s,"person":%s,"folder":%s,"uid":%d%s}',
    quoted(id), os.time(), quoted(what), quoted(context.person), quoted(event.mailbox),
    event.uid or 0, more or "")
end

local function flags(event)
  return ',"flags":' .. list(event.flags) .. ',"keywords":' .. list(event.keywords)
end

function script_init()
  client = dovecot.http.client {
    connect_timeout_msecs = 1000, request_timeout_msecs = 2000, max_attempts = 1
  }
  return 0
end

function dovecot_lua_notify_begin_txn(user)
  url, kept = user:plugin_getenv("acts_url"), user:plugin_getenv("acts_kept")
  sending = kept .. ".sending"
  return { person = user.username, session = user.session_id or "", lines = {} }
end

function dovecot_lua_notify_event_message_append(context, event)
  note(context, "append", event, ',"message_id":' .. quoted(event.message_id or ""))
end

function dovecot_lua_notify_event_message_expunge(context, event)
  note(context, "expunge", event)
end

-- Dovecot tells of both at each change; one of them may be of nothing.
local function note_flags(context, what, event)
  if #(event.flags or {}) > 0 or #(event.keywords or {}) > 0 then
    note(context, what, event, flags(event))
  end
end

function dovecot_lua_notify_event_flags_set(context, event)
  note_flags(context, "set", event)
end

function dovecot_lua_notify_event_flags_clear(context, event)
  note_flags(context, "clear", event)
end

function dovecot_lua_notify_event_mailbox_delete(context, event)
  note(context, "folder-deleted", event)
end

function dovecot_lua_notify_event_mailbox_rename(context, event)
  note(context, "folder-renamed", event, ',"was":' .. quoted(event.mailbox_old or ""))
end

function dovecot_lua_notify_end_txn(context, success)
  if not success or #context.lines == 0 then
    return
  end
  if tell(context.lines) then
    tell_what_was_kept()
  else
    keep(context.lines)
  end
end
