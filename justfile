# `just` without arguments lists the recipes.
default:
    @just --list

# Format, lints, documentation and tests, which every change must pass.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
    cargo test --workspace

# All tests that require only the Rust toolchain.
test:
    cargo test --workspace

# The whole service on this machine.
run *args:
    cargo run -- {{args}}

# Accept changed snapshots after reading them.
snapshots:
    INSTA_UPDATE=always cargo test --workspace

# The functions' release binaries, once for all of them; see docs/deploy.md.
build *args:
    infra/build {{args}}

# The documentation as a site, which opens in a browser; the local service shows it at /_local/docs/.
book:
    infra/book --open

# Pictures of every state of every page and mail, in docs/pictures; see docs/pages.md.
pictures:
    cd tests/browser && npm ci && npm run pictures

# Build, package and deploy.
deploy *args: build
    sam deploy {{args}}

# The release binaries of this machine's architecture, deployed into an emulated AWS in an environment of its own.
test-deployed *args: (build "--native")
    test -x target/deployed/bin/python || python3 -m venv target/deployed
    target/deployed/bin/pip install --quiet --requirement tests/deployed/requirements.txt
    cd tests/deployed && ../../target/deployed/bin/python -m unittest --verbose {{args}}

# All functions behind one port, rebuilt as they change, over the AWS of `just run --aws-port 8001`.
watch *args:
    cargo lambda watch --invoke-address 127.0.0.1 --invoke-port 9000 --env-file infra/watch.env {{args}}
