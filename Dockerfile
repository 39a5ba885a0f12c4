# The server with the explorer's and the inbox's files, so that nothing is loaded from elsewhere. Needs BuildKit, which Docker has by
# default; no frontend of BuildKit's is named, so that nothing but the base images is fetched for it.
#
#   docker build -t switchboard .
#   docker run --rm -p 127.0.0.1:8080:8080 switchboard serve --demo      a demo that goes away again
#   docker run -d -p 127.0.0.1:8080:8080 -v switchboard:/data switchboard

FROM node:20-bookworm-slim AS explorer
WORKDIR /explorer
COPY explorer/package.json explorer/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# Of all that was installed the page loads four files.
RUN set -eu; \
    for file in graphiql/graphiql.min.css graphiql/graphiql.min.js \
        react/umd/react.production.min.js react-dom/umd/react-dom.production.min.js; do \
      mkdir -p "/files/node_modules/$(dirname "$file")"; \
      cp "node_modules/$file" "/files/node_modules/$file"; \
    done; \
    cp node_modules/graphiql/LICENSE /files/node_modules/graphiql/; \
    cp node_modules/react/LICENSE /files/node_modules/react/; \
    cp node_modules/react-dom/LICENSE /files/node_modules/react-dom/

FROM node:20-bookworm-slim AS inbox
WORKDIR /build/examples/inbox
COPY examples/inbox/package.json examples/inbox/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY schema.graphql /build/schema.graphql
COPY examples/inbox ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY entity entity
COPY migration migration
COPY explorer explorer
COPY src src
# The caches are no part of the image, so what is kept of them is copied out in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --profile dist --locked --bin switchboard && \
    install -D --strip target/dist/switchboard /out/switchboard

FROM debian:bookworm-slim
RUN groupadd --gid 10001 switchboard && \
    useradd --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin switchboard && \
    install -d -o switchboard -g switchboard -m 0700 /data
COPY --from=explorer /files /usr/local/share/switchboard/explorer
COPY --from=inbox /build/examples/inbox/dist /usr/local/share/switchboard/inbox
COPY --from=build /out/switchboard /usr/local/bin/switchboard
USER 10001
WORKDIR /data
VOLUME /data
# Another address is set by SWITCHBOARD_LISTEN, not by --listen: the health check reads it, and knows nothing of `serve`'s flags.
ENV SWITCHBOARD_LISTEN=0.0.0.0:8080 \
    SWITCHBOARD_DATABASE_URL=sqlite:///data/switchboard.db \
    SWITCHBOARD_LOG_FORMAT=json \
    SWITCHBOARD_EXPLORER_DIR=/usr/local/share/switchboard/explorer \
    SWITCHBOARD_INBOX_DIR=/usr/local/share/switchboard/inbox
EXPOSE 8080
# It drains for at most 25 s: give it 30 (`docker stop -t 30`), as compose.yaml does.
STOPSIGNAL SIGTERM
# Whether it can serve, its database included.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["switchboard", "health"]
ENTRYPOINT ["switchboard"]
CMD ["serve"]
