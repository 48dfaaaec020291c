# shellcheck shell=bash
# A private PostgreSQL and a private Redis under `.run/NAME/` of this checkout. Sourced after common.sh, never run.
#
#   .run/NAME/env         their addresses with passwords, mode 600, to be sourced
#   .run/NAME/data/       their data (or the folder named in .run/NAME/data-home, see new_data_home)
#   .run/NAME/complete    the database was prepared to the end; without it the data are never kept
#
# Both listen on loopback only, on ports found at each start, and want a password made for this instance. Neither opens a
# Unix socket: a deep checkout would exceed its limit of 107 characters.

LAUNCHED=()

valid_name() {
  [[ $1 =~ ^[a-z][a-z0-9-]{0,40}$ ]] || fail "'$1' is no name for an instance" "Use small letters, digits and hyphens, for example: dev"
}

run_dir() { printf '%s\n' "$ROOT/.run/$1"; }

# Directory of the newest PostgreSQL's server programs. Debian keeps them out of PATH.
postgres_bin() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/pg_ctl | sort -V | tail -n 1)
  [[ -x $found ]] || found=$(command -v pg_ctl || true)
  [[ -n $found && -x $(dirname "$found")/initdb ]] || return 1
  dirname "$found"
}

postgres_major() { "$(postgres_bin)/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# PostgreSQL refuses to run as root, and Redis need not.
service_user() {
  if ((EUID != 0)); then
    id -un
  elif id -u postgres >/dev/null 2>&1; then
    echo postgres
  else
    id -u buzheng-pg >/dev/null 2>&1 || useradd --system --no-create-home --home-dir / --shell /usr/sbin/nologin buzheng-pg
    echo buzheng-pg
  fi
}

as_service() {
  if ((EUID != 0)); then
    "$@" 9>&-
    return
  fi
  local user
  user=$(service_user)
  # From / because the service's user may not be allowed into the present folder.
  (cd / && exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@" 9>&-)
}

# Where the data of an instance are, or nothing. A folder outside the checkout counts only if it names this checkout: a
# copied `.run/` would otherwise reach into the original's data.
data_home() {
  local run home
  run=$(run_dir "$1")
  if [[ -f $run/data-home ]]; then
    home=$(<"$run/data-home")
    [[ $home == /var/tmp/buzheng-* && -f $home/checkout && $(<"$home/checkout") == "$run" ]] && printf '%s\n' "$home"
  elif [[ -d $run/data ]]; then
    printf '%s\n' "$run/data"
  fi
  return 0
}

new_data_home() {
  local run home user
  run=$(run_dir "$1")
  home=$run/data
  mkdir -p "$home"
  chmod 700 "$home"
  if ((EUID == 0)); then
    user=$(service_user)
    # Only the way through is opened; what lies there is 0600 or 0700.
    chmod 711 "$ROOT/.run" "$run"
    chown "$user" "$home"
    if ! as_service test -w "$home"; then
      rmdir "$home"
      home=$(mktemp -d "/var/tmp/buzheng-$1.XXXXXXXX")
      printf '%s\n' "$home" >"$run/data-home"
      printf '%s\n' "$run" >"$home/checkout"
      chown "$user" "$home"
    fi
  fi
  as_service mkdir -m 700 "$home/redis"
  printf '%s\n' "$home"
}

# A process id from a file is believed only if that process works in the folder that is ours: after a crash or a reboot
# the number may belong to anybody.
our_pid() {
  local file=$1 folder=$2 pid cwd
  [[ -f $file ]] || return 1
  read -r pid <"$file" || [[ -n $pid ]] || return 1
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  cwd=$(readlink "/proc/$pid/cwd" 2>/dev/null) || return 1
  [[ $cwd == "$folder" ]] || return 1
  printf '%s\n' "$pid"
}

postgres_pid() { our_pid "$1/postgres/postmaster.pid" "$1/postgres"; }
mariadb_pid() { our_pid "$1/mariadb/mariadb.pid" "$1/mariadb"; }
redis_pid() { our_pid "$1/redis/redis.pid" "$1/redis"; }

gone_within() {
  local pid=$1 tenths=$2
  while kill -0 "$pid" 2>/dev/null && [[ $(status_field "$pid" State) != Z* ]]; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

# Each signal in turn, with five seconds to obey.
end_process() {
  local pid=$1 signal
  shift
  for signal in "$@" KILL; do
    kill "-$signal" "$pid" 2>/dev/null || return 0
    if gone_within "$pid" 50; then return 0; fi
  done
}

# A killed server leaves helpers that take a moment to notice, and a file that names a process id. PostgreSQL would refuse
# to start over that id if it is somebody else's by then, so the file goes, but only once nothing uses the data.
end_stray_postgres() {
  local link pid
  for link in /proc/[0-9]*/cwd; do
    [[ $(readlink "$link" 2>/dev/null) == "$1" ]] || continue
    pid=${link#/proc/}
    pid=${pid%/cwd}
    [[ $(status_field "$pid" Name) != postgres ]] || end_process "$pid" QUIT
  done
  rm -f -- "$1/postmaster.pid"
}

services_stop() {
  local home pid
  home=$(data_home "$1")
  # One that was launched a moment ago has not written its process id yet.
  for pid in "${LAUNCHED[@]}"; do
    [[ $(status_field "$pid" PPid) != "$$" ]] || end_process "$pid" INT QUIT
  done
  [[ -n $home ]] || return 0
  # SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one.
  if pid=$(postgres_pid "$home"); then end_process "$pid" INT QUIT; fi
  end_stray_postgres "$home/postgres"
  if pid=$(redis_pid "$home"); then end_process "$pid" TERM; fi
  if pid=$(mariadb_pid "$home"); then end_process "$pid" TERM; fi
  rm -f -- "$(run_dir "$1")/env"
}

services_clean() {
  local run home
  run=$(run_dir "$1")
  services_stop "$1"
  home=$(data_home "$1")
  [[ -z $home ]] || rm -rf -- "$home"
  rm -rf -- "$run"
}

# services_start NAME [keep]
services_start() {
  local name=$1 run home bin password redis_password port redis_port mariadb_port=
  run=$(run_dir "$name")
  bin=$(postgres_bin) || fail "PostgreSQL's server programs (initdb, pg_ctl) are not installed" "Run: deploy/scripts/tools"
  services_stop "$name"
  if [[ ${2:-} == keep && -f $run/complete && -n $(data_home "$name") ]]; then
    keepable "$name"
  else
    services_clean "$name"
    mkdir -p "$run"
    (umask 077 && random_secret >"$run/password" && random_secret >"$run/superuser-password")
    home=$(new_data_home "$name")
    init_postgres "$home" "$bin" "$run/superuser-password" "$name"
  fi
  home=$(data_home "$name")
  password=$(<"$run/password")
  redis_password=$(random_secret)
  start_postgres "$home" "$bin"
  port=$PORT
  start_redis "$home" "$redis_password"
  redis_port=$PORT
  if wants_mariadb "$name"; then
    start_mariadb "$home" "$password"
    mariadb_port=$PORT
  fi
  if [[ ! -f $run/complete ]]; then
    create_database "$run" "$bin" "$port"
    : >"$run/complete"
  fi
  {
    printf "BUZHENG_TEST_DATABASE_URL='postgres://buzheng:%s@127.0.0.1:%s/buzheng'\n" "$password" "$port"
    # Data kept from before had the service as superuser.
    [[ ! -f $run/superuser-password ]] ||
      printf "BUZHENG_TEST_SUPERUSER_URL='postgres://postgres:%s@127.0.0.1:%s/buzheng'\n" "$(<"$run/superuser-password")" "$port"
    printf "BUZHENG_TEST_REDIS_URL='redis://:%s@127.0.0.1:%s/0'\n" "$redis_password" "$redis_port"
    [[ -z $mariadb_port ]] || printf "BUZHENG_TEST_MARIADB_URL='mysql://tests:%s@127.0.0.1:%s/mysql'\n" "$password" "$mariadb_port"
  } | (umask 077 && cat >"$run/env")
}

keepable() {
  local made present
  made=$(<"$(data_home "$1")/postgres/PG_VERSION")
  present=$(postgres_major)
  [[ $made == "$present" ]] || fail "the kept data of '$1' were made by PostgreSQL $made, but $present is installed" \
    "Start without KEEP=1 to begin with clean data."
}

init_postgres() {
  local home=$1 bin=$2 password_file=$3 name=$4
  as_service sh -c 'umask 077 && cat >"$1"' sh "$home/password" <"$password_file"
  as_service "$bin/initdb" -D "$home/postgres" -U postgres --pwfile="$home/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions >"$(run_dir "$name")/initdb.log" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$(run_dir "$name")/initdb.log")"
  as_service rm -f "$home/password"
  postgres_settings "$name" | as_service sh -c 'cat >>"$1"' sh "$home/postgres/postgresql.conf"
}

# The service is no superuser, as in a real installation: what a privilege forbids is forbidden here too. Tests make databases of their
# own, and a benchmark takes a checkpoint. The statements come by standard input, so that the password stands in no argument list.
create_database() {
  local run=$1 bin=$2 port=$3
  PGPASSWORD=$(<"$run/superuser-password") "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres -d postgres <<SQL
CREATE ROLE buzheng LOGIN CREATEDB PASSWORD '$(<"$run/password")';
GRANT pg_checkpoint TO buzheng;
CREATE DATABASE buzheng OWNER buzheng;
SQL
}

# These data need not survive a power cut (but a crash of the server: commits stay synchronous, which costs nothing once
# fsync is off). The figures of a benchmark would be flattered by it.
postgres_settings() {
  cat <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
timezone = 'UTC'
log_timezone = 'UTC'
CONF
  [[ $1 != bench* ]] || return 0
  cat <<'CONF'
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
CONF
}

# Becomes the program, as a session of its own (Ctrl-C is for the script, which then stops it in order) and as a child of
# the script, which so collects its exit: not every container has an init that does. Call it with `&`.
become_service() {
  cd /
  if ((EUID == 0)); then
    local user
    user=$(service_user)
    # The mark of a test run stays, so that what a killed test leaves is found.
    set -- setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
      env -i PATH="$PATH" LC_ALL=C.UTF-8 ${BUZHENG_TEST_RUN:+"BUZHENG_TEST_RUN=$BUZHENG_TEST_RUN"} "$@"
  fi
  exec setsid "$@" >/dev/null 2>&1 9>&-
}

# until_ready PID TENTHS CHECK...: 1 if the process ended or the time is over.
until_ready() {
  local pid=$1 tenths=$2
  shift 2
  until "$@"; do
    ((tenths-- > 0)) && ! gone_within "$pid" 0 || return 1
    sleep 0.1
  done
}

# A port that was free a moment ago may be taken now: then another is tried. Sets PORT.
start_postgres() {
  local home=$1 bin=$2 pid _
  local log=$home/postgres/start.log
  for _ in {1..10}; do
    PORT=$(free_port)
    as_service rm -f "$log"
    become_service sh -c 'exec "$1" -D "$2" -p "$3" 2>>"$4"' sh "$bin/postgres" "$home/postgres" "$PORT" "$log" </dev/null &
    pid=$!
    LAUNCHED+=("$pid")
    if until_ready "$pid" 600 postgres_ready "$home"; then return; fi
    end_process "$pid" INT QUIT
    grep -q 'Address already in use' "$log" || break
  done
  fail "PostgreSQL did not start: $(tail -n 5 "$log" 2>&1)" "Its whole log: $log"
}

# The eighth line of postmaster.pid is the server's own word.
postgres_ready() {
  postgres_pid "$1" >/dev/null && [[ $(sed -n '8s/ *$//p' "$1/postgres/postmaster.pid" 2>/dev/null) == ready ]]
}

# Sets PORT.
start_redis() {
  local home=$1 password=$2 log=$1/redis/redis.log pid _
  for _ in {1..10}; do
    PORT=$(free_port)
    as_service rm -f "$log" "$home/redis/redis.pid"
    # The configuration comes by standard input, so that the password stands in no file and no argument list.
    become_service redis-server - < <(redis_settings "$home" "$PORT" "$password") &
    pid=$!
    LAUNCHED+=("$pid")
    if until_ready "$pid" 100 redis_ready "$home" "$PORT" "$password"; then return; fi
    end_process "$pid" TERM
    grep -q 'Address already in use' "$log" 2>/dev/null || break
  done
  fail "Redis did not start: $(tail -n 5 "$log" 2>&1)" "Its whole log: $log"
}

redis_ready() {
  redis_pid "$1" >/dev/null && [[ $(REDISCLI_AUTH=$3 redis-cli -h 127.0.0.1 -p "$2" ping 2>/dev/null) == PONG ]]
}

# A title would be written over the environment, and with it over the mark of a test run.
redis_settings() {
  cat <<CONF
bind 127.0.0.1
port $2
requirepass $3
dir "$1/redis"
pidfile "$1/redis/redis.pid"
logfile "$1/redis/redis.log"
save ""
appendonly no
set-proc-title no
CONF
}

# The old system's database of the import tests. Neither the demo nor a benchmark has one, and it is no part of the service: where the
# program is missing, only the tests that need it fail, and say so.
wants_mariadb() { [[ $1 != demo && $1 != bench* ]] && mariadb_server >/dev/null; }

# Debian keeps it where only root looks.
mariadb_server() { PATH=$PATH:/usr/sbin command -v mariadbd; }

# Sets PORT.
start_mariadb() {
  local home=$1 password=$2 log=$1/mariadb.log pid _
  [[ -d $home/mariadb/mysql ]] || init_mariadb "$home"
  mariadb_users "$password" | as_service sh -c 'umask 077 && cat >"$1"' sh "$home/mariadb-users.sql"
  for _ in {1..10}; do
    PORT=$(free_port)
    as_service rm -f "$log" "$home/mariadb/mariadb.pid"
    become_service "$(mariadb_server)" --no-defaults --datadir="$home/mariadb" --port="$PORT" --bind-address=127.0.0.1 \
      --socket="$home/mariadb/mariadb.sock" --pid-file="$home/mariadb/mariadb.pid" --log-error="$log" \
      --init-file="$home/mariadb-users.sql" --skip-name-resolve --skip-log-bin --innodb-buffer-pool-size=32M \
      --innodb-log-file-size=8M --innodb-flush-log-at-trx-commit=0 &
    pid=$!
    LAUNCHED+=("$pid")
    if until_ready "$pid" 300 mariadb_ready "$home"; then
      as_service rm -f "$home/mariadb-users.sql"
      return
    fi
    end_process "$pid" TERM
    grep -q 'Address already in use' "$log" 2>/dev/null || break
  done
  fail "MariaDB did not start: $(tail -n 5 "$log" 2>&1)" "Its whole log: $log"
}

# What mariadb-install-db does, less the help tables and the sys schema; it would also want a part of the client.
init_mariadb() {
  local home=$1 log=$1/mariadb.log share=/usr/share/mysql
  as_service mkdir -m 700 "$home/mariadb"
  {
    printf 'CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\nSET @skip_auth_anonymous=1;\n'
    cat "$share/mysql_system_tables.sql" "$share/mysql_system_tables_data.sql"
  } | as_service sh -c '"$@" >"$0" 2>&1' "$log" "$(mariadb_server)" --no-defaults --bootstrap --datadir="$home/mariadb" \
    --skip-log-bin --innodb-log-file-size=8M --innodb-buffer-pool-size=32M ||
    fail "MariaDB could not make its data: $(tail -n 5 "$log")"
}

# Its own accounts have no password.
mariadb_users() {
  cat <<SQL
DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';
FLUSH PRIVILEGES;
CREATE USER 'tests'@'127.0.0.1' IDENTIFIED BY '$1';
GRANT ALL ON *.* TO 'tests'@'127.0.0.1' WITH GRANT OPTION;
SQL
}

mariadb_ready() { mariadb_pid "$1" >/dev/null && grep -q 'ready for connections' "$1/mariadb.log" 2>/dev/null; }

services_status() {
  local home pid running=0 kind kinds=(postgres redis)
  home=$(data_home "$1")
  [[ -z $home || ! -d $home/mariadb ]] || kinds+=(mariadb)
  for kind in "${kinds[@]}"; do
    if [[ -n $home ]] && pid=$("${kind}_pid" "$home"); then
      printf '%s: running, process %s\n' "$kind" "$pid"
    else
      printf '%s: stopped\n' "$kind"
      running=1
    fi
  done
  [[ -z $home ]] || printf 'data: %s\n' "$home"
  return "$running"
}

# Puts the addresses of a started instance into the environment.
services_env() {
  set -a
  # shellcheck source=/dev/null
  source "$(run_dir "$1")/env"
  set +a
}
