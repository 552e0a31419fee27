#!/bin/sh
# Deploys the application unpacked: the server starts faster.
set -e
mkdir -p "$CATALINA_HOME/webapps/ROOT"
cp /tmp/deploy/portal.war "$CATALINA_HOME/webapps/ROOT.war"
cd "$CATALINA_HOME/webapps/ROOT"
tar -xf ../ROOT.war
