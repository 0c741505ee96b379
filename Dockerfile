# Builds `ascribe` as one static binary and puts it alone into an image.
#
#   docker build -t ascribe .
#   docker run --rm -p 50051:50051 ascribe

FROM rust:1-alpine AS build
# A C compiler and make for the zstd library, which tonic compresses with, and the allocator. No protoc: the build
# script needs none.
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
# Alpine's target is musl, which links statically. Its Rust is a stable one, so the pinned channel, which
# would download another, is left aside.
RUN rm -f rust-toolchain.toml
RUN cargo build --release --locked
RUN cp target/release/ascribe /ascribe

FROM scratch
COPY --from=build /ascribe /ascribe
COPY LICENSE-MIT LICENSE-APACHE /
# Nobody: there is nothing to own and nothing to write.
USER 65534:65534
EXPOSE 50051
# Asks where ASCRIBE_ADMIN_LISTEN says, else where ASCRIBE_LISTEN does; with TLS it needs the former.
HEALTHCHECK --interval=10s --timeout=8s --start-period=5s --retries=3 CMD ["/ascribe", "healthcheck"]
# Calls in flight are answered for up to 30 seconds; Docker's own patience is 10: docker stop --time 40.
STOPSIGNAL SIGTERM
# In the environment and not as a flag, so that whoever runs the image can say otherwise in the same way.
ENV ASCRIBE_LISTEN=0.0.0.0:50051
ENTRYPOINT ["/ascribe", "serve"]
