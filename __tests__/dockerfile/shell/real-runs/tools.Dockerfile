# What people write in a hurry.
FROM ubuntu:24.04
RUN apt update && DEBIAN_FRONTEND=noninteractive apt install -y curl git sudo vim && apt clean
RUN apt-get update -qq; apt-get install -qq -y \
      build-essential \
# a comment in between
      cmake \
      ninja-build; rm -rf /var/lib/apt/lists/*
RUN curl -sSL https://example.org/install.sh | sh -s -- --yes 2>&1 | tee /tmp/install.log; test ${PIPESTATUS:-0} = 0
RUN git clone --depth 1 --branch "v${TAG:-1.0}" https://example.org/tool.git /opt/tool && cd /opt/tool && ./configure --prefix=/usr && make -j$(nproc) && make install && cd .. && rm -rf tool
RUN (cd /opt && wget -q https://example.org/a.tgz && tar xf a.tgz); mv /opt/a-1.* /opt/a 2>/dev/null || true
RUN echo 'export PATH=$PATH:/opt/a/bin' >> /etc/profile.d/a.sh && echo "alias ll='ls -l'" >> /root/.bashrc
RUN test -n "$TOKEN" && pip install --index-url "https://user:${TOKEN}@example.org/simple" private-package==1.0 || pip install public-package
RUN useradd -m dev && echo "dev ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/dev && chmod 0440 /etc/sudoers.d/dev
RUN update-alternatives --install /usr/bin/cc cc /usr/bin/gcc-13 100 \
  && { gcc --version && g++ --version; } | head -n 1 > /etc/compiler
RUN i=0; until curl -fs http://127.0.0.1/ready || [ $i -ge 3 ]; do i=$((i+1)); sleep 1; done
RUN ! which sshd
RUN service cron start & sleep 1; service cron stop
RUN ["/bin/bash", "-c", "set -e; curl -L https://example.org/x | tar xz"]
RUN ["ldconfig", "-v"]
RUN GOOS=linux CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X 'main.version=${VERSION}'" -o /out/app ./cmd/app
RUN cargo build --release --locked; strip target/release/app; cp "target/release/app" /usr/local/bin/
RUN find . -name "*.log" -print0 | xargs -0 rm -f; find / -xdev -perm /6000 -type f -exec chmod a-s {} \; || true
RUN npm install -g yarn@1 && yarn config set cache-folder /tmp/yarn && yarn install --production=true && yarn cache clean
