. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p releases agent-1.31.0/docs agent-1.31.0/plugins disk network
program agent-1.31.0/bin/agent 'agent 1.31.0'
noise agent 9000000 >agent-1.31.0/lib.so
words docs 3000000 >agent-1.31.0/docs/reference.txt
tarball releases/agent-1.31.0.tar.gz agent-1.31.0
(cd releases && sha256sum agent-1.31.0.tar.gz >agent-1.31.0.tar.gz.sha256)
for plugin in disk network; do
  noise "$plugin" 1500000 >"$plugin/plugin.so"
  tarball "releases/plugin-$plugin.tar.gz" "$plugin"
done
rm -r agent-1.31.0 disk network
