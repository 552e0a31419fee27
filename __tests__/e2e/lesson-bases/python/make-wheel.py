"""Makes demo-1.0-py3-none-any.whl, with two megabytes that do not compress."""
import os
import random
import sys
import zipfile

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
info = 'demo-1.0.dist-info'
files = {
    'demo/__init__.py': b'NAME = "demo"\n',
    'demo/model.bin': random.Random(1).randbytes(2_000_000),
    f'{info}/METADATA': b'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n',
    f'{info}/WHEEL': b'Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
}
record = ''.join(f'{name},,\n' for name in [*files, f'{info}/RECORD'])
with zipfile.ZipFile(f'{folder}/demo-1.0-py3-none-any.whl', 'w', zipfile.ZIP_DEFLATED) as wheel:
    for name, content in files.items():
        wheel.writestr(name, content)
    wheel.writestr(f'{info}/RECORD', record)
