#!/usr/bin/env bash
# A server of a few megabytes with documents and examples, and an application.
set -e
. "$(dirname "$0")/../files.sh"
cd "$1"
pack() { tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 "$@"; }
work=$(mktemp -d)
top=$work/apache-tomcat-10.1.24
mkdir -p "$top"/{bin,lib,webapps/{docs,examples}}
printf '#!/bin/sh\ntest -d "$CATALINA_HOME/webapps/ROOT/WEB-INF" && echo "Server startup"\n' >"$top/bin/catalina.sh"
chmod 755 "$top/bin/catalina.sh"
noise 1 6000000 >"$top/lib/catalina.jar"
seq -f '<p>Chapter %.0f of the manual</p>' 1 120000 >"$top/webapps/docs/index.html"
noise 2 1200000 >"$top/webapps/examples/examples.jar"
pack -C "$work" -cf - apache-tomcat-10.1.24 | gzip -n >tomcat.tar.gz
mkdir -p "$work/war/WEB-INF/lib" "$work/war/WEB-INF/classes"
noise 3 5000000 >"$work/war/WEB-INF/lib/hibernate-core.jar"
noise 4 900000 >"$work/war/WEB-INF/classes/Portal.class"
# A tar where the original has a zip: the base image unpacks no zip.
pack -C "$work/war" -cf portal.war WEB-INF
rm -rf "$work"
