#!/usr/bin/env bash
# A program, a wheel that was unpacked, and a model as an archive that a RUN unpacks.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p app tests wheels/tinyml
printf 'import tinyml\nprint("serving", tinyml.size())\n' >app/serve.py
printf 'import os\n\n\ndef size():\n    return os.path.getsize("/opt/model/weights.bin")\n' >wheels/tinyml/__init__.py
noise wheel 9000000 >wheels/tinyml-1.0-py3-none-any.whl
printf 'def test_size():\n    assert True\n' >tests/test_size.py
top=$(mktemp -d)
mkdir "$top/model"
noise weights 6000000 >"$top/model/weights.bin"
chmod 600 "$top/model/weights.bin"
tarball model.tar.gz "$top/model"
rm -rf "$top"
