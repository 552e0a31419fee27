. "$(dirname "$0")/../files.sh"
cd "$1"
program node/bin/node 'orders'
mkdir -p node/lib test .git/objects/pack
noise node 5000000 >node/lib/libnode.so
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C node -cf - bin lib | gzip -n >node-v22-linux-x64.tar.gz
rm -r node
noise fixture 2000000 >test/orders.dump
words test 30000 >test/orders.test.js
echo 'ref: refs/heads/main' >.git/HEAD
noise pack 1500000 >.git/objects/pack/pack-1.pack
printf '[core]\n\trepositoryformatversion = 0\n' >.git/config
printf 'DATABASE_HOST=localhost\nDEBUG=1\n' >.env
