# shellcheck shell=bash
# What every ground script shares: words to the person at the terminal, the lock on `.run/NAME`, and the guarantee that
# whatever a script started ends with it. Sourced, never run.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd -P)
CLEANUPS=()
CHILD=
WATCHER=

# Progress goes to stderr: stdout belongs to what a caller may parse (`ready: ...`, a test summary).
say() { printf '==> %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# The first argument is what is wrong and why, each further one a next step. Exit 2: could not run.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

random_secret() { od -An -v -tx1 -N16 /dev/urandom | tr -d ' \n'; }

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range that the kernel hands out itself, so that a test's outgoing connection cannot sit on it.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    port_taken "$port" || break
  done
  printf '%s\n' "$port"
}

# The lock is a file descriptor, so it goes with its holder however that one ends. Children get `9>&-`.
# The file itself is never removed: two runs would otherwise lock two different files of the same name.
hold_lock() {
  local name=$1 file=$ROOT/.run/$1.lock
  mkdir -p "$ROOT/.run"
  exec 9>>"$file"
  flock -n 9 || fail "'$name' is already in use in this checkout by process $(tail -n 1 "$file")" \
    "Wait for it to end, stop it (Ctrl-C there), or use a second checkout: the two will not disturb each other."
  printf '%s\n' "$$" >"$file"
}

at_exit() { CLEANUPS=("$*" "${CLEANUPS[@]}"); }

# A shell may not trap a signal that was ignored when it started, and `script &` in a plain shell ignores SIGINT.
accept_interrupts() {
  local ignored
  ignored=$(status_field $$ SigIgn)
  if ((0x$ignored & 2)) && env --default-signal=INT true 2>/dev/null; then
    exec env --default-signal=INT,QUIT "$0" "$@"
  fi
}

# From here on, every way out of the script runs the cleanups, newest first.
supervise() {
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  trap 'finish $?' EXIT
  watch_over $PPID </dev/null &
  WATCHER=$!
}

finish() {
  trap '' INT TERM HUP
  trap - EXIT
  stop_child
  run_cleanups
  [[ -z $WATCHER ]] || kill "$WATCHER" 2>/dev/null || true
  exit "$1"
}

run_cleanups() {
  local command
  for command in "${CLEANUPS[@]}"; do
    eval "$command" || warn "could not clean up: $command"
  done
}

# Runs beside the script for the two cases that no trap sees: the script itself was killed, or `make` alone was told to
# stop. Make passes SIGTERM on, but on SIGINT trusts the terminal to tell its children and then waits for them for ever;
# it resets its own handler first, and that shows in /proc.
watch_over() {
  local parent=$1 parent_is_make=
  if [[ $(status_field "$parent" Name) == *make ]] && catches_interrupts "$parent"; then parent_is_make=1; fi
  while [[ $(status_field $$ State) == [^Z]* ]]; do
    # Said again until it is obeyed: bash can lose a signal that arrives just as a child of it ends.
    if [[ -n $parent_is_make ]] && ! make_wants_us "$parent"; then kill -TERM $$ 2>/dev/null || true; fi
    sleep 0.5 >/dev/null 2>&1 9>&-
  done
  trap '' TERM HUP
  run_cleanups
}

make_wants_us() { [[ $(status_field $$ PPid) == "$1" ]] && catches_interrupts "$1"; }

# status_field PID NAME: a line of /proc/PID/status, or nothing if the process is gone.
status_field() {
  local key value
  [[ -r /proc/$1/status ]] || return 0
  while IFS=$':\t' read -r key value; do
    if [[ $key == "$2" ]]; then
      printf '%s\n' "$value"
      return
    fi
  done 2>/dev/null <"/proc/$1/status" || true
}

catches_interrupts() {
  local caught
  caught=$(status_field "$1" SigCgt)
  [[ -n $caught ]] && ((0x$caught & 2))
}

# Runs a command so that traps fire at once (a shell defers them while it waits in the foreground) and so that all of
# its processes can be told to stop: it leads a process group of its own. It also ends if this script is killed.
run_child() {
  local status=0
  set -m
  setpriv --pdeathsig TERM "$@" </dev/null 9>&- &
  CHILD=$!
  set +m
  wait "$CHILD" 2>/dev/null || status=$?
  CHILD=
  return "$status"
}

stop_child() {
  [[ -n $CHILD ]] || return 0
  kill -TERM -- "-$CHILD" 2>/dev/null || return 0
  local _
  for _ in {1..120}; do
    kill -0 -- "-$CHILD" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$CHILD" 2>/dev/null || true
  wait "$CHILD" 2>/dev/null || true
}
