# What run, test and bench share. Sourced, not run; expects $here to be the repository's root.

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# The .NET SDK that global.json asks for.
need_dotnet() {
  command -v dotnet > /dev/null || die "The .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
  dotnet --list-sdks | grep -q '^10\.' || die "The .NET SDK here is $(dotnet --version 2> /dev/null || echo unknown); version 10 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
}

# need_debian PROGRAM:PACKAGE...: installs what is missing when run as root on Debian or Ubuntu, else says the command.
need_debian() {
  local missing=() pair
  for pair in "$@"; do
    PATH="$PATH:/usr/sbin:/sbin:$(printf '%s:' /usr/lib/postgresql/*/bin)" command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
    say "Installing ${missing[*]} ..."
    local log
    log=$(mktemp)
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } > "$log" 2>&1 \
      || { cat "$log" >&2; die "Could not install ${missing[*]}. Install them and run this again."; }
    rm -f "$log"
  else
    die "Missing: ${missing[*]}. On Debian or Ubuntu type: sudo apt-get install ${missing[*]}"
  fi
}

# The files that a build depends on, with their times: what a build was made from.
fingerprint() {
  (cd "$here" && find . \( -name artifacts -o -name .git \) -prune -o -type f \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.sln' -o -name '*.sql' -o -name '*.json' -o -name .editorconfig \) \
    -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum)
}

# build TARGET: builds a project or the solution in Release, unless nothing changed since the last time.
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
  dotnet build "$here/$1" -c Release --nologo -v quiet -p:UseSharedCompilation=true > "$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "The build failed."; }
  [ "${UseSharedCompilation:-true}" = true ] || dotnet build-server shutdown --vbcscompiler > "$log" 2>&1 || true
  rm -f "$log"
  printf '%s' "$now" > "$stamp"
}
