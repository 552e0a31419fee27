# syntax=docker/dockerfile:1
# Here-documents, as scripts and as files.
FROM fedora:40
RUN <<EOT
set -e
dnf -y install --setopt=install_weak_deps=False httpd   # the server
dnf clean all
for each in a b c; do
  echo "$each" >> /etc/list
done
EOT
RUN <<-"SETUP"
	set -eu
	while read -r name version; do
		case $name in
			'#'*) continue ;;
		esac
		fetch "$name" "$version" || { echo "no $name" >&2; exit 1; }
	done < /etc/versions
	if ! id app; then
		useradd --system app
	fi
	SETUP
RUN <<EOT bash
this is not read
EOT
RUN cat > /etc/app.conf <<CONF
listen = 80
# ) " '
CONF
RUN <<EOT
#!/bin/bash -eu
cat > /etc/motd <<'MOTD'
It's "quoted" $(not run)
MOTD
chmod 644 /etc/motd
tar -cf - -C /src . |
  tar -xf - -C /dst
EOT
