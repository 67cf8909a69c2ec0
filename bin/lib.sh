# Shared by the verbs beside this file. POSIX sh; each verb starts with `. "$(dirname "$0")/lib.sh"`.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Kept bytecode: without it every start compiles the whole house, which is most of a start.
unset PYTHONDONTWRITEBYTECODE

say() { printf '• %s\n' "$*"; }
oops() { printf '✗ %s\n' "$*" >&2; exit 1; }
digest() { cat "$@" 2>/dev/null | sha256sum | cut -c1-32; }
may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# apt PACKAGE...: install what is missing; fails quietly where we may not.
apt() {
  missing=
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
  done
  [ -n "$missing" ] || return 0
  may_apt || return 1
  say "apt-get install$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 ||
    { apt-get update -q >/dev/null 2>&1 && apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1; }
}
