# A runtime that is downloaded for the architecture, with a table of checksums.
FROM buildpack-deps:bookworm
RUN ARCH= && dpkgArch="$(dpkg --print-architecture)" \
    && case "${dpkgArch##*-}" in \
      amd64) ARCH='x64';; \
      arm64) ARCH='arm64';; \
      i386) ARCH='x86';; \
      *) echo "unsupported architecture"; exit 1 ;; \
    esac \
    && export GNUPGHOME="$(mktemp -d)" \
    && set -ex \
    && for key in \
      C0D6248439F1D5604AAFFB4021D900FFDB233756 \
      DD792F5973C6DE52C432CBDAC77ABFA00DDBF2B7 \
    ; do \
      gpg --batch --keyserver hkps://keys.example.org --recv-keys "$key" || \
      gpg --batch --keyserver keyserver.example.org --recv-keys "$key" ; \
    done \
    && curl -fsSLO --compressed "https://example.org/dist/v$VERSION/run-v$VERSION-linux-$ARCH.tar.xz" \
    && gpg --batch --decrypt --output SHASUMS256.txt SHASUMS256.txt.asc \
    && gpgconf --kill all \
    && rm -rf "$GNUPGHOME" \
    && grep " run-v$VERSION-linux-$ARCH.tar.xz\$" SHASUMS256.txt | sha256sum -c - \
    && tar -xJf "run-v$VERSION-linux-$ARCH.tar.xz" -C /usr/local --strip-components=1 --no-same-owner \
    && rm "run-v$VERSION-linux-$ARCH.tar.xz" SHASUMS256.txt.asc SHASUMS256.txt \
    && apt-mark auto '.*' > /dev/null \
    && find /usr/local -type f -executable -exec ldd '{}' ';' \
      | awk '/=>/ { so = $(NF-1); if (index(so, "/usr/local/") == 1) { next }; gsub("^/(usr/)?", "", so); print so }' \
      | sort -u \
      | xargs -r dpkg-query --search \
      | cut -d: -f1 \
      | sort -u \
      | xargs -r apt-mark manual \
    && apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false \
    && ln -s /usr/local/bin/run /usr/local/bin/runjs \
    # smoke tests
    && run --version \
    && rm -rf /tmp/*
WORKDIR /app
RUN corepack enable && (pnpm install --frozen-lockfile || npm ci) && { npm run build; npm prune --omit=dev; }
RUN --mount=type=cache,target=/root/.npm if [ "$NODE_ENV" = production ]; then npm ci --omit=dev; else npm install; fi
RUN npm run build \
 && if [ ! -d /srv/app ]; then mv dist /srv/app; fi \
 && cd / \
 && rm -rf /app
