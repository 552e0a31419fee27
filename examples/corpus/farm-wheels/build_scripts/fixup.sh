#!/bin/bash
set -exuo pipefail
mkdir -p /opt/_internal /opt/python
