. "$(dirname "$0")/../files.sh"
cd "$1"
noise agent 3000000 >agent.jar
chmod 600 agent.jar
program maven/bin/mvn 'Apache Maven 3.9'
mkdir -p maven/lib jdk/lib
noise maven 4000000 >maven/lib/maven-core.jar
tarball maven.tar.gz maven
rm -r maven
program jdk/bin/java 'agent connected'
noise jdk 7000000 >jdk/lib/modules
chmod 644 jenkins-agent
