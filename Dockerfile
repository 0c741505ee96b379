# Builds `ascribe` and puts it alone into Debian's smallest image, whose glibc it takes.
#
#   docker build -t ascribe .
#   docker run --rm -p 50051:50051 ascribe
#
# scripts/image-check does what stands here without Docker, and calls what comes of it.

FROM rust:1-slim-bookworm AS build
# Builds the allocator; a C compiler is there. No protoc: the build script needs none.
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# What `ascribe --version` names: docker build --build-arg ASCRIBE_COMMIT=$(git rev-parse --short=12 HEAD) -t ascribe .
ARG ASCRIBE_COMMIT=
# The image's Rust is a stable one. The pinned channel would download another.
RUN rm -f rust-toolchain.toml
RUN cargo build --release --locked --package ascribe

# The same Debian: the binary asks for the glibc that it was built with, or a later one.
FROM debian:bookworm-slim
COPY --from=build /src/target/release/ascribe /ascribe
COPY LICENSE-MIT LICENSE-APACHE THIRD-PARTY-LICENSES.txt /
# Nobody, by number, so that Kubernetes can see that it isn't root: there is nothing to own and nothing to write.
USER 65534:65534
EXPOSE 50051
# Asks where ASCRIBE_ADMIN_LISTEN says, else where ASCRIBE_LISTEN does; with TLS it needs the former.
HEALTHCHECK --interval=10s --timeout=8s --start-period=5s --retries=3 CMD ["/ascribe", "healthcheck"]
# Calls in flight are answered for up to 30 seconds; Docker's own patience is 10: docker stop --time 40.
STOPSIGNAL SIGTERM
# In the environment and not as a flag, so that whoever runs the image can say otherwise in the same way.
ENV ASCRIBE_LISTEN=0.0.0.0:50051
ENTRYPOINT ["/ascribe", "serve"]
