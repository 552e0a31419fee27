# shellcheck shell=bash
# What a daemon leaves on the machine when it dies unprepared, found by its folders alone.

# networks_of DATA: names of the bridges that the daemon made, from its own book of networks.
networks_of() {
  grep -aoE '"BridgeName":"br-[0-9a-f]{12}"' "$1/network/files/local-kv.db" 2>/dev/null | grep -oE 'br-[0-9a-f]+' | sort -u || true
}

# processes_naming TEXT: ids of the processes of containerd whose command line has TEXT.
processes_naming() {
  local file
  for file in /proc/[0-9]*/cmdline; do
    { tr '\0' ' ' <"$file"; } 2>/dev/null | grep "^[^ ]*containerd[^ ]* .*$1" >/dev/null && basename "${file%/cmdline}"
  done
  true
}

# processes_rooted_in DIR: ids of the processes whose root is an overlay with its layers in DIR.
processes_rooted_in() {
  local file
  for file in /proc/[0-9]*/mountinfo; do
    awk -v text="upperdir=$1" '$5 == "/" && index($0, text) { found = 1 } END { exit !found }' "$file" 2>/dev/null &&
      basename "${file%/mountinfo}"
  done
  true
}

# unmount_below DIR: the latest mount first.
unmount_below() {
  local path
  awk -v dir="$1/" 'index($5 "/", dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r path; do
    umount -l "$(printf '%b' "$path")" || log "cannot unmount $path"
  done
}
