# A database server, with its own user, a key that is fetched, and an architecture that is asked for.
FROM debian:bookworm-slim
RUN set -eux; \
	groupadd -r store --gid=999; \
	useradd -r -g store --uid=999 --home-dir=/var/lib/store --shell=/bin/bash store; \
	install --verbose --directory --owner store --group store --mode 1777 /var/lib/store

RUN set -ex; \
	apt-get update; \
	apt-get install -y --no-install-recommends gnupg less; \
	rm -rf /var/lib/apt/lists/*

# The clean-up of what the installation alone needs.
ENV GOSU_VERSION 1.17
RUN set -eux; \
	savedAptMark="$(apt-mark showmanual)"; \
	apt-get update; \
	apt-get install -y --no-install-recommends ca-certificates wget; \
	rm -rf /var/lib/apt/lists/*; \
	dpkgArch="$(dpkg --print-architecture | awk -F- '{ print $NF }')"; \
	wget -O /usr/local/bin/gosu "https://example.org/gosu/$GOSU_VERSION/gosu-$dpkgArch"; \
	wget -O /usr/local/bin/gosu.asc "https://example.org/gosu/$GOSU_VERSION/gosu-$dpkgArch.asc"; \
	export GNUPGHOME="$(mktemp -d)"; \
	gpg --batch --keyserver hkps://keys.example.org --recv-keys B42F6819007F00F88E364FD4036A9C25BF357DD4; \
	gpg --batch --verify /usr/local/bin/gosu.asc /usr/local/bin/gosu; \
	gpgconf --kill all; \
	rm -rf "$GNUPGHOME" /usr/local/bin/gosu.asc; \
	apt-mark auto '.*' > /dev/null; \
	[ -z "$savedAptMark" ] || apt-mark manual $savedAptMark > /dev/null; \
	apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false; \
	chmod +x /usr/local/bin/gosu; \
	gosu --version; \
	gosu nobody true

RUN set -eux; \
	if [ ! -e /etc/dpkg/dpkg.cfg.d/locales ]; then \
		grep -q '/usr/share/locale' /etc/dpkg/dpkg.cfg.d/excludes; \
		sed -ri '/\/usr\/share\/locale/d' /etc/dpkg/dpkg.cfg.d/excludes; \
		! grep -q '/usr/share/locale' /etc/dpkg/dpkg.cfg.d/excludes; \
	fi; \
	apt-get update; apt-get install -y --no-install-recommends locales; rm -rf /var/lib/apt/lists/*; \
	echo 'en_US.UTF-8 UTF-8' >> /etc/locale.gen; \
	locale-gen; \
	locale -a | grep 'en_US.utf8'

RUN mkdir /docker-entrypoint-initdb.d

RUN set -ex; \
	case "$(uname -m)" in \
		amd64 | arm64 | ppc64el) \
			# packages are there
			echo "deb [ signed-by=/etc/apt/keyrings/store.gpg.asc ] https://example.org/apt bookworm main" > /etc/apt/sources.list.d/store.list; \
			apt-get update; \
			;; \
		*) \
			apt-get update; \
			tempDir="$(mktemp -d)"; \
			cd "$tempDir"; \
			apt-get build-dep -y store-common; \
			_update_repo() { dpkg-scanpackages . > Packages; apt-get -o Acquire::GzipIndexes=false update; }; \
			_update_repo; \
			nproc="$(nproc)"; export DEB_BUILD_OPTIONS="nocheck parallel=$nproc"; \
			;; \
	esac; \
	apt-get install -y --no-install-recommends store-common; \
	sed -ri 's/#(create_main_cluster) .*$/\1 = false/' /etc/store-common/createcluster.conf; \
	find /usr -name '*.pyc' -type f -exec bash -c 'for pyc; do dpkg -S "$pyc" >/dev/null 2>&1 || rm -vf "$pyc"; done' -- '{}' +
