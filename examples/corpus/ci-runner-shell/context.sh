. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p releases
program deployer 'deployer 2.4'
noise deployer 12000000 >deployer.data
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - deployer deployer.data | gzip -n >releases/deployer-2.4.tgz
rm deployer deployer.data
