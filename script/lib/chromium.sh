#!/usr/bin/env bash
# Installs Chromium for the tests of the page where it is missing; CHROMIUM names another one.
set -euo pipefail
# shellcheck source=script/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=script/lib/debian.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

browser=${CHROMIUM:-/usr/bin/chromium}
[ -x "$browser" ] || {
  [ -z "${CHROMIUM:-}" ] || die "CHROMIUM names $browser, which is no program" 2
  # Without any font it draws no text.
  apt_install chromium fonts-liberation
  [ -x "$browser" ] || die "Debian's package chromium brought no $browser: name the browser in CHROMIUM" 2
}
