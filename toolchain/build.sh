#!/usr/bin/env bash
# Builds the program into target/deploy/plimsoll.so and checks its stack frames. Does nothing when neither the sources
# nor the compiler have changed. Beside the program it leaves
#   plimsoll.route      which compiler route built it: `build-sbf` (Solana's own compiler) or `stock` (ours)
#   plimsoll.inputs     digests of everything that went in and of what came out
#   sbf_probe.so        the program with which the tests try the route's arithmetic
#   sbf_vectors.so      the program with which they run the golden vectors
#   plimsoll_risk.wasm  the risk crate as a WebAssembly module
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

root=$(dirname "$here")
cd "$root"
deploy=target/deploy
packages=(programs/plimsoll toolchain/probe tests/vectors)
built=("$deploy"/{plimsoll,sbf_probe,sbf_vectors}.so "$deploy/plimsoll_risk.wasm")

# Two terminals may build at once; the second then finds the work done.
mkdir -p "$deploy"
exec 9> "$deploy/.lock"
flock 9

route=$(compiler_route)
if [[ $route == build-sbf ]]; then
  compiler="$(cargo build-sbf --version) $(rustc -V)"
else
  compiler=$(rustc -V)
fi

# The sources are read once, before the build: an edit made meanwhile must not pass for built.
inputs=$({
  echo "$route $compiler"
  sources=("${packages[@]}" crates/{risk,risk-wasm,vectors} toolchain Cargo.toml Cargo.lock)
  find "${sources[@]}" -type f -print0 | sort -z | xargs -0 sha256sum
} | sha256sum)
digest() {
  echo "$inputs"
  sha256sum "${built[@]}"
}

if [[ $(digest 2> /dev/null) == "$(cat "$deploy/plimsoll.inputs" 2> /dev/null)" ]]; then
  step "up to date: ${built[0]} ($route route)"
  exit 0
fi
rm -f "$deploy/plimsoll.inputs"

if [[ $route == build-sbf ]]; then
  for package in "${packages[@]}"; do
    cargo build-sbf --manifest-path "$package/Cargo.toml" --sbf-out-dir "$deploy" "${build_sbf_options[@]}" -- --locked
  done
  named=(target/sbpf*-solana-solana/release/plimsoll.so)
else
  "$here/setup.sh"
  for package in "${packages[@]}"; do
    (cd "$package" && "$here/stock.sh" "$root/target/sbf" "$root/$deploy" --locked)
  done
  named=(target/sbf/sbpfv3-stock/release/deps/libplimsoll.o)
fi
[[ -e ${named[0]} ]] || named=()
"$here/wasm.sh" target/wasm "$deploy"

# A folder of its own, so that this does not wait for whatever else is being built.
CARGO_TARGET_DIR=target/toolchain cargo run -q --locked -p stack-check -- "${built[0]}" "${named[@]:0:1}"

echo "$route" > "$deploy/plimsoll.route"
digest > "$deploy/plimsoll.inputs"
step "built ${built[0]}, $(stat -c %s "${built[0]}") bytes ($route route)"
