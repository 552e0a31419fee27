. "$(dirname "$0")/../files.sh"
mkdir -p "$1/content"
words page 1500000 >"$1/content/index.html"
noise video 5000000 >"$1/content/intro.mp4"
