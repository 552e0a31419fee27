. "$(dirname "$0")/../files.sh"
noise geo 9000000 >"$1/geo.db"
words places 2500000 >"$1/places.csv"
