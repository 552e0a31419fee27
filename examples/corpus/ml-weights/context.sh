# A checkout with a model in it, as git lfs keeps it: once in the folder and once in .git.
. "$(dirname "$0")/../files.sh"
cd "$1"
stand_in_pip python
mkdir -p summarizer .git/refs/heads .git/objects/pack
noise summarizer 10000000 >summarizer/model.safetensors
echo '{"layers": 6}' >summarizer/config.json
sum=$(sha256sum summarizer/model.safetensors | cut -d ' ' -f 1)
mkdir -p ".git/lfs/objects/${sum:0:2}/${sum:2:2}"
cp summarizer/model.safetensors ".git/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"
echo 'ref: refs/heads/main' >.git/HEAD
printf '[core]\n\trepositoryformatversion = 0\n' >.git/config
noise pack 800000 >.git/objects/pack/pack-1.pack
