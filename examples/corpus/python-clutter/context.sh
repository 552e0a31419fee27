# A developer's folder: an environment, caches of tools, the repository, node_modules of the assets' build.
. "$(dirname "$0")/../files.sh"
cd "$1"
stand_in_pip python
mkdir -p .venv/lib/python3.11/site-packages/django .mypy_cache/3.11 .git/objects/pack .git/refs/heads node_modules/sass
printf 'home = /usr/bin\n' >.venv/pyvenv.cfg
noise venv 2500000 >.venv/lib/python3.11/site-packages/django/_speedups.so
words mypy 1500000 >.mypy_cache/3.11/site_app.data.json
noise pack 3000000 >.git/objects/pack/pack-1.pack
echo 'ref: refs/heads/main' >.git/HEAD
printf '[core]\n\trepositoryformatversion = 0\n' >.git/config
words sass 2200000 >node_modules/sass/sass.dart.js
echo '{"name":"sass","version":"1.77.0"}' >node_modules/sass/package.json
