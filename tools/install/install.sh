#!/bin/sh
# Makes sure of Node's and Python's packages; does nothing, and needs no network, when they are current.
set -eu
cd "$(dirname "$0")/../.."

fail() {
  printf '\n%s\n' "$1" >&2
  exit 1
}

require_node() {
  command -v node >/dev/null 2>&1 || fail "Node.js is missing. Install version 20.19 or newer: https://nodejs.org/"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: version 20.19 or newer is needed (https://nodejs.org/)."
  command -v npm >/dev/null 2>&1 || fail "npm is missing; it comes with Node.js: https://nodejs.org/"
}

new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if new_enough "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
}

# Where another user's install holds the lock file, or there is no flock, nothing is gained by failing.
take_turn() {
  mkdir -p .data
  command -v flock >/dev/null 2>&1 || return 0
  exec 9>.data/install.lock
  flock 9
}

install_node_packages() {
  if node tools/install/packages-current.mjs; then return; fi
  echo "Installing Node packages (npm ci) …"
  npm ci --no-audit --no-fund --loglevel=error
}

install_python_packages() {
  venv="$PWD/rag-api/.venv"
  stamp="$venv/installed-from"
  current=$(cat rag-api/requirements-dev.txt rag-api/pyproject.toml | cksum)
  # A venv knows its own path: one that was copied or moved with the checkout points elsewhere.
  if [ "$("$venv/bin/python" -c 'import sys; print(sys.prefix)' 2>/dev/null || true)" = "$venv" ] &&
    new_enough "$venv/bin/python"; then
    if [ "$(cat "$stamp" 2>/dev/null || true)" = "$current" ]; then return; fi
  else
    python=$(find_python)
    [ -n "$python" ] || fail "Python 3.11 or newer is missing (or set PYTHON to its path): https://www.python.org/"
    echo "Making rag-api/.venv with $("$python" --version) …"
    "$python" -m venv --clear "$venv" ||
      fail "$python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv"
  fi
  echo "Installing Python packages (rag-api/requirements-dev.txt), a minute or so …"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r rag-api/requirements-dev.txt
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable rag-api
  printf '%s\n' "$current" >"$stamp"
}

require_node
take_turn
install_node_packages
install_python_packages
