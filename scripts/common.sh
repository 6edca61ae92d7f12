# What run, test and bench share. Sourced, not run; expects $here to be the repository's root.

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# The .NET SDK that global.json asks for.
need_dotnet() {
  command -v dotnet > /dev/null || die "The .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
  dotnet --list-sdks | grep -q '^10\.' || die "The .NET SDK here is $(dotnet --version 2> /dev/null || echo unknown); version 10 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
}

# has PROGRAM: whether this machine has it; a busybox counts when it runs in an image that has nothing else.
has() {
  local found
  found=$(PATH="$PATH:/usr/sbin:/sbin:$(printf '%s:' /usr/lib/postgresql/*/bin)" command -v "$1") || return 1
  [ "$1" != busybox ] || ! ldd "$found" > /dev/null 2>&1
}

# need_debian PROGRAM:PACKAGE...: installs what is missing when run as root on Debian or Ubuntu, else says the command. PACKAGE may be
# NEWER|OLDER, where releases differ in the package that has the program.
# Call it once, before anything is built or started: whoever lacks the network later has what is needed.
need_debian() {
  local missing=() pair
  for pair in "$@"; do
    has "${pair%%:*}" || [[ " ${missing[*]-} " == *" ${pair##*:} "* ]] || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  choose_packages() {
    local i
    for i in "${!missing[@]}"; do
      if apt-cache show "${missing[i]%%|*}" > /dev/null 2>&1; then missing[i]=${missing[i]%%|*}; else missing[i]=${missing[i]##*|}; fi
    done
  }
  if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
    local log
    log=$(mktemp)
    say "Installing ${missing[*]##*|} ..."
    { apt-get update -q && choose_packages && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } > "$log" 2>&1 \
      || { cat "$log" >&2; die "Could not install ${missing[*]}. Install them and run this again."; }
    rm -f "$log"
  else
    choose_packages
    die "Missing: ${missing[*]}. On Debian or Ubuntu type: sudo apt-get install ${missing[*]}"
  fi
}

# free_port: a port of this machine that nobody listens on.
free_port() { for _ in $(seq 50); do port=$((20000 + RANDOM % 20000)); (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || { echo "$port"; return; }; done; }

# wait_for WHAT SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local what=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { say "$what did not come." >&2; return 1; }
    sleep 0.1
  done
}

# The files that a build depends on, with their times: what a build was made from.
fingerprint() {
  (cd "$here" && find . \( -name artifacts -o -name .git \) -prune -o -type f \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.sln' -o -name '*.sql' -o -name '*.json' -o -name .editorconfig \) \
    -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum)
}

# build TARGET [OPTION...]: builds a project or the solution in Release, unless nothing changed since the last time.
build() {
  local stamp
  stamp="$here/artifacts/built-$(basename "$1")"
  local now
  now=$(fingerprint)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return 0
  say "Building ..."
  local log
  log=$(mktemp)
  # one compiler for all projects: it is ended again where somebody wants none to stay
  dotnet build "$here/$1" -c Release --nologo -v quiet -p:UseSharedCompilation=true "${@:2}" > "$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "The build failed."; }
  [ "${UseSharedCompilation:-true}" = true ] || dotnet build-server shutdown --vbcscompiler > "$log" 2>&1 || true
  rm -f "$log"
  printf '%s' "$now" > "$stamp"
}
