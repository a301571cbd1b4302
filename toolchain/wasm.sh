#!/usr/bin/env bash
# Builds crates/risk-wasm into a WebAssembly module: wasm.sh TARGET_DIR DEPLOY_DIR. Uses the compiled core library of
# rustup's wasm target where that is installed, else compiles core from its source, which setup.sh installs on the
# stock route. The linker is the one that comes with Rust.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

root=$(dirname "$here")
target=wasm32-unknown-unknown
sysroot=$(rustc --print sysroot)

has_core() { compgen -G "$(rustc --print target-libdir --target $target)/libcore-*.rlib" > /dev/null; }

core=()
if ! has_core; then
  if [[ -e $sysroot/lib/rustlib/src/rust/library/Cargo.lock ]]; then
    core=(-Z build-std=core)
    # cargo's -Z options.
    export RUSTC_BOOTSTRAP=1
  else
    step "fetching Rust's core library for $target"
    command -v rustup > /dev/null && rustup target add "$target" && has_core ||
      fail "this Rust has neither the target $target nor the source of its library"
  fi
fi

flags=(
  # No path of this machine may reach the module.
  "--remap-path-prefix=$root=" "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
  "--remap-path-prefix=$sysroot=rust"
  -C strip=symbols
)
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS

cargo build --manifest-path "$root/Cargo.toml" -p plimsoll-risk-wasm --release --lib --locked \
  --target "$target" --target-dir "$1" "${core[@]}"
mkdir -p "$2"
cp "$1/$target/release/plimsoll_risk_wasm.wasm" "$2/plimsoll_risk.wasm"
