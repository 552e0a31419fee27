#!/usr/bin/env bash
# A runtime, an application and its libraries, of which one is there in two versions that differ in nothing but name.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p lib jre/bin jre/lib
program jre/bin/java 'ledger started'
noise runtime 9000000 >jre/lib/modules
noise ledger 60000 >ledger.jar
noise codec 4000000 >lib/codec-1.0.jar
cp lib/codec-1.0.jar lib/codec-1.1.jar
