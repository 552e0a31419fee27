. "$(dirname "$0")/../files.sh"
cd "$1"
mkdir -p dist php/ext blog/wp-content
program php/sapi/php 'PHP 8.2'
for each in bcmath exif gd mysqli zip; do noise "$each" 300000 >"php/ext/$each.so"; done
words php 4000000 >php/main.c
tarball php.tar.gz php
words blog 3000000 >blog/index.php
words content 2000000 >blog/wp-content/theme.php
tarball dist/blog-6.6.1.tar.gz blog
sha1sum dist/blog-6.6.1.tar.gz | cut -d ' ' -f 1 >dist/blog.sha1
rm -r php blog
