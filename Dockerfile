# syntax=docker/dockerfile:1
# The server in a small image. Both bases are the same Node.js, whose OpenSSL the addon uses: give NODE_VERSION exactly
# (--build-arg NODE_VERSION=24.21.0) to have the same one at every build. docs/deployment.md says why it is 24.
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-bookworm AS builder
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN npm run build

FROM node:${NODE_VERSION}-bookworm AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:${NODE_VERSION}-bookworm-slim
LABEL org.opencontainers.image.title="live-webrtc" \
      org.opencontainers.image.description="Self-hosted live streaming server: WHIP in, WHEP out" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production RECORD_DIR=/recordings DATA_DIR=/data
# A volume that is mounted here takes over its owner.
RUN install -d -o node -g node -m 750 /recordings /data
WORKDIR /app
COPY package.json LICENSE ./
COPY deploy/docker/health-check.js deploy/docker/health-check.js
COPY --from=modules /app/node_modules node_modules
COPY --from=builder /app/native/build/Release/live_webrtc.node native/build/Release/live_webrtc.node
COPY --from=builder /app/dist dist
USER node
# HTTP, and media of the first worker. There is one worker a core unless MEDIA_WORKERS says otherwise: four use 8189 to
# 8192, and with one published port it has to be MEDIA_WORKERS=1.
EXPOSE 8080/tcp 8189/udp 8189/tcp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "deploy/docker/health-check.js"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
