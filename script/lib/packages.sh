# shellcheck shell=bash
# The project's npm packages, and with them the Node that the Action runs on.

# install_packages: make node_modules what package-lock.json says, and put its programs first on the PATH.
install_packages() {
  local stamp=$REPO_ROOT/node_modules/.installed want
  have node npm || die 'Node.js 20 or newer and npm are needed: https://nodejs.org' 2
  want=$(git hash-object "$REPO_ROOT/package-lock.json")
  if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
    log 'installing npm packages'
    (cd "$REPO_ROOT" && npm ci --no-audit --no-fund --loglevel=error) >&2 || return 1
    printf '%s' "$want" >"$stamp"
  fi
  PATH=$REPO_ROOT/node_modules/.bin:$PATH
  export PATH
  case $(node --version) in
    v24.*) ;;
    *) die "Node 24 was expected from the package node, and $(node --version) is there" ;;
  esac
}
