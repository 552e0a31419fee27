# A web server from a repository of its own.
FROM alpine:3.20
RUN addgroup -g 101 -S www \
    && adduser -S -D -H -u 101 -h /var/cache/www -s /sbin/nologin -G www -g www www
RUN set -x \
    && apkArch="$(cat /etc/apk/arch)" \
    && wwwPackages=" \
        www=${WWW_VERSION}-r${PKG_RELEASE} \
        www-module-xslt=${WWW_VERSION}.${DYNPKG_RELEASE} \
    " \
    && apk add --no-cache --virtual .checksum-deps openssl \
    && case "$apkArch" in \
        x86_64|aarch64) \
            set -x \
            && KEY_SHA512="e09fa32f0a0eab2b879ccbbc4d0e4fb9751486eedda75e35fac65802cc9faa26" \
            && wget -O /tmp/www_signing.rsa.pub https://example.org/keys/www_signing.rsa.pub \
            && if echo "$KEY_SHA512 */tmp/www_signing.rsa.pub" | sha512sum -c -; then \
                echo "key verification succeeded!"; \
                mv /tmp/www_signing.rsa.pub /etc/apk/keys/; \
            else \
                echo "key verification failed!"; \
                exit 1; \
            fi \
            && apk add -X "https://example.org/packages/alpine/v3.20/main" --no-cache $wwwPackages \
            ;; \
        *) \
            set -x \
            && tempDir="$(mktemp -d)" \
            && chown nobody:nobody $tempDir \
            && apk add --no-cache --virtual .build-deps gcc libc-dev make \
            && su nobody -s /bin/sh -c " \
                export HOME=${tempDir} \
                && cd ${tempDir} \
                && curl -f -L -O https://example.org/pkg/${WWW_VERSION}.tar.gz \
                && make all \
            " \
            && apk del --no-network .build-deps \
            ;; \
    esac \
    && apk del --no-network .checksum-deps \
    && if [ -n "$tempDir" ]; then rm -rf "$tempDir"; fi \
    && if [ -f "/etc/apk/keys/abuild-key.rsa.pub" ]; then rm -f /etc/apk/keys/abuild-key.rsa.pub; fi \
    && ln -sf /dev/stdout /var/log/www/access.log \
    && mkdir /docker-entrypoint.d
RUN sed -i -e 's/^#user .*;/user www;/' \
      -e "s|/var/run|/tmp|; s/80 default/8080/" /etc/www/www.conf; chown -R 101:0 /var/cache/www; chmod -R g+w /var/cache/www
