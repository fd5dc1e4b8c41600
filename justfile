# `just` alone lists what there is.
default:
    @just --list

# Format, lints, documentation, tests: what every change must pass.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
    cargo test --workspace

# All tests that need nothing but the Rust toolchain.
test:
    cargo test --workspace

# The whole service on this machine.
run *args:
    cargo run -- {{args}}

# Accept changed snapshots after reading them.
snapshots:
    INSTA_UPDATE=always cargo test --workspace

# The functions' binaries, once for all of them.
build:
    cargo lambda build --release --arm64

# Build, package and deploy.
deploy *args: build
    sam deploy {{args}}
