. "$(dirname "$0")/../files.sh"
stand_in_pip "$1/python"
