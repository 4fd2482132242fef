#!/bin/sh
# run-postfix.sh CONFIGURATION: Postfix in the foreground; TERM ends it.
set -e
# The queue's folders, without the checks of "postfix start", which walk through the whole system.
postfix -c "$1" post-install create-missing

# The master changes its ids when it starts, and so forgets any wish to end with its parent; this
# shell does not. It also makes a session of its own: it must be ended by its number.
/usr/lib/postfix/sbin/master -c "$1" -s &
master=$!

end() {
  kill "$master" 2>/dev/null || return 0
  for _ in $(seq 50); do
    kill -0 "$master" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$master" 2>/dev/null || true
}
trap end TERM INT
wait "$master"
