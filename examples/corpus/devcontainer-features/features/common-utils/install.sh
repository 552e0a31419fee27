#!/usr/bin/env bash
set -e
export DEBIAN_FRONTEND=noninteractive

# Lists of the base may be old
rm -rf /var/lib/apt/lists/*

apt_get_update() {
  if [ "$(find /var/lib/apt/lists/* 2>/dev/null | wc -l)" = 0 ]; then
    apt-get update -y
  fi
}

check_packages() {
  if ! dpkg -s "$@" >/dev/null 2>&1; then
    apt_get_update
    apt-get install -y --no-install-recommends "$@"
  fi
}

check_packages ca-certificates curl jq procps sudo zsh
if [ "$UPGRADEPACKAGES" = true ]; then
  apt_get_update
  apt-get -y upgrade --no-install-recommends
  apt-get autoremove -y
fi

groupadd --gid "$USER_UID" "$USERNAME"
useradd -s /bin/zsh --uid "$USER_UID" --gid "$USERNAME" -m "$USERNAME"
echo "$USERNAME ALL=(root) NOPASSWD:ALL" >"/etc/sudoers.d/$USERNAME"
chmod 0440 "/etc/sudoers.d/$USERNAME"

# The theme, from what lies beside this script
tar -xzf ohmyzsh.tar.gz -C "/home/$USERNAME"
echo 'ZSH=$HOME/.oh-my-zsh' >"/home/$USERNAME/.zshrc"
chown -R "$USERNAME:$USERNAME" "/home/$USERNAME"
