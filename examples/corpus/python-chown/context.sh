# A pip that needs no network, and weights.
. "$(dirname "$0")/../files.sh"
stand_in_pip "$1/python"
mkdir -p "$1/models"
noise ranker 8000000 >"$1/models/ranker.bin"
noise tokens 1200000 >"$1/models/tokens.bin"
