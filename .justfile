# Short commands; `just --list` shows them.

# Everything that a change must pass
check:
    .ci/run

# All tests
test:
    cargo test --locked

# The tests whose path contains NAME, with what they print
one NAME:
    cargo test --locked -- --nocapture {{NAME}}

# The demo: a chat, or a search for each handle
demo *ARGUMENTS:
    cargo run --locked -- demo {{ARGUMENTS}}

# The documentation of the code
docs:
    cargo doc --locked --no-deps --open

# A benchmark: large_account, counting or evaluation
bench NAME *ARGUMENTS:
    cargo bench --locked --bench {{NAME}} -- {{ARGUMENTS}}

# Advisories, licences and sources of the dependencies; needs cargo-deny
deny:
    cargo deny check

# The licences that the program prints, after a change of Cargo.lock
licenses:
    deploy/third-party.sh
