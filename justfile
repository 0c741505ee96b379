# One word for each thing that is done here. `just` lists them; CONTRIBUTING.md says what each check is.
# A recipe only calls a script or cargo, so nothing needs just.

_list:
    @just --list --unsorted

# Everything that must hold before a change is taken
ci:
    .ci/run

# The tests of all packages; arguments go to cargo: just test --test suite
test *arguments:
    cargo test --locked --workspace {{arguments}}

# Format the code
fmt:
    cargo fmt --all

# Clippy, warnings being errors
lint:
    cargo clippy --locked --workspace --all-targets -- -D warnings

# The documentation of all packages, warnings being errors
doc:
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps

# The command or the service: just run serve
run *arguments:
    cargo run --locked --release -- {{arguments}}

# Licenses, sources and vulnerabilities of packages, and the notices of what ships
deny:
    scripts/deny
    scripts/notices --check

# The Python client against the release build
python-client: _release
    scripts/python-client

# The page in a browser, served by the release build
page: _release
    tests/page/run target/release/ascribe

# Whether the image serves as it should
image-check:
    scripts/image-check

# The benchmarks; BENCHMARKS.md has their results: just bench --bench pipeline
bench *arguments:
    cargo bench --locked --workspace {{arguments}}

# Bursts and long streams by foreign clients, at full size: just bursts grpc-java
bursts *words:
    scripts/bursts {{words}}

# Ten minutes of good load and bad clients: memory, threads, descriptors
soak *settings:
    scripts/soak {{settings}}

# An honest client beside each that costs the service much: just beside quotations
beside *words:
    scripts/beside {{words}}

# Restarts, new certificates and new lexicons under load: calls lost
restarts *what:
    scripts/restarts {{what}}

# Any bytes as input, ten minutes a target: just fuzz --seconds 60 lexicon
fuzz *arguments:
    scripts/fuzz {{arguments}}

_release:
    cargo build --locked --release
